"""Readings become what the recruiter does: pure, no threads, no clock of its own."""
