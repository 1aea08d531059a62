"""A played interview as exchanges: what the candidate said, and what she did about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dialogue.conduct.reasons import quoted
from dialogue.types import AskData, RecruiterAct
from game.synthetic.conversation.her_lines import Piece
from game.synthetic.conversation.play import Line, Played
from game.synthetic.conversation.utterance import Segment, Utterance

SOON_S = 0.4
"""Seconds before the end of an utterance from which on what she does may be about it."""


@dataclass(frozen=True)
class Exchange:
    """An utterance and all that she did until the candidate's next one."""

    utterance: Utterance
    put_id: str
    """What she had put: a question's id, "question/condition" for a follow-up."""
    put: str
    """The bare question, as it was put last."""
    acts: tuple[RecruiterAct, ...]
    """Hers, in their order."""
    lines: tuple[Line, ...]
    """Of those acts, what was heard."""
    pieces: tuple[Piece, ...]
    """The written lines in them."""

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Of her lines."""
        return frozenset(piece.kind for piece in self.pieces)

    @cached_property
    def said(self) -> str:
        """All that she said."""
        return " ".join(line.act.text for line in self.lines)

    @property
    def base(self) -> str:
        """Id of the main question."""
        return self.put_id.split("/", 1)[0]

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """Ids of the questions that she put."""
        return tuple(line.act.question_id or "" for line in self.lines if line.act.kind == "ask")

    @property
    def moved_on(self) -> bool:
        """Whether she went on to another question, or to the end."""
        return self.closed or any(id_.split("/", 1)[0] != self.base for id_ in self.asked)

    @property
    def closed(self) -> bool:
        """Whether she said goodbye."""
        return any(act.kind == "close" for act in self.acts)

    @property
    def again(self) -> bool:
        """Whether she put the same question once more, in these or other words."""
        same = {self.put_id, self.base}
        of = any(
            p.of in same and p.kind in ("question", "simple", "follow_up") for p in self.pieces
        )
        return of or (bool(self.put) and self.put.lower() in self.said.lower())


@dataclass(slots=True)
class Tally:
    """How often something was as it should be, and where it was not."""

    good: int = 0
    of: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def share(self) -> float | None:
        """0...1; None where there was no occasion."""
        return self.good / self.of if self.of else None

    def count(self, good: bool, fault: str = "") -> None:
        """One occasion."""
        self.of += 1
        self.good += good
        if not good:
            self.faults.append(fault)

    def add(self, other: Tally) -> None:
        """Those of another run."""
        self.good += other.good
        self.of += other.of
        self.faults += other.faults


def exchanges(played: Played) -> tuple[Exchange, ...]:
    """The exchanges of an interview, in their order; murmurs are none."""
    said = [u for u in played.utterances if u.intended.purpose != "murmur"]
    found = []
    for number, utterance in enumerate(said):
        behind_s = said[number + 1].start_s if number + 1 < len(said) else float("inf")
        from_s = utterance.end_s - SOON_S
        acts = tuple(act for act in played.acts if from_s <= act.t_s < behind_s)
        heard = (played.lines[act.id] for act in acts if act.text)
        lines = tuple(line for line in heard if line.start_s is not None)
        pieces = tuple(p for line in lines for p in played.her.pieces(line.act.text) or ())
        put_id, put = _put(played.acts, utterance.start_s + 0.01)
        found.append(Exchange(utterance, put_id, put, acts, lines, pieces))
    return tuple(found)


def label(played: Played, t_s: float, what: str) -> str:
    """Where something happened, as a person finds it again."""
    s = played.setting
    minutes = f" {s.minutes:g} min" if s.minutes else ""
    where = f"{s.candidate.name} {s.role} {s.persona} {s.manner} seed {s.seed}{minutes}"
    return f"{where}, {t_s:.1f} s: {what}"


def told_by(played: Played, base: str, t_s: float) -> tuple[Segment, ...]:
    """Segments of the answer to a main question that were said to their end by then."""
    return tuple(
        segment
        for utterance in played.utterances
        if utterance.intended.base == base
        for segment in utterance.said_by(t_s)
        if segment.part
    )


def short(text: str, words: int = 24) -> str:
    """The beginning of a text, as faults quote it."""
    return quoted(text, words)


def total(tallies: Iterable[Tally]) -> Tally:
    """All together."""
    whole = Tally()
    for tally in tallies:
        whole.add(tally)
    return whole


def _put(acts: Sequence[RecruiterAct], t_s: float) -> tuple[str, str]:
    """Id and text of the question that stood at a moment."""
    put_id = text = ""
    for act in acts:
        if act.t_s >= t_s:
            break
        if act.kind == "ask" and isinstance(act.data, AskData):
            put_id, text = act.question_id or "", act.data.question
    return put_id, text
