"""Expression: the 52 ARKit coefficients and action units of one candidate, against their own rest.

The landmarks are turned back to frontal with the head pose and scaled by the distance between the
outer eye corners. A small network (:mod:`perception.face.networks`) reads them, and reads them
better when it knows the person's resting face: the green room shows it one, or it is learned while
the candidate sits there, from the calmest moments, so that someone who smiles from the first second
is not taken for someone with a wide mouth.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from perception.face.actionunits import action_units
from perception.face.headpose import HeadPose
from perception.face.networks import (
    LIDS,
    EyePrediction,
    FacePrediction,
    Rest,
    against_rest,
    face_network,
)
from perception.settings import Positive, above, checked, in_order

_FROM_PICTURE = {"eyeWide": 0.25, "eyeSquint": 0.5, "cheekSquint": 0.5}
"""Share that the eye's picture has in what the lids do; the rest is the landmarks'. By which of the
two read people best that no training had seen."""

_EYE_CORNERS = [33, 133, 263, 362]

FULL_LOOK_DEG = 30.0
"""Degrees of the eyes at which ARKit's eyeLook coefficients reach 1."""

_LOOK_EVERY_S = 0.1
"""Seconds between two moments that may show the resting face."""
_ENOUGH = 12
"""Calm moments that make a resting face."""
_CALMEST_SHARE = 0.4
"""Of what was seen lately, the share that counts as calm."""
_TOO_MUCH = 0.5
"""Expression (0...1) in any movement of mouth or brows beyond which no face is at rest."""


@checked
@dataclass(frozen=True, slots=True)
class ExpressionSettings:
    """How fast the resting face is learned."""

    learn: bool = True
    """Whether the candidate's own resting face is learned where the green room did not show it."""
    settle_s: Positive = 4.0
    """s of looking before a resting face is believed at first."""
    memory_s: Positive = 40.0
    """s over which it then goes on following."""
    frontal_deg: Annotated[float, above(0, 90)] = 25.0
    """Degrees of yaw or pitch up to which a face teaches its resting shape."""

    def __post_init__(self) -> None:
        in_order(self, "settle_s <= memory_s")


@dataclass(frozen=True, slots=True)
class Expression:
    """What a face does in one frame."""

    coefficients: dict[str, float]
    """ARKit name to 0...1, all 52."""
    action_units: dict[int, float]
    """FACS number to 0...1."""
    openness: tuple[float, float]
    """Right and left eye, 0 shut...1 open."""


def to_head_axes(landmarks: NDArray[np.float32], pose: HeadPose) -> NDArray[np.float64]:
    """Landmarks as if the head faced the camera.

    Args:
        landmarks: (478, 3) pixels, as in :class:`perception.face.base.FaceObservation`.
        pose: of that head.

    Returns:
        (478, 3): x to image right, y up, z toward the camera, origin between the eye corners, in
        distances between the outer eye corners.
    """
    # The mesh sees the head along the line of sight, which off the picture's middle is not the
    # camera's axis: take that turn out as well.
    x, y, z = pose.position_m
    far = math.sqrt(x * x + y * y + z * z)
    x, y, z = -x / far, -y / far, -z / far
    # Rodrigues' formula for the turn that takes the camera's axis onto the line of sight.
    shared = 1.0 / (1.0 + z)
    to_sight = np.array(
        [
            [1.0 - x * x * shared, -x * y * shared, x],
            [-x * y * shared, 1.0 - y * y * shared, y],
            [-x, -y, z],
        ]
    )
    turn = (to_sight.T @ pose.rotation) * ((1.0,), (-1.0,), (-1.0,))
    points = landmarks.astype(np.float64) @ turn
    points -= points[_EYE_CORNERS].sum(axis=0) / 4.0
    across = math.dist(points[33].tolist(), points[263].tolist())
    points /= max(across, 1e-6)
    return np.asarray(points, np.float64)


