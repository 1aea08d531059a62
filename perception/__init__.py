"""The candidate's signals become readings: frames and sound in, faces, voices and words out."""
