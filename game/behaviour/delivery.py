"""Speaks the recruiter's lines, one after another, and tells what became of them."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from dialogue.types import Feedback, RecruiterAct
from game.sound.mixdown import Mixdown, MixedSound
from game.sound.speaker import FADE_S, PlayHandle, Speaker
from game.voice.base import RenderedSpeech, Renderer
from game.voice.mouth import MouthTrack
from perception.errors import StorageError

BETWEEN_LINES_S = 0.28
"""Pause between two lines that follow each other: "Thank you." ... "Tell me about ..." """
LEAD_S = 0.12
"""From taking a line up to its first sample: the mouth opens about 0.1 s before it sounds."""
ENVELOPE_HZ = 50
_KEPT_SCORES = 64
LOUDNESS = {"full": 1.0, "lowered": 10 ** (-15 / 20), "muted": 0.0}
"""Gain of a line whose loudness changes. 15 dB down a voice is fainter than whoever speaks over it,
and goes on to be understood."""
RETURN_S = 0.15
"""In which a voice that was lowered or muted is back; it goes down in ``FADE_S``."""
HUSH_S = 0.15  # in which a mouth that was cut short comes to rest


class SpeechAnimation:
    """How a line's mouth moves and its loudness goes; takes some milliseconds to work out."""

    def __init__(self, rendered: RenderedSpeech, articulation: float) -> None:
        self.rendered = rendered
        self.mouth = MouthTrack(rendered, articulation)
        self.energy = energy_envelope(rendered.samples, rendered.rate_hz)


class Line:
    """A line that is being spoken."""

    def __init__(
        self,
        act: RecruiterAct,
        rendered: RenderedSpeech,
        handle: PlayHandle,
        due_s: float,
        score: SpeechAnimation,
    ) -> None:
        self.act = act
        self.rendered = rendered
        self.handle = handle
        self.due_s = due_s
        self.mouth = score.mouth
        self.energy = score.energy
        self.announced = False
        self.mixed: MixedSound | None = None
        self.from_s = 0.0
        """Where in the line the handle's sound begins: after she held it, at a word of its own."""
        self.held = False
        """Whether she has fallen silent within it."""
        self.muted_s: float | None = None
        """Since when she is not to be heard, though it goes on."""

    @property
    def start_s(self) -> float | None:
        """Session time at which its first sample was heard, or would have been without a hold."""
        started_s = self.handle.started_s
        return None if started_s is None else started_s - self.from_s

    def position_s(self, t_s: float) -> float:
        """Seconds of the line that are heard at ``t_s``; negative before its first sample."""
        start_s = self.start_s
        if start_s is None:
            # the loudspeaker has yet to take it: before the first sample, however late that is
            return self.from_s + min(0.0, t_s - self.due_s)
        return t_s - start_s

    def word_s(self, position_s: float) -> float:
        """Where the word begins that is being said at ``position_s``; 0 before the first."""
        begun = [word.start_s for word in self.rendered.words if word.start_s <= position_s]
        return begun[-1] if begun else 0.0


