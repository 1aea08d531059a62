"""The synthetic candidate as a camera and as a microphone, for the worker processes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, Any

import numpy as np

from game.pose import Pose
from game.synthetic.player import Answer, Player, render_answer
from game.synthetic.script import Script, load_script
from game.voice.base import choose_voice
from perception.clock import Clock
from perception.private_files import private_file
from perception.types import AudioBlock, Cue, Event, Frame

RATE_HZ = 16_000
BLOCK_SAMPLES = 512
ROOM_TONE = 4e-4  # -68 dBFS: a quiet room, not the digital silence of a dead microphone


def rendered(script: Script) -> tuple[Answer, ...]:
    """All answers of a script in its voice.

    Raises:
        ModelError: the script's voice is not installed.
    """
    voice = choose_voice(script.voice, script.speaker)
    return tuple(render_answer(voice, scene) for scene in script.answers)


class SyntheticMicrophone:
    """The candidate's voice in a quiet room, in real time.

    Args:
        script: name or path of the script.
        pace: False to deliver as fast as it is read.
    """

    def __init__(self, script: str, pace: bool = True) -> None:
        self.name = f"synthetic candidate ({script})"
        self.part_over = False
        self._script = load_script(script)
        self._pace = pace
        self._rng = np.random.default_rng(self._script.seed)
        self._events: list[Event] = []
        self._playing: list[tuple[int, np.ndarray]] = []
        self._index = 0

    def start(self, clock: Clock) -> None:
        """Renders the answers and begins to count samples at the present session time."""
        self._clock = clock
        self._player = Player(self._script, rendered(self._script))
        self._begun_s = clock.now()

    def read(self) -> AudioBlock | None:
        """The next 32 ms, when they are over."""
        begin = self._index
        self._index += BLOCK_SAMPLES
        if self._pace:
            end_s = self._begun_s + self._index / RATE_HZ
            self._clock.sleep(end_s - self._clock.now())
        noise = self._rng.normal(0.0, ROOM_TONE, BLOCK_SAMPLES)
        samples = noise.astype(np.float32)
        for start, sound in self._playing:
            low, high = max(begin, start), min(self._index, start + len(sound))
            if low < high:
                samples[low - begin : high - begin] += sound[low - start : high - start]
        self._playing = [(s, x) for s, x in self._playing if s + len(x) > self._index]
        return AudioBlock(self._begun_s + begin / RATE_HZ, RATE_HZ, np.clip(samples, -1, 1))

    def cue(self, cue: Cue) -> None:
        """On the candidate's turn, schedules the next answer."""
        scheduled = self._player.cue(cue)
        self.part_over = self._player.part_over
        if scheduled is None:
            return
        start = max(self._index, round((scheduled.start_s - self._begun_s) * RATE_HZ))
        self._playing.append((start, scheduled.answer.sound(RATE_HZ)))
        start_s = self._begun_s + start / RATE_HZ
        data = {"start_s": start_s, "end_s": start_s + scheduled.answer.duration_s}
        self._events.append(Event(cue.t_s, "microphone", "answer_played", data))

    def events(self) -> list[Event]:
        """Events since the last call: where each answer truly lies."""
        told, self._events = self._events, []
        return told

    def close(self) -> None:
        """Ends the performance."""
        self._playing = []


class SyntheticCamera:
    """The candidate's picture, drawn as the camera reads it.

    Args:
        script: name or path of the script.
        width: pixels.
        height: pixels.
        fps: pictures a second.
        pace: False to draw as fast as it is read.
        truth: file that takes JSON lines: one per picture with what was played (``t_s`` and so
            on), and one for each gesture, look and stretch of speech (``kind``, ``start_s``,
            ``end_s``); None for none.
    """

    def __init__(
        self,
        script: str,
        width: int = 640,
        height: int = 360,
        fps: float = 30.0,
        pace: bool = True,
        truth: str | None = None,
    ) -> None:
        self.name = f"synthetic candidate ({script})"
        self.size = (width, height)
        self.nominal_fps = fps
        self.part_over = False
        self._script = load_script(script)
        self._pace = pace
        self._truth_path = None if truth is None else Path(truth)
        self._truth: IO[str] | None = None
        self._seq = 0
        self._stage: Any = None

    def start(self, clock: Clock) -> None:
        """Opens an offscreen stage, seats the candidate, renders the answers' mouth tracks."""
        from game.synthetic.studio import Studio

        self._clock = clock
        self._player = Player(self._script, rendered(self._script))
        self._stage = Studio(self._script.identity, *self.size)
        if self._truth_path is not None:
            self._truth = private_file(self._truth_path).open("w", encoding="utf-8")
        self._next_s = clock.now()

    def read(self) -> Frame | None:
        """Draws the candidate at the next picture's time."""
        if self._pace:
            self._clock.sleep(self._next_s - self._clock.now())
        t_s = self._next_s
        self._next_s += 1.0 / self.nominal_fps
        if self._pace and self._clock.now() > self._next_s:
            # too slow for this rate: skip pictures rather than fall behind the sound
            missed = int((self._clock.now() - self._next_s) * self.nominal_fps) + 1
            self._seq += missed
            self._next_s += missed / self.nominal_fps
        pose: Pose = self._player.pose(t_s)
        image = self._stage.draw(pose)
        if self._truth is not None:
            told, self._player.scheduled = self._player.scheduled, []
            for line in (*told, self._player.truth(t_s, pose)):
                self._truth.write(json.dumps(line) + "\n")
        frame = Frame(t_s, self._seq, image)
        self._seq += 1
        return frame

    def cue(self, cue: Cue) -> None:
        """Hands a cue to the performance."""
        self._player.cue(cue)
        self.part_over = self._player.part_over

    def close(self) -> None:
        """Closes stage and truth file."""
        if self._truth is not None:
            self._truth.close()
            self._truth = None
        if self._stage is not None:
            self._stage.close()
            self._stage = None
