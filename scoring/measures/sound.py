"""The candidate's recorded sound, cut into answers."""

from __future__ import annotations

import wave
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.record.session import Session
from scoring.record.turns import Answer

AnswerSound = tuple[Answer, NDArray[np.float32], int]
"""An answer, its samples (n,) in -1...1, and their rate in Hz."""


def answer_sounds(
    session: Session, answers: Sequence[Answer], notes: list[str]
) -> list[AnswerSound] | None:
    """Samples of each answer from ``candidate.wav``; None where that was not kept.

    Its first sample is at ``candidate_wav_start_s`` of ``session.json`` (0 by default).
    """
    path = session.file("candidate.wav")
    if path is None:
        return None
    try:
        with wave.open(str(path), "rb") as file:
            if file.getsampwidth() != 2:
                raise wave.Error(f"{8 * file.getsampwidth()} bits a sample")
            rate, origin_s = file.getframerate(), _origin_s(session)
            pieces = [
                (a, _read(file, a.start_s - origin_s, a.end_s - origin_s), rate) for a in answers
            ]
    except (wave.Error, EOFError) as error:
        note = f"candidate.wav cannot be read ({error}); voice measures come from the readings"
        if note not in notes:
            notes.append(note)
        return None
    return [piece for piece in pieces if piece[1].size] or None


def sound_start_s(session: Session, answer: Answer) -> float:
    """Session time of the first sample that :func:`answer_sounds` gives of an answer."""
    return max(answer.start_s, _origin_s(session))


def _origin_s(session: Session) -> float:
    return float(session.meta.get("candidate_wav_start_s") or 0.0)


def _read(file: wave.Wave_read, from_s: float, to_s: float) -> NDArray[np.float32]:
    """Mono samples of a span of the file, as far as it reaches."""
    rate, channels = file.getframerate(), file.getnchannels()
    start = min(max(0, round(from_s * rate)), file.getnframes())
    end = min(max(start, round(to_s * rate)), file.getnframes())
    file.setpos(start)
    raw = file.readframes(end - start)
    whole = raw[: len(raw) // (2 * channels) * 2 * channels]
    samples = np.frombuffer(whole, "<i2").reshape(-1, channels).mean(axis=1) / 32768.0
    return samples.astype(np.float32)
