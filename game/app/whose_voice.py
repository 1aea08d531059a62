"""Whose voice in a recording is the candidate's: chosen by a person, or found out and said.

Where a recording keeps two people apart (:mod:`perception.pipeline.kept_apart`), the one who speaks
longer is taken for the candidate, as answers are longer than questions, and the other for whoever
asks. That is a guess: until somebody chooses, no score rests on it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dialogue.types import Feedback, RecruiterAct
from dialogue.understanding.put_questions import is_request
from game.app.heard_questions import as_sentence, final_words, likely_question, text_of
from game.settings import Settings
from perception.errors import InputError
from perception.microphone.decoding import stream_sound
from perception.microphone.sound_part import MIX, SoundPart, numbered
from perception.pipeline.audio import HearingSettings
from perception.pipeline.kept_apart import two_kept_apart
from perception.types import Event, Word, Words
from scoring.record.heard_recruiter import HEARD, Put, interviewer_acts
from scoring.record.whose_voice import EVENT

_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
TURN_GAP_S = 1.0
"""s of silence between two turns of one person, where nobody else is heard meanwhile."""


@dataclass(frozen=True, slots=True)
class Voices:
    """Which part of a recording's sound is whose."""

    candidate: SoundPart
    interviewer: SoundPart | None = None
    """None where nobody else is kept apart."""
    guess: Event | None = None
    """What the record says of a guess; None where there was nothing to guess."""


def voices_in(recording: Path, settings: HearingSettings) -> Voices:
    """Whose voice is where.

    Args:
        recording: that has sound.
        settings: which may name a channel or a track.

    Raises:
        InputError: there is none such.
    """
    apart = two_kept_apart(recording)
    if settings.channel or settings.track:
        chosen = SoundPart(settings.track or 1, settings.channel or MIX)
        next(iter(stream_sound(recording, part=chosen)), None)  # refused at once where it is not
        others = [p for p in (apart.parts if apart else ()) if not _overlap(p, chosen)]
        return Voices(chosen, others[0] if len(others) == 1 else None)
    if apart is None:
        return Voices(SoundPart())
    candidate, interviewer = apart.parts
    data = {
        "taken": _where(candidate),
        "other": _where(interviewer),
        "option": _named(candidate),
        "taken_s": round(apart.spoken_s[0], 1),
        "other_s": round(apart.spoken_s[1], 1),
    }
    return Voices(candidate, interviewer, Event(0.0, "microphone", EVENT, data))


def heard_from(settings: Settings, channel: str | None, track: int | None) -> Settings:
    """The settings with the channel and the track that a command was given.

    Raises:
        InputError: there can be none such.
    """
    hearing = settings.hearing
    if track is not None:
        if track < 1:
            raise InputError(f"--track {track}: tracks are counted from 1")
        hearing = dataclasses.replace(hearing, track=track)
    if channel is not None:
        try:
            hearing = dataclasses.replace(hearing, channel=channel)
        except ValueError as error:
            raise InputError(f"--channel: {error}") from None
    return dataclasses.replace(settings, hearing=hearing)


def interviewer_said(words: Sequence[Words]) -> list[RecruiterAct | Feedback]:
    """What somebody said on a part of the sound that is theirs alone, as a record has it.

    Args:
        words: of that part; what is not final is passed over.
    """
    said = final_words(words)
    puts = []
    for first, last in _turns(said):
        span = (said[first].start_s, said[last].end_s)
        spoken = text_of(said, first, last)
        puts.append(Put(span, spoken, _question_in(spoken), "channel"))
    return interviewer_acts(HEARD, puts)


def _question_in(turn: str) -> str | None:
    """The last question of a turn; None where it asks nothing."""
    for sentence in reversed(_SENTENCE.findall(turn)):
        text: str = sentence.strip()
        if text.endswith("?") or is_request(text) or likely_question(text):
            return as_sentence(text)
    return None


def _turns(said: Sequence[Word]) -> list[tuple[int, int]]:
    """First and last word of each stretch without a long silence."""
    found: list[tuple[int, int]] = []
    for number, word in enumerate(said):
        if found and word.start_s - said[number - 1].end_s < TURN_GAP_S:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def _overlap(part: SoundPart, other: SoundPart) -> bool:
    """Whether two parts hold some of the same sound: of one track a mix holds all."""
    same = numbered(part.channel) == numbered(other.channel)
    return part.track == other.track and (same or MIX in (part.channel, other.channel))


def _named(part: SoundPart) -> str:
    """As options name it: "--track 2 --channel left"."""
    track = f"--track {part.track}" if part.track > 1 or part.channel == MIX else ""
    channel = f"--channel {part.channel}" if part.channel != MIX else ""
    return f"{track} {channel}".strip()


def _where(part: SoundPart) -> str:
    """For a person: "the left channel of track 2"."""
    of = f" of track {part.track}" if part.track > 1 else ""
    if part.channel == MIX:
        return f"track {part.track}"
    if part.channel in ("mid", "side"):
        return f"the {'sum' if part.channel == 'mid' else 'difference'} of both channels{of}"
    if part.channel in ("left", "right"):
        return f"the {part.channel} channel{of}"
    return f"channel {part.channel}{of}"
