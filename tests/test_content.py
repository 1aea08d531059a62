"""Every file of content that the program reads: what is wrong in any key of it is told."""

from __future__ import annotations

import json
import math
import tomllib
import unittest.mock
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from dialogue.conduct import context
from dialogue.content.employer import load_employer
from dialogue.content.manner import load_manner
from dialogue.content.persona import load_persona
from dialogue.content.rated_answers import read_rated_answers
from dialogue.content.script import load_interview
from dialogue.reacting.rules import load_rules
from dialogue.understanding import (
    acts,
    answer_marks,
    assent,
    cue_phrases,
    interview_questions,
    likeness,
    names,
)
from game.app import ending
from game.bake.identity import load_identity
from game.behaviour.gestures import read_gesture, read_rests, read_shapes
from game.settings import Settings, as_table, load_settings
from game.synthetic.conversation.candidate import load_candidate
from game.synthetic.conversation.phrases import load_phrases
from game.synthetic.conversation.stories import load_asks, load_stories
from game.synthetic.script import load_script
from game.text_analysis.overrides import load_overrides
from perception.errors import SettingsError
from perception.paths import ASSETS
from scoring.rubric import load, using
from scoring.rubric_places import PATTERNS

Key = tuple[str | int, ...]
Read = Callable[[Path], object]


def instead(module: ModuleType, constant: str, read: Any, *given: object) -> Read:
    """Reads another file where the program has one of its own."""

    def reader(path: Path) -> object:
        with unittest.mock.patch.object(module, constant, path):
            return read.__wrapped__(*given)

    return reader


def by_name(read: Callable[[str], object]) -> Read:
    return lambda path: read(str(path))


def brief(path: Path) -> object:
    path.rename(path.with_suffix(".employer.toml"))
    return load_employer(str(path))


def rubric(path: Path) -> object:
    with using(path.parent):
        return load(path.stem)


def candidates_folder(path: Path) -> Path:
    return next(folder for folder in path.parents if folder.name == "candidates")


READERS: dict[str, Read] = {
    "candidates/phrases/*": lambda p: load_phrases(p.stem, candidates_folder(p)),
    "candidates/*/asks": lambda p: load_asks(p.parent.name, candidates_folder(p)),
    "candidates/*/*": lambda p: load_stories(p.parent.name, p.stem, candidates_folder(p)),
    "candidates/*": lambda p: load_candidate(p.stem, candidates_folder(p)),
    "demo/*": by_name(load_script),
    "employers/*": brief,
    "gestures/hands/rests": read_rests,
    "gestures/hands/shapes": read_shapes,
    "gestures/*": read_gesture,
    "identities/*": by_name(load_identity),
    "interviews/*": by_name(load_interview),
    "personas/manners/*": by_name(load_manner),
    "personas/rules/*": lambda p: load_rules(p.parent),
    "personas/*": by_name(load_persona),
    "rated_answers/*": lambda p: read_rated_answers(p.stem, p.parent),
    "rubrics/*": rubric,
    "screens/end": instead(ending, "SCREEN", ending.words),
    "templates/employer": brief,
    "templates/interview": by_name(load_interview),
    "understanding/acts": instead(cue_phrases, "PHRASES", cue_phrases._phrases),
    "understanding/answer_marks": instead(answer_marks, "MARKS", answer_marks._table),
    "understanding/answer_themes": instead(likeness, "THEMES", likeness._phrases),
    "understanding/asked_topics": instead(context, "USUAL_ASKS", context.usual_asks),
    "understanding/assent": instead(assent, "PHRASES", assent._forms, "stop"),
    "understanding/interview_questions": instead(
        interview_questions, "QUESTIONS", interview_questions._questions
    ),
    "understanding/languages": instead(cue_phrases, "LANGUAGES", cue_phrases._foreign_words),
    "understanding/names": instead(names, "NAMES", names.everyday_names),
    "understanding/whole_utterances": instead(acts, "WHOLE", acts._whole_utterances),
    "voice/lexicon": load_overrides,
}
"""By the form of a file's place in ``assets``, the first that fits."""


def files() -> dict[str, list[Path]]:
    """All files of content, by what reads them; templates are as people fill them in."""
    found: dict[str, list[Path]] = {form: [] for form in READERS}
    for path in sorted(ASSETS.rglob("*.toml")):
        place = path.relative_to(ASSETS).with_suffix("")
        found[next(form for form in READERS if place.match(form))].append(path)
    return found


