"""How loud her voice goes on while nobody can know yet whether the candidate interrupts her.

A detector of speech needs 100 to 250 ms of a soft voice; that somebody makes a sound is heard much
sooner. So she does what people do who are spoken over (Schegloff 2000): she lets her voice drop at
the sound, and is not to be heard any more as soon as it may be a voice. The line runs on meanwhile.
If it was a cough, she is back a moment later and nothing was lost but a syllable; if it was a word,
the dialogue holds the line.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

from dialogue.types import Because
from perception.settings import CountOrZero, Positive, Share, checked
from perception.types import VOICE_FRESH_S, VOICE_LIKELY, CandidateState

Loudness = Literal["lowered", "muted", "full"]

_ORDER: dict[Loudness, int] = {"full": 0, "lowered": 1, "muted": 2}


@checked
@dataclass(frozen=True, slots=True)
class DuckingSettings:
    """When her voice gives way before an interruption is certain."""

    voice_evidence: Share = VOICE_LIKELY
    """First signs of a voice (0...1) from which she is not to be heard any more, see
    :attr:`perception.types.VoiceReading.near_end`."""
    quiet_s: Positive = 0.13
    """Seconds without such sound after which her voice is back."""
    lowered_most_s: Positive = 0.5
    """Seconds of sound without a sign of a voice after which it is back all the same: a lorry."""
    muted_most_s: Positive = 0.4
    """The same where there was such a sign, and no speech came of it."""
    doubts: CountOrZero = 3
    """So many mere sounds within ``doubts_s`` she gives way to; by then somebody types."""
    doubts_s: Positive = 20.0
    """Seconds for which they count."""


class Ducking:
    """Follows the first signs of speech over a line of hers, reading by reading.

    Attributes:
        loudness: of the line now.
    """

    loudness: Loudness

    def __init__(self, settings: DuckingSettings | None = None) -> None:
        self._settings = settings or DuckingSettings()
        self._refuted: deque[float] = deque()
        self._sound_s = float("-inf")
        self._spent: Loudness = "full"
        self._since_s = 0.0
        self._line = ""
        self.loudness = "full"

    def begin(self, line: str) -> None:
        """A line, or the rest of one that she held, sounds from now on: as loud as any."""
        self._line = line
        self.loudness = "full"

    def step(
        self, state: CandidateState, line: str, overlap_s: float
    ) -> tuple[Loudness, Because] | None:
        """What becomes of her voice at this tick, and why; None where nothing does.

        Args:
            state: the candidate now.
            line: id of the act that sounds and would give way; empty where none does.
            overlap_s: for how long they have certainly been speaking over it.
        """
        if line != self._line:
            self.begin(line)
        evidence = self._listen(state)
        if not line:
            return None
        s, now_s = self._settings, state.t_s
        voice = overlap_s > 0 or evidence >= s.voice_evidence
        wanted: Loudness = "full"
        if evidence > 0 and (voice or self._believes(now_s)):
            wanted = "muted" if voice else "lowered"
        if _ORDER[wanted] <= _ORDER[self._spent]:
            wanted = "full"
        if _ORDER[wanted] > _ORDER[self.loudness]:
            limit = s.voice_evidence if voice else None
            because = Because("sound_over", "near_end", round(evidence, 3), limit)
            return self._go(wanted, because, now_s)
        if self.loudness == "full" or overlap_s > 0:
            return None
        lasted_s = now_s - self._since_s
        most_s = s.muted_most_s if self.loudness == "muted" else s.lowered_most_s
        if lasted_s >= most_s:
            self._spent = self.loudness  # until it has been quiet once
        elif now_s - self._sound_s < s.quiet_s:
            return None
        self._refuted.append(now_s)
        return self._go("full", Because("only_a_sound", "dip_s", round(lasted_s, 3), most_s), now_s)

    def _listen(self, state: CandidateState) -> float:
        """First signs of a voice now, 0...1; 0 where no sound but hers is heard."""
        voice, age_s = state.voice, state.voice_age_s
        fresh = age_s is not None and age_s <= VOICE_FRESH_S
        signs = voice.near_end or 0.0 if voice is not None and fresh else 0.0
        if signs > 0:
            self._sound_s = state.t_s
        elif state.t_s - self._sound_s >= self._settings.quiet_s:
            self._spent = "full"
        return signs

    def _believes(self, now_s: float) -> bool:
        """Whether she gives way to mere sounds: not where so many have come to nothing lately."""
        while self._refuted and now_s - self._refuted[0] > self._settings.doubts_s:
            self._refuted.popleft()
        return len(self._refuted) < self._settings.doubts

    def _go(self, loudness: Loudness, because: Because, now_s: float) -> tuple[Loudness, Because]:
        self.loudness = loudness
        self._since_s = now_s
        return loudness, because
