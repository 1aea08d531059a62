"""The candidate's recorded sound, cut into answers."""

from __future__ import annotations

import wave
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.session import Session
from scoring.turns import Answer

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
            rate, channels = file.getframerate(), file.getnchannels()
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        note = f"candidate.wav cannot be read ({error}); voice measures come from the readings"
        if note not in notes:
            notes.append(note)
        return None
    whole = raw[: len(raw) // (2 * channels) * 2 * channels]
    samples = np.frombuffer(whole, "<i2").reshape(-1, channels).mean(axis=1) / 32768.0
    origin = float(session.meta.get("candidate_wav_start_s") or 0.0)
    cut = []
    for answer in answers:
        start = max(0, round((answer.start_s - origin) * rate))
        end = max(start, round((answer.end_s - origin) * rate))
        piece = samples[start:end].astype(np.float32)
        if piece.size:
            cut.append((answer, piece, rate))
    return cut or None
