"""Two people whom a recording keeps apart: on channels of a track, or on tracks of a file.

Calls and interviews are often recorded with one person to the left and the other to the right, or
each on a track of their own; mixed, the one would be heard as the other's words. Each short stretch
of sound comes from one direction in the space of all channels: the leading eigenvector of their
covariance. Where speech comes from two directions in turn, two people are kept apart; copies of one
sound, a dead, quieter or inverted channel, and a room recorded with two microphones give one.
"""

from __future__ import annotations

import contextlib
import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from perception.errors import InputError
from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ
from perception.microphone.decoding import is_raw, stream_channels
from perception.microphone.sound_part import SoundPart, weights
from perception.open_media import open_media, sounds_of
from perception.types import SPEECH
from perception.voice.activity import VoiceSettings, create_detector

Floats = NDArray[np.float64]

LOOKED_AT_S = 600.0
"""s from the beginning that are looked at: who sits where does not change."""
MOST_CHANNELS = 16
FRAME_S = 0.05
APART_DEG = 22.5
"""Angle between two directions from which they are two sources."""
NESTED_DEG = 60.0
"""Angle below which one may be the other with a channel that drops out now and then."""
LEAST_S = 1.0
"""s of sound of a direction from which somebody is there."""
LEAST_TURNS = 2
"""Changes from one to the other without which nobody talks with anybody."""
LEAST_TURNS_NESTED = 4
_ONE_SOURCE = 0.9
"""Share of a frame's energy in its leading direction from which it is one source's."""
_LOUD_DB = 12.0
"""dB over the room from which a frame is somebody's."""
_QUIET_DB = 40.0
"""dB below the loudest frames at which nobody is meant to be heard."""
_SILENT = 1e-7
_SPOKEN = 0.3
"""Share of a source's sound that is speech, from which it is a person's."""
_HEARD_S = 30.0
"""s of a source that are listened to for that."""
_CLEARER = 4.0
"""Factor by which a sum or difference has to part two people better than a channel does."""


@dataclass(frozen=True, slots=True)
class KeptApart:
    """Two people whom a recording keeps apart."""

    parts: tuple[SoundPart, SoundPart]
    """Where each is heard best, who speaks longer first."""
    spoken_s: tuple[float, float]
    """s for which each was heard, of those that were looked at."""


def two_kept_apart(path: Path) -> KeptApart | None:
    """Two people whom a recording keeps apart; None where there is one, or both are mixed.

    Args:
        path: of the recording. One that cannot be read keeps nobody apart.
    """
    tracks = _tracks(path)
    if sum(tracks) < 2 or sum(tracks) > MOST_CHANNELS:
        return None
    sound = _aligned([_beginning(path, number + 1, count) for number, count in enumerate(tracks)])
    frames = _frames(sound)
    labels = _directions(frames)
    if labels is None:
        return None
    people = [_covariance(frames[labels == who]) for who in (0, 1)]
    parts = [_best_part(tracks, people[who], people[1 - who]) for who in (0, 1)]
    if parts[0] == parts[1] or not all(
        _speaks(sound, labels == who, tracks, parts[who]) for who in (0, 1)
    ):
        return None
    spoken = [float((labels == who).sum()) * FRAME_S for who in (0, 1)]
    first = int(spoken[1] > spoken[0])
    return KeptApart((parts[first], parts[1 - first]), (spoken[first], spoken[1 - first]))


def _tracks(path: Path) -> list[int]:
    """How many channels each sound track has."""
    if is_raw(path):
        return [1]
    try:
        with open_media(path) as container:
            return [max(1, s.codec_context.channels) for s in sounds_of(container)]
    except InputError:
        return []


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


def _frames(sound: NDArray[np.float32]) -> Floats:
    """(frames, channels, channels) covariances of short stretches."""
    size = round(FRAME_S * RATE_HZ)
    count = len(sound) // size
    cut = sound[: count * size].reshape(count, size, -1)
    return np.einsum("fnc,fnd->fcd", cut, cut, dtype=np.float64) / size


