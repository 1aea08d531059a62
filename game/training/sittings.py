"""Random sittings before a camera: who, in what light, before which lens, doing what.

What is drawn here is the distribution that the networks of seeing learn from. It is meant to be
wider than any room: lights from everywhere, cameras high and low, wide and narrow, noise, blur,
poor compression, hands before the face, and every facial movement by itself and in company.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from game.bake.arkit import ARKIT_NAMES
from game.pose import Angles, Pose
from game.stage.shading import Lights
from game.synthetic.studio import Optics

Rng = np.random.Generator

FRAMES = 40
"""Pictures of one sitting; the first ``REST_FRAMES`` show the resting face."""
REST_FRAMES = 6
KEY_EVERY = 5
"""Pictures from one drawn pose to the next; those between lie on the way, as in a film."""

EYE_LOOKS = tuple(name for name in ARKIT_NAMES if name.startswith("eyeLook"))
"""Coefficients that the direction of the eyes gives; nobody sets them by themselves."""

_BLINK = ("eyeBlinkLeft", "eyeBlinkRight")
_FREE = tuple(n for n in ARKIT_NAMES if n not in EYE_LOOKS and n not in _BLINK)
_PAIRS = {n[:-4]: (n, n[:-4] + "Right") for n in _FREE if n.endswith("Left") and n != "jawLeft"}
_PAIRS.pop("mouth", None)
_ALONE = tuple(n for n in _FREE if not any(n in pair for pair in _PAIRS.values()))

# Movements that come together in the faces of basic emotions and of speech (after Ekman & Friesen
# 1978, EMFACS), as bases of random mixtures.
_TOGETHER: tuple[dict[str, float], ...] = (
    {"mouthSmile": 0.9, "cheekSquint": 0.7},
    {"mouthSmile": 0.9, "cheekSquint": 0.8, "jawOpen": 0.35, "mouthUpperUp": 0.3},
    {"mouthSmile": 0.7},
    {"browInnerUp": 0.8, "browDown": 0.3, "mouthFrown": 0.7, "mouthShrugLower": 0.3},
    {"browInnerUp": 0.9, "browOuterUp": 0.9, "eyeWide": 0.7, "jawOpen": 0.5},
    {"browInnerUp": 0.8, "browOuterUp": 0.6, "browDown": 0.4, "eyeWide": 0.8, "mouthStretch": 0.7},
    {"browDown": 0.9, "eyeSquint": 0.5, "mouthPress": 0.7},
    {"browDown": 0.8, "eyeWide": 0.5, "noseSneer": 0.4, "mouthUpperUp": 0.4, "jawOpen": 0.3},
    {"noseSneer": 0.8, "mouthUpperUp": 0.6, "browDown": 0.4, "mouthFrown": 0.3},
    {"mouthDimple": 0.7, "mouthPress": 0.5},
    {"jawOpen": 0.5, "mouthLowerDown": 0.3},
    {"jawOpen": 0.3, "mouthFunnel": 0.7},
    {"mouthPucker": 0.8},
    {"mouthPress": 0.8, "mouthRollLower": 0.6, "mouthRollUpper": 0.6},
    {"jawOpen": 0.3, "mouthClose": 0.3},
    {"mouthShrugLower": 0.8, "mouthShrugUpper": 0.5, "mouthFrown": 0.5},
)


@dataclass(frozen=True, slots=True)
class Film:
    """What a camera and a line do to a picture."""

    gain: float
    gamma: float
    blur_px: float
    noise: float
    """Standard deviation in levels of 256."""
    quality: int
    """Of JPEG, 1 to 100."""
    small: float
    """Share of the width at which the picture travels, 0...1."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """One sitting."""

    optics: Optics
    lights: Lights
    film: Film
    wall: NDArray[np.uint8]
    poses: tuple[Pose, ...]
    hidden: tuple[NDArray[np.float64] | None, ...]
    """For each picture where something covers the face: (3,) place across and down in face
    widths from the nose and size in face widths; None where nothing does."""
    skin: tuple[float, float, float]
    """Colour of what covers it, 0...255."""


def draw_sitting(rng: Rng, frames: int = FRAMES, lights: Lights | None = None) -> Sitting:
    """Draws a sitting.

    Args:
        rng: source.
        frames: pictures.
        lights: instead of drawn ones.
    """
    optics = _optics(rng)
    keys = [_key(rng, optics) for _ in range(2 + frames // KEY_EVERY)]
    poses: list[Pose] = []
    for frame in range(frames):
        if frame < REST_FRAMES:
            # people do not hold still while they rest, nor do they look straight on
            head = Angles(*(rng.normal(0.0, s) for s in (4.0, 3.0, 2.0)))
            poses.append(Pose(head=head, eyes=Angles(-head.yaw_deg, -head.pitch_deg)))
            continue
        number, step = divmod(frame, KEY_EVERY)
        poses.append(_between(keys[number], keys[number + 1], step / KEY_EVERY))
    return Sitting(
        optics=optics,
        lights=lights or _lights(rng),
        film=_film(rng),
        wall=_wall(rng),
        poses=tuple(poses),
        hidden=_hidden(rng, frames),
        skin=tuple(rng.uniform((60, 40, 30), (235, 200, 180)).tolist()),
    )


def develop(picture: NDArray[np.uint8], film: Film, rng: Rng) -> NDArray[np.uint8]:
    """What arrives of a drawn picture, (H, W, 3) uint8 RGB of the same size."""
    height, width = picture.shape[:2]
    image: NDArray[Any] = picture
    if film.small < 1.0:
        size = (round(width * film.small), round(height * film.small))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    if film.blur_px > 0.3:
        image = cv2.GaussianBlur(image, (0, 0), film.blur_px)
    table = np.arange(256) / 255.0
    table = np.clip(film.gain * table, 0.0, 1.0) ** film.gamma * 255.0
    image = cv2.LUT(image, table.astype(np.uint8))
    if film.noise > 0.5:
        # one field of noise at half size costs a quarter, and a camera's noise is not white either
        shape = (image.shape[0] // 2 + 1, image.shape[1] // 2 + 1, 3)
        grain: NDArray[Any] = rng.normal(0.0, 1.6 * film.noise, shape).astype(np.float32)
        grain = cv2.resize(grain, (image.shape[1], image.shape[0]))
        image = np.clip(image.astype(np.float32) + grain, 0, 255).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, film.quality])
    image = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    if film.small < 1.0:
        image = cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(image, np.uint8)


def cover(
    picture: NDArray[np.uint8],
    at_px: tuple[float, float],
    face_px: float,
    hidden: NDArray[np.float64],
    skin: tuple[float, float, float],
) -> None:
    """Paints a hand-sized thing over a face, in place.

    Args:
        picture: (H, W, 3) uint8 RGB.
        at_px: the nose.
        face_px: width of the face.
        hidden: as in :attr:`Sitting.hidden`.
        skin: colour, 0...255.
    """
    x, y = at_px[0] + hidden[0] * face_px, at_px[1] + hidden[1] * face_px
    size = hidden[2] * face_px
    for finger in range(4):
        middle = (round(x + (finger - 1.5) * size * 0.24), round(y + size * 0.12 * abs(finger - 1)))
        shade = 1.0 - 0.06 * (finger % 2)
        colour = tuple(shade * c for c in skin)
        axes = (max(1, round(size * 0.13)), max(1, round(size * 0.45)))
        cv2.ellipse(picture, middle, axes, 6.0 * (finger - 1.5), 0, 360, colour, -1, cv2.LINE_AA)
    palm = (round(x), round(y + 0.55 * size))
    axes = (max(1, round(0.5 * size)), max(1, round(0.36 * size)))
    cv2.ellipse(picture, palm, axes, 0.0, 0, 360, skin, -1, cv2.LINE_AA)


def _optics(rng: Rng) -> Optics:
    fov = float(np.clip(rng.normal(65.0, 8.0), 48.0, 90.0))
    distance = float(rng.uniform(0.40, 0.95))
    right, up = float(rng.normal(0.0, 0.08)), float(rng.normal(0.0, 0.10))
    # It is aimed so that the face lies somewhere round the middle of the picture.
    half = math.radians(fov / 2)
    aside = math.degrees(math.atan2(right, distance)) + rng.uniform(-0.45, 0.45) * fov / 2
    down = (
        math.degrees(math.atan2(up, distance)) + rng.uniform(-0.25, 0.35) * math.degrees(half) / 2
    )
    return Optics(fov, distance, right, up, -float(aside), -float(down))


def _lights(rng: Rng) -> Lights:
    def way(low: float, high: float) -> tuple[float, float, float]:
        round_deg, up = math.radians(rng.uniform(-110, 110)), rng.uniform(low, high)
        return (math.sin(round_deg), -math.cos(round_deg), up)

    def tint(strength: float) -> tuple[float, float, float]:
        warm = rng.uniform(-0.25, 0.25)
        return (strength * (1 + warm), strength, strength * (1 - warm))

    key = rng.uniform(0.35, 1.3)
    ambient = rng.uniform(0.14, 0.42)
    return Lights(
        key_direction=way(-0.2, 1.2),
        key_color=tint(key),
        fill_direction=way(-0.3, 0.8),
        fill_color=tint(rng.uniform(0.05, 0.6)),
        sky_color=tint(ambient),
        ground_color=tint(ambient * rng.uniform(0.3, 0.9)),
        rim_color=tint(rng.uniform(0.0, 0.4)),
        desk_bounce=rng.uniform(0.5, 2.0),
    )


def _film(rng: Rng) -> Film:
    return Film(
        gain=float(rng.uniform(0.7, 1.5)),
        gamma=float(rng.uniform(0.75, 1.35)),
        blur_px=float(max(0.0, rng.normal(0.1, 0.5))),
        noise=float(max(0.0, rng.normal(1.0, 2.5))),
        quality=int(rng.integers(35, 96)),
        small=float(rng.uniform(0.5, 0.9)) if rng.random() < 0.2 else 1.0,
    )


def _wall(rng: Rng) -> NDArray[np.uint8]:
    coarse = rng.uniform(10, 250, (int(rng.integers(2, 9)), int(rng.integers(2, 9)), 3))
    mixed = rng.uniform(0.0, 1.0) * coarse + rng.uniform(0.0, 1.0) * rng.uniform(20, 240, 3)
    wall = cv2.resize(np.clip(mixed, 0, 255).astype(np.uint8), (128, 128))
    return np.asarray(wall, np.uint8)


def _hidden(rng: Rng, frames: int) -> tuple[NDArray[np.float64] | None, ...]:
    if rng.random() > 0.25:
        return (None,) * frames
    begin = int(rng.integers(REST_FRAMES, frames - 8))
    end = begin + int(rng.integers(8, 20))
    place = rng.uniform((-0.55, 0.0, 0.25), (0.55, 0.75, 0.6))
    drift = rng.normal(0.0, 0.01, 3) * (1, 1, 0)
    return tuple(place + drift * (i - begin) if begin <= i < end else None for i in range(frames))


@dataclass(frozen=True, slots=True)
class _Key:
    face: dict[str, float]
    blink: tuple[float, float]
    head: Angles
    eyes: Angles
    torso: Angles


def _key(rng: Rng, optics: Optics) -> _Key:
    wide = rng.random() < 0.35
    spread = (24.0, 14.0, 9.0) if wide else (11.0, 8.0, 5.0)
    reach = (48.0, 32.0, 25.0)
    yaw, pitch, roll = (
        float(np.clip(rng.normal(0.0, s), -r, r)) for s, r in zip(spread, reach, strict=True)
    )
    if rng.random() < 0.5:
        # eyes on something near the camera, whatever the head does
        eye_yaw = -yaw - optics.yaw_deg + rng.normal(0.0, 8.0)
        eye_pitch = -pitch - optics.pitch_deg + rng.normal(-3.0, 8.0)
    else:
        # to the ends of the eyes' reach: notes on a desk lie far down
        eye_yaw, eye_pitch = rng.normal(0.0, 15.0), rng.uniform(-31.0, 20.0)
    eyes = Angles(float(np.clip(eye_yaw, -34, 34)), float(np.clip(eye_pitch, -31, 22)))
    return _Key(
        face=_face(rng),
        blink=_lids(rng),
        head=Angles(yaw, pitch, roll),
        eyes=eyes,
        torso=Angles(*(float(rng.normal(0.0, s)) for s in (3.0, 3.0, 2.0))),
    )


def _face(rng: Rng) -> dict[str, float]:
    face: dict[str, float] = {}
    if rng.random() < 0.12:
        return face
    if rng.random() < 0.3:
        # one movement by itself shows what it alone does
        names = (*_PAIRS, *_ALONE)
        _set(face, names[int(rng.integers(len(names)))], float(rng.uniform(0.2, 1.0)), rng)
        return face
    if rng.random() < 0.6:
        base = _TOGETHER[int(rng.integers(len(_TOGETHER)))]
        strength = rng.uniform(0.3, 1.2)
        for name, weight in base.items():
            _set(face, name, strength * weight * rng.uniform(0.6, 1.3), rng)
    for _ in range(int(rng.integers(0, 4))):
        names = (*_PAIRS, *_ALONE)
        name = names[int(rng.integers(len(names)))]
        _set(face, name, float(rng.beta(1.3, 1.2)), rng)
    return face


def _set(face: dict[str, float], name: str, weight: float, rng: Rng) -> None:
    if name not in _PAIRS:
        face[name] = float(np.clip(weight, 0.0, 1.0))
        return
    lean = rng.normal(0.0, 0.08) if rng.random() < 0.8 else rng.uniform(-1.0, 1.0)
    for side, one in zip((1.0, -1.0), _PAIRS[name], strict=True):
        face[one] = float(np.clip(weight * (1.0 + side * lean), 0.0, 1.0))


def _lids(rng: Rng) -> tuple[float, float]:
    chance = rng.random()
    if chance < 0.62:
        return (0.0, 0.0)
    if chance < 0.93:
        shut = 1.0 if rng.random() < 0.5 else float(rng.uniform(0.1, 1.0))
        return (shut, shut)
    one = float(rng.uniform(0.3, 1.0))
    return (one, 0.0) if rng.random() < 0.5 else (0.0, one)


def _between(a: _Key, b: _Key, share: float) -> Pose:
    def mix(x: float, y: float) -> float:
        return (1 - share) * x + share * y

    def turn(x: Angles, y: Angles) -> Angles:
        return Angles(
            mix(x.yaw_deg, y.yaw_deg), mix(x.pitch_deg, y.pitch_deg), mix(x.roll_deg, y.roll_deg)
        )

    face = {n: mix(a.face.get(n, 0.0), b.face.get(n, 0.0)) for n in {**a.face, **b.face}}
    for name, x, y in zip(_BLINK, a.blink, b.blink, strict=True):
        face[name] = mix(x, y)
    return Pose(face, turn(a.head, b.head), turn(a.eyes, b.eyes), turn(a.torso, b.torso))
