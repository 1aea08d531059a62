"""Where things lie that every room may ask for."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""Folder of run.py."""

ASSETS = ROOT / "assets"
"""Content that ships with the program."""
