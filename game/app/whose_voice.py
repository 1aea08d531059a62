"""Whose voice in a recording is the candidate's: chosen by a person, or found out and said.

Where a recording keeps people apart (:mod:`perception.pipeline.kept_apart`), it is found out which
of them asks (:mod:`game.app.who_asks`); another is taken for the candidate. That is a guess: until
somebody chooses, no score rests on it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from game.settings import Settings
from perception.errors import InputError
from perception.languages import listed
from perception.microphone.decoding import stream_sound
from perception.microphone.sound_part import MIX, SoundPart
from perception.pipeline.audio import HearingSettings
from perception.pipeline.kept_apart import Company, Speaker, who_is_where
from perception.types import Event
from scoring.record.whose_voice import MIXED, NOBODY


@dataclass(frozen=True, slots=True)
class Voices:
    """Which part of a recording's sound is whose."""

    candidate: SoundPart
    others: tuple[SoundPart, ...] = ()
    """Of whoever else is kept apart."""
    guessed: tuple[Speaker, ...] = ()
    """Who they are, the candidate first, where nobody chose."""
    told: Event | None = None
    """What the record says of the choice; None where there is nothing to say."""


def voices_in(recording: Path, settings: HearingSettings) -> Voices:
    """Whose voice is where.

    Args:
        recording: that has sound.
        settings: which may name a channel or a track.

    Raises:
        InputError: there is none such.
    """
    chosen = None
    if settings.channel or settings.track:
        chosen = SoundPart(settings.track or 1, settings.channel or MIX)
        next(iter(stream_sound(recording, part=chosen)), None)  # refused at once where it is not
    company = who_is_where(recording)
    if chosen is None:
        return _found(company)
    inside = company.within(chosen)
    if not settings.channel and len(inside) > 1:
        apart = company.apart(inside, settings.track)
        if apart:
            return _guess(apart, [s for s in company.speakers if s not in inside])
    told = None
    if len(inside) > 1:
        told = _event(company, MIXED, chosen, company.apart(inside) or inside)
    elif not inside and company.speakers:
        told = _event(company, NOBODY, chosen, company.speakers)
    others = [s.part for s in company.speakers if s not in inside and s.part != chosen]
    return Voices(chosen, tuple(dict.fromkeys(others)), told=told)


def _found(company: Company) -> Voices:
    """Whose voice is where, where nobody chose."""
    if len(company.speakers) > 1:
        apart = company.apart(company.speakers)
        if apart:
            return _guess(apart, ())
        whole = SoundPart()
        return Voices(whole, told=_event(company, MIXED, whole, company.speakers))
    if company.speakers and not company.within(SoundPart()):
        return Voices(SoundPart(company.speakers[0].part.track))
    return Voices(SoundPart())


def _guess(apart: Sequence[Speaker], others: Sequence[Speaker]) -> Voices:
    parts = tuple(dict.fromkeys(who.part for who in (*apart[1:], *others)))
    return Voices(apart[0].part, parts, tuple(apart))


def _event(company: Company, kind: str, chosen: SoundPart, who: Sequence[Speaker]) -> Event:
    parts = list(dict.fromkeys(each.part for each in who))
    data = {
        "people": len(who),
        "taken": whole_of(chosen, company.channels),
        "other": listed([where(part) for part in parts]),
        "option": listed([named(part) for part in parts], joint="or"),
    }
    return Event(0.0, "microphone", kind, data)


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
            hearing = dataclasses.replace(hearing, channel=channel.strip().lower())
        except ValueError as error:
            raise InputError(f"--channel: {error}") from None
    return dataclasses.replace(settings, hearing=hearing)


def named(part: SoundPart) -> str:
    """As options name it: "--track 2 --channel left"."""
    track = f"--track {part.track}" if part.track > 1 or part.channel == MIX else ""
    channel = f"--channel {part.channel}" if part.channel != MIX else ""
    return f"{track} {channel}".strip()


def whole_of(part: SoundPart, channels: Sequence[int]) -> str:
    """The same of what somebody chose: "all channels of track 2, mixed"."""
    if part.channel != MIX or channels[part.track - 1] == 1:
        return where(part)
    return "all channels" + (f" of track {part.track}" if len(channels) > 1 else "") + ", mixed"


def where(part: SoundPart) -> str:
    """For a person: "the left channel of track 2"."""
    of = f" of track {part.track}" if part.track > 1 else ""
    if part.channel == MIX:
        return f"track {part.track}"
    if part.channel in ("mid", "side"):
        return f"the {'sum' if part.channel == 'mid' else 'difference'} of both channels{of}"
    if part.channel in ("left", "right"):
        return f"the {part.channel} channel{of}"
    return f"channel {part.channel}{of}"
