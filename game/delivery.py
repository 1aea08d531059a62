"""Speaks the recruiter's lines, one after another, and tells what became of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from dialogue.types import Feedback, RecruiterAct
from game.mixdown import Mixdown, Piece
from game.mouth import MouthTrack
from game.speaker import PlayHandle, Speaker
from game.voice import Renderer, Utterance
from perception.errors import StorageError

BETWEEN_LINES_S = 0.28
"""Pause between two lines that follow each other: "Thank you." ... "Tell me about ..." """
ENVELOPE_HZ = 50


class Line:
    """A line that is being spoken."""

    def __init__(self, act: RecruiterAct, utterance: Utterance, handle: PlayHandle) -> None:
        self.act = act
        self.utterance = utterance
        self.handle = handle
        self.mouth = MouthTrack(utterance)
        self.energy = energy_envelope(utterance.samples, utterance.rate_hz)
        self.announced = False
        self.piece: Piece | None = None


class Delivery:
    """Queue of lines to be spoken.

    Args:
        renderer: turns text into sound ahead of time.
        speaker: plays it.
        on_start: called when a line is about to sound, with act and utterance; behaviour that
            goes with the speech is planned there.
        mixdown: collects what was heard, for ``recruiter.wav``; None to keep nothing.

    Attributes:
        storage_error: why her voice is no longer recorded; she speaks on.
    """

    def __init__(
        self,
        renderer: Renderer,
        speaker: Speaker,
        on_start: Callable[[RecruiterAct, Utterance], None],
        mixdown: Mixdown | None = None,
    ) -> None:
        self._renderer = renderer
        self._speaker = speaker
        self._on_start = on_start
        self._mixdown = mixdown
        self._queue: deque[RecruiterAct] = deque()
        self._line: Line | None = None
        self._ended_s = float("-inf")
        self.storage_error: StorageError | None = None

    def say(self, act: RecruiterAct) -> None:
        """Puts an act with text at the end of the queue."""
        self._queue.append(act)
        self._renderer.request(act.text, first=True)

    @property
    def line(self) -> Line | None:
        """The line that sounds now."""
        return self._line

    @property
    def busy(self) -> bool:
        """Whether anything sounds or waits to sound."""
        return self._line is not None or bool(self._queue)

    def stop(self, t_s: float) -> list[Feedback]:
        """She yields: what sounds fades out, what waits is dropped."""
        stopped = [Feedback(t_s, act.id, "stopped") for act in self._queue]
        self._queue.clear()
        if self._line is not None:
            self._line.handle.stop()
            self._cut(self._line, t_s)
            stopped.insert(0, Feedback(t_s, self._line.act.id, "stopped"))
            self._line = None
            self._ended_s = t_s
        return stopped

    def update(self, t_s: float) -> list[Feedback]:
        """Moves on to session time ``t_s``; starts and ends of lines since the last call."""
        told: list[Feedback] = []
        line = self._line
        if line is not None:
            started = line.handle.started_s
            if started is not None and not line.announced:
                line.announced = True
                told.append(Feedback(started, line.act.id, "start"))
                self._record(line, started)
            if line.handle.done:
                end = t_s if started is None else min(t_s, started + line.utterance.duration_s)
                if not line.announced:
                    told.append(Feedback(end, line.act.id, "start"))
                told.append(Feedback(end, line.act.id, "end"))
                self._line, self._ended_s = None, end
        if self._line is None and self._queue and t_s >= self._ended_s + BETWEEN_LINES_S:
            self._begin(t_s)
        return told

    def _begin(self, t_s: float) -> None:
        act = self._queue[0]
        utterance = self._renderer.poll(act.text)
        if utterance is None:
            return
        self._queue.popleft()
        self._on_start(act, utterance)
        handle = self._speaker.play(utterance.samples, utterance.rate_hz, t_s)
        self._line = Line(act, utterance, handle)

    def _record(self, line: Line, started_s: float) -> None:
        if self._mixdown is None or self.storage_error is not None:
            return
        try:
            samples, rate_hz = line.utterance.samples, line.utterance.rate_hz
            line.piece = self._mixdown.add(started_s, samples, rate_hz)
        except StorageError as error:
            self.storage_error = error

    def _cut(self, line: Line, t_s: float) -> None:
        if line.piece is None or self.storage_error is not None:
            return
        try:
            line.piece.cut(t_s)
        except StorageError as error:
            self.storage_error = error

    def mouth(self) -> Mapping[str, float]:
        """Weights of the mouth's shapes for what is heard at this moment."""
        if self._line is None or self._line.handle.started_s is None:
            return {}
        return self._line.mouth.at(self._line.handle.position_s)

    def energy(self) -> float:
        """Loudness of what is heard at this moment, 0...1 of the line's loudest."""
        if self._line is None or self._line.handle.started_s is None:
            return 0.0
        index = int(self._line.handle.position_s * ENVELOPE_HZ)
        envelope = self._line.energy
        return float(envelope[index]) if index < len(envelope) else 0.0


def energy_envelope(samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    """Smoothed loudness of a sound.

    Args:
        samples: (n,) -1...1.
        rate_hz: samples per second.

    Returns:
        (m,) at ``ENVELOPE_HZ``, 0...1, smoothed over about 0.2 s: the rhythm of stresses, not of
        single sounds.
    """
    hop = rate_hz // ENVELOPE_HZ
    count = len(samples) // hop
    if count == 0:
        return np.zeros(1, np.float32)
    level = np.sqrt(np.mean(samples[: count * hop].reshape(count, hop) ** 2, axis=1))
    window = np.hanning(11)
    smooth = np.convolve(level, window / window.sum(), mode="same")
    peak = float(smooth.max())
    return (smooth / peak if peak > 0 else smooth).astype(np.float32)
