"""Whether a machine that reads faces sees the lips do what the sound says.

Recruiters speak in close-up with everything else they do, smiles and nods and blinks included; the
project's own face mesh measures the gap between the inner lips in every frame, as a share of the
distance between the outer eye corners.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialogue.content.persona import load_persona
from game.bench.closeup import FRAME_S, SIZE, Closeup
from game.bench.row import Row
from game.stage.base import Stage
from game.voice.base import RenderedSpeech
from perception.face.base import open_face

PEOPLE = ("anna", "marcus")
LINES = (
    "Thank you for coming in today.",
    "Could you begin by telling me about yourself?",
    "My name is Maria, and I lead the marketing team.",
    "What made you apply for this position?",
    "Please describe a problem that you have solved.",
    "Both of your previous jobs were in big companies.",
    "How would your former boss describe you?",
    "Tell me about a time when you had to move fast.",
    "Maybe we should talk about money for a moment.",
    "That must have been a difficult month for everybody.",
    "Why do you want to leave your current employer?",
    "I would love to hear more about that project.",
    "Where do you see yourself in five years?",
    "Perhaps you could give me a better example.",
    "Our people are spread over four different floors.",
    "Do you prefer to work alone or with other people?",
    "Imagine that a member of your group disappoints you.",
    "Fine. Let us move on to the next subject.",
    "What was the most embarrassing mistake that you have made?",
    "Before we stop, is there anything you would like to ask?",
)
QUICK_LINES = (2, 4, 8)
SHUT_SHARE = 0.15
"""Of the line's widest gap, at every p, b, m."""
# Three places across the inner lips, upper and lower; the middle one alone is the mesh's noisiest.
_UPPER, _LOWER = (13, 82, 312), (14, 87, 317)
_EYE_CORNERS = (33, 263)
_AFTER_S = 0.4  # filmed before and after each line
_LAG_S = 0.2  # farthest offset that is looked for


