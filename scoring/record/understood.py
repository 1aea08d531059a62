"""What was understood of the candidate during the interview, utterance by utterance.

An utterance is what was said from one turning of her attention to the candidate to the next. While
it goes on it is understood again and again; what was made of all of it is what counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dialogue.types import Because, RecruiterAct, SayData, answer_begins_s
from dialogue.understanding.record import understood_in
from dialogue.understanding.understander import Understood
from perception.types import Event
from scoring.record.lines import act_of

_REPLYING = ("say", "ask", "close")
_UNPROMPTED = ("greeting", "help", "offer", "no_microphone", "microphone_back")
"""Purposes of lines that reply to nothing."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was understood of one utterance, and what she did then."""

    understood: Understood
    from_s: float | None = None
    """Session time from which on its words count; None where the record does not say."""
    until_s: float | None = None
    """Where the next one begins; None for the last."""
    reply: RecruiterAct | None = None
    """What she said to it; None for nothing."""
    because: Because | None = None
    """Why she did what she did then."""
    live: bool = True
    """Whether it was understood during the interview, not when the report was made."""

    @property
    def question_id(self) -> str | None:
        """Of the question to which it replies."""
        return self.understood.inquiry.question_id


_WENT_ON_WORDS = 3
"""Words more than were complete before that show that somebody went on; fewer may be misheard."""


def _had_more(before: Understood, new: Understood) -> bool:
    """Whether only the earlier of two had all words."""
    if new.inquiry.complete or not before.inquiry.complete:
        return False
    words, more = (len(each.inquiry.text.split()) for each in (before, new))
    return more < words + _WENT_ON_WORDS


@dataclass(slots=True)
class _Turn:
    """What is known of one turn of the candidate's while the record is read."""

    from_s: float | None = None
    until_s: float | None = None
    understood: Understood | None = None
    acts: list[RecruiterAct] = field(default_factory=list)

    def take(self, new: Understood) -> None:
        """A later understanding replaces one before, unless only the earlier had all words.

        Words are all there at a pause, too, after which somebody may go on: what is heard then has
        more of them, though a slow machine may never come to the last.
        """
        if self.understood is None or not _had_more(self.understood, new):
            self.understood = new


def find_utterances(events: Sequence[Event]) -> tuple[tuple[Utterance, ...], int]:
    """The utterances of a record, in order, and how many events of them are damaged.

    Args:
        events: of the session, in order of arrival.
    """
    turns: dict[tuple[int, int], _Turn] = {}
    sitting = number = damaged = 0
    for event in events:
        if event.kind == "resumed":
            sitting, number = sitting + 1, 0  # she counts from the first again
            continue
        try:
            understood = understood_in(event)
        except ValueError:
            damaged += 1
            continue
        if understood is not None:
            turns.setdefault((sitting, understood.inquiry.answer), _Turn()).take(understood)
            continue
        act = act_of(event)
        if act is None:
            continue
        begins_s = answer_begins_s(act)
        before = turns.setdefault((sitting, number), _Turn())
        before.acts.append(act)
        if begins_s is not None:
            number += 1
            before.until_s = begins_s
            turns.setdefault((sitting, number), _Turn()).from_s = begins_s
    found = (_utterance(turns[key]) for key in sorted(turns))
    return tuple(each for each in found if each is not None), damaged


def _utterance(turn: _Turn) -> Utterance | None:
    if turn.understood is None:
        return None
    # the last of her lines: those before were withdrawn
    replies = [act for act in turn.acts if act.kind in _REPLYING and act.text and _prompted(act)]
    reply = replies[-1] if replies else None
    deciding = reply if reply is not None else turn.acts[-1] if turn.acts else None
    because = None if deciding is None else deciding.because
    return Utterance(turn.understood, turn.from_s, turn.until_s, reply, because)


def _prompted(act: RecruiterAct) -> bool:
    return not isinstance(act.data, SayData) or act.data.purpose not in _UNPROMPTED
