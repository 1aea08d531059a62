"""What can be said: interviews, recruiters, and how their lines are worded."""
