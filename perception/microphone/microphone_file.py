"""Recorded sound as a microphone: answers given when asked for, or a recording straight through."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perception.clock import Clock
from perception.errors import InputError
from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ
from perception.microphone.decoding import (
    read_sound,
    sound_extent,
)
from perception.types import AudioBlock, Cue, Event


class FileMicrophone:
    """Plays the candidate's part from recordings, in real time.

    In mode "answers" each file is one answer: it begins ``response_s`` after a cue ``turn``, and
    silence is heard before, between and after. A turn for which no answer is left means that the
    part is over. In mode "continuous" the files are played straight through.

    Args:
        paths: recordings, in order.
        rate_hz: samples per second delivered.
        mode: "answers" or "continuous".
        start_s: where in the first recording to begin.
        lead_in_s: silence before a continuous recording.
        response_s: from the cue to the first sample of an answer.
        await_begin: a continuous recording starts at the time of the cue ``begin``, in step with
            a camera that begins with it.
        pace: wait for real time; False delivers at once, and ends after a continuous recording.

    Attributes:
        name: the files' names.
        part_over: whether nothing is left to be said.
    """

    def __init__(
        self,
        paths: Sequence[str | Path],
        *,
        rate_hz: int = RATE_HZ,
        mode: Literal["answers", "continuous"] = "answers",
        start_s: float = 0.0,
        lead_in_s: float = 0.0,
        response_s: float = 0.6,
        await_begin: bool = False,
        pace: bool = True,
    ) -> None:
        if not paths:
            raise InputError("microphone: no recording given; name at least one file")
        if mode not in ("answers", "continuous"):
            raise InputError(f"microphone mode '{mode}': use answers or continuous")
        if start_s < 0 or lead_in_s < 0 or response_s < 0:
            raise InputError("microphone: start_s, lead_in_s and response_s cannot be negative")
        self._paths = [Path(path) for path in paths]
        self.name = ", ".join(path.name for path in self._paths)
        self.part_over = False
        self._rate_hz = rate_hz
        self._continuous = mode == "continuous"
        self._start_s = start_s
        self._lead_in_s = lead_in_s
        self._response_s = response_s
        self._await_begin = await_begin
        self._pace = pace
        self._clock: Clock | None = None
        self._origin_s = 0.0
        self._position = 0
        self._answers: list[NDArray[np.float32]] = []
        self._next = 0
        self._playing: tuple[int, int] | None = None
        self._scheduled: int | None = None
        self._turn_waits_s: float | None = None
        self._events: list[Event] = []

    def start(self, clock: Clock) -> None:
        """Decodes the recordings and begins to deliver.

        Raises:
            InputError: a recording cannot be used.
        """
        self._answers = [read_sound(path, self._rate_hz) for path in self._paths]
        skipped = round(self._start_s * self._rate_hz)
        if skipped >= len(self._answers[0]):
            raise InputError(
                f"{self._paths[0]}: lasts {len(self._answers[0]) / self._rate_hz:.1f} s, so it "
                f"cannot start at {self._start_s:g} s"
            )
        self._answers[0] = self._answers[0][skipped:]
        self._clock = clock
        self._origin_s = clock.now()
        self._position = 0
        if self._continuous and not self._await_begin:
            self._scheduled = round(self._lead_in_s * self._rate_hz)

    def read(self) -> AudioBlock | None:
        """The next 512 samples, when their time has come."""
        if self._clock is None or (self.part_over and self._continuous and not self._pace):
            return None
        begin, end = self._position, self._position + BLOCK_SAMPLES
        if self._pace:
            self._clock.sleep(self._time(end) - self._clock.now())
        samples = np.zeros(BLOCK_SAMPLES, np.float32)
        while self._fill(samples, begin):
            pass
        self._position = end
        return AudioBlock(self._time(begin), self._rate_hz, samples)

    def cue(self, cue: Cue) -> None:
        """Starts the next answer on ``turn``; takes back one that she interrupted in time."""
        if cue.kind == "close":
            self._end_part()
        elif self._continuous:
            if cue.kind == "begin" and self._await_begin:
                self._await_begin = False
                wanted = round((cue.t_s + self._lead_in_s - self._origin_s) * self._rate_hz)
                self._scheduled = max(wanted, self._position)
        elif cue.kind == "recruiter_speaks":
            self._scheduled = self._turn_waits_s = None
        elif cue.kind != "turn":
            return
        elif self._playing is not None:
            self._turn_waits_s = cue.t_s
        else:
            self._take_turn(cue.t_s)

    def resume(self, started: Sequence[Event]) -> None:
        """Goes on where a process before this one was killed, as a person's talk would.

        Args:
            started: its ``answer_started`` events, oldest first.
        """
        if not started:
            return
        last = started[-1].data
        index = int(last["index"])
        self._next = index + 1
        self._scheduled = None
        self._playing = (index, round((float(last["start_s"]) - self._origin_s) * self._rate_hz))

    def events(self) -> list[Event]:
        """``answer_started``, ``answer_played`` (with exact times of its sound), ``part_over``."""
        events, self._events = self._events, []
        return events

    def close(self) -> None:
        """Forgets the recordings."""
        self._answers = []
        self._clock = None

    def _time(self, sample: int) -> float:
        return self._origin_s + sample / self._rate_hz

    def _take_turn(self, t_s: float) -> None:
        if self._next >= len(self._answers):
            self._end_part()
        elif self._scheduled is None:
            wanted = round((t_s + self._response_s - self._origin_s) * self._rate_hz)
            self._scheduled = max(wanted, self._position)

    def _end_part(self) -> None:
        self._scheduled = self._turn_waits_s = None
        if not self.part_over:
            self.part_over = True
            data = {"message": "the recorded candidate has nothing more to say"}
            self._events.append(Event(self._time(self._position), "microphone", "part_over", data))

    def _fill(self, samples: NDArray[np.float32], begin: int) -> bool:
        """Mixes into one block what is due; True when something ended and more may be due."""
        if self._playing is None and self._scheduled is not None:
            if self._scheduled >= begin + len(samples):
                return False
            self._playing = (self._next, max(self._scheduled, begin))
            self._next += 1
            self._scheduled = None
            self._post("answer_started")
        if self._playing is None:
            return False
        index, start = self._playing
        answer = self._answers[index]
        first, last = max(begin, start), min(begin + len(samples), start + len(answer))
        if first < last:
            samples[first - begin : last - begin] = answer[first - start : last - start]
        if start + len(answer) > begin + len(samples):
            return False
        self._post("answer_played")
        self._playing = None
        return self._after_answer(start + len(answer))

    def _after_answer(self, ended: int) -> bool:
        if self._continuous:
            if self._next < len(self._answers):
                self._scheduled = ended
                return True
            self._end_part()
        elif self._turn_waits_s is not None:
            waited, self._turn_waits_s = self._turn_waits_s, None
            self._take_turn(max(waited, self._time(ended)))
        return False

    def _post(self, kind: str) -> None:
        assert self._playing is not None
        index, start = self._playing
        answer = self._answers[index]
        from_s, to_s = sound_extent(answer, self._rate_hz)
        start_s, end_s = self._time(start), self._time(start + len(answer))
        data = {
            "index": index,
            "file": self._paths[index].name,
            "start_s": start_s,
            "end_s": end_s,
            "sound_start_s": start_s + from_s,
            "sound_end_s": start_s + to_s,
        }
        t_s = start_s if kind == "answer_started" else end_s
        self._events.append(Event(t_s, "microphone", kind, data))
