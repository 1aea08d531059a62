"""The record of a session, and all that is computed from it."""