class ExpressionReader:
    """Reads one candidate's expressions and learns their resting face.

    Args:
        settings: how it is learned.
        rest: the resting face that the green room saw, as :attr:`rest` gave it; None to learn it.
    """

    def __init__(
        self,
        settings: ExpressionSettings | None = None,
        rest: Sequence[float] | None = None,
    ) -> None:
        self._settings = settings or ExpressionSettings()
        self._network = face_network()
        self._shown = None if rest is None else self._unpacked(rest)
        self.reset()

    @property
    def rested(self) -> bool:
        """Whether the resting face is known."""
        return self._rest is not None

    @property
    def rest(self) -> tuple[float, ...] | None:
        """The resting face as it is known now: x, y, z of one landmark of the network after the
        other, in head axes, then what the lids do at rest; None while it is not known."""
        if self._rest is None or self._rest.lids is None:
            return None
        values = np.concatenate([self._rest.shape.ravel(), self._rest.lids.ravel()])
        return tuple(round(float(value), 4) for value in values)

    def reset(self) -> None:
        """Forgets the face that was learned; for when another person sits there."""
        self._rest: Rest | None = self._shown
        self._moments: deque[_Moment] = deque()
        self._look_at_s = float("-inf")
        self._first_s: float | None = None

    def take_rest(
        self, shapes: NDArray[np.float32], lids: NDArray[np.float32]
    ) -> tuple[float, ...]:
        """Takes the resting face from moments in which the person was asked to rest.

        Args:
            shapes: (n, 478, 3) from :func:`to_head_axes`.
            lids: (n, 2, 3) of the same moments, as the eye network gave them.

        Returns:
            The resting face, as :attr:`rest` gives it.
        """
        self._shown = self._rest = _middle(shapes[:, self._network.index], lids)
        assert self.rest is not None
        return self.rest

    def forget_shown(self) -> None:
        """Another person than the green room's sits there: what it showed holds no more."""
        self._shown = None
        self.reset()

    def predict(self, points: NDArray[np.float64], pose: HeadPose) -> FacePrediction:
        """What the network says of one face.

        Args:
            points: (478, 3) from :func:`to_head_axes`.
            pose: of the mesh.
        """
        angles = (pose.yaw_deg, pose.pitch_deg, pose.roll_deg)
        return self._network.predict(points, angles, self._rest)

    def express(
        self,
        t_s: float,
        points: NDArray[np.float64],
        pose: HeadPose,
        face: FacePrediction,
        eyes: EyePrediction,
        teaches: bool = True,
    ) -> Expression:
        """The whole expression.

        Args:
            t_s: grab time.
            points: (478, 3) from :func:`to_head_axes`.
            pose: of the head.
            face: from :meth:`predict`.
            eyes: of the same frame.
            teaches: whether the whole face is seen, so that its rest may be learned.
        """
        c = dict(zip(self._network.names, face.coefficients.tolist(), strict=True))
        right, left = eyes.closure.tolist()
        c["eyeBlinkRight"], c["eyeBlinkLeft"] = right, left
        rest = None if self._rest is None else self._rest.lids
        lids = against_rest(eyes.lids, rest)
        for number, name in enumerate(LIDS):
            for side, suffix in ((0, "Right"), (1, "Left")):
                # the eye's picture and the whole face's landmarks each see a part of it
                key = f"{name}{suffix}"
                c[key] += _FROM_PICTURE[name] * (float(lids[side, number]) - c[key])
        c |= _looks(eyes)
        if teaches and self._shown is None and self._settings.learn:
            self._learn(t_s, points, pose, eyes, c)
        return Expression(c, action_units(c), (1.0 - right, 1.0 - left))

    def _learn(
        self,
        t_s: float,
        points: NDArray[np.float64],
        pose: HeadPose,
        eyes: EyePrediction,
        c: dict[str, float],
    ) -> None:
        s = self._settings
        if t_s < self._look_at_s or max(abs(pose.yaw_deg), abs(pose.pitch_deg)) > s.frontal_deg:
            return
        self._look_at_s = t_s + _LOOK_EVERY_S
        if self._first_s is None:
            self._first_s = t_s
        effort, most = _effort(c)
        if most > _TOO_MUCH or max(c["eyeBlinkLeft"], c["eyeBlinkRight"]) > 0.4:
            return
        moments = self._moments
        shape = points[self._network.index].astype(np.float32)
        moments.append(_Moment(t_s, effort, shape, eyes.lids))
        while moments[0].t_s < t_s - s.memory_s:
            moments.popleft()
        # Ten a second are looked at; the rest is worked out anew once a second.
        if len(moments) % 10 or t_s - self._first_s < s.settle_s:
            return
        limit = float(np.quantile([moment.effort for moment in moments], _CALMEST_SHARE))
        calm = [moment for moment in moments if moment.effort <= limit]
        if len(calm) >= _ENOUGH:
            self._rest = _middle(
                np.stack([moment.shape for moment in calm]),
                np.stack([moment.lids for moment in calm]),
            )

    def _unpacked(self, rest: Sequence[float]) -> Rest | None:
        shape, lids = (len(self._network.index), 3), (2, len(LIDS))
        points = shape[0] * shape[1]
        if len(rest) != points + lids[0] * lids[1]:
            return None  # of another version's network: it is learned anew
        values = np.array(rest, np.float32)
        return Rest(values[:points].reshape(shape), values[points:].reshape(lids))


@dataclass(frozen=True, slots=True)
class _Moment:
    """One that may show the resting face."""

    t_s: float
    effort: float
    shape: NDArray[np.float32]
    lids: NDArray[np.float32]


def _middle(shapes: NDArray[np.float32], lids: NDArray[np.float32]) -> Rest:
    return Rest(
        np.median(shapes, axis=0).astype(np.float32), np.median(lids, axis=0).astype(np.float32)
    )


def _effort(c: dict[str, float]) -> tuple[float, float]:
    """How much a face does, all in all and at most; what eyes and lids do is no effort."""
    moves = [value for name, value in c.items() if not name.startswith("eye")]
    return sum(value * value for value in moves), max(moves)


def _looks(eyes: EyePrediction) -> dict[str, float]:
    """ARKit's eyeLook coefficients from where each eye looks."""
    c: dict[str, float] = {}
    for side, name, inward in ((0, "Right", 1.0), (1, "Left", -1.0)):
        yaw, pitch = (float(v) / FULL_LOOK_DEG for v in eyes.gaze_deg[side])
        c[f"eyeLookIn{name}"] = _unit(inward * yaw)
        c[f"eyeLookOut{name}"] = _unit(-inward * yaw)
        c[f"eyeLookUp{name}"] = _unit(pitch)
        c[f"eyeLookDown{name}"] = _unit(-pitch)
    return c


def _unit(value: float) -> float:
    return 0.0 if value <= 0.0 else 1.0 if value >= 1.0 else float(value)
