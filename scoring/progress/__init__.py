"""Sessions compared: whether a change is real, and what to practise next."""