def _directions(frames: Floats) -> NDArray[np.int64] | None:
    """Which of two directions each frame comes from, (frames,) 0 or 1, -1 for neither.

    None where there are no two that take turns.
    """
    power = np.trace(frames, axis1=1, axis2=2)
    heard = power > _SILENT
    if not heard.any():
        return None
    floor = float(np.percentile(power[heard], 10))
    top = float(np.percentile(power[heard], 99))
    # of a file without a room's noise the quietest tenth may be speech
    loud = heard & (power > max(min(floor * 10 ** (_LOUD_DB / 10), top / 10), _below(top)))
    values, vectors = np.linalg.eigh(frames)
    single = loud & (values[:, -1] >= _ONE_SOURCE * np.maximum(power, _SILENT))
    places = np.flatnonzero(single)
    lead = vectors[places, :, -1]
    labels = np.full(len(frames), -1)
    near = np.cos(np.radians(APART_DEG / 2))
    centres: list[Floats] = []
    left = np.ones(len(places), bool)
    for who in (0, 1):
        centre = _fullest(lead[left], near)
        if centre is None:
            return None
        belongs = left & (np.abs(lead @ centre) >= near)
        if belongs.sum() * FRAME_S < LEAST_S:
            return None
        labels[places[belongs]] = who
        centres.append(centre)
        left &= np.abs(lead @ centre) < np.cos(np.radians(APART_DEG))
    cosine = float(abs(centres[0] @ centres[1]))
    nested = cosine > np.cos(np.radians(NESTED_DEG))
    if _turns(labels) < (LEAST_TURNS_NESTED if nested else LEAST_TURNS):
        return None
    return labels


def _below(top: float) -> float:
    return top * float(10 ** (-_QUIET_DB / 10))


def _fullest(lead: Floats, near: float) -> Floats | None:
    """The direction with most others about it; None of none."""
    if not len(lead):
        return None
    sample = lead[:: max(1, len(lead) // 400)]
    counts = (np.abs(sample @ lead.T) >= near).sum(axis=1)
    about = lead[np.abs(lead @ sample[int(np.argmax(counts))]) >= near]
    centre: Floats = np.linalg.eigh(about.T @ about)[1][:, -1]
    return centre


def _turns(labels: NDArray[np.int64]) -> int:
    """How often the one follows the other, single frames of either passed over."""
    runs = [
        who
        for who, run in itertools.groupby(labels[labels >= 0].tolist())
        if len(list(run)) * FRAME_S >= LEAST_S / 4
    ]
    return sum(a != b for a, b in itertools.pairwise(runs))


def _covariance(frames: Floats) -> Floats:
    found: Floats = frames.mean(axis=0)
    return found


def _best_part(tracks: list[int], own: Floats, other: Floats) -> SoundPart:
    """The part in which one is louder against the other than in any other part."""
    floor = _SILENT + 1e-4 * float(np.trace(own))

    def clear(part: SoundPart) -> float:
        w = _in_all(tracks, part)
        return float(w @ own @ w / (w @ other @ w + floor))

    plain = [
        SoundPart(number, str(channel))
        for number, channels in enumerate(tracks, start=1)
        for channel in range(1, channels + 1)
    ]
    best = max(plain, key=clear)
    sums = [
        SoundPart(number, name)
        for number, channels in enumerate(tracks, start=1)
        for name in ("mid", "side")
        if channels == 2
    ]
    better = max(sums, key=clear, default=best)
    best = better if clear(better) > _CLEARER * clear(best) else best
    return _named(tracks, best)


def _named(tracks: list[int], part: SoundPart) -> SoundPart:
    """As a person would name it: left and right of a pair, a track of one channel as a whole."""
    channels = tracks[part.track - 1]
    if channels == 1:
        return SoundPart(part.track)
    names = {"1": "left", "2": "right"} if channels == 2 else {}
    return SoundPart(part.track, names.get(part.channel, part.channel))


def _in_all(tracks: list[int], part: SoundPart) -> Floats:
    """(channels of all tracks,) what each counts for in a part."""
    found = np.zeros(sum(tracks))
    first, count = sum(tracks[: part.track - 1]), tracks[part.track - 1]
    own = np.ones(count) / count if part.channel == "mix" else weights(part.channel, count)
    found[first : first + count] = 0.0 if own is None else own
    return found


def _speaks(
    sound: NDArray[np.float32], frames: NDArray[np.bool_], tracks: list[int], part: SoundPart
) -> bool:
    """Whether what comes from a direction is speech, and no music or hum."""
    size = round(FRAME_S * RATE_HZ)
    # with what lies between: speech is told by its course
    wide = np.convolve(frames, np.ones(5), mode="same") > 0
    places = np.flatnonzero(wide)[: round(_HEARD_S / FRAME_S)]
    cut = sound[: len(frames) * size].reshape(len(frames), size, -1)[places]
    mono = (cut.reshape(-1, cut.shape[-1]) @ _in_all(tracks, part)).astype(np.float32)
    detector = create_detector(VoiceSettings().detector)
    blocks = range(0, len(mono) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES)
    told = [detector.probability(mono[at : at + BLOCK_SAMPLES]) for at in blocks]
    return bool(told) and float(np.mean(np.array(told) >= SPEECH)) >= _SPOKEN
