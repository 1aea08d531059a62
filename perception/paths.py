"""Where things lie that every room may ask for."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""Folder of run.py."""

ASSETS = ROOT / "assets"
"""Content that ships with the program."""


def data_dir() -> Path | None:
    """Folder of real recordings: RECRUITER_TEST_DATA, or ../shared/data; None where absent."""
    folder = Path(os.environ.get("RECRUITER_TEST_DATA", ROOT.parent / "shared" / "data"))
    return folder.resolve() if (folder / "manifest.csv").is_file() else None