class Delivery:
    """Queue of lines to be spoken.

    Args:
        renderer: turns text into sound ahead of time.
        speaker: plays it.
        on_start: called when a line is about to sound, with act, its speech and the session time
            of its first sample; behaviour that goes with the speech is planned there.
        mixdown: collects what was heard, for ``recruiter.wav``; None to keep nothing.
        articulation: how far the speaker's mouth moves, 1 for most people.

    Attributes:
        storage_error: why her voice is no longer recorded; she speaks on.
    """

    def __init__(
        self,
        renderer: Renderer,
        speaker: Speaker,
        on_start: Callable[[RecruiterAct, RenderedSpeech, float], None],
        mixdown: Mixdown | None = None,
        articulation: float = 1.0,
    ) -> None:
        self._renderer = renderer
        self._speaker = speaker
        self._on_start = on_start
        self._mixdown = mixdown
        self._queue: deque[RecruiterAct] = deque()
        self._articulation = articulation
        self._scores: OrderedDict[str, SpeechAnimation] = OrderedDict()
        renderer.finished = self._rehearse
        self._line: Line | None = None
        self._last: Line | None = None
        self._hush: tuple[float, Mapping[str, float]] | None = None
        self._now_s = 0.0
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
            self._hush = (t_s, self.mouth())
            self._line.handle.stop()
            self._cut(self._line, t_s)
            stopped.insert(0, Feedback(t_s, self._line.act.id, "stopped"))
            self._line = self._last = None
            self._ended_s = t_s
        return stopped

    def withdraw(self, act_id: str, t_s: float) -> list[Feedback]:
        """She does not say a line after all; what sounds before it goes on.

        Where its sound has just begun all the same, it fades out.
        """
        for act in self._queue:
            if act.id == act_id:
                self._queue.remove(act)
                return [Feedback(t_s, act_id, "stopped")]
        if self._line is None or self._line.act.id != act_id:
            return []
        waiting, self._queue = self._queue, deque()
        stopped = self.stop(t_s)
        self._queue = waiting
        return stopped

    def hold(self, t_s: float) -> None:
        """She falls silent in the middle of a line, which fades out; ``resume`` goes on with it."""
        line = self._line
        if line is None or line.held or line.handle.done:
            return
        self._hush = (t_s, self.mouth())
        line.held = True
        # what she said while she was muted, nobody heard
        line.from_s = line.word_s(line.position_s(t_s if line.muted_s is None else line.muted_s))
        line.handle.stop()
        self._cut(line, t_s)

    def resume(self, t_s: float) -> None:
        """She goes on with the line that she held, from the word in which she was cut."""
        line = self._line
        if line is None or not line.held:
            return
        rendered = line.rendered
        rest = rendered.samples[round(line.from_s * rendered.rate_hz) :]
        line.due_s = t_s + LEAD_S
        line.handle = self._speaker.play(rest, rendered.rate_hz, line.due_s)
        line.held = False
        line.muted_s = None
        line.mixed = None
        self._hush = None

    def change_loudness(self, loudness: str, t_s: float) -> None:
        """She goes on with the line that sounds, fainter, unheard or as loud as before.

        Args:
            loudness: one of ``LOUDNESS``.
            t_s: now.
        """
        line = self._line
        if line is None or line.held or line.handle.done:
            return
        gain = LOUDNESS[loudness]
        over_s = RETURN_S if loudness == "full" else FADE_S
        line.handle.fade_to(gain, over_s)
        if loudness != "muted":
            line.muted_s = None
        elif line.muted_s is None:
            line.muted_s = t_s
        self._mix(line, lambda mixed: mixed.fade_to(t_s, gain, over_s))

    def advance(self, t_s: float) -> list[Feedback]:
        """Moves on to session time ``t_s``; starts and ends of lines since the last call."""
        told: list[Feedback] = []
        self._now_s = t_s
        line = self._line
        if line is not None and not line.held:
            started = line.handle.started_s
            if started is not None and started <= t_s:
                if not line.announced:
                    line.announced = True
                    told.append(Feedback(started, line.act.id, "start"))
                if line.mixed is None:
                    self._record(line, started)
            if line.handle.done:
                start_s = line.start_s
                end = t_s if start_s is None else min(t_s, start_s + line.rendered.duration_s)
                if not line.announced:
                    told.append(Feedback(end, line.act.id, "start"))
                told.append(Feedback(end, line.act.id, "end"))
                self._line, self._last, self._ended_s = None, line, end
        ready_s = self._ended_s + BETWEEN_LINES_S - LEAD_S
        if self._line is None and self._queue and t_s >= ready_s:
            self._begin(t_s)
        return told

    def _begin(self, t_s: float) -> None:
        act = self._queue[0]
        rendered = self._renderer.poll(act.text)
        if rendered is None:
            return
        self._queue.popleft()
        due_s = t_s + LEAD_S
        self._on_start(act, rendered, due_s)
        handle = self._speaker.play(rendered.samples, rendered.rate_hz, due_s)
        score = self._scores.get(act.text)
        if score is None or score.rendered is not rendered:
            score = SpeechAnimation(rendered, self._articulation)
        self._line = Line(act, rendered, handle, due_s, score)
        self._hush = None

    def _rehearse(self, rendered: RenderedSpeech) -> None:
        """Works out a line's score in the renderer's thread, where no frame waits for it."""
        self._scores[rendered.text] = SpeechAnimation(rendered, self._articulation)
        while len(self._scores) > _KEPT_SCORES:
            self._scores.popitem(last=False)

    def _record(self, line: Line, started_s: float) -> None:
        if self._mixdown is None or self.storage_error is not None:
            return
        try:
            samples, rate_hz = line.rendered.samples, line.rendered.rate_hz
            line.mixed = self._mixdown.add(
                started_s, samples[round(line.from_s * rate_hz) :], rate_hz
            )
        except StorageError as error:
            self.storage_error = error

    def _cut(self, line: Line, t_s: float) -> None:
        self._mix(line, lambda mixed: mixed.cut(t_s))

    def _mix(self, line: Line, change: Callable[[MixedSound], None]) -> None:
        """Changes a line in the recording of her voice, where there is one."""
        if line.mixed is None or self.storage_error is not None:
            return
        try:
            change(line.mixed)
        except StorageError as error:
            self.storage_error = error

    def mouth(self) -> Mapping[str, float]:
        """Weights of the mouth's shapes for what is heard at the time of the last update.

        The mouth opens before a line and comes to rest after it; where one line follows another
        soon, it goes from the one to the other.
        """
        if self._hush is not None:
            since_s = self._now_s - self._hush[0]
            left = max(0.0, 1.0 - since_s / HUSH_S)
            if left > 0.0:
                return {name: left * left * weight for name, weight in self._hush[1].items()}
            self._hush = None
        shapes: dict[str, float] = {}
        for line in (self._last, self._line):
            if line is not None and not line.held:
                for name, weight in line.mouth.at(line.position_s(self._now_s)).items():
                    shapes[name] = max(weight, shapes.get(name, 0.0))
        return shapes

    def opening(self) -> float:
        """Intended gap between the lips at the time of the last update; see ``MouthTrack``."""
        both = (self._last, self._line)
        lines = (line for line in both if line is not None and not line.held)
        return max((line.mouth.opening(line.position_s(self._now_s)) for line in lines), default=0)

    def energy(self) -> float:
        """Loudness of what is heard at this moment, 0...1 of the line's loudest."""
        if self._line is None or self._line.held or self._line.handle.started_s is None:
            return 0.0
        place = self._line.position_s(self._now_s) * ENVELOPE_HZ
        index = int(place)
        envelope = self._line.energy
        if place < 0.0 or index + 1 >= len(envelope):
            return 0.0
        part = place - index
        return float((1.0 - part) * envelope[index] + part * envelope[index + 1])


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
