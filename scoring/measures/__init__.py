"""Measures of a session: face, voice, speech, language, content, body, picture."""
