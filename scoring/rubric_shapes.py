"""What each file of ``assets/rubrics`` must look like: its keys, and the range of every number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from perception.settings import (
    CountOrZero,
    NotNegative,
    Positive,
    PositiveShare,
    Share,
    between,
    checked,
)
from scoring.change_shape import Change
from scoring.classifier_shape import Classifiers
from scoring.coaching_shape import Coaching, Told
from scoring.emotion_shape import Emotion
from scoring.improved_shape import Improved

Words = tuple[str, ...]
NORM_END = re.compile(r"(?:(\d+(?:\.\d+)?|\.\d+) )?(low|high)")
"""A corner of a curve at that end of the measure's norm, or so many times as far ("0.85 low")."""
Points = Annotated[float, between(0, 100)]
Percent = Annotated[float, between(0, 1000)]  # by name: _Gap has a field that is called between


@checked
@dataclass(frozen=True, slots=True)
class _Band:
    source: str
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if not self.source or (self.low is None and self.high is None):
            raise ValueError("give a source, and low or high or both")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"low is {self.low} and high {self.high}; use a low below high")


@checked
@dataclass(frozen=True, slots=True)
class _Baseline:
    of: Literal["pitch_hz", "range_semitones", "level_dbfs", "pace_sps"]
    by: Literal["semitones", "unit", "factor"]
    within: Positive
    source: str
    times: Positive = 1.0

    def __post_init__(self) -> None:
        if self.by == "factor" and self.within <= 1.0:
            raise ValueError(f"within is {self.within}; use more than 1 for a factor")


def _refuse_disorder(points: tuple[tuple[float, float], ...]) -> None:
    """Raises ValueError for corners of which no line can be drawn from left to right."""
    values = [value for value, _ in points]
    if len(values) < 2 or values != sorted(set(values)):
        raise ValueError(f"points are at {values}; use two or more, each to the right")


@checked
@dataclass(frozen=True, slots=True)
class _Curve:
    weight: PositiveShare
    error: NotNegative
    points: tuple[tuple[float | str, Points], ...]
    misheard: Share = 0.0
    """How much of the measure is lost where no word is believed, 0...1."""

    def __post_init__(self) -> None:
        for at, _ in self.points:
            if isinstance(at, str) and not NORM_END.fullmatch(at):
                raise ValueError(
                    f"points have a corner at {at!r}; use a number, low, high, or part of one: "
                    '"0.85 low"'
                )
        # where its norm's ends lie is known to whoever reads both files: scoring/curves.py
        known = tuple((at, points) for at, points in self.points if not isinstance(at, str))
        if len(known) == len(self.points) or len(known) > 1:
            _refuse_disorder(known)


@checked
@dataclass(frozen=True, slots=True)
class _Overall:
    content: PositiveShare
    delivery: PositiveShare
    nonverbal: PositiveShare
    responsiveness: PositiveShare


@checked
@dataclass(frozen=True, slots=True)
class _Unanswered:
    none: Points
    asked_back: Points
    does_not_know: Points
    declined: Points


@checked
@dataclass(frozen=True, slots=True)
class _Corners:
    points: tuple[tuple[float, Points], ...]

    def __post_init__(self) -> None:
        _refuse_disorder(self.points)


@checked
@dataclass(frozen=True, slots=True)
class _QuestionWeight:
    main: Positive
    follow_up: Positive


@checked
@dataclass(frozen=True, slots=True)
class _Scores:
    min_coverage: Share
    widest: Points
    base_error_points: Points
    full_speech_s: Positive
    full_face_s: Positive
    full_replies: Positive
    min_speech_s: NotNegative
    min_words: CountOrZero
    min_face_s: NotNegative
    min_replies: CountOrZero
    unanswered: _Unanswered
    brevity: _Corners
    ill_formed: _Corners
    self_praise: _Corners
    question_weight: _QuestionWeight
    overall: _Overall
    content: dict[str, _Curve]
    delivery: dict[str, _Curve]
    nonverbal: dict[str, _Curve]
    responsiveness: dict[str, _Curve]


@checked
@dataclass(frozen=True, slots=True)
class _Cue:
    measure: str
    usual: float
    spread: Positive
    weight: Annotated[float, between(-1, 1)]


@checked
@dataclass(frozen=True, slots=True)
class _Link:
    r: Annotated[float, between(-1, 1)]
    basis: str
    cue: tuple[_Cue, ...]


@checked
@dataclass(frozen=True, slots=True)
class _Doubt:
    trust: Share
    say: str
    program: bool
    note: str = ""
    remedy: str = ""
    reasons: dict[str, str] = field(default_factory=dict)


@checked
@dataclass(frozen=True, slots=True)
class _LeftOutCue:
    name: str
    measures: Words
    sentences: Words = ()
    ratings: Words = ()
    sections: Words = ()
    reactions: Words = ()


