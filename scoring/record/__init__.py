"""The record of a session: written while it happens, read back, laid out as turns and tracks."""
