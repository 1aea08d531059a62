"""What cancelling leaves of an echo, and whether more is there than that.

A loudspeaker that distorts, reverberation beyond the filter and a filter that still learns leave
part of the echo. How much, band by band, is learnt against the echo that was predicted, from her
speech alone; what stands clearly above it is somebody else. Evidence is added up over time like
Page's cumulative sum (1954), so that loud speech counts within two frames and soft speech in some
more, while single frames out of line count for nothing.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft

from perception.microphone.base import RATE_HZ

FRAME = 512
STEP = 256
"""Samples from frame to frame; what is suppressed comes out by so much later."""

# Critical bands (Zwicker 1961) from 200 Hz, below which rooms rumble, to 7.7 kHz.
_EDGES_HZ = (
    *(200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000),
    *(2320, 2700, 3150, 3700, 4400, 5300, 6400, 7700),
)
_EDGES = np.unique(np.round(np.array(_EDGES_HZ) * FRAME / RATE_HZ).astype(int))
_WIDTHS = np.diff(_EDGES)
BANDS = len(_WIDTHS)
_OWNER = np.clip(np.searchsorted(_EDGES, np.arange(FRAME // 2 + 1), side="right") - 1, 0, BANDS - 1)
_ROOT_HANN = np.sqrt(np.hanning(FRAME + 1)[:FRAME])
_HANN = np.hanning(FRAME + 1)[:FRAME]

_FADE = 0.87  # of a predicted echo per 16 ms: reverberation of 0.8 s
_SPREAD = 0.3  # of a band's echo that leaks into the bands beside it, by distortion
_EVERYWHERE = 0.05  # of the mean over all bands, likewise
_QUANTILE = 0.85  # of the residual that the expectation lies above
_FAST_DB, _SLOW_DB, _BESIDE_DB = 4.0, 0.4, 0.04  # learning steps: at first, later, beside speech
_LEARNT = 30  # frames in which a band learns fast
_MARGIN_DB, _MOST_DB = 3.0, 10.0  # of a band above expectation: what counts from, and at most
_USUAL = 1.2  # evidence per frame that echo alone may give, dB
_CAREFUL, _CAREFUL_FRAMES = 2.5, 300  # what is usual at first, and for how long it moves fast
_RARE = 0.98  # share of an echo's frames whose evidence lies below what is taken as usual
_ENOUGH, _MOST = 4.0, 12.0  # of the sum: someone is there; and what it grows to
_HOLD = 16  # frames (0.26 s) that a decision outlasts its evidence
_SLIGHT, _SLIGHT_MOST = 1.0, 1.5  # mean evidence, dB, that suffices where a voice is heard, too
_SLIGHT_FRAMES, _SLIGHT_HOLD = 6, 8  # over so many frames, and for how many it then counts
_SLIGHT_EARLY = 2.0  # dB more, before anything is known of an echo
_KNOWN_FRAMES, _SETTLED_FRAMES = 400, 150  # of any audible echo: 6.4 and 2.4 s
_FAMILIAR_FRAMES = 1000  # 16 s, after which her residual holds no more surprises
_SLIGHT_EARLY_FRAMES = 600  # until slight signs count in full: some sounds of hers are rare
_QUIETEST = 1e-9 * FRAME  # power per bin of a room that is as good as silent: -90 dBFS
_OVER, _LEAST_GAIN = 4.0, 0.03
_AUDIBLE = 0.5  # of the noise: an echo that stands out of it enough to be learnt from


def band_powers(frame: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean power per bin in critical bands: (512,) samples to (BANDS,)."""
    power = np.abs(rfft(frame * _HANN)) ** 2
    return np.asarray(np.add.reduceat(power, _EDGES)[:BANDS] / _WIDTHS, np.float64)


