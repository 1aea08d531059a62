"""Rules of reacting, as data: which cue, how far, how long, and what she does then.

They lie in ``assets/personas/rules/``, one file per subject, a table ``[[rules]]`` per rule::

    [[rules]]
    name = "hesitating"
    phase = "answering"
    when = { cue = "fillers_per_min", at_least = 8.0, until = 5.0, for_s = 2.0 }
    once_per = "answer"
    cool_down_s = 40.0
    does = [{ gesture = "nod", strength = 0.6, attitude = "encouraging" }]

A rule acts when ``when`` holds, and all of ``also``, in its phase; outside of that it is not looked
at. It acts once each time ``when`` begins to hold, and at most once in ``cool_down_s``, which rules
of one ``group`` share.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Literal

from dialogue.conduct.mood import PULLS
from dialogue.content.manner import Attitude, Manner, MannerLines
from dialogue.content.persona import Lines
from dialogue.reacting.cues import CUES
from dialogue.reacting.settings import ReactionSettings
from perception.errors import InputError, SettingsError
from perception.paths import ASSETS
from perception.settings import NotNegative, Positive, Share, between, checked, one_of, read_as

RULES = ASSETS / "personas" / "rules"
"""Folder of the rules."""

Amount = float | str
"""A number, or the name of a setting of ``[dialogue.reactions]``, with or without a number added:
``"pause_s + 0.8"``."""

_THRESHOLDS = frozenset(spec.name for spec in fields(ReactionSettings))
_NUMBERS = frozenset(spec.name for spec in fields(Manner) if spec.name != "attitude")
_SAID = frozenset(spec.name for spec in fields(MannerLines))
_SOUNDS = frozenset(spec.name for spec in fields(Lines))
_AMOUNT = re.compile(r"(?P<name>\w+)(?:\s*(?P<sign>[+-])\s*(?P<number>\d+(?:\.\d*)?))?")


def amount(written: Amount, settings: ReactionSettings) -> float:
    """The number that an amount stands for.

    Args:
        written: checked before.
        settings: what it may name.
    """
    if not isinstance(written, str):
        return float(written)
    found = _AMOUNT.fullmatch(written.strip())
    assert found is not None
    added = float(found["number"] or 0.0)
    return float(getattr(settings, found["name"])) + (added if found["sign"] != "-" else -added)


def _check_amount(name: str, written: Amount) -> None:
    if not isinstance(written, str):
        return
    found = _AMOUNT.fullmatch(written.strip())
    if found is None or found["name"] not in _THRESHOLDS:
        raise ValueError(
            f"{name} is {written!r}; use a number, or one of {', '.join(sorted(_THRESHOLDS))}, "
            'with or without a number added, as in "pause_s + 0.8"'
        )


def _check_names(name: str, given: tuple[str, ...], known: frozenset[str], what: str) -> None:
    for each in given:
        if each not in known:
            raise ValueError(
                f"{name} names {each!r}, which is no {what}; use some of {', '.join(sorted(known))}"
            )


@checked
@dataclass(frozen=True, slots=True)
class Condition:
    """When a cue counts."""

    cue: Annotated[str, one_of(CUES)]
    at_least: Amount | None = None
    """Threshold from which on it holds; this or ``at_most``."""
    at_most: Amount | None = None
    """Threshold up to which it holds."""
    until: Amount | None = None
    """Where it ceases to hold, once it does, so that a value that trembles about the threshold does
    not begin anew each time; the threshold itself where None."""
    above_usual: bool = False
    """Whether thresholds are distances from what is usual with the candidate."""
    for_s: NotNegative = 0.0
    """Seconds for which it has to hold."""

    def __post_init__(self) -> None:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give at_least or at_most, one of them")
        for name in ("at_least", "at_most", "until"):
            written = getattr(self, name)
            if written is not None:
                _check_amount(name, written)
        threshold = self.threshold
        if isinstance(threshold, float) and isinstance(self.until, float):
            if self.at_least is not None and self.until > threshold:
                raise ValueError(f"until is {self.until}; at most at_least, which is {threshold}")
            if self.at_most is not None and self.until < threshold:
                raise ValueError(f"until is {self.until}; at least at_most, which is {threshold}")
        if self.above_usual and not CUES[self.cue].usual:
            known = ", ".join(sorted(name for name, cue in CUES.items() if cue.usual))
            raise ValueError(f"above_usual is true, but only {known} have a usual value")

    @property
    def threshold(self) -> Amount:
        """``at_least`` or ``at_most``."""
        threshold = self.at_least if self.at_least is not None else self.at_most
        assert threshold is not None
        return threshold

    def reached(self, value: float, settings: ReactionSettings, held: bool) -> bool:
        """Whether a value is on the side where the condition holds.

        Args:
            value: of the cue; its distance from the usual one where ``above_usual``.
            settings: what thresholds may name.
            held: whether it held before, so that ``until`` counts.
        """
        limit = amount(self.threshold, settings)
        if not held or self.until is None:
            return value >= limit if self.at_least is not None else value <= limit
        limit = amount(self.until, settings)
        return value > limit if self.at_least is not None else value < limit


Gesture = Literal["nod", "smile", "brow_raise", "tilt", "lean_in", "think", "none"]


@checked
@dataclass(frozen=True, slots=True)
class Does:
    """One way in which she reacts."""

    gesture: Gesture
    strength: Share = 0.5
    """0...1."""
    least: Share = 0.0
    """Strength where the numbers by which it is scaled are 0."""
    grows: Share = 0.0
    """What is added per unit of the cue above its usual value."""
    vary: Share = 0.0
    """Share by which strength is varied at random, up and down."""
    repetition: Annotated[int, between(1, 5)] | None = None
    """Nods in a row."""
    attitude: Attitude = "neutral"
    """In which she does it; her mood's where it is neutral."""
    weight: Positive = 1.0
    """How often it is drawn, against the rule's other ways."""
    silent: bool = False
    """Whether it is never drawn together with a sound."""


