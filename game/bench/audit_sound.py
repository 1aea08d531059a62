"""The same speech higher, lower, faster, slower, softer and louder, for :mod:`game.bench.audit`.

Real recordings are heard as ``analyze`` hears them, the words included.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialogue.types import Feedback
from game.bench.audit_judged import Judged, Pair, judged
from game.bench.voicebyhand_praat import lengthen, shift_voice
from game.sound.mixdown import Mixdown
from game.synthetic.planted import Exchange, ask
from perception.microphone.base import RATE_HZ
from perception.microphone.decoding import read_sound
from perception.pipeline.audio import HearingSettings
from perception.pipeline.recording import RecordingListener
from perception.types import Event
from scoring.record.session import read_session
from scoring.record.writer import SessionWriter

Sound = NDArray[np.float32]

SPEAKERS: Mapping[str, tuple[str, ...]] = {
    "six with Mandarin accents": (
        *("speech/accent_mandarin/000240071.wav", "speech/accent_mandarin/004610182.wav"),
        *("speech/accent_mandarin/007360280.wav", "speech/accent_mandarin/023550002.wav"),
        *("speech/accent_mandarin/024410092.wav", "speech/accent_mandarin/025380004.wav"),
    ),
    "a disfluent speaker": ("speech/disfluent/acoustic_corpus.wav",),
}
"""Recordings that are heard one after the other as one answer; each of half a minute."""
QUESTION = Exchange("about_you", "Tell me about yourself.", "")
_ASKED_S = 1.2
_BEFORE_S, _BETWEEN_S, _AFTER_S = 1.6, 0.45, 0.6
_ROOM = 10 ** (-75 / 20)
"""Standard deviation of the noise of a very quiet room."""
_PEAK = 0.45
"""Of the unchanged sound: 6 dB more are not clipped."""


def change_pitch(sound: Sound, semitones: float) -> Sound:
    """All of the pitch moved; times and formants stay."""
    return shift_voice(sound, RATE_HZ, semitones, 0.0)


def change_pace(sound: Sound, times: float) -> Sound:
    """So many times as fast, at the same pitch."""
    return lengthen(sound, RATE_HZ, 1.0 / times)


def change_loudness(sound: Sound, db: float) -> Sound:
    """Softer or louder throughout."""
    return np.asarray(sound * 10 ** (db / 20), np.float32)


CHANGES: Mapping[str, Callable[[Sound], Sound]] = {
    "pitch +4 semitones": partial(change_pitch, semitones=4.0),
    "loudness -12 dB": partial(change_loudness, db=-12.0),
    "pitch -4 semitones": partial(change_pitch, semitones=-4.0),
    "pace 15 % faster": partial(change_pace, times=1.15),
    "pace 15 % slower": partial(change_pace, times=0.85),
    "loudness +6 dB": partial(change_loudness, db=6.0),
    "pitch +2 semitones": partial(change_pitch, semitones=2.0),
    "pitch -2 semitones": partial(change_pitch, semitones=-2.0),
}
"""What is done to the sound. A faster pace is measured as one, and should be; inside the norm it
should not matter."""


def heard_changed(data_dir: Path, quick: bool) -> Iterator[Pair]:
    """Speakers as they are, and changed in each way."""
    listener = RecordingListener()
    for speaker, names in list(SPEAKERS.items())[: 1 if quick else None]:
        sound = said(data_dir, names)
        before = _heard(listener, sound)
        for change, apply in list(CHANGES.items())[: 1 if quick else None]:
            yield Pair(change, speaker, before, _heard(listener, apply(sound)))
    listener.close()


def said(data_dir: Path, names: tuple[str, ...]) -> Sound:
    """(n,) recordings one after the other, equally loud, without any room."""
    between = np.zeros(round(_BETWEEN_S * RATE_HZ), np.float32)
    parts = []
    for name in names:
        sound = read_sound(data_dir / name)
        parts += [sound * (_PEAK / float(np.abs(sound).max())), between]
    return np.concatenate(parts[:-1])


def _heard(listener: RecordingListener, sound: Sound) -> Judged:
    before = np.zeros(round(_BEFORE_S * RATE_HZ), np.float32)
    after = np.zeros(round(_AFTER_S * RATE_HZ), np.float32)
    whole = np.concatenate([before, sound, after])
    whole += np.random.default_rng(4).normal(0.0, _ROOM, len(whole)).astype(np.float32)
    length_s = len(whole) / RATE_HZ
    with tempfile.TemporaryDirectory(prefix="bench-audit-") as scratch:
        folder = Path(scratch) / "s"
        meta = {"id": "audit", "created": "2026-01-05T09:00:00+00:00", "kind": "analysis"}
        with SessionWriter(folder, meta) as writer:
            wav = Mixdown(folder / "candidate.wav", RATE_HZ)
            wav.add(0.0, whole, RATE_HZ)
            wav.close()
            told = listener.answer(lambda _: None, wav.path, HearingSettings())
            for item in told:
                writer.event(item) if isinstance(item, Event) else writer.reading(item)
            question = ask(0.0, 1, 1, QUESTION)
            writer.act(question)
            writer.progress(Feedback(0.0, question.id, "start"))
            writer.progress(Feedback(_ASKED_S, question.id, "end"))
            writer.close("complete", length_s)
        return judged(read_session(folder), short=True)
