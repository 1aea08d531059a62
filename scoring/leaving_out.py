"""What a person asked to have left out: cues that are not measured, not spoken of, not scored.

Somebody who stutters, who is autistic, or who cannot see the screen knows beforehand which cues
tell nothing of them. Leaving one out differs from not having measured it: what could not be
measured makes a score less sure, what was left out is no part of it. Which measures and sentences
a cue stands for is content (``assets/rubrics/leave_out.toml``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from perception.recorded import looked_up
from perception.settings import checked
from scoring.rubric import load
from scoring.settings import ClassifierSettings

Names = frozenset[str]


@checked
@dataclass(frozen=True, slots=True)
class ScoringSettings:
    """What is scored."""

    leave_out: tuple[str, ...] = ()
    """Cues that are neither measured nor scored: gaze, face, head, body, pauses, fillers, pace,
    voice, grammar."""
    rubrics: str = ""
    """Folder whose TOML files take the place of those of the same name in assets/rubrics: norms,
    curves, wording. Empty for none."""
    hear_improved: bool = True
    """Whether answers can be heard improved (shorter pauses, fewer fillers, a livelier pitch) where
    the candidate's sound is kept."""
    classifiers: ClassifierSettings = field(default_factory=ClassifierSettings)
    """Text classifiers from this machine's disk that judge what was said as well."""
    reword: str = ""
    """Folder of a language model (T5, LLaMA and the like) that may put sentences of feedback in
    other words, each held against ours. Empty for none."""

    def __post_init__(self) -> None:
        known = load("leave_out")["cue"]
        for name in self.leave_out:
            if name not in known:
                raise ValueError(f"leave_out holds {name!r}; use some of {', '.join(known)}")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Cues that were left out, and all that goes with them; names as in ``leave_out.toml``."""

    cues: tuple[str, ...] = ()
    """In the order of that file."""
    measures: Names = frozenset()
    ratings: Names = frozenset()
    sentences: Names = frozenset()
    sections: Names = frozenset()
    reactions: Names = frozenset()
    emotion: bool = False
    """Whether impressions of how somebody may come across are left out, which no cue stands for."""

    def whole(self, entries: Mapping[str, Any]) -> bool:
        """Whether all of the measures that something rests on were left out."""
        return bool(entries) and all(name in self.measures for name in entries)


NOTHING_LEFT_OUT = LeftOut()


def left_out(names: Sequence[str]) -> LeftOut:
    """What goes with cues; names that there are not are passed over."""
    table = load("leave_out")["cue"]
    cues = tuple(name for name in table if name in names)

    def named(kind: str) -> Names:
        return frozenset(each for cue in cues for each in table[cue].get(kind, ()))

    return LeftOut(
        cues,
        named("measures"),
        named("ratings"),
        named("sentences"),
        named("sections"),
        named("reactions"),
    )


def asked_for(meta: Mapping[str, Any]) -> LeftOut:
    """What the settings of a session say; nothing where they cannot be read.

    Args:
        meta: ``session.json``.
    """
    at = looked_up(meta, "settings", "scoring", "leave_out")
    if not isinstance(at, list):
        return NOTHING_LEFT_OUT
    return left_out([each for each in at if isinstance(each, str)])


def without_emotion(found: LeftOut) -> LeftOut:
    """The same, with every impression of how somebody may come across left out as well."""
    table = load("leave_out")["emotion"]
    return replace(
        found,
        measures=found.measures | frozenset(table["measures"]),
        sections=found.sections | frozenset(table["sections"]),
        reactions=found.reactions | frozenset(table["reactions"]),
        emotion=True,
    )


def emotion_off(meta: Mapping[str, Any]) -> bool:
    """Whether a session was made with no impression formed, neither of face nor of voice.

    Args:
        meta: ``session.json``; False where it cannot be read.
    """
    switches = (("seeing", "emotion", "enabled"), ("hearing", "prosody", "impression", "enabled"))
    return all(looked_up(meta, "settings", *keys) is False for keys in switches)


def instead() -> str:
    """What stands where a value would, or the reason why there is none."""
    return str(load("leave_out")["say"])


def told(found: LeftOut) -> list[str]:
    """Notes that name what was left out; none where nothing was."""
    table = load("leave_out")
    names = "; ".join(table["cue"][cue]["name"] for cue in found.cues)
    notes = [table["told"].format(cues=names)] if names else []
    return [*notes, table["emotion"]["told"]] if found.emotion else notes
