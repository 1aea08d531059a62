"""A written line becomes the words that are said, and words become sounds of speech."""
