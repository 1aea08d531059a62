"""The small networks that read a face: their weights, and what they are fed.

Both are trained by this project on people that it draws itself (``run.py models train
expression``), through the same face mesh as here, and are small enough to run in numpy: some
hundred thousand multiplications a frame.

The face network is given the landmarks in head axes, how they differ from the person's resting
face, and the pose that perspective gave; it says the ARKit coefficients and how far the head's true
pose lies from that of the mesh, which draws every face partly as the average one seen straight on.
The eye network is given one upright picture of an eye with its lids' landmarks and says where it
looks, how far it is shut, and how sure it is.
"""

from __future__ import annotations

import functools
import itertools
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perception.face.eye_crops import PATCH_HEIGHT, PATCH_WIDTH
from perception.models.modelfile import MODELS, of_this_form, read_model

TRAINING = "expression"
"""What ``models train`` calls the networks of this module."""

Floats = NDArray[np.float32]

LIDS = ("eyeWide", "eyeSquint", "cheekSquint")
"""ARKit coefficients, without their side, that a picture of the eye shows."""

ANGLE_SCALE_DEG = 30.0
"""Angles are fed and given in this unit."""
EYE_POINTS = 21
"""Landmarks of one eye: of its lids and its iris."""
EYE_POINT_SCALE = 10.0
"""Pixels of an eye picture in which its landmarks are fed."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A person's resting face."""

    shape: Floats
    """(m, 3) landmarks at the face network's ``index``, in head axes."""
    lids: Floats | None = None
    """(2, 3) what the eye network says of its lids (:data:`LIDS`); None where the shape alone is
    known."""


@dataclass(frozen=True, slots=True)
class FacePrediction:
    """What the face network says."""

    coefficients: Floats
    """(n,) in the order of ``names``, 0...1."""
    turn_deg: Floats
    """(3,) rotation vector in head axes, degrees, from the mesh's pose to the head's."""


@dataclass(frozen=True, slots=True)
class EyePrediction:
    """What the eye network says; two eyes, the candidate's right first."""

    gaze_deg: Floats
    """(2, 2) yaw and pitch in the head."""
    error_deg: Floats
    """(2, 2) standard deviations that it gives itself."""
    closure: Floats
    """(2,) 0 open...1 shut."""
    lids: Floats
    """(2, 3) what the lids do besides, in the order of :data:`LIDS`; a person at rest has their own
    values, so compare with those (:func:`against_rest`)."""


class FaceNetwork:
    """Landmarks to ARKit coefficients and to the head's own pose.

    Args:
        path: of the trained weights.

    Raises:
        ModelError: they are missing or not of this form.
    """

    def __init__(self, path: Path | None = None) -> None:
        path = path or MODELS / "face.npz"
        weights, self.about = read_model(path, TRAINING)
        with of_this_form(path, TRAINING):
            self.names: tuple[str, ...] = tuple(self.about["names"])
            """ARKit names that it tells."""
            self.index: NDArray[np.int64] = weights["index"].astype(np.int64)
            """(m,) landmarks that it looks at."""
            self.mean: Floats = weights["mean"]
            """(m, 3) the average resting face."""
            self._scale, self._delta_scale = weights["scale"], weights["delta_scale"]
            self._layers = _layers(weights, 6 * len(self.index) + 4, len(self.names) + 3)
            self._turn_scale = float(self.about["turn_scale_deg"])

    def predict(
        self,
        points: NDArray[np.float64],
        pose_deg: tuple[float, float, float],
        rest: Rest | None,
    ) -> FacePrediction:
        """Reads one face.

        Args:
            points: (478, 3) in head axes, as :func:`perception.face.expression.to_head_axes` gives
            them.
            pose_deg: yaw, pitch and roll of the mesh.
            rest: the person's own resting face; None where it is not known.
        """
        own = points[self.index].astype(np.float32)
        shape = None if rest is None else rest.shape
        given = face_inputs(own, self.mean, shape, self._scale, self._delta_scale, pose_deg)
        out = _forward(given, self._layers)
        count = len(self.names)
        return FacePrediction(np.clip(out[:count], 0.0, 1.0), out[count:] * self._turn_scale)