@checked
@dataclass(frozen=True, slots=True)
class Sound:
    """A sound of listening that goes with it."""

    line: Annotated[str, one_of(_SOUNDS)] = "continuers"
    """Field of the persona's lines."""
    chance: Share = 1.0
    scaled: tuple[str, ...] = ()
    """Numbers of the manner by which the chance is multiplied."""
    gap_s: Amount = "vocal_gap_s"
    """Least seconds between two such sounds."""

    def __post_init__(self) -> None:
        _check_amount("gap_s", self.gap_s)
        _check_names("scaled", self.scaled, _NUMBERS, "number of a manner")


@checked
@dataclass(frozen=True, slots=True)
class Says:
    """Words that she says when the floor is hers again, before her next line."""

    line: Annotated[str, one_of(_SAID)]
    """Field of the manner's lines."""
    chance: Share = 1.0
    scaled: tuple[str, ...] = ()
    """Numbers of the manner by which the chance is multiplied."""
    gap_s: NotNegative = 600.0
    """Least seconds from one remark of this kind to the next, whichever rule makes it."""
    asks: bool = False
    """Whether it is a question about the answer, put in place of the next one as a follow-up."""
    gesture: Gesture = "none"
    strength: Share = 0.4
    attitude: Attitude = "neutral"
    """Her mood's where it is neutral."""

    def __post_init__(self) -> None:
        _check_names("scaled", self.scaled, _NUMBERS, "number of a manner")


@checked
@dataclass(frozen=True, slots=True)
class Scaled:
    """Numbers of the manner by which a rule is more or less like her."""

    chance: tuple[str, ...] = ()
    """Multiply the chance."""
    cool_down: tuple[str, ...] = ()
    """Divide the cool-down; where one is 0 the rule never acts."""
    strength: tuple[str, ...] = ()
    """Take strength from ``least``, at 0, to itself, at 1."""

    def __post_init__(self) -> None:
        for name in ("chance", "cool_down", "strength"):
            _check_names(f"scaled.{name}", getattr(self, name), _NUMBERS, "number of a manner")