class ResidualEcho:
    """Tells near-end speech from what is left of an echo, and suppresses the latter.

    Attributes:
        near_end: whether, by the last block, someone beside the loudspeaker makes a sound.
        slight: whether there are signs of it that do not suffice by themselves: enough where a
            detector of speech hears a voice as well.
        evidence: the running sum that this is decided by, 0...12.
    """

    def __init__(self) -> None:
        self.near_end = self.slight = False
        self.evidence = 0.0
        self._recent: deque[float] = deque([0.0] * _SLIGHT_FRAMES, maxlen=_SLIGHT_FRAMES)
        self._voice = False
        self._leak_db = np.zeros(BANDS)
        self._learnt = np.zeros(BANDS, int)
        self._usual = _CAREFUL
        self._told = self._sure = 0
        self._noise = np.full(BANDS, _QUIETEST)
        self.begin(None)

    @property
    def settled(self) -> bool:
        """Whether it has learnt what an echo leaves in most bands, or for so long that the others
        lie below the room's noise."""
        return int(np.median(self._learnt)) >= _LEARNT or self._told >= _SETTLED_FRAMES

    @property
    def known(self) -> bool:
        """Whether it has learnt from so much of her voice that a detector of speech can be believed
        about what it leaves."""
        return self.settled and self._sure >= _KNOWN_FRAMES

    @property
    def familiar(self) -> float | None:
        """How far such a detector can be believed, from 0 where it only just can to 1; None where
        it cannot."""
        if not self.known:
            return None
        return min(1.0, (self._sure - _KNOWN_FRAMES) / (_FAMILIAR_FRAMES - _KNOWN_FRAMES))

    def begin(self, before: NDArray[np.float32] | None) -> None:
        """A stretch of played sound begins.

        Args:
            before: (n,) samples of the room just before it; None where there are none.
        """
        # who speaks already, before she can be heard, goes on to
        self._hold = _HOLD if self._voice else 0
        self._slight = 0
        self.near_end = self.slight = False
        self.evidence = 0.0
        self._recent.extend([0.0] * _SLIGHT_FRAMES)
        self._faded = np.full(BANDS, 1e-12)
        self._left = np.zeros(STEP, np.float32)
        self._echo = np.zeros(STEP, np.float32)
        self._overlap = np.zeros(STEP)
        self._gain = np.ones(BANDS)
        if before is None or len(before) < 8 * FRAME:
            return
        powers = [band_powers(before[i : i + FRAME]) for i in range(0, len(before) - FRAME, FRAME)]
        # the mean of exponentially distributed powers is 3.5 times their 25th percentile; someone
        # may still have been speaking a moment ago
        quiet = 3.5 * np.percentile(powers, 25, axis=0)
        self._noise = np.maximum(quiet, _QUIETEST)

    def hear(self, voice: bool) -> None:
        """Learns whether a detector of speech heard a voice in what the last block left.

        A voice that begins softly must not be learnt as what an echo leaves.
        """
        self._voice = voice

    def doubt(self, seconds: float) -> None:
        """Has it believe no slight signs for so much of her voice: the filter has to learn."""
        self._sure = -round(seconds * RATE_HZ / STEP)

    def forget(self) -> None:
        """Has it learn anew: the room or the filter is no longer what it was."""
        self._learnt[:] = 0
        self._usual = _CAREFUL
        self._told = self._sure = 0

    def suppress(self, left: NDArray[np.float32], echo: NDArray[np.float32]) -> NDArray[np.float32]:
        """Takes the next block.

        Args:
            left: (512,) what cancelling left of the microphone's signal.
            echo: (512,) the echo that was predicted.

        Returns:
            (512,) of what was left, the echo's part suppressed, 256 samples later: for detectors
            of speech rather than for ears.
        """
        lefts = np.concatenate([self._left, left])
        echoes = np.concatenate([self._echo, echo])
        self._left, self._echo = left[-STEP:], echo[-STEP:]
        out = np.empty(len(left), np.float32)
        self.near_end = self.slight = False
        for begin in range(0, len(left), STEP):
            frame = slice(begin, begin + FRAME)
            gain = self._frame(band_powers(lefts[frame]), band_powers(echoes[frame]))
            kept = irfft(rfft(lefts[frame] * _ROOT_HANN) * gain[_OWNER]) * _ROOT_HANN
            out[begin : begin + STEP] = self._overlap + kept[:STEP]
            self._overlap = kept[STEP:]
            self.near_end = self.near_end or self._hold > 0
            self.slight = self.slight or self._slight > 0
        return out

    def _frame(self, left: NDArray[np.float64], echo: NDArray[np.float64]) -> NDArray[np.float64]:
        """Weighs one frame's bands; returns the gain of each."""
        self._note_noise(left)
        spread = np.maximum(echo, _EVERYWHERE * echo.mean())
        spread[1:] = np.maximum(spread[1:], _SPREAD * echo[:-1])
        spread[:-1] = np.maximum(spread[:-1], _SPREAD * echo[1:])
        self._faded = np.maximum(spread, _FADE * self._faded)
        residual = 10 ** (self._leak_db / 10) * self._faded
        over_db = 10 * np.log10(left / (residual + 2 * self._noise))
        evidence = float(np.mean(np.clip(over_db - _MARGIN_DB, 0.0, _MOST_DB)))
        self._recent.append(evidence)
        mean = sum(self._recent) / _SLIGHT_FRAMES
        unknown = min(1.0, max(0.0, 1.0 - self._sure / _SLIGHT_EARLY_FRAMES))
        least = max(_SLIGHT, min(self._usual, _SLIGHT_MOST)) + _SLIGHT_EARLY * unknown
        if self._sure >= 0 and mean >= least:
            self._slight = _SLIGHT_HOLD
        else:
            self._slight = max(0, self._slight - 1)
        grown = self.evidence + evidence - max(_USUAL, self._usual)
        self.evidence = min(_MOST, max(0.0, grown))
        self._hold = _HOLD if self.evidence > _ENOUGH else max(0, self._hold - 1)
        self._learn(left, residual, evidence)
        gain = np.sqrt(np.clip(1.0 - _OVER * residual / left, _LEAST_GAIN**2, 1.0))
        self._gain = np.where(gain > self._gain, gain, 0.5 * (gain + self._gain))
        return self._gain

    def _note_noise(self, left: NDArray[np.float64]) -> None:
        # down with what is quieter, up by 1 dB a second with a room that grows louder
        lower = 0.9 * self._noise + 0.1 * left
        self._noise = np.where(3 * left < self._noise, lower, self._noise * 1.0037)
        self._noise = np.maximum(self._noise, _QUIETEST)

    def _learn(
        self, left: NDArray[np.float64], residual: NDArray[np.float64], evidence: float
    ) -> None:
        beside = (self._hold > 0 and self.settled) or (self._voice and self.known)
        ratio_db = 10 * np.log10(np.maximum(left - self._noise, 1e-12) / self._faded)
        audible = self._faded > 0.2 * self._noise
        told = (residual > _AUDIBLE * self._noise) & audible
        steps = np.where(self._learnt < _LEARNT, _FAST_DB, _BESIDE_DB if beside else _SLOW_DB)
        change = steps * np.where(ratio_db > self._leak_db, _QUANTILE, _QUANTILE - 1.0)
        self._leak_db = np.where(told, np.clip(self._leak_db + change, -45.0, 6.0), self._leak_db)
        self._learnt += (residual > 2 * self._noise) & audible
        if not beside and np.any(told):
            self._told += 1
            self._sure += 1
            step = 0.1 if self._told > _CAREFUL_FRAMES else 0.4
            self._usual += step * (_RARE if evidence > self._usual else _RARE - 1.0)
