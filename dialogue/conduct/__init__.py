"""What she makes of what she understood: replies, follow-ups, time, mood."""
