"""One answer improved: its sound with shorter pauses, without fillers, with a livelier pitch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perception.signal.pcm import to_int16
from perception.signal.wav import wav_header
from scoring.resynthesis.cuts import Heard, find_cuts
from scoring.resynthesis.joining import ended, without
from scoring.resynthesis.pitch_praat import intonation, livelier
from scoring.rubric import load

FOLDER = "improved"
"""Within the session's."""
INTO_BAND = 1.25
"""How far into its usual band a flat pitch is brought: so many times the band's lower end."""
MOST_FACTOR = 1.6
"""On the distances of the pitch from its median; more is another way of speaking than theirs."""
CLEARLY = 1.3
"""Factor from which the pitch is said to move clearly more."""

_FILLER_GAIN = 1.0
_PITCH_GAIN = 5.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What may be changed in an answer."""

    pauses: bool
    fillers: bool
    usual_st: float | None
    """Lower end of the usual spread of pitch, semitones; None where pitch stays as it is."""

    @property
    def nothing(self) -> bool:
        """Whether nothing may."""
        return not (self.pauses or self.fillers or self.usual_st is not None)


@dataclass(frozen=True, slots=True)
class ImprovedAnswer:
    """An answer as it was said and as it could sound."""

    number: int
    """Of its question in the report, from 1."""
    rate_hz: int
    original: NDArray[np.int16]
    """(n,)."""
    samples: NDArray[np.int16]
    """(m,)."""
    pauses_shortened: int
    fillers_removed: int
    pitch_range_factor: float
    """On distances of the pitch from its median, semitones; 1 where it is as it was."""
    whole: bool = True
    """Whether it is all of the answer; its beginning otherwise."""

    @property
    def gain(self) -> float:
        """How much there is to be heard of it: s taken out, and what else changes in such s."""
        out_s = (len(self.original) - len(self.samples)) / self.rate_hz
        wider = self.pitch_range_factor - 1.0
        return out_s + _FILLER_GAIN * self.fillers_removed + _PITCH_GAIN * wider

    @property
    def file(self) -> str:
        """Of the improved sound, within the session's folder."""
        return f"{FOLDER}/question_{self.number}.wav"

    @property
    def original_file(self) -> str:
        """Of the sound as it was."""
        return f"{FOLDER}/question_{self.number}_original.wav"

    def files(self) -> dict[str, bytes]:
        """Both as WAV files of 16 bits, by their names within the session's folder."""
        return {
            name: wav_header(self.rate_hz, len(sound)) + sound.astype("<i2").tobytes()
            for name, sound in ((self.file, self.samples), (self.original_file, self.original))
        }

    def entry(self) -> dict[str, Any]:
        """What the report says of it."""
        return {
            "file": self.file,
            "original": self.original_file,
            "duration_s": round(len(self.samples) / self.rate_hz, 3),
            "original_s": round(len(self.original) / self.rate_hz, 3),
            "pauses_shortened": self.pauses_shortened,
            "fillers_removed": self.fillers_removed,
            "pitch_range_factor": round(self.pitch_range_factor, 2),
            "told": self.told(),
        }

    def told(self) -> str:
        """What was changed, in plain words."""
        words = load("improved")
        factor = self.pitch_range_factor
        changes = [
            *_counted(words["pauses"], self.pauses_shortened),
            *_counted(words["fillers"], self.fillers_removed),
            *([words["pitch"]["many" if factor >= CLEARLY else "one"]] if factor > 1.0 else []),
        ]
        listed = " and ".join([", ".join(changes[:-1]), changes[-1]] if changes[1:] else changes)
        said = str(words["sentence"]).format(changes=listed)
        if self.whole:
            return said
        seconds = round(len(self.original) / self.rate_hz)
        return f"{words['part'].format(duration=f'{seconds} seconds')} {said}"


def _counted(change: dict[str, str], count: int) -> list[str]:
    if count == 0:
        return []
    return [change["one" if count == 1 else "many"].format(count=count)]


def improved(number: int, heard: Heard, wish: Wish, whole: bool = True) -> ImprovedAnswer:
    """Improves an answer as far as it may be and there is something to be bettered.

    Args:
        number: of its question.
        heard: its sound, and what is known of it.
        wish: what may be changed.
        whole: whether the sound is all of the answer.

    Raises:
        ModelError: the detector of fillers or Praat is missing.
    """
    cuts = find_cuts(heard, wish.pauses, wish.fillers)
    spans = [(cut.start_s, cut.end_s) for cut in cuts]
    samples, factor = heard.samples, 1.0
    if wish.usual_st is not None:
        samples, factor = _livelier(samples, heard.rate_hz, wish.usual_st)
    return ImprovedAnswer(
        number,
        heard.rate_hz,
        to_int16(ended(heard.samples, heard.rate_hz)),
        to_int16(without(samples, heard.rate_hz, spans)),
        sum(cut.pauses for cut in cuts),
        sum(cut.fillers for cut in cuts),
        factor,
        whole,
    )


def _livelier(
    samples: NDArray[np.float32], rate_hz: int, usual_st: float
) -> tuple[NDArray[np.float32], float]:
    """The samples with a pitch that moves as usual, and by which factor it moves more."""
    spoken = intonation(samples, rate_hz)
    if spoken is None or not 0.0 < spoken.spread_st < usual_st:
        return samples, 1.0
    factor = min(MOST_FACTOR, INTO_BAND * usual_st / spoken.spread_st)
    return livelier(spoken, factor), factor
