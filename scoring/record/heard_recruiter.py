"""An interviewer who is heard in the candidate's own recording: which words and sound are theirs.

In an interview with this program the microphone hears the candidate alone. A recording made
elsewhere may hold both voices in one channel; what was asked in it is known by its acts, and what
was said and heard meanwhile is not the candidate's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dialogue.types import AskData, Because, Feedback, RecruiterAct, SayData
from perception.languages import joined
from perception.types import Word, Words
from scoring.record.spans import merge, overlap, subtract
from scoring.record.tracks import VoiceTrack
from scoring.types import Span

HEARD = "heard_question"
"""Rule of an act that was found in the words of a recording."""
NAMED = "named"
"""Rule of one that somebody named."""
EDGE_S = 0.25
"""s beside an interviewer's words that may still be theirs."""
BRIDGE_S = 0.3
"""s of silence within a word or between two."""


@dataclass(frozen=True, slots=True)
class Put:
    """Something that an interviewer said in a recording."""

    span: Span
    """From its first sound to its last."""
    text: str
    question: str | None
    """The question in it; None for a greeting."""
    cue: str
    """What tells that it was said."""


def interviewer_acts(rule: str, said: Sequence[Put]) -> list[RecruiterAct | Feedback]:
    """What an interviewer said as a record has it: acts, and what became of them, in order.

    Args:
        rule: by which it is known: :data:`HEARD` or :data:`NAMED`.
        said: in order.
    """
    asks = sum(put.question is not None for put in said)
    items: list[RecruiterAct | Feedback] = []
    number = 0
    for place, put in enumerate(said, start=1):
        number += put.question is not None
        act = RecruiterAct(
            put.span[0],
            "say" if put.question is None else "ask",
            put.text,
            "neutral",
            Because(rule, put.cue, number, asks),
            f"{rule.partition('_')[0]}-{place}",
            None if put.question is None else f"question-{number}",
            SayData("greeting")
            if put.question is None
            else AskData(number=number, of=asks, question=put.question),
        )
        items.append(act)
        items.append(Feedback(put.span[0], act.id, "start"))
        items.append(Feedback(put.span[1], act.id, "end"))
    return items


def interviewer_spans(
    acts: Sequence[RecruiterAct], progress: Sequence[Feedback]
) -> tuple[Span, ...]:
    """When an interviewer is heard in the recording, in order."""
    theirs = {a.id for a in acts if a.because is not None and a.because.rule in (HEARD, NAMED)}
    started = {f.act_id: f.t_s for f in reversed(progress) if f.phase == "start"}
    ended = {f.act_id: f.t_s for f in progress if f.phase == "end"}
    return merge(
        (started[each], ended[each])
        for each in theirs
        if each in started and each in ended and ended[each] > started[each]
    )


def not_theirs(
    speech: Sequence[Span], theirs: Sequence[Span], voice: VoiceTrack
) -> tuple[Span, ...]:
    """Stretches of speech without those of the interviewer.

    A stretch that goes on from a question to its answer begins with the silence between the two,
    which the readings of the voice tell. Detectors of speech and recognisers of words place edges a
    little apart; what is left of a stretch by that alone is nobody's answer.
    """
    if not theirs:
        return tuple(speech)
    voiced = voice.speech_spans(bridge_s=BRIDGE_S)
    found: list[Span] = []
    for span in speech:
        for piece in subtract(span, theirs):
            if piece == span:
                found.append(piece)
                continue
            heard = [s for s in overlap(voiced, (piece,)) if s[1] - s[0] >= EDGE_S]
            if heard:
                found.append((heard[0][0], heard[-1][1]))
            elif not voiced and piece[1] - piece[0] >= EDGE_S:
                found.append(piece)
    return tuple(found)


def without(words: Sequence[Words], spans: Sequence[Span]) -> tuple[Words, ...]:
    """Stretches of words without those that were said within spans of time."""
    if not spans:
        return tuple(words)
    return tuple(kept for each in words if (kept := _without(each, spans)) is not None)


def _without(stretch: Words, spans: Sequence[Span]) -> Words | None:
    if stretch.t_end_s <= spans[0][0] or stretch.t_start_s >= spans[-1][1]:
        return stretch
    words = stretch.words or spread(stretch.text, stretch.t_start_s, stretch.t_end_s)
    kept = tuple(w for w in words if not _within((w.start_s + w.end_s) / 2, spans))
    if len(kept) == len(words):
        return stretch
    if not kept:
        return None
    # words without times of their own stay such: how they were spread is only a guess
    timed = kept if stretch.words else ()
    return replace(
        stretch,
        t_start_s=kept[0].start_s,
        t_end_s=kept[-1].end_s,
        text=joined(w.text.strip() for w in kept),
        words=timed,
    )


def _within(t_s: float, spans: Sequence[Span]) -> bool:
    return any(start <= t_s < end for start, end in spans)


def spread(text: str, start_s: float, end_s: float) -> tuple[Word, ...]:
    """Words without times over their stretch of speech, longer ones for longer."""
    tokens = text.split()
    lengths = [len(t) + 1 for t in tokens]
    scale = (end_s - start_s) / max(1, sum(lengths))
    words, at = [], start_s
    for token, length in zip(tokens, lengths, strict=True):
        words.append(Word(token, at, at + length * scale))
        at += length * scale
    return tuple(words)
