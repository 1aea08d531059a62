"""The candidate's recorded sound, cut into answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from perception.errors import InputError
from perception.signal.wav import WavReader
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
    origin_s = session.sound_origin_s
    try:
        with WavReader(path) as wav:
            rate = wav.rate_hz
            spans = [(a.start_s - origin_s, a.end_s - origin_s) for a in answers]
            sounds = [wav.read(round(from_s * rate), round(to_s * rate)) for from_s, to_s in spans]
    except InputError as error:
        reason = str(error).removeprefix(f"{path}: ")
        note = (
            f"the recording of your voice, candidate.wav, cannot be read ({reason}); what is said "
            "of your voice is less exact, from what was measured while you spoke"
        )
        if note not in notes:
            notes.append(note)
        return None
    return [(a, s, rate) for a, s in zip(answers, sounds, strict=True) if s.size] or None


def sound_start_s(session: Session, answer: Answer) -> float:
    """Session time of the first sample that :func:`answer_sounds` gives of an answer."""
    return max(answer.start_s, session.sound_origin_s)
