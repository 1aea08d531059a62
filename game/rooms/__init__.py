"""The three rooms in which interviews take place, modelled and painted in code."""