@dataclass(slots=True)
class Reading:
    """What was seen of one line."""

    text: str
    at_s: NDArray[np.float64]
    """(n,) seconds from the first sample of each frame."""
    gap: NDArray[np.float64]
    """(n,) lip gap, in distances between the outer eye corners."""
    meant: NDArray[np.float64]
    """(n,) opening of the viseme track, 0...1."""
    rendered: RenderedSpeech

    def closures(self) -> NDArray[np.float64]:
        """Least gap seen at each p, b, m as a share of the line's widest."""
        found = []
        for viseme in self.rendered.visemes:
            if viseme.name == "PP":
                # a closure may be shorter than a frame: those it touches count
                near = self.at_s > viseme.start_s - FRAME_S / 2
                near &= self.at_s < viseme.end_s + FRAME_S / 2
                if near.any():
                    found.append(float(self.gap[near].min() / self.gap.max()))
        return np.array(found)

    def correlation(self) -> float:
        """Of the gap seen with the opening that was meant, Pearson."""
        return float(np.corrcoef(self.gap, self.meant)[0, 1])

    def along(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lag in seconds (sound after lips positive), and correlation of loudness with gap."""
        lags = np.arange(-_LAG_S, _LAG_S + 1e-9, 0.01)
        loud = _loudness(self.rendered)
        middle = (np.arange(len(loud)) + 0.5) * 0.01
        found = []
        for lag in lags:
            heard = np.interp(self.at_s + lag, middle, loud, left=0.0, right=0.0)
            found.append(np.corrcoef(self.gap, heard)[0, 1])
        return lags, np.array(found)


@dataclass(slots=True)
class Film:
    """All lines of one recruiter."""

    who: str
    readings: list[Reading] = field(default_factory=list)
    unseen: int = 0
    """Frames in which the mesh found no face."""


def measure(quick: bool, data_dir: Path | None) -> list[Row]:
    """Films twenty lines of each of two recruiters and reads their lips.

    Args:
        quick: three lines of one.
        data_dir: not needed.
    """
    del data_dir
    lines = [LINES[i] for i in QUICK_LINES] if quick else list(LINES)
    rows: list[Row] = []
    with Stage(*SIZE, mode="offscreen") as stage:
        for name in PEOPLE[:1] if quick else PEOPLE:
            rows += rows_of(film(stage, name, lines))
    return rows


def film(stage: Stage, name: str, lines: list[str], voice: str = "auto") -> Film:
    """Films a recruiter saying ``lines``.

    Args:
        stage: offscreen, of ``closeup.SIZE``.
        name: persona.
        lines: what she says.
        voice: as for ``--voice``.
    """
    closeup = Closeup(stage, load_persona(name), voice=voice)
    finder = open_face()
    seen = Film(f"{name} ({closeup.voice})")
    try:
        for text in lines:
            rendered = closeup.say(text)
            at, gaps, meant = [], [], []
            first_s: float | None = None
            for shot in closeup.film(rendered.duration_s + _AFTER_S):
                first_s = first_s or closeup.first_sample_s()
                found = finder.find(shot.picture, shot.t_s)
                if found is None or first_s is None:
                    seen.unseen += found is None
                    continue
                at.append(shot.t_s - first_s)
                gaps.append(lip_gap(found.landmarks))
                meant.append(shot.opening)
            seen.readings.append(
                Reading(text, np.array(at), np.array(gaps), np.array(meant), rendered)
            )
    finally:
        finder.close()
        closeup.close()
    return seen


def lip_gap(landmarks: NDArray[np.float32]) -> float:
    """Gap between the inner lips, in distances between the outer eye corners.

    Args:
        landmarks: (478, 3) pixels, of a face that looks about into the camera.
    """
    apart = landmarks[list(_UPPER), :2] - landmarks[list(_LOWER), :2]
    right, left = landmarks[list(_EYE_CORNERS), :2]
    return float(np.linalg.norm(apart, axis=1).mean() / np.linalg.norm(right - left))


def peak(lags: NDArray[np.float64], along: NDArray[np.float64]) -> float:
    """Lag of the highest correlation, between the lags by the parabola through three of them."""
    top = int(np.argmax(along))
    if not 0 < top < len(along) - 1:
        return float(lags[top])
    before, at, after = along[top - 1 : top + 2]
    bend = before - 2 * at + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return float(lags[top] + shift * (lags[1] - lags[0]))


def _loudness(rendered: RenderedSpeech) -> NDArray[np.float64]:
    """(n,) at 100 Hz: root of the power, smoothed over about a syllable's half."""
    hop = rendered.rate_hz // 100
    count = len(rendered.samples) // hop
    frames = rendered.samples[: count * hop].reshape(count, hop)
    level = np.sqrt(np.mean(np.square(frames, dtype=np.float64), axis=1))
    window = np.hanning(9)
    return np.convolve(level, window / window.sum(), mode="same")


def rows_of(seen: Film) -> list[Row]:
    """The figures of one recruiter."""
    closures = np.concatenate([reading.closures() for reading in seen.readings])
    correlations = [reading.correlation() for reading in seen.readings]
    lags = seen.readings[0].along()[0]
    along = np.mean([reading.along()[1] for reading in seen.readings], axis=0)
    offset_ms = 1000 * peak(lags, along)
    who, count = seen.who, len(closures)
    return [
        Row.at_most(
            "lips", f"{who}: widest gap at {count} p, b, m", float(closures.max()), "", SHUT_SHARE
        ),
        Row.at_least(
            "lips", f"{who}: p, b, m that close", float(np.mean(closures <= SHUT_SHARE)), "", 1.0
        ),
        Row.at_least(
            "lips",
            f"{who}: gap against track, mean of lines",
            float(np.mean(correlations)),
            "",
            0.8,
        ),
        Row("lips", f"{who}: the same, least line", float(np.min(correlations)), ""),
        Row(
            "lips",
            f"{who}: sound after lips",
            offset_ms,
            "ms",
            "−40 … 40",
            abs(offset_ms) <= 40,
        ),
        Row("lips", f"{who}: frames without a face", float(seen.unseen), ""),
    ]