@checked
@dataclass(frozen=True, slots=True)
class _NoEmotion:
    told: str
    measures: Words
    sections: Words
    reactions: Words


@checked
@dataclass(frozen=True, slots=True)
class _LeaveOut:
    say: str
    told: str
    emotion: _NoEmotion
    cue: dict[str, _LeftOutCue]


@checked
@dataclass(frozen=True, slots=True)
class _Gap:
    gap_pct: Percent
    between: str
    trust: PositiveShare | None = None


@checked
@dataclass(frozen=True, slots=True)
class _Wording:
    what: str
    why: Told
    how: Told = ""
    clause: Told = ""
    """The same within a sentence: "you kept an easy pace", "shorter pauses"."""
    quotes: bool = False
    weight: Annotated[float, between(0, 10)] = 1.0


@checked
@dataclass(frozen=True, slots=True)
class _Sides:
    good: _Wording | None = None
    low: _Wording | None = None
    high: _Wording | None = None


@checked
@dataclass(frozen=True, slots=True)
class _UnansweredWording:
    what: str
    why: Told
    why_one: Told
    how: Told
    how_unknown: Told
    clause: Told = ""


@checked
@dataclass(frozen=True, slots=True)
class _Feedback:
    measure: dict[str, _Sides]
    unanswered: _UnansweredWording
    grammar: _Wording
    answer: dict[str, Told]


@checked
@dataclass(frozen=True, slots=True)
class _Fillers:
    sounds: Words
    phrases: Words
    not_after: dict[str, Words] = field(default_factory=dict)
    not_before: dict[str, Words] = field(default_factory=dict)


@checked
@dataclass(frozen=True, slots=True)
class _Star:
    situation: Words
    task: Words
    action: Words
    result: Words


@checked
@dataclass(frozen=True, slots=True)
class _Behavioural:
    patterns: Words


@checked
@dataclass(frozen=True, slots=True)
class _Phrases:
    phrases: Words


@checked
@dataclass(frozen=True, slots=True)
class _SelfPraise:
    words: Words
    phrases: Words


@checked
@dataclass(frozen=True, slots=True)
class _Cues:
    fillers: _Fillers
    star: _Star
    behavioural: _Behavioural
    hedges: _Phrases
    self_praise: _SelfPraise


@checked
@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: str
    say: str


@checked
@dataclass(frozen=True, slots=True)
class _LearnerErrors:
    rule: tuple[_Rule, ...]


@checked
@dataclass(frozen=True, slots=True)
class _Valence:
    positive: Words
    negative: Words
    negations: Words


@checked
@dataclass(frozen=True, slots=True)
class _Disclaimers:
    emotion: str
    voice: str
    expressions: str
    impressions: str
    lines: Words


@checked
@dataclass(frozen=True, slots=True)
class _Labels:
    score: dict[str, str]
    score_about: dict[str, str]
    rating: dict[str, str]
    impression: dict[str, str]
    expression: dict[str, str]
    group: dict[str, Words]
    measure: dict[str, str]


@checked
@dataclass(frozen=True, slots=True)
class _Then:
    again: str
    other_words: str
    replied: str
    followed_up: str
    went_on: str
    closed: str
    waited: str


@checked
@dataclass(frozen=True, slots=True)
class _Understood:
    sure: Share
    whole_recording: str
    act: dict[str, str]
    part: dict[str, str]
    gap: dict[str, str]
    follow_up: dict[str, str]
    you: dict[str, str]
    she: dict[str, str]
    then: _Then
    took_it: str = ""
    missed: str = ""
    did: dict[str, str] = field(default_factory=dict)
    """What the recruiter did, by kind of act and what goes with it."""
    seen: dict[str, Told] = field(default_factory=dict)
    """By what, by rule."""


@checked
@dataclass(frozen=True, slots=True)
class _Levels:
    levels: Words

    def __post_init__(self) -> None:
        if len(self.levels) != 5 or not all(self.levels):
            raise ValueError(f"there are {len(self.levels)} levels; give five")


SHAPES: Mapping[str, Any] = {
    "anchors": dict[str, _Levels],
    "baselines": dict[str, _Baseline],
    "change": Change,
    "classifiers": Classifiers,
    "coaching": Coaching,
    "cues": _Cues,
    "disclaimers": _Disclaimers,
    "doubts": dict[str, _Doubt],
    "emotion": Emotion,
    "fairness": dict[str, _Gap],
    "feedback": _Feedback,
    "impressions": dict[str, _Link],
    "improved": Improved,
    "labels": _Labels,
    "learner_errors": _LearnerErrors,
    "leave_out": _LeaveOut,
    "norms": dict[str, _Band],
    "scores": _Scores,
    "understood": _Understood,
    "valence": _Valence,
}
"""Name of a file to what it must hold."""
