"""Who is heard where in a recording: on channels of a track, or on tracks of a file.

Calls and interviews are often recorded with one person to the left and the other to the right, or
each on a track of their own; mixed, the one would be heard as the other's words. Where speech comes
from several directions in turn (:mod:`perception.signal.sound_directions`), so many people are kept
apart; copies of one sound, a dead, quieter, inverted or late channel are one person.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from perception.errors import InputError
from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ
from perception.microphone.decoding import is_raw, stream_channels
from perception.microphone.sound_part import MIX, SoundPart, weights
from perception.open_media import open_media, sounds_of
from perception.signal.late_copy import comes_late
from perception.signal.sound_directions import FRAME_S, SILENT, covariances, sources, turns
from perception.types import SPEECH
from perception.voice.activity import VoiceSettings, create_detector
from perception.voice.voice_likeness import distance, pieces

Floats = NDArray[np.float64]

LOOKED_AT_S = 600.0
"""s from the beginning that are looked at: who sits where does not change."""
MOST_CHANNELS = 16
_SPOKEN = 0.3
"""Share of a source's sound that is speech, from which it is a person's."""
_HEARD_S = 30.0
"""s of a source that are listened to for that."""
_CLEARER = 4.0
"""Factor by which a sum or difference has to part people better than a channel does."""
_WITHIN = 0.1
"""Power of somebody in a part of the sound, of the loudest in it, from which they are heard there:
10 dB less is another microphone's distance."""
_CLEAN = 2.0
"""Factor by which somebody has to be louder than all others in the part that is theirs."""
_TURNS = 4
"""Turns from which nobody's cable, fader or walk is heard, but people who talk."""
_NESTED_DEG = 58.0
"""Angle between two directions below which, with fewer turns, one may be the other with a channel
that drops out. Less than the 60 degrees between two voices on a track each, that are both on a
third one."""
_ANOTHER, _ANOTHER_NESTED, _ANOTHER_IN_TURN = 3.0, 8.0, 1.0
"""Distance between two voices from which they are two people's: with so few turns, nested besides,
and with more."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who is kept apart in a recording."""

    part: SoundPart
    """Where they are heard best."""
    spoken_s: float
    """s for which they were heard, of those that were looked at."""
    title: str = ""
    """What the file calls their track; empty where it says nothing, or others are on it, too."""


@dataclass(frozen=True, slots=True, eq=False)
class Company:
    """Who is heard where in a recording.

    Args:
        speakers: who speaks longest first; none where a single channel tells nothing.
        channels: how many each sound track has.
        heard: covariance of all tracks' channels while each of them speaks.
        titles: what the file calls each track.
    """

    speakers: tuple[Speaker, ...] = ()
    channels: tuple[int, ...] = (1,)
    heard: tuple[Floats, ...] = ()
    titles: tuple[str, ...] = ()

    def within(self, part: SoundPart) -> tuple[Speaker, ...]:
        """Who is heard in a part of the sound."""
        power = [_power(self.channels, part, each) for each in self.heard]
        most = max([SILENT, *power])
        loud = [max(float(np.trace(each)), SILENT) for each in self.heard]
        return tuple(
            who
            for who, own, all_of in zip(self.speakers, power, loud, strict=True)
            if own >= _WITHIN * most and own >= 0.01 * all_of
        )

    def apart(self, among: Sequence[Speaker], track: int | None = None) -> tuple[Speaker, ...]:
        """Some of them, each with the part in which the others are quiet.

        Args:
            among: whom.
            track: that is to be kept to; None for all of the file.

        Returns:
            In the order given; none where two of them are in no parts of their own.
        """
        chosen = [self.heard[self.speakers.index(who)] for who in among]
        found = []
        for who, own in zip(among, chosen, strict=True):
            others = [each for each in chosen if each is not own]
            part = _best_part(self.channels, own, others, track)
            if part is None:
                return ()
            found.append(Speaker(part, who.spoken_s, self._title(part, chosen)))
        return tuple(found) if len({who.part for who in found}) == len(found) else ()

    def _title(self, part: SoundPart, chosen: Sequence[Floats]) -> str:
        whole = SoundPart(part.track)
        power = [_power(self.channels, whole, each) for each in chosen]
        alone = sum(own >= _WITHIN * max(power) for own in power) == 1
        return self.titles[part.track - 1] if alone and self.titles else ""


