"""Interviews: the question banks in ``assets/interviews/``, and the plan of one interview.

A bank is one TOML file per role. It holds wordings only; when they are spoken is decided in
``dialogue.manager``, and which follow-up is asked in ``dialogue.interviewing.follow_ups``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, get_args

from perception.errors import InputError
from perception.named_file import is_file
from perception.paths import ASSETS
from perception.settings import between, checked, read_as
from perception.written_lines import SPOKEN, lines_faults, placeholder_faults, refuse

INTERVIEWS = ASSETS / "interviews"
"""Folder of the question banks."""

LONGEST_LINE = 320
"""Characters: about 20 s of speech, the most that a listener should have to hold in mind."""


def _faults(lines: Sequence[str], what: str, least: int = 1) -> list[str]:
    return lines_faults(lines, what, longest=LONGEST_LINE, least=least)


Condition = Literal[
    "short", "no_situation", "no_action", "no_result", "no_own_role", "vague", "always"
]
"""When a follow-up may be asked: a short answer; no setting, no deed, no outcome told; "we" but
never "I"; only general claims; any."""


Kind = Literal[
    "opening",
    "behavioural",
    "situational",
    "technical",
    "motivation",
    "closing",
    "stress",
    "curveball",
]
"""What a question asks for: a first picture; something that happened, from its situation to its
result; what somebody would do; knowledge and judgement of the trade; reasons for applying; what is
left to say. Or it presses, or nobody expects it."""

RATED = ("1", "3", "5")
"""Ratings of 1...5 for which a question says what an answer does."""


@checked
@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question that digs into the answer just given."""

    when: Condition
    text: tuple[str, ...]
    """Wordings with the same meaning; one is spoken."""

    def __post_init__(self) -> None:
        refuse(_faults(self.text, f"text of the follow-up {self.when}"))


@checked
@dataclass(frozen=True, slots=True)
class Question:
    """One question of an interview."""

    id: str
    text: tuple[str, ...]
    """Wordings with the same meaning; one is spoken."""
    competency: str
    """What the question is meant to show: "teamwork", "motivation" ..."""
    kind: Kind
    follow_ups: tuple[FollowUp, ...] = ()
    keywords: tuple[str, ...] = ()
    """Words a pertinent answer often holds, for relevance scoring."""
    gist: str = ""
    """What a good answer tells, in a sentence or two, for relevance scoring."""
    help: tuple[str, ...] = ()
    """The question put in another way, for a candidate who stays silent."""
    max_answer_s: Annotated[float, between(10, 600)] = 120.0
    """Seconds of answer after which the recruiter cuts in politely."""
    simple: tuple[str, ...] = ()
    """The question in plain short words, for who asks for other words."""
    explains: tuple[str, ...] = ()
    """What she wants to hear, for who asks what she means."""
    terms: tuple[tuple[str, str], ...] = ()
    """Words that a newcomer may not know, each with a sentence that says what it means."""
    difficulty: Annotated[int, between(1, 3)] = 2
    """How demanding it is: 1 an easy start, 3 for who answers well."""
    topic: str = ""
    """What it is about, as she names it in passing: "the frightened patient"."""
    points: tuple[str, ...] = ()
    """What is expected of a good answer, point by point."""
    ratings: dict[str, str] = field(default_factory=dict, hash=False)
    """What an answer does that is worth 1, 3 and 5 of 5: observable, one sentence each, by "1",
    "3" and "5"; empty where nobody has written them."""

    def __post_init__(self) -> None:
        wrong = []
        if self.ratings and set(self.ratings) != set(RATED):
            wrong.append(f"ratings of {self.id}: write one sentence each for 1, 3 and 5")
        if not all(each.strip() for each in (*self.points, *self.ratings.values())):
            wrong.append(f"points or ratings of {self.id} hold an empty one; remove it")
        if not self.id.replace("_", "").isalnum():
            wrong.append(f"id is {self.id!r}; use letters, digits and underscores")
        wrong += _faults(self.text, f"text of {self.id}")
        for name in ("help", "simple", "explains"):
            wrong += _faults(getattr(self, name), f"{name} of {self.id}", least=0)
        meanings = [meaning for _, meaning in self.terms]
        wrong += placeholder_faults(meanings, f"terms of {self.id}", SPOKEN)
        refuse(wrong)

    @property
    def asks_episode(self) -> bool:
        """Whether it asks for something that happened, told from its situation to its result."""
        return self.kind == "behavioural"

    @property
    def usual_answer_s(self) -> float:
        """Seconds that an answer usually takes: two fifths of the longest, 48 of 120."""
        return 0.4 * self.max_answer_s


@checked
@dataclass(frozen=True, slots=True)
class Interview:
    """A role's question bank."""

    title: str
    """The role as a person would say it: "sales assistant"."""
    description: str
    greetings: tuple[str, ...]
    """``{name}`` stands for the recruiter's name, ``{title}`` for the role."""
    warm_up: Question
    questions: tuple[Question, ...]
    transitions: tuple[str, ...]
    """Words between the acknowledgement of an answer and the next question."""
    last_transitions: tuple[str, ...]
    """The same before the last question."""
    closings: tuple[str, ...]
    early_closings: tuple[str, ...]
    """Closing words when the candidate has to stop before the end."""
    vocabulary: tuple[str, ...] = ()
    """Names and terms likely in answers, which the recogniser then listens for."""
    name: str = ""
    """Name of the bank: its file's name without the suffix."""

    def __post_init__(self) -> None:
        wrong = placeholder_faults([self.title], "title", ())
        for key in ("greetings", "transitions", "last_transitions", "closings", "early_closings"):
            wrong += _faults(getattr(self, key), key)
        if not self.questions:
            wrong.append("questions is empty; add at least one [[questions]] table")
        ids = [q.id for q in (self.warm_up, *self.questions)]
        twice = sorted(i for i, count in Counter(ids).items() if count > 1)
        wrong += [f"question id {each!r} is used twice; make ids differ" for each in twice]
        refuse(wrong)


def roles(folder: Path = INTERVIEWS) -> tuple[str, ...]:
    """Names of the interviews that ``load_interview`` knows, in alphabetical order."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def load_interview(name: str, folder: Path = INTERVIEWS) -> Interview:
    """Reads the question bank of a role.

    Args:
        name: a role out of ``roles()``, or the path of a TOML file.
        folder: where the banks lie.

    Raises:
        InputError: there is no such role or file; the message lists the roles.
        SettingsError: the file is not TOML, or a key is unknown, missing or out of range; the
            message names file and key.
    """
    path = Path(name) if name.endswith(".toml") else folder / f"{name}.toml"
    if not is_file(path):
        raise InputError(f"role {name!r}: no such interview; use one of {', '.join(roles(folder))}")
    return read_as(Interview, path, name=path.stem)


CONDITIONS: tuple[str, ...] = get_args(Condition)
