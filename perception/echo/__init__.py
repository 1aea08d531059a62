"""The recruiter's own voice in the candidate's microphone: found, and taken out."""
