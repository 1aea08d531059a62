"""Keeps the picture to its rate on a machine that is short of time, by drawing it more simply.

Hearing and seeing come before the picture. So where frames come late for a while, the picture is
made cheaper one step at a time, and dearer again once there has long been time to spare. A step up
that had to be taken back is not tried again soon: its next try waits twice as long, so that the
picture settles instead of changing for ever.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from game.stage.settings import FrameGovernorSettings

STEPS = ("full", "unsmoothed", "coarse", "slow", "body_spared")
"""What each step does, besides those before it: all there is; outlines are not smoothed; people are
drawn with fewer pixels; fewer frames; and last, the candidate's body is looked at more rarely."""

_JUDGED_EVERY_S = 0.5
"""Seconds from one judgement to the next."""
_LEAST_FRAMES = 5
"""Frames below which a stretch of time tells nothing."""
_EVENLY = 1.15
"""How much longer than it should take, at the median, a frame is still in time."""
_SPARE = 0.6
"""Share of a frame's time that its work may take, at the 90th percentile, where there is time to
spare: each step saves less than the rest."""


@dataclass(frozen=True, slots=True)
class Change:
    """A step from one way of drawing to another."""

    step: int
    """Index into ``STEPS``."""
    frames_per_s: float
    """Median of the last seconds, before it."""


class FrameGovernor:
    """Decides how simply to draw; told of every frame.

    Attributes:
        step: index into ``STEPS``, 0 for all there is.
    """

    def __init__(self, settings: FrameGovernorSettings | None = None) -> None:
        self._settings = settings or FrameGovernorSettings()
        self.step = 0
        self._frames: deque[tuple[float, float, float]] = deque()
        self._since_s: float | None = None
        self._wait_s = dict.fromkeys(range(len(STEPS)), self._settings.up_after_s)
        self._tried_s: dict[int, float] = {}
        self._judged_s: float | None = None

    @property
    def frame_s(self) -> float:
        """Seconds from frame to frame that are aimed at now."""
        s = self._settings
        slow = self.step >= STEPS.index("slow")
        return 1.0 / (s.fewest_frames_per_s if slow else s.frames_per_s)

    def add_frame(self, t_s: float, gap_s: float, work_s: float) -> Change | None:
        """Takes a frame.

        Args:
            t_s: when it began.
            gap_s: seconds since the one before began.
            work_s: seconds that it took.

        Returns:
            The step to another way of drawing, where it is time for one.
        """
        if self._since_s is None:
            self._since_s = t_s
        self._frames.append((t_s, gap_s, work_s))
        s = self._settings
        longest = max(self._wait_s[max(0, self.step - 1)], s.down_after_s)
        while self._frames and t_s - self._frames[0][0] > longest:
            self._frames.popleft()
        if self._judged_s is not None and t_s - self._judged_s < _JUDGED_EVERY_S:
            return None
        self._judged_s = t_s
        if self._late(t_s) and self.step + 1 < len(STEPS):
            return self._go(self.step + 1, t_s)
        if self.step > 0 and self._spare(t_s):
            self._tried_s[self.step - 1] = t_s
            return self._go(self.step - 1, t_s)
        return None

    def _late(self, t_s: float) -> bool:
        gaps = self._last(t_s, self._settings.down_after_s, 1)
        return gaps is not None and float(np.median(gaps)) > _EVENLY * self.frame_s

    def _spare(self, t_s: float) -> bool:
        work = self._last(t_s, self._wait_s[self.step - 1], 2)
        if work is None or self._late(t_s):
            return False
        finer_s = 1.0 / self._settings.frames_per_s
        return float(np.percentile(work, 90)) < _SPARE * finer_s

    def _last(self, t_s: float, span_s: float, column: int) -> list[float] | None:
        """Values of the last ``span_s``; None where fewer seconds have gone since the last step."""
        if self._since_s is None or t_s - self._since_s < span_s:
            return None
        values = [frame[column] for frame in self._frames if t_s - frame[0] <= span_s]
        return values if len(values) >= _LEAST_FRAMES else None

    def _go(self, step: int, t_s: float) -> Change:
        gaps = self._last(t_s, self._settings.down_after_s, 1) or [self.frame_s]
        change = Change(step, 1.0 / max(float(np.median(gaps)), 1e-6))
        if step > self.step:
            self._remember_failure(t_s)
        self.step = step
        self._since_s = t_s
        self._frames.clear()
        return change

    def _remember_failure(self, t_s: float) -> None:
        """Lets a step up that is taken back soon wait longer next time."""
        tried_s = self._tried_s.pop(self.step, None)
        s = self._settings
        if tried_s is not None and t_s - tried_s < s.up_after_s:
            self._wait_s[self.step] = min(2 * self._wait_s[self.step], s.longest_wait_s)
        else:
            self._wait_s[self.step] = s.up_after_s
