"""Figures of this program on this machine, printed by ``run.py bench``."""