class EyeNetwork:
    """Pictures of two eyes to their directions and closure.

    Args:
        path: of the trained weights.

    Raises:
        ModelError: they are missing or not of this form.
    """

    def __init__(self, path: Path | None = None) -> None:
        path = path or MODELS / "eyes.npz"
        weights, self.about = read_model(path, TRAINING)
        with of_this_form(path, TRAINING):
            self._convolutions = _convolutions(weights)
            height, width, channels = PATCH_HEIGHT, PATCH_WIDTH, 1
            self._windows = []
            for matrix, _, size, fed in self._convolutions:
                if fed != channels:
                    raise ValueError(f"a convolution of {fed} channels is fed {channels}")
                self._windows.append(_window_index(2, fed, height, width, size))
                height, width = math.ceil(height / 2), math.ceil(width / 2)
                channels = matrix.shape[1]
            beside = 2 * EYE_POINTS + 3
            self._layers = _layers(weights, channels * height * width + beside, 5 + len(LIDS))
            self._gaze_scale = float(self.about["gaze_scale_deg"])

    def predict(
        self, pictures: NDArray[np.uint8], points: Floats, pose_deg: tuple[float, float, float]
    ) -> EyePrediction:
        """Reads two eyes.

        Args:
            pictures: (2, 20, 32) from :func:`perception.face.eye_crops.eye_pictures`.
            points: (2, 21, 2) from the same.
            pose_deg: yaw, pitch and roll of the head.
        """
        image = normalise(pictures)
        for (weight, bias, size, _), index in zip(self._convolutions, self._windows, strict=True):
            image = _convolve(image, weight, bias, size, index)
        rest = eye_inputs(points, pose_deg)
        out = _forward(np.concatenate([image.reshape(2, -1), rest], axis=1), self._layers)
        gaze = out[:, :2] * self._gaze_scale
        gaze[1, 0] = -gaze[1, 0]  # the left eye was read in the mirror
        error = np.exp(np.clip(out[:, 3:5], -3.0, 2.0)) * self._gaze_scale
        return EyePrediction(gaze, error, np.clip(out[:, 2], 0.0, 1.0), out[:, 5:])


def face_inputs(
    own: Floats,
    mean: Floats,
    rest: Floats | None,
    scale: Floats,
    delta_scale: Floats,
    pose_deg: tuple[float, float, float],
) -> Floats:
    """The face network's inputs, (6 m + 4,)."""
    shape = ((own - mean) / scale).ravel()
    delta = np.zeros_like(shape) if rest is None else ((own - rest) / delta_scale).ravel()
    pose = np.array(pose_deg, np.float32) / ANGLE_SCALE_DEG
    known = np.float32(0.0 if rest is None else 1.0)
    return np.concatenate([shape, delta, pose, [known]]).astype(np.float32)


def against_rest(told: Floats, rest: Floats | None) -> Floats:
    """Coefficients as they differ from a resting face's, 0...1; as they are where none is known."""
    if rest is None:
        return np.clip(told, 0.0, 1.0)
    return np.clip((told - rest) / np.maximum(1.0 - rest, 0.3), 0.0, 1.0)


def normalise(pictures: NDArray[np.uint8]) -> Floats:
    """Eye pictures without their light and contrast: (n, 20, 32) to (n, 1, 20, 32)."""
    flat = pictures.reshape(len(pictures), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.einsum("ij,ij->i", flat, flat) / flat.shape[1])
    flat /= (spread + np.float32(6.0))[:, None]
    return flat.reshape(len(pictures), 1, *pictures.shape[1:])


