"""The interview that follows another one at once, in the same room."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from dialogue.content.persona import load_persona
from game.app.ending import Focus, Then
from game.app.plan import Plan
from game.app.session_folders import claim, give_back, new_folder
from perception.paths import sessions_dir

_SEEDS = 2**31
_ITS_OWN = ("phrased", "focus")
"""What the record of an interview says of itself alone."""


@contextlib.contextmanager
def in_own_folder(plan: Plan) -> Iterator[Plan]:
    """A plan whose folder is there, and nobody else's, where it is to be made; it is taken away
    again if nothing was recorded.

    Args:
        plan: of an interview that begins.
    """
    if plan.resume or not plan.claims_folder:
        yield plan
        return
    folder = claim(plan.folder)
    film = plan.film
    if film is not None and film.parent == plan.folder:
        film = folder / film.name
    try:
        yield replace(plan, folder=folder, film=film, claims_folder=False)
    finally:
        give_back(folder)


def following(plan: Plan, then: Then, focus: Focus | None = None) -> Plan:
    """The plan of the interview that follows.

    The candidate, their devices and what the green room learned of them stay; the seed is the next
    one, so that other questions are asked. A folder that was named is followed by one with a
    number.

    Args:
        plan: of the interview that has ended.
        then: what is wanted.
        focus: what to practise, where that is.
    """
    practised = focus if then == "practise" else None
    seed = (plan.seed + 1) % _SEEDS
    persona, role, questions = plan.persona, plan.role, plan.questions
    extra: Mapping[str, object] = {k: v for k, v in plan.extra.items() if k not in _ITS_OWN}
    if practised is not None:
        role, questions = practised.role or role, practised.questions
        if practised.persona is not None and practised.persona != persona.name:
            persona = load_persona(practised.persona, seed, manner=plan.manner)
        extra = {**extra, "focus": practised.what}
    folder = new_folder() if plan.folder.parent == sessions_dir() else _numbered(plan.folder)
    film = plan.film
    if film is not None:
        film = folder / film.name if film.parent == plan.folder else _numbered(film)
    return replace(
        plan,
        role=role,
        persona=persona,
        questions=questions,
        seed=seed,
        folder=folder,
        film=film,
        claims_folder=True,
        start_at=0,
        resume=False,
        extra=dict(extra),
        prepared=True,
    )


def _numbered(path: Path) -> Path:
    """The first of the same name with a number that is not there yet."""
    stem, _, number = path.stem.rpartition("-")
    known = bool(stem) and number.isdecimal() and len(number) < 4
    first, name = (int(number) + 1, stem) if known else (2, path.stem)
    return next(
        found
        for count in range(first, first + 10_000)
        if not (found := path.with_stem(f"{name}-{count}")).exists()
    )
