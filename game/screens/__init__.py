"""What is laid over the room: captions, the typed answer, notices, the self-view."""
