"""The minute before the interview: camera, face, gaze, room and microphone."""
