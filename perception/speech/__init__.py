"""Speech to text: utterances, recognisers, and what to think of their words."""
