"""The same record gives the same report, byte for byte, wherever and however it is written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from perception.paths import ROOT
from tests.scoring.sessions import Answer, Script

WRITE = "import sys; from pathlib import Path\nfrom scoring.report.write import write_report\n"


def test_hash_seed_threads_place_and_time_zone_change_no_byte(tmp_path: Path) -> None:
    told = (
        "In my last job at the bakery the oven broke on a Monday. I had to keep the shop open, so "
        "I called two other bakeries and drove the dough over. We delivered 38 of 40 orders."
    )
    first = Script(
        [
            ("q1", "Tell me about a time when you solved a problem.", Answer(told)),
            ("q2", "Why us?", Answer("I like um bread and people, and you have three shops here.")),
        ]
    ).write(tmp_path / "first" / "s")
    second = tmp_path / "elsewhere" / "s"
    shutil.copytree(first, second)
    ways = {
        first: {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "TZ": "UTC", "LC_ALL": "C"},
        second: {
            **{"PYTHONHASHSEED": "4242", "OMP_NUM_THREADS": "2"},
            **{"TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"},
        },
    }
    for folder, way in ways.items():
        code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{WRITE}write_report(Path('s'))"
        subprocess.run(
            [sys.executable, "-c", code], cwd=folder.parent, env={**os.environ, **way}, check=True
        )
    for name in ("report.json", "report.html", "report.pdf", "captions.vtt"):
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
