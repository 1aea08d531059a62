"""What the candidate says: which dialogue acts, which facts, how good an answer so far."""
