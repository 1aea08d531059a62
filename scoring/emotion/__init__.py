"""How somebody may have come across: face, voice and words as impressions on others, over time."""
