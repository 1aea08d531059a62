"""Who the candidate is, from one sight of a face to the next.

The first face that can be trusted is the candidate's. From then on a face that was lost, or that
leapt, is looked at: the candidate is taken back at once, anybody else only when they have stayed
for a while and are alive, so that neither somebody who walks past nor a poster takes over.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perception.face.liveness import LivenessCheck
from perception.face.reidentification import SAME_PERSON, Portrait, signature

LOST_AFTER_S = 0.6
"""s without a face after which it must be recognised; in less nobody changes seats."""

STAY_S = 2.0
"""s that another person must stay before they are the candidate."""

LOOK_S = 0.5
"""s that one face must have been followed before it can be a newcomer's."""

COMPANY_S = 5.0
"""s after a second face was seen in which the mesh may have slid from one to the other."""

_PROBE_S = 0.1
_LEARN_S = 1.0
_LEARN_SOON_S = 0.25
_SOON_FOR_S = 2.0

Verdict = Literal["known", "stranger", "picture"]


@dataclass(frozen=True, slots=True)
class Meeting:
    """What is made of a face in one picture."""

    verdict: Verdict
    """The candidate, somebody else (or not yet recognised), or a picture that is not theirs."""
    newcomer: bool
    """True once: from here on another person is the candidate."""
    still_s: float
    """s in which nothing has moved within the face."""
    followed_s: float
    """s for which this face has been followed without a break."""
    picture: bool
    """Whether the face has never moved although there was time enough."""


class IdentityTracker:
    """Keeps the candidate's identity through losses and leaps of the mesh."""

    def __init__(self) -> None:
        self.alone_s = 0.0
        """s for which the present candidate, alive, has been seen alone."""
        self._portrait = Portrait()
        self._stillness = LivenessCheck()
        self._lively = False
        self._met_s: float | None = None
        self._place: tuple[float, float, float] | None = None
        self._learnt_s = 0.0
        self._chosen_s = 0.0
        self._probed_s = 0.0
        self._probes: deque[float] = deque(maxlen=5)
        self._checking = False
        self._followed_s = 0.0
        self._strange_s: float | None = None
        self._doubts = 0

    def meet(
        self,
        t_s: float,
        image: NDArray[np.uint8],
        landmarks: NDArray[np.float32],
        company: bool = False,
    ) -> Meeting:
        """Looks at the face that is followed.

        Args:
            t_s: grab time; must not run backwards.
            image: (H, W, 3) RGB.
            landmarks: (478, 3) pixels of that picture.
            company: whether more than one face was seen of late.
        """
        place = _place(landmarks)
        fresh = self._fresh(t_s, place)
        if fresh:
            self._stillness.reset()
            self._followed_s = t_s
            if self._met_s is not None and t_s - self._met_s > LOST_AFTER_S:
                self._strange_s = None  # who went has not stayed
        self._stillness.add(t_s, landmarks)
        since_s = 0.0 if self._met_s is None else t_s - self._met_s
        self._met_s, self._place = t_s, place
        newcomer = False
        if not self._portrait.kept:
            self._chosen_s = t_s
            self._learn(t_s, image, landmarks)
        elif fresh:
            self._begin_check()
        if self._checking:
            newcomer = self._check(t_s, image, landmarks)
        elif self._probed_due(t_s, company):
            self._learn_or_doubt(t_s, image, landmarks, company)
        if not self._checking and not fresh:
            self._lively = self._lively or self._stillness.moves > 0
            self.alone_s += since_s if self._lively and not company else 0.0
        return self._meeting(newcomer, t_s - self._followed_s)

    def _meeting(self, newcomer: bool, followed_s: float) -> Meeting:
        still = self._stillness
        verdict: Verdict = "known"
        if self._checking:
            verdict = "picture" if still.picture else "stranger"
        return Meeting(verdict, newcomer, still.still_s, followed_s, still.picture)

    def _fresh(self, t_s: float, place: tuple[float, float, float]) -> bool:
        """Whether this face may be another than that of the last picture."""
        if self._met_s is None or self._place is None or t_s - self._met_s > LOST_AFTER_S:
            return True
        x, y, width = place
        was_x, was_y, was_width = self._place
        # A head crosses half its width in no less than a tenth of a second; a longer gap lets more.
        reach = 0.5 * max(width, was_width) * max(1.0, (t_s - self._met_s) / 0.1)
        leapt = math.hypot(x - was_x, y - was_y) > reach
        return leapt or not 0.7 < width / was_width < 1.4

    def _begin_check(self) -> None:
        self._checking = True
        self._probes.clear()
        self._probed_s = -np.inf
        self._doubts = 0

    def _check(self, t_s: float, image: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> bool:
        """Recognises the candidate, or takes a newcomer for one; True for the latter."""
        if t_s - self._probed_s < _PROBE_S:
            return False
        self._probed_s = t_s
        seen = signature(image, landmarks)
        self._probes.append(self._portrait.apart(seen))
        # The first look decides alone if it is a likeness; later ones, of which there are many, by
        # their middle, so that no stranger gets in by one lucky picture.
        if len(self._probes) != 2 and float(np.median(self._probes)) <= SAME_PERSON:
            self._checking, self._strange_s = False, None
            return False
        if self._strange_s is None:
            self._strange_s = t_s
        stay_s = STAY_S if self._lively else LOOK_S  # a picture's place is free at once
        stayed = t_s - self._strange_s >= stay_s and t_s - self._followed_s >= LOOK_S
        if not (stayed and self._stillness.moves > 0):
            return False
        self._portrait = Portrait([seen])
        self._checking, self._strange_s, self._lively = False, None, True
        self._learnt_s, self._chosen_s, self.alone_s = t_s, t_s, 0.0
        return True

    def _probed_due(self, t_s: float, company: bool) -> bool:
        soon = company or t_s - self._chosen_s < _SOON_FOR_S
        return t_s - self._learnt_s >= (_LEARN_SOON_S if soon else _LEARN_S)

    def _learn(self, t_s: float, image: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> None:
        self._learnt_s = t_s
        self._portrait.add(signature(image, landmarks))

    def _learn_or_doubt(
        self,
        t_s: float,
        image: NDArray[np.uint8],
        landmarks: NDArray[np.float32],
        company: bool,
    ) -> None:
        """Alone, a face that is followed without a break stays the same person's, whatever the
        light does; in company the mesh may have slid from one face to another."""
        self._learnt_s = t_s
        seen = signature(image, landmarks)
        if not company or self._portrait.apart(seen) <= SAME_PERSON:
            self._portrait.add(seen)
            self._doubts = 0
            return
        self._doubts += 1
        if self._doubts >= 3:
            self._stillness.reset()
            self._followed_s = t_s
            self._begin_check()


def _place(landmarks: NDArray[np.float32]) -> tuple[float, float, float]:
    """x and y of the face's middle and its width, pixels."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = landmarks[[10, 152, 234, 454], :2].tolist()
    # From temple to temple shrinks as a head turns; from brow to chin it does not.
    width = max(math.hypot(x3 - x2, y3 - y2), 0.75 * math.hypot(x1 - x0, y1 - y0))
    return (x0 + x1 + x2 + x3) / 4, (y0 + y1 + y2 + y3) / 4, width
