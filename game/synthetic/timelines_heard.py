"""What hearing makes of a timeline: voice readings, starts and ends of speech, words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from game.synthetic.timeline_types import (
    BLOCK_S,
    OFFSET_KNOWN_S,
    ONSET_KNOWN_S,
    VOICE_DELAY_S,
    AnswerTimeline,
    Contour,
    Speaker,
    Spoken,
    Stretch,
)
from perception.fusion import Input
from perception.types import Event, VoiceReading, Word, Words

JOIN_PAUSE_S = 0.5
"""Seconds of pause that end an utterance (``speech.SpeechSettings``)."""
JUDGED_S = 0.1
"""Seconds that Smart Turn needs, from the moment at which a pause is told."""
LONG_UTTERANCE_S = 6.0
"""Seconds of utterance after which any pause ends it (the same)."""

_FULL_STOP = {"end": 0.92, "sentence": 0.85, "listened": 0.7, "clause": 0.25, "broken": 0.3}
_COMMA = {"end": 0.02, "sentence": 0.06, "clause": 0.4, "broken": 0.3, "filler": 0.4}


def heard(
    timeline: AnswerTimeline, from_s: float, length_s: float, rng: np.random.Generator
) -> list[tuple[float, Input]]:
    """Inputs of the fusion with the times at which they arrive, in that order.

    Args:
        timeline: of one answer.
        from_s: session time at which it begins.
        length_s: seconds of it, the silence after it included.
        rng: of readings and recogniser.
    """
    inputs = [*_readings(timeline, from_s, length_s, rng), *_judged(timeline, from_s)]
    if timeline.speaker.recogniser != "none":
        inputs += _recognised(timeline, from_s, rng)
    return sorted(inputs, key=lambda pair: pair[0])


def _judged(timeline: AnswerTimeline, from_s: float) -> Iterator[tuple[float, Input]]:
    """Smart Turn's word on each pause that lasts until one is told."""
    for stretch in timeline.stretches:
        if stretch.finished is not None and stretch.pause_s >= OFFSET_KNOWN_S:
            known_s = from_s + stretch.end_s + OFFSET_KNOWN_S + JUDGED_S
            told = {"t_s": from_s + stretch.end_s, "probability": stretch.finished}
            yield known_s, Event(known_s, "smart_turn", "sounds_finished", told)


def _readings(
    timeline: AnswerTimeline, from_s: float, length_s: float, rng: np.random.Generator
) -> list[tuple[float, Input]]:
    """Voice readings, and the starts and ends of speech that silero's rules make of them."""
    speaker = timeline.speaker
    count = int(length_s / BLOCK_S) + 3
    times = np.arange(count) * BLOCK_S
    speech = np.clip(rng.normal(0.03, 0.02, count), 0.0, 0.2)
    level = rng.normal(-62.0, 1.5, count)
    pitch = np.full(count, np.nan)
    for stretch in timeline.stretches:
        first, last = int(stretch.start_s / BLOCK_S), int(stretch.end_s / BLOCK_S)
        span = slice(first, min(last + 1, count))
        at = times[span] + BLOCK_S / 2
        speech[span] = np.where(rng.random(len(at)) < 0.015, 0.3, rng.uniform(0.75, 1.0, len(at)))
        level[span] = _level(stretch, speaker, at, rng)
        pitch[span] = _pitch(stretch, speaker, at, rng)
        _breathe(stretch, speech, level, rng)
    found: list[tuple[float, Input]] = []
    speaking, tried, silent = False, -1, -1
    for i in range(count):
        arrives = from_s + times[i] + BLOCK_S + VOICE_DELAY_S
        hz = None if math.isnan(pitch[i]) else float(pitch[i])
        reading = VoiceReading(
            from_s + float(times[i]), BLOCK_S, float(speech[i]), float(level[i]), hz
        )
        found.append((arrives, reading))
        if speech[i] >= 0.5:
            silent = -1
            tried = i if tried < 0 else tried
            if not speaking and (i - tried + 1) * BLOCK_S >= ONSET_KNOWN_S:
                speaking = True
                t_s = from_s + float(times[tried])
                found.append((arrives, Event(arrives, "microphone", "speech_start", {"t_s": t_s})))
        else:
            tried = -1
            silent = i if silent < 0 else silent
            if speaking and (i - silent + 1) * BLOCK_S >= OFFSET_KNOWN_S:
                speaking = False
                off = float(np.clip(rng.normal(0.0, 0.02), -0.05, 0.05))
                t_s = from_s + float(times[silent]) + off
                found.append((arrives, Event(arrives, "microphone", "speech_end", {"t_s": t_s})))
    return found


