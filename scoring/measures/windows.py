"""The times of a conversation that norms tell apart: speaking, listening and thinking.

People look at each other most while they listen, less while they speak, and look away to think
(Argyle & Cook as quoted; Andrist 2013). So each of the three has its own measure, and looking away
while thinking counts neither for nor against anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from perception.troubles import GONE
from scoring.measures.fillers import is_hesitation
from scoring.record.session import Session
from scoring.record.spans import merge, overlap, subtract
from scoring.record.tracks import Floats
from scoring.record.turns import Answer
from scoring.types import Span

THINKING_PAUSE_S = 1.0
"""s of silence inside an answer from which it is a pause to think: long, and found in spontaneous
speech only (Campione & Véronis 2002)."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Spans in order of time; none lies in two of them."""

    speaking: tuple[Span, ...]
    """The candidate speaks to answer; pauses and filled pauses are left out."""
    listening: tuple[Span, ...]
    """The recruiter speaks, and the candidate does not."""
    thinking: tuple[Span, ...]
    """From the end of a question to the first words of an answer that is spoken; filled pauses; and
    long pauses inside an answer, in which nobody says anything else."""


def windows(session: Session) -> Windows:
    """Cuts a session into the three; what is in none of them (typing, greeting) tells nothing."""
    answers = tuple(a for a in session.answers if a.spoken)
    filled = merge(s for a in answers for s in _filled(a))
    said = merge(s for a in answers for s in a.speech)
    listening = _without(session.recruiter_speech, merge((*session.candidate_speech, *said)))
    speaking = _without(_without(said, filled), listening)
    gaps = [*_before(session), *(s for a in answers for s in _pauses(a)), *filled]
    heard = merge((*session.recruiter_speech, *_without(session.candidate_speech, filled)))
    thinking = _without(_without(merge(gaps), heard), speaking)
    return Windows(speaking, listening, thinking)


def watched(session: Session, t_s: Floats) -> Span:
    """When the camera could tell something: from its opening to the session's end.

    Before its first reading a camera opens and models load, for longer on a busy machine. That is
    no time in which anything was hidden or missed, and no share counts it. Where the camera was
    said to be gone before its first reading, it was missed.

    Args:
        session: what was recorded.
        t_s: (n,) times of readings of one kind, in order.
    """
    opened_s = float(t_s[0]) if t_s.size else 0.0
    gone = (e for e in session.events if e.source == "camera" and e.kind in GONE)
    start_s = 0.0 if any(event.t_s < opened_s for event in gone) else max(0.0, opened_s)
    return min(start_s, session.duration_s), session.duration_s


def _before(session: Session) -> list[Span]:
    """From each question to the first words of its answer."""
    found = []
    for question in session.questions:
        answer = question.answer
        if answer is None or answer.response_time_s is None or answer.response_time_s <= 0:
            continue
        if question.rated and answer.counts and answer.spoken:
            found.append((answer.start_s - answer.response_time_s, answer.start_s))
    return found


def _filled(answer: Answer) -> list[Span]:
    """Filled pauses, where the recogniser knew their times."""
    if answer.estimated_times:
        return []
    return [(w.start_s, w.end_s) for w in answer.words if is_hesitation(w.text)]


def _pauses(answer: Answer) -> list[Span]:
    """Long silences inside an answer."""
    gaps = [(end, start) for (_, end), (start, _) in pairwise(merge(answer.speech))]
    long = [gap for gap in gaps if gap[1] - gap[0] >= THINKING_PAUSE_S]
    return [gap for gap in long if not overlap((gap,), answer.beside)]


def _without(spans: tuple[Span, ...], holes: tuple[Span, ...]) -> tuple[Span, ...]:
    return tuple(left for span in merge(spans) for left in subtract(span, holes))
