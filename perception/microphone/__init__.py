"""Sound of the candidate: where it comes from, when it was, how it is kept."""
