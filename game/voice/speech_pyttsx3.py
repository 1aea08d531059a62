"""The process in which pyttsx3 works: one JSON job on standard input, one JSON reply.

pyttsx3 wants a main thread (macOS), COM of its own (Windows), and with espeak returns before its
file is written. In a process that lives for one line none of this reaches the game.

Job: ``{"text", "path", "voice"}``, or ``{}`` to list the voices. Reply: ``{"voices": [{"id",
"name", "gender", "languages"}], "driver"}``.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import Any

import pyttsx3

_LONGEST_S = 40.0
_LONGEST_SETTLING_S = 5.0
_LOOK_EVERY_S = 0.02
_SETTLED_S = 0.3
"""A file that has not grown for so long is whole: on a busy machine espeak's thread stands still
for a tenth of a second between two pieces."""


def work(job: dict[str, Any]) -> dict[str, Any]:
    """Does one job; see the module's text."""
    engine = pyttsx3.init()
    if "text" in job:
        engine.setProperty("voice", job["voice"])
        engine.setProperty("rate", job["words_per_min"])
        finished = threading.Event()
        engine.connect("finished-utterance", lambda **_: finished.set())
        engine.save_to_file(job["text"], job["path"])
        engine.runAndWait()
        if _driver(engine).endswith("espeak"):
            # its loop ends as soon as it has begun; the file is written by espeak's own thread
            finished.wait(_LONGEST_S)
        _settle(job["path"])
        return {}
    voices = [
        {
            "id": voice.id,
            "name": voice.name,
            "gender": str(voice.gender or ""),
            "languages": [str(language) for language in voice.languages or ()],
        }
        for voice in engine.getProperty("voices")
    ]
    return {"voices": voices, "driver": _driver(engine)}


def _settle(path: str) -> None:
    """Waits until a file that other threads may still write stops growing."""
    size, until_s = -1, time.monotonic() + _LONGEST_SETTLING_S
    grown_s = time.monotonic()
    while time.monotonic() < until_s:
        now = os.path.getsize(path) if os.path.exists(path) else 0
        if now != size:
            size, grown_s = now, time.monotonic()
        elif now > 0 and time.monotonic() - grown_s >= _SETTLED_S:
            return
        time.sleep(_LOOK_EVERY_S)


def _driver(engine: Any) -> str:
    return str(engine.proxy._module.__name__)


if __name__ == "__main__":
    print(json.dumps(work(json.load(sys.stdin))), flush=True)
    os._exit(0)  # espeak's library may fail an assertion when it is taken down in order
