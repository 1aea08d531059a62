"""Text becomes sound, with the times of its words and mouth shapes."""
