"""An interview from its greeting to its farewell: questions, answers, and who has the floor."""
