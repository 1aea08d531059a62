"""What is heard: loudspeaker, mixing, the room's own sounds, the film."""
