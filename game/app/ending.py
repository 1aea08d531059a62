"""What the card at the end of an interview has to say, from the report that was written."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import itertools
import json
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from dialogue.content.persona import personas
from dialogue.content.script import roles
from perception.errors import SettingsError
from perception.paths import ASSETS
from perception.recorded import looked_up
from perception.settings import checked, read_as
from perception.written_lines import filled_faults

SCREEN = ASSETS / "screens" / "end.toml"

Then = Literal["again", "practise"]
"""What a person wants to do after an interview: the same anew, or what the report says first."""

PRACTICE_QUESTIONS = 3
"""Questions of an interview to practise one thing, where the report does not say how many."""
_MOST_QUESTIONS = 50
_REFUSED_WITHIN_S = 0.8
"""Within which a system says that it has no browser."""


@functools.cache
def words() -> dict[str, Any]:
    """``assets/screens/end.toml``.

    Raises:
        SettingsError: a text or a placeholder in it is wrong; the message names file and key.
    """
    table = dataclasses.asdict(read_as(_Card, SCREEN))
    for fault in filled_faults(table, _FILLED):
        raise SettingsError(f"{SCREEN.name}: {fault}")
    return table


@checked
@dataclass(frozen=True, slots=True)
class _Card:
    """The file."""

    title: str
    writing: str
    doing: str
    ready: str
    overall: str
    opened: str
    lies: str
    focus: str
    choices: dict[str, str]
    keys: dict[str, str]


_FILLED = {
    "doing": ("what", "percent"),
    "overall": ("value", "low", "high"),
    "opened": ("path",),
    "lies": ("path",),
    "focus": ("what",),
    "choices.practise": ("what",),
}
"""What the texts are filled in with."""


@dataclass(frozen=True, slots=True)
class Focus:
    """What to practise next."""

    what: str
    questions: int = PRACTICE_QUESTIONS
    role: str | None = None
    """None for the same again; so for the recruiter."""
    persona: str | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How an interview ended."""

    headline: str = ""
    overall: str = ""
    """In words; empty where there is no number."""
    focus: Focus | None = None


def ending_of(folder: Path) -> Ending:
    """Reads the report of a session; what is missing in it, or damaged, is left out."""
    with contextlib.suppress(OSError, ValueError):
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        return Ending(_text(report, "headline"), _overall(report), _focus(report))
    return Ending()


def _text(report: Any, *keys: str) -> str:
    value = looked_up(report, *keys)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _overall(report: Any) -> str:
    score = [looked_up(report, "scores", "overall", key) for key in ("value", "low", "high")]
    if not all(isinstance(each, int | float) for each in score):
        return ""
    value, low, high = (round(each) for each in score)
    return str(words()["overall"]).format(value=value, low=low, high=high)


def _focus(report: Any) -> Focus | None:
    what = _text(report, "next_practice", "what")
    if what:
        return _of_command(what, _text(report, "next_practice", "command"))
    improvements = looked_up(report, "improvements")
    first = improvements[0] if isinstance(improvements, list) and improvements else None
    what = _text(first, "what")
    return Focus(what) if what else None


def _of_command(what: str, command: str) -> Focus:
    """What a report's command says of the interview; nothing of it is run."""
    parts: list[str] = []
    with contextlib.suppress(ValueError):
        parts = shlex.split(command)
    said: Mapping[str, str] = dict(itertools.pairwise(parts))
    role, persona, count = (said.get(f"--{key}") for key in ("role", "persona", "questions"))
    asked = int(count) if count is not None and count.isdecimal() else PRACTICE_QUESTIONS
    return Focus(
        what,
        min(max(1, asked), _MOST_QUESTIONS),
        role if role in roles() else None,
        persona if persona in personas() else None,
    )


def open_in_browser(page: Path) -> bool:
    """Opens a page of this machine in the system's browser; False where it has none.

    Nothing but a file that is there is opened, and nothing waits for the browser to be closed.
    """
    if not page.is_file():
        return False
    address = page.resolve().as_uri()
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    if sys.platform == "win32":
        import os

        os.startfile(address)  # type: ignore[attr-defined, unused-ignore]
        return True
    if shutil.which(opener) is None:
        return False
    try:
        opening = subprocess.Popen(
            [opener, address],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    try:
        return opening.wait(_REFUSED_WITHIN_S) == 0
    except subprocess.TimeoutExpired:  # the browser itself, which stays
        threading.Thread(target=opening.wait, name="browser", daemon=True).start()
        return True