def eye_inputs(points: Floats, pose_deg: tuple[float, float, float]) -> Floats:
    """What the eye network is given beside the pictures: (2, 21, 2) to (2, 45)."""
    yaw, pitch, roll = (angle / ANGLE_SCALE_DEG for angle in pose_deg)
    poses = np.array([[yaw, pitch, roll], [-yaw, pitch, -roll]], np.float32)
    return np.concatenate([points.reshape(2, -1) / np.float32(EYE_POINT_SCALE), poses], axis=1)


@functools.cache
def face_network() -> FaceNetwork:
    """The face network, read once per process."""
    return FaceNetwork()


@functools.cache
def eye_network() -> EyeNetwork:
    """The eye network, read once per process."""
    return EyeNetwork()


def _layers(weights: dict[str, NDArray[Any]], given: int, told: int) -> list[tuple[Floats, Floats]]:
    """Fully connected layers that lead from so many values to so many.

    Raises:
        ValueError: they do not.
    """
    count = sum(name.startswith("w") for name in weights)
    # C order of (in, out): a row vector times it runs along memory
    layers = [(np.ascontiguousarray(weights[f"w{i}"].T), weights[f"b{i}"]) for i in range(count)]
    widths = [given, *(len(bias) for _, bias in layers)]
    shapes = [weight.shape for weight, _ in layers]
    if shapes != list(itertools.pairwise(widths)) or widths[-1] != told:
        raise ValueError(f"its layers do not lead from {given} to {told} values")
    return layers


def _forward(given: Floats, layers: list[tuple[Floats, Floats]]) -> Floats:
    value = given
    for number, (weight, bias) in enumerate(layers):
        value = value @ weight + bias
        if number < len(layers) - 1:
            np.maximum(value, 0.01 * value, out=value)  # leaky, so that no unit dies in training
    return np.asarray(value, np.float32)


def _convolutions(weights: dict[str, NDArray[Any]]) -> list[tuple[Floats, Floats, int, int]]:
    """Each convolution's matrix (c k k, out), bias, window and channels."""
    found = []
    for number in range(sum(name.startswith("cb") for name in weights)):
        weight = weights[f"c{number}"]
        matrix = np.ascontiguousarray(weight.reshape(len(weight), -1).T)
        found.append((matrix, weights[f"cb{number}"], weight.shape[2], weight.shape[1]))
    return found


def _window_index(n: int, channels: int, height: int, width: int, size: int) -> NDArray[np.int64]:
    """Where the values of every second window lie in a padded stack of images, once for all.

    Returns:
        (n h/2 w/2, c k k) places in the flat (n, c, h + 2 p, w + 2 p).
    """
    pad = size // 2
    tall, wide = height + 2 * pad, width + 2 * pad
    first = np.arange(n)[:, None, None] * (channels * tall * wide)
    first = first + 2 * np.arange(math.ceil(height / 2))[:, None] * wide
    first = first + 2 * np.arange(math.ceil(width / 2))
    within = np.arange(channels)[:, None, None] * (tall * wide)
    within = within + np.arange(size)[:, None] * wide + np.arange(size)
    return first.reshape(-1, 1) + within.reshape(1, -1)


def _convolve(
    image: Floats, weight: Floats, bias: Floats, size: int, index: NDArray[np.int64]
) -> Floats:
    """A convolution of stride 2 with half padding and its leaky unit; (n, c, h, w)."""
    n, channels, height, width = image.shape
    pad = size // 2
    padded = np.zeros((n, channels, height + 2 * pad, width + 2 * pad), np.float32)
    padded[:, :, pad:-pad, pad:-pad] = image
    flat = padded.ravel().take(index) @ weight
    flat += bias
    np.maximum(flat, 0.01 * flat, out=flat)
    shape = (n, math.ceil(height / 2), math.ceil(width / 2), weight.shape[1])
    return np.ascontiguousarray(flat.reshape(shape).transpose(0, 3, 1, 2))
