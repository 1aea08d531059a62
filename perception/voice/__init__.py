"""The voice: whether there is speech, and how it sounds; no words."""
