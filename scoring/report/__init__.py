"""The report of a session: worked out, drawn, and written as page, PDF and captions."""