def _breathe(
    stretch: Stretch,
    speech: NDArray[np.float64],
    level: NDArray[np.float64],
    rng: np.random.Generator,
) -> None:
    """In one pause in six a breath or a click is heard, now and then taken for speech."""
    if rng.random() > 0.17:
        return
    pause_s = min(stretch.pause_s, 1.5)
    at = int((stretch.end_s + rng.uniform(0.15, max(0.2, pause_s - 0.1))) / BLOCK_S)
    blocks = slice(at, min(at + 2, int((stretch.end_s + pause_s) / BLOCK_S)))
    speech[blocks] = rng.uniform(0.1, 0.6)
    level[blocks] = rng.uniform(-52.0, -42.0)


def _level(
    stretch: Stretch, speaker: Speaker, at: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    level = speaker.level_dbfs + rng.normal(0.0, 2.5, len(at)) + 2.0 * np.sin(at * 27.0)
    level += rng.normal(0.0, 1.5)
    if stretch.trails_off:
        over = rng.uniform(0.3, 0.6)
        level += np.minimum(0.0, -rng.uniform(5.0, 11.0) * (1 - (stretch.end_s - at) / over))
    filler = stretch.words[-1].said.filler
    if filler:
        level[at > stretch.words[-1].start_s] -= 2.0
    result: NDArray[np.float64] = level
    return result


def _pitch(
    stretch: Stretch, speaker: Speaker, at: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Hertz; NaN where unvoiced or not followed."""
    span_s = max(0.3, stretch.end_s - stretch.start_s)
    done = (at - stretch.start_s) / span_s
    wander = np.sin(at * rng.uniform(9.0, 14.0)) + 0.6 * np.sin(at * 4.1 + rng.uniform(0, 6.3))
    declined = rng.uniform(0.5, 2.5)
    semitones = speaker.liveliness_st * wander + declined * (0.5 - done)
    semitones += rng.normal(0.0, 0.7)
    left = stretch.end_s - at
    semitones = _ended(stretch, semitones, left, speaker, rng)
    semitones += rng.normal(0.0, 0.15, len(at))
    hz = speaker.pitch_hz * 2.0 ** (semitones / 12.0)
    hz[rng.random(len(at)) < 0.012] *= 2.0  # taken an octave too high
    voiced = rng.random(len(at)) < speaker.follows_pitch
    for word in stretch.words:
        # a consonant without voice, longer before a pause
        if rng.random() < 0.55 and not word.said.filler:
            begin = rng.uniform(word.start_s, word.end_s)
            if word is stretch.words[-1] and rng.random() < 0.5:
                begin = word.end_s - rng.uniform(0.04, 0.14)
            voiced &= ~((at > begin) & (at < begin + rng.uniform(0.05, 0.11)))
    if stretch.contour == "fall" and rng.random() < 0.3:
        voiced &= left > rng.uniform(0.06, 0.2)  # creaks out
    hz[~voiced] = np.nan
    result: NDArray[np.float64] = hz
    return result


def _ended(
    stretch: Stretch,
    semitones: NDArray[np.float64],
    left: NDArray[np.float64],
    speaker: Speaker,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Pitch with its final contour; ``left`` is seconds to the end of the stretch."""
    contour: Contour = stretch.contour
    if contour == "none":
        return semitones
    last = stretch.words[-1]
    over = rng.uniform(0.25, 0.45)
    if contour == "plateau":
        over = last.end_s - last.start_s if last.said.filler else rng.uniform(0.18, 0.5)
    at = np.clip(1.0 - left / over, 0.0, 1.0)
    inside = left < over
    begin = float(np.interp(over, left[::-1], semitones[::-1]))
    if contour == "plateau":
        level = rng.normal(-1.0 if last.said.filler else 0.0, 1.2)
        return np.where(inside, level + rng.normal(0.0, 0.4) * at, semitones)
    # a fall goes to the bottom of the speaker's own range, whatever that is
    low = -rng.uniform(0.8, 1.4) * (1.2 + 1.2 * speaker.liveliness_st)
    if contour == "fall":
        to = begin + (low - begin) * at
    elif contour == "high_rise":
        to = begin + rng.uniform(2.5, 7.0) * at
    else:
        turn = 0.55
        down = begin + (low - begin) * np.minimum(at / turn, 1.0)
        to = down + rng.uniform(1.5, 4.5) * np.maximum(0.0, (at - turn) / (1 - turn))
    return np.where(inside, to, semitones)


@dataclass(slots=True)
class _JoinedStretches:
    """Words that reach the recogniser together."""

    words: list[tuple[Spoken, str]] = field(default_factory=list)
    """Each with the kind of place that follows it, empty inside a stretch."""
    closed_s: float = 0.0
    """When it counts as ended, seconds from the answer's start."""


def _joined(timeline: AnswerTimeline) -> list[_JoinedStretches]:
    """Stretches joined as ``speech.UtteranceCollector`` joins them."""
    found: list[_JoinedStretches] = [_JoinedStretches()]
    for stretch in timeline.stretches:
        one = found[-1]
        one.words += [(word, "") for word in stretch.words[:-1]]
        one.words.append((stretch.words[-1], stretch.place or "phrase"))
        long = stretch.end_s - one.words[0][0].start_s >= LONG_UTTERANCE_S
        enough = OFFSET_KNOWN_S if long else JOIN_PAUSE_S
        if stretch.pause_s >= enough:
            one.closed_s = stretch.end_s + enough
            found.append(_JoinedStretches())
    return [one for one in found if one.words]


def _recognised(
    timeline: AnswerTimeline, from_s: float, rng: np.random.Generator
) -> list[tuple[float, Input]]:
    speaker = timeline.speaker
    found: list[tuple[float, Input]] = []
    for joined in _joined(timeline):
        closed = from_s + joined.closed_s
        late = float(rng.lognormal(math.log(0.3), 0.5))
        found.append((closed, Event(closed, "speech_to_text", "pending", {"count": 1})))
        if speaker.partials:
            for until_s, at_s in _partly(joined, timeline, rng):
                known = [pair for pair in joined.words if pair[0].end_s <= until_s]
                words = _told(known, timeline, from_s, rng, final=False)
                if words is not None:
                    found.append((from_s + at_s, words))
        words = _told(joined.words, timeline, from_s, rng, final=True)
        told = closed + max(late, 0.36)  # after the last partial words
        if words is not None:
            found.append((told, words))
        found.append((told, Event(told, "speech_to_text", "pending", {"count": 0})))
    return found


def _told(
    pairs: list[tuple[Spoken, str]],
    timeline: AnswerTimeline,
    from_s: float,
    rng: np.random.Generator,
    final: bool,
) -> Words | None:
    """What the recogniser says of these words; None where it hears nothing."""
    speaker = timeline.speaker
    errors = speaker.word_errors * (1.0 if final else 1.3)
    words: list[Word] = []
    texts: list[str] = []
    sphinx = speaker.recogniser == "pocketsphinx"
    vocabulary = [w.said.text for stretch in timeline.stretches for w in stretch.words]
    for spoken, place in pairs:
        text = spoken.said.text
        if spoken.said.filler and rng.random() > speaker.hears_fillers:
            continue
        wrong = rng.random() < errors
        if wrong and rng.random() < 0.3:
            continue
        if wrong:
            # what sounds alike is about as long
            alike = [w for w in vocabulary if abs(len(w) - len(text)) <= 1 and w != text]
            text = str(rng.choice(alike)) if alike else text
        low, high = (
            ((0.1, 0.6) if wrong else (0.4, 0.98))
            if sphinx
            else ((0.3, 0.85) if wrong else (0.65, 1.0))
        )
        start, end = spoken.start_s + rng.normal(0, 0.04), spoken.end_s + rng.normal(0, 0.05)
        words.append(
            Word(text, from_s + start, from_s + max(end, start), float(rng.uniform(low, high)))
        )
        texts.append(text + ("" if sphinx else _mark(spoken, place, rng)))
    if not words:
        return None
    # words so far come without times and confidence of their own
    each = tuple(words) if final else ()
    start_s, end_s = words[0].start_s, words[-1].end_s
    return Words(start_s, end_s, " ".join(texts), each, final, speaker.recogniser)


def _partly(
    joined: _JoinedStretches, timeline: AnswerTimeline, rng: np.random.Generator
) -> list[tuple[float, float]]:
    """Until when an open utterance is understood, and when that is told; from the answer's start.

    Words so far come once or twice a second, and anew whenever the voice pauses.
    """
    first, closed_s = joined.words[0][0].start_s, joined.closed_s
    streams = timeline.speaker.recogniser == "pocketsphinx"
    work = (0.03, 0.15) if streams else (0.15, 0.5)
    found: list[tuple[float, float]] = []
    at = first + rng.uniform(0.6, 1.2)
    while at < closed_s:
        found.append((at - 0.1, at + rng.uniform(*work)))
        at += rng.uniform(0.5, 1.0)
    for stretch in timeline.stretches:
        pauses = stretch.pause_s >= OFFSET_KNOWN_S and first <= stretch.start_s < closed_s
        if pauses and stretch.end_s + OFFSET_KNOWN_S < closed_s:
            told_s = stretch.end_s + OFFSET_KNOWN_S + rng.uniform(*work)
            found.append((stretch.end_s + 0.05, told_s))
    return sorted(found, key=lambda pair: pair[1])


def _mark(spoken: Spoken, place: str, rng: np.random.Generator) -> str:
    """Punctuation as whisper writes it: mostly right, and fond of full stops before a silence."""
    draw = rng.random()
    if not place:
        return {".": ".", ",": ","}.get(spoken.said.after, "") if draw < 0.8 else ""
    stop, comma = _FULL_STOP.get(place, 0.3), _COMMA.get(place, 0.15)
    return "." if draw < stop else "," if draw < stop + comma else ""
