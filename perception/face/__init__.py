"""One face: found, told from others, and read for pose, gaze, expression and head gestures."""
