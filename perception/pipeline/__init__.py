"""From frames and blocks of sound to readings: the chains, and the processes they run in."""
