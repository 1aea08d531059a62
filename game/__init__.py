"""Everything on the candidate's screen and speakers; the only room that imports panda3d."""

__version__ = "0.1.0"
"""Of the whole program; setup.cfg reads it from here."""
