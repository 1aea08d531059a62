"""Utterances written for this project, with what they are: ``assets/utterances``.

One file holds those of one style of author, one utterance a line:

    nurse/handover: [think_time] Let me think. [answer] On {place:Ward 12} we used {tool:SBAR}.

The role and the question to which it replies stand first. Each act is named before its words, and
facts are marked where they are said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from dialogue.understanding.types import ACTS, FACTS, ActSpan, Asked, CandidateAct, Fact, FactKind
from perception.errors import InputError
from perception.paths import ASSETS

UTTERANCES = ASSETS / "utterances"
"""Folder of the utterances."""

HELD_OUT = ("career_returner", "indian_professional", "mobile_newcomer", "scottish_jobseeker")
"""Authors that take no part in training: what the recogniser is worth is told on them."""

_LINE = re.compile(r"(\w+)/(\w+): (\[.*)$")
_PART = re.compile(r"\[(\w+)\] ?([^\[\]]*)")
_FACT = re.compile(r"\{(\w+):([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class WrittenUtterance:
    """One utterance and the truth about it."""

    author: str
    """Name of its file without the suffix."""
    role: str
    question: str
    """Id of the question to which it replies; ``your_questions`` where the recruiter had asked for
    the candidate's own, ``greeting`` where she had said hello."""
    text: str
    acts: tuple[ActSpan, ...]
    facts: tuple[Fact, ...]

    @property
    def asked(self) -> Asked:
        """What it replies to."""
        if self.question == "your_questions":
            return Asked("your_questions")
        return Asked("greeting") if self.question == "greeting" else Asked("question")


def read_utterances(folder: Path = UTTERANCES) -> tuple[WrittenUtterance, ...]:
    """All utterances, by author and in their order.

    Raises:
        InputError: a line is not of that form; the message names file and line.
    """
    found = []
    for path in sorted(folder.glob("*.txt")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                try:
                    found.append(parse_utterance(path.stem, line))
                except ValueError as error:
                    raise InputError(f"{path}:{number}: {error}") from None
    return tuple(found)


def parse_utterance(author: str, line: str) -> WrittenUtterance:
    """One line.

    Raises:
        ValueError: it is not of that form.
    """
    match = _LINE.match(line)
    if match is None:
        raise ValueError(f'not "role/question: [act] words": {line[:60]!r}')
    role, question, rest = match.groups()
    if _PART.sub("", rest):
        raise ValueError(f"brackets do not fit: {line[:60]!r}")
    text = ""
    acts: list[ActSpan] = []
    facts: list[Fact] = []
    for act, marked in _PART.findall(rest):
        if act not in ACTS:
            raise ValueError(f"{act!r} is no act; use one of {', '.join(ACTS)}")
        said, told = _plain(marked.strip())
        if not said:
            raise ValueError(f"[{act}] has no words")
        start = len(text) + bool(text)
        text = f"{text} {said}".strip()
        acts.append(ActSpan(_act(act), 1.0, start, len(text), said))
        facts += [Fact(f.kind, f.text, 1.0, start + f.start, start + f.end) for f in told]
    return WrittenUtterance(author, role, question, text, tuple(acts), tuple(facts))


def _plain(marked: str) -> tuple[str, list[Fact]]:
    """The words without the braces, and the facts in them."""
    text = ""
    facts = []
    at = 0
    for match in _FACT.finditer(marked):
        kind, said = match.groups()
        if kind not in FACTS:
            raise ValueError(f"{kind!r} is no kind of fact; use one of {', '.join(FACTS)}")
        text += marked[at : match.start()]
        facts.append(Fact(_kind(kind), said, 1.0, len(text), len(text) + len(said)))
        text += said
        at = match.end()
    text += marked[at:]
    if "{" in text or "}" in text:
        raise ValueError(f"braces do not fit: {marked[:60]!r}")
    return text, facts


def _act(name: str) -> CandidateAct:
    return next(act for act in ACTS if act == name)


def _kind(name: str) -> FactKind:
    return next(kind for kind in FACTS if kind == name)