def dumped(value: object) -> str:
    """A value as TOML has it within a line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {dumped(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(dumped, value)) + "]"
    return repr(value) if type(value) is float else json.dumps(value, ensure_ascii=False)


def values(value: object, key: Key = (), form: Key = ()) -> Iterator[tuple[Key, Key, Any]]:
    """Values with the keys that lead to them, and with what is the same of keys of one kind."""
    if key:
        yield key, form, value
    if isinstance(value, dict):
        alike = len(value) > 5 and len(set(map(type, value.values()))) == 1
        for name, inner in value.items():
            yield from values(inner, (*key, name), (*form, "*" if alike else name))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from values(inner, (*key, number), (*form, -1))


def changed(value: Any, key: Key, other: object) -> Any:
    """The same with another value under a key."""
    if not key:
        return other
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[key[0]] = changed(value[key[0]], key[1:], other)
    return copy


def wrong_for(value: object) -> tuple[object, ...]:
    """What is none, in place of a value."""
    if type(value) in (int, float):
        return (math.nan, math.inf, 1e9, -1e9, "3")
    return (math.nan, {"of": 3})


def taken(read: Read, path: Path, table: dict[str, Any], seen: set[Key]) -> list[str]:
    """Which wrong values of a file are taken, or refused without saying what is wrong."""
    odd = []
    for key, form, value in values(table):
        if form in seen:
            continue
        seen.add(form)
        for wrong in wrong_for(value):
            told = refusal(read, path, changed(table, key, wrong))
            name = next(part for part in reversed(key) if isinstance(part, str))
            if path.name.split(".")[0] not in told or name not in told or "\n" in told:
                odd.append(f"{path.name}: {key} = {wrong!r}: {told or 'taken'}")
    return odd


def refusal(read: Read, path: Path, table: dict[str, Any]) -> str:
    """What is said of a table as a file's; empty where it is taken."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(k)} = {dumped(v)}\n" for k, v in table.items()), "utf-8")
    try:
        read(path)
    except SettingsError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("form", READERS)
def test_what_is_no_value_is_told_by_file_and_key(tmp_path: Path, form: str) -> None:
    seen: set[Key] = set()
    odd = []
    numbers = iter(range(10**6))

    def read(path: Path) -> object:
        # what was read from a file once may be remembered: each stands in a folder of its own
        place = tmp_path / str(next(numbers)) / path.relative_to(tmp_path)
        place.parent.mkdir(parents=True)
        return READERS[form](path.rename(place))

    for shipped in files()[form]:
        table = tomllib.loads(shipped.read_text(encoding="utf-8"))
        path = tmp_path / shipped.relative_to(ASSETS)
        assert refusal(read, path, table) == ""
        odd += taken(read, path, table, set() if form == "rubrics/*" else seen)
    assert odd == []


def test_every_setting_is_held_against_its_range(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    odd = []
    for key, _, value in values(as_table(Settings())):
        name = key[-1]
        if (
            not isinstance(name, str) or value is None
        ):  # no other key is written, so whole lists only
            continue
        for wrong in wrong_for(value):
            table = {name: wrong}
            for part in reversed(key[:-1]):
                table = {str(part): table}
            told = refusal(load_settings, path, table)
            if "mine.toml: " not in told or name not in told or "\n" in told:
                odd.append(f"{key} = {wrong!r}: {told or 'taken'}")
    assert odd == []


@pytest.mark.parametrize("form", ["rubrics/*", "screens/end"])
def test_a_brace_that_stands_for_nothing_is_told_and_not_shown(tmp_path: Path, form: str) -> None:
    odd = []
    numbers = iter(range(10**6))
    for shipped in files()[form]:
        if shipped.stem in PATTERNS:
            continue
        table = tomllib.loads(shipped.read_text(encoding="utf-8"))
        seen: set[Key] = set()
        for key, kind, value in values(table):
            if not isinstance(value, str) or kind in seen:
                continue
            seen.add(kind)
            for wrong in (f"{value} {{odd}}", f"{value} {{"):
                path = tmp_path / str(next(numbers)) / shipped.name
                told = refusal(READERS[form], path, changed(table, key, wrong))
                said = any(word in told for word in (str(key[-1]), str(key[-2:][0]), wrong))
                if shipped.name not in told or not said or "\n" in told:
                    odd.append(f"{shipped.name}: {key} = {wrong!r}: {told or 'taken'}")
    assert odd == []