def who_is_where(path: Path) -> Company:
    """Who is heard where in a recording.

    Args:
        path: of the recording. Nobody is known of one that cannot be read, or that has one channel.
    """
    channels, titles = _tracks(path)
    if sum(channels) < 2 or sum(channels) > MOST_CHANNELS:
        return Company(channels=tuple(channels), titles=tuple(titles))
    beginnings = [_beginning(path, number + 1, count) for number, count in enumerate(channels)]
    sound = _aligned(beginnings)
    frames = covariances(sound, RATE_HZ)
    labels = sources(frames)
    heard = [frames[labels == who].mean(axis=0) for who in range(labels.max(initial=-1) + 1)]
    kept: list[tuple[NDArray[np.bool_], Floats, SoundPart]] = []
    for who in sorted(range(len(heard)), key=lambda who: -int((labels == who).sum())):
        own, mine = heard[who], labels == who
        part = _best_part(channels, own, [h for h in heard if h is not own], clean=0.0)
        assert part is not None  # however unclean
        mono = _mono(sound, channels, part)
        few = turns(labels, who) < _TURNS
        if any(_moved(sound, channels, part, (mine, own), k, few) for k in kept):
            continue
        if any(comes_late(_mono(sound, channels, k[2]), k[0], mono, mine, RATE_HZ) for k in kept):
            continue
        if _speaks(sound, mine, channels, part):
            kept.append((mine, own, part))
    company = Company(
        tuple(Speaker(part, float(mine.sum()) * FRAME_S) for mine, _, part in kept),
        tuple(channels),
        tuple(own for _, own, _ in kept),
        tuple(titles),
    )
    return _with_parts(company)


def _with_parts(company: Company) -> Company:
    """With the best part of each against all others, now that it is known who they are."""
    apart = company.apart(company.speakers)
    if not apart:
        return company
    return Company(apart, company.channels, company.heard, company.titles)


def _tracks(path: Path) -> tuple[list[int], list[str]]:
    """How many channels each sound track has, and what the file calls it."""
    if is_raw(path):
        return [1], [""]
    try:
        with open_media(path) as container:
            streams = sounds_of(container)
            counts = [max(1, s.codec_context.channels) for s in streams]
            return counts, [_title(s.metadata) for s in streams]
    except InputError:
        return [], []


def _title(tags: dict[str, str]) -> str:
    """What a track is called, where that is more than the name of a piece of software."""
    told = tags.get("title") or tags.get("handler_name") or ""
    title = " ".join(told.split())[:60]
    return "" if title.lower().endswith("handler") else title


def _beginning(path: Path, track: int, channels: int) -> NDArray[np.float32]:
    """(n, channels) samples."""
    most, count = round(LOOKED_AT_S * RATE_HZ), 0
    pieces: list[NDArray[np.float32]] = []
    with contextlib.suppress(InputError):  # what is broken is told by whoever listens to it
        for piece in stream_channels(path, track):
            if piece.shape[1] != channels:
                break  # another layout from here on
            pieces.append(piece)
            count += len(piece)
            if count >= most:
                break
    return np.concatenate(pieces)[:most] if pieces else np.zeros((0, channels), np.float32)


