"""Everything on the candidate's screen and speakers; the only room that imports panda3d."""
