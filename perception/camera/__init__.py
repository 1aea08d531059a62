"""Pictures of the candidate: where they come from, what damages them, how they are kept."""