def _aligned(tracks: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """All channels of all tracks beside each other; what ends early is followed by silence."""
    length = max(len(track) for track in tracks)
    padded = [np.pad(track, ((0, length - len(track)), (0, 0))) for track in tracks]
    return np.concatenate(padded, axis=1)


def _best_part(
    channels: Sequence[int],
    own: Floats,
    others: Sequence[Floats],
    track: int | None = None,
    clean: float = _CLEAN,
) -> SoundPart | None:
    """The part in which one is louder against all others than in any other part.

    None where that is by less than a factor of ``clean``.
    """
    floor = SILENT + 1e-4 * float(np.trace(own))

    def clear(part: SoundPart) -> float:
        against = max((_linear(channels, part, each) for each in others), default=0.0)
        return _linear(channels, part, own) / (against + floor)

    def among(names: Callable[[int], Sequence[str]]) -> list[SoundPart]:
        return [
            SoundPart(number, name)
            for number, count in enumerate(channels, start=1)
            if track in (None, number)
            for name in names(count)
        ]

    best = max(among(lambda count: [str(c + 1) for c in range(count)]), key=clear)
    sums = among(lambda count: ("mid", "side") if count == 2 else ())
    better = max(sums, key=clear, default=best)
    best = better if clear(better) > _CLEARER * clear(best) else best
    return _named(channels, best) if not others or clear(best) >= clean else None


def _named(tracks: Sequence[int], part: SoundPart) -> SoundPart:
    """As a person would name it: left and right of a pair, a track of one channel as a whole."""
    channels = tracks[part.track - 1]
    if channels == 1:
        return SoundPart(part.track)
    names = {"1": "left", "2": "right"} if channels == 2 else {}
    return SoundPart(part.track, names.get(part.channel, part.channel))


def _in_all(tracks: Sequence[int], part: SoundPart) -> Floats:
    """(channels of all tracks,) what each counts for in a part."""
    found = np.zeros(sum(tracks))
    first, count = sum(tracks[: part.track - 1]), tracks[part.track - 1]
    own = np.ones(count) / count if part.channel == MIX else weights(part.channel, count)
    found[first : first + count] = 0.0 if own is None else own
    return found


def _linear(channels: Sequence[int], part: SoundPart, heard: Floats) -> float:
    """Power of a source in a weighted sum of channels."""
    w = _in_all(channels, part)
    return float(w @ heard @ w)


def _power(channels: Sequence[int], part: SoundPart, heard: Floats) -> float:
    """Power of a source in a part; a mix loses nobody, so it has what its loudest channel has."""
    if part.channel != MIX:
        return _linear(channels, part, heard)
    first, count = sum(channels[: part.track - 1]), channels[part.track - 1]
    return float(np.diagonal(heard)[first : first + count].max())


def _moved(
    sound: NDArray[np.float32],
    channels: Sequence[int],
    part: SoundPart,
    source: tuple[NDArray[np.bool_], Floats],
    known: tuple[NDArray[np.bool_], Floats, SoundPart],
    few: bool,
) -> bool:
    """Whether a source is a known voice that comes from elsewhere; ``few`` turns show less."""
    ways = [np.linalg.eigh(heard)[1][:, -1] for heard in (source[1], known[1])]
    nested = few and abs(float(ways[0] @ ways[1])) > np.cos(np.radians(_NESTED_DEG))
    ones, others = (
        pieces(_while(sound, channels, where, frames))
        for where, frames in ((part, source[0]), (known[2], known[0]))
    )
    apart = distance(ones, others)
    if apart is None:
        return bool(nested)
    return apart < (_ANOTHER_NESTED if nested else _ANOTHER if few else _ANOTHER_IN_TURN)


def _while(
    sound: NDArray[np.float32],
    channels: Sequence[int],
    part: SoundPart,
    frames: NDArray[np.bool_],
) -> NDArray[np.float32]:
    """What a part holds while a source is heard, (n,) samples of 30 s at most."""
    size = round(FRAME_S * RATE_HZ)
    # with what lies between: speech is told by its course
    wide = np.convolve(frames, np.ones(5), mode="same") > 0
    places = np.flatnonzero(wide)[: round(_HEARD_S / FRAME_S)]
    cut = sound[: len(frames) * size].reshape(len(frames), size, -1)[places]
    return _mono(cut.reshape(-1, cut.shape[-1]), channels, part)


def _speaks(
    sound: NDArray[np.float32], frames: NDArray[np.bool_], channels: Sequence[int], part: SoundPart
) -> bool:
    """Whether what comes from a direction is speech, and no music or hum."""
    mono = _while(sound, channels, part, frames)
    detector = create_detector(VoiceSettings().detector)
    blocks = range(0, len(mono) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES)
    told = [detector.probability(mono[at : at + BLOCK_SAMPLES]) for at in blocks]
    return bool(told) and float(np.mean(np.array(told) >= SPEECH)) >= _SPOKEN


def _mono(
    sound: NDArray[np.float32], channels: Sequence[int], part: SoundPart
) -> NDArray[np.float32]:
    """(n,) of (n, channels) samples."""
    return np.asarray(sound @ _in_all(channels, part).astype(np.float32), np.float32)
