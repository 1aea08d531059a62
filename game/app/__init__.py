"""The commands, and the running of an interview from its plan to its report."""
