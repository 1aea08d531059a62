"""An interview that was cut off: whether it is resumed, reported, or left for a new one."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Any, Literal

from dialogue.content.persona import load_persona
from dialogue.content.script import load_interview
from dialogue.interviewing.standing import YOUR_QUESTIONS
from game.app.plan import Plan
from perception.errors import InputError, RecruiterError, SettingsError, StorageError
from perception.interrupt import interrupt_says
from perception.paths import sessions_dir
from scoring.record.content import role_of
from scoring.record.session import find_unfinished, read_session
from scoring.record.writer import SessionWriter, newer_version, read_meta

Choice = Literal["resume", "report", "new"]
_CHOICES: dict[str, Choice] = {
    **dict.fromkeys(("r", "resume"), "resume"),
    **dict.fromkeys(("p", "report"), "report"),
    **dict.fromkeys(("n", "new", "no"), "new"),
}
_OTHERS = ("analysis", "demo")
"""Kinds of session that nobody takes part in: there is nothing to go on with."""


def unfinished_interview(plan: Plan) -> Path | None:
    """The last interview that was cut off, where there is somebody to decide about it."""
    folders = [
        f for f in find_unfinished(sessions_dir()) if read_meta(f).get("kind") not in _OTHERS
    ]
    if not folders:
        return None
    if sys.stdin.isatty() and not plan.candidate.recorded:
        return folders[-1]
    if not plan.quiet:
        print(f"an interview was cut off; python3 run.py report {folders[-1]} shows what there is")
    return None


def offer(plan: Plan, folder: Path) -> Choice:
    """Asks whether to go on with an interview, or to report what there is of it.

    What was reported or declined is not asked about again. Where the input ends, nothing is
    declined: a new interview begins, and the old one stays as it is.

    Args:
        plan: of the interview that would begin; of the old one where that is resumed.
        folder: of the one that was cut off.
    """
    print(f"an interview was cut off: {folder.name}")
    try:
        old = _plan_of(folder)
    except RecruiterError as error:
        print(f"it cannot be resumed: {' '.join(str(error).split())}")
        old = None
    with interrupt_says(f"the one in {folder} is as it was; you will be asked again the next time"):
        choice = _asked(old is not None)
    if choice is None:
        print("\nnothing was decided about it: you will be asked again the next time")
        return "new"
    if choice == "resume" and old is not None:
        for name, value in old.items():
            setattr(plan, name, value)
    else:
        # a newer program's record is left as it is, and so is one that cannot be written
        with contextlib.suppress(InputError, StorageError):
            SessionWriter(folder, {}, resume=True).close("interrupted")
    return choice


def _asked(may_resume: bool) -> Choice | None:
    """The answer of whoever is there; None where the input has ended, which is none."""
    ways = "[r]esume it, " if may_resume else ""
    while True:
        try:
            said = input(f"{ways}write its re[p]ort, or start a [n]ew one? ").strip().lower()
        except EOFError:
            return None
        except KeyboardInterrupt:
            print()  # what is said of it has a line of its own
            raise
        choice = _CHOICES.get(said)
        if choice is not None and (may_resume or choice != "resume"):
            return choice


def _plan_of(folder: Path) -> dict[str, Any]:
    """What an interview is resumed with, by the names of a plan.

    Raises:
        SettingsError: its ``session.json`` lacks what that takes.
        RecruiterError: its recruiter or its job is not here any more.
    """
    meta = read_meta(folder)
    newer = newer_version(meta)
    if newer:
        raise SettingsError(f"it was {newer}")
    kinds = {"role": str, "persona": str, "seed": int, "questions": int}
    for name, kind in kinds.items():
        if not isinstance(meta.get(name), kind) or isinstance(meta.get(name), bool):
            raise SettingsError(f"its session.json does not say which {name} it had")
    found = meta.get("files")
    files = {k: str(v) for k, v in found.items()} if isinstance(found, dict) else {}
    manner = files.get("manner", meta.get("manner"))
    manner = manner if isinstance(manner, str) else None
    role = str(role_of(meta, folder))
    load_interview(role)
    return {
        "folder": folder,
        "resume": True,
        "role": role,
        "files": files,
        "seed": meta["seed"],
        "manner": manner,
        "persona": load_persona(files.get("persona", meta["persona"]), meta["seed"], manner=manner),
        "questions": meta["questions"],
        "start_at": _questions_done(folder),
    }


def _questions_done(folder: Path) -> int:
    """How many planned questions were answered, follow-ups aside."""
    asked = {
        act.question_id.split("/")[0]
        for act in read_session(folder).acts
        if act.kind == "ask" and act.question_id and act.question_id != YOUR_QUESTIONS.id
    }
    # the last one asked may not have been answered in full: it is asked again
    return max(0, len(asked) - 1)
