"""What reports hold as tables, for spreadsheets and statistics."""
