"""How she reacts to what she sees and hears: rules as data, what they go by, and their engine."""