Phase = Literal["any", "listening", "waiting", "answering"]
"""any time; ``listening``: it is the candidate's turn; ``waiting``: and nothing was said yet;
``answering``: and something was. In the last two she does not speak herself."""


@checked
@dataclass(frozen=True, slots=True)
class Rule:
    """A rule."""

    name: str
    """As reasons have it; small letters, digits and underscores."""
    when: Condition
    also: tuple[Condition, ...] = ()
    """What has to be so besides at the moment."""
    phase: Phase = "answering"
    fresh_s: NotNegative | None = None
    """Seconds after ``when`` began to hold in which it is still answered; None for as long as it
    holds."""
    every_s: Positive | None = None
    """Seconds after which she acts again while it still holds; None for once each time."""
    chance: Share = 1.0
    """That she acts on it, drawn each time."""
    delay_s: Annotated[float, between(0, 5)] = 0.0
    """Seconds until she does."""
    cool_down_s: Amount = 10.0
    """Least seconds from one time to the next."""
    vary_cool_down: Share = 0.0
    """Share by which that is varied at random, up and down."""
    group: str = ""
    """Rules of one group share their cool-down; empty for the rule alone."""
    once_per: Literal["", "answer", "interview"] = ""
    scaled: Scaled = field(default_factory=Scaled)
    does: tuple[Does, ...] = ()
    """Ways to react, one of which is drawn."""
    sound: Sound | None = None
    says: Says | None = None
    mood: str = ""
    """What it does to her mood: a key of ``dialogue.conduct.mood.PULLS``."""

    def __post_init__(self) -> None:
        if re.fullmatch(r"[a-z][a-z0-9_]*", self.name) is None:
            raise ValueError(f"name is {self.name!r}; use small letters, digits and underscores")
        if not self.does and self.says is None:
            raise ValueError(f"{self.name} does nothing; give does or says")
        if self.sound is not None and all(way.silent for way in self.does):
            raise ValueError(f"{self.name} has a sound that goes with none of what it does")
        if any(condition.for_s for condition in self.also):
            raise ValueError(f"{self.name}: also cannot have for_s; give it in when")
        if self.every_s is not None and self.fresh_s is not None:
            raise ValueError(f"{self.name} has both every_s and fresh_s; give one of them")
        _check_amount("cool_down_s", self.cool_down_s)
        if self.mood and self.mood not in PULLS:
            raise ValueError(
                f"{self.name}: mood is {self.mood!r}; use one of {', '.join(sorted(PULLS))}"
            )

    @property
    def clock(self) -> str:
        """Whose cool-down it keeps."""
        return self.group or self.name


@checked
@dataclass(frozen=True, slots=True)
class RuleFile:
    """What a file holds."""

    rules: tuple[Rule, ...]


def load_rules(folder: Path = RULES) -> tuple[Rule, ...]:
    """Reads all rules, files in alphabetical order.

    Raises:
        InputError: there is no such folder, or no rule in it.
        SettingsError: a file is not TOML, has a bad key or value, or two rules have one name; the
            message names file, rule and key.
    """
    rules: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.toml")):
        for rule in read_as(RuleFile, path).rules:
            if rule.name in rules:
                raise SettingsError(
                    f"{path.name}: rule {rule.name!r} is there twice; make names differ"
                )
            rules[rule.name] = rule
    if not rules:
        raise InputError(f"{folder}: no rules in it; name a folder of TOML files with [[rules]]")
    return tuple(rules.values())


@functools.cache
def shipped_rules() -> tuple[Rule, ...]:
    """Those that come with the program, read once."""
    return load_rules()
