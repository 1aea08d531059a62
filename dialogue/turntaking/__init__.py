"""Whose turn it is: end-of-turn detection, backchannel opportunities, speech so far."""
