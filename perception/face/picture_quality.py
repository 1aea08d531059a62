"""How well the camera's picture serves: light, sharpness, framing, and what to do about them.

Light is judged by what light does, not by how dark a face is. The whites of the eyes are as bright
in dark skin as in light skin, so they tell how much light falls on a face; the skin's own luma only
speaks where they are hidden. Blur is the width of the sharpest edges round the eyes: lids, lashes
and irises have hard edges in every face, and their width does not change with brightness or
contrast.

A reading costs well under a millisecond: the eyes are looked at in full, all else in every fourth
or eighth pixel.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from perception.settings import InnerShare, NotNegative, Positive, above, between, checked, in_order
from perception.types import Frame, PictureReading

Bytes = NDArray[np.uint8]

# Lids and irises (centre, and two opposite points of the rim) in MediaPipe's face mesh: the
# candidate's right eye (image left), then the left.
LIDS = (
    (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246),
    (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466),
)
_IRISES = ((468, 469, 471), (473, 474, 476))
_OUTER_CORNERS = (33, 263)
OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)

FOCUSED = 0.02
"""Standard deviation of the blur of a focused picture, as a share of the distance between the outer
eye corners; median of the portraits and webcam clips among the project's test pictures."""

WHITE_OF_SKIN = 0.75
"""Luma of eye whites over that of the lightest skin in the same light, at the least: 0.78 of the
fairest of this project's humans. Skin so holds up the estimate where lids shade narrowed eyes."""

_FEW_PIXELS = 12
_EYES_PX = 96.0
_BURNT = 247
_MEMORY = 20
_AGREEING = 2

PROBLEMS: Mapping[str, str] = {
    "no_face": "Your face is not in the picture: sit before the camera, and close enough.",
    "frozen": "The camera's picture stands still: unplug the camera and plug it in again.",
    "dark": "It is too dark to see you well: switch on a lamp in front of you.",
    "backlit": "Your face is dark against a bright background: turn so that the window is in "
    "front of you.",
    "bright": "Your face is too bright: move the lamp or the window's light off your face.",
    "cut_off": "Part of your face is outside the picture: move until all of it is in.",
    "near": "You are very close: move back a little.",
    "far": "You are far away: come closer to the camera.",
    "off_centre": "You are off the middle of the picture: move there, or turn the camera.",
    "blurred": "The picture is blurred: wipe the camera's lens, and hold still.",
}
"""Every problem, the one to mend first first, and one plain line that says what to do."""


def advice(problems: Iterable[str]) -> list[str]:
    """One plain line for each problem that says what to do, the most urgent first.

    Args:
        problems: keys of ``PROBLEMS``; names that are not are left out.
    """
    present = set(problems)
    return [line for name, line in PROBLEMS.items() if name in present]


@checked
@dataclass(frozen=True, slots=True)
class PictureSettings:
    """From where on a picture has a problem.

    The limits of light and blur were set on portraits, webcam clips and this project's humans in
    light of known strength: all that a person would call well lit and sharp is within them.
    """

    every_s: NotNegative = 0.5
    """s from one reading to the next at the least."""
    dark_below: InnerShare = 0.21
    """0...1, luma of the eye whites below which a face is too dark; a sixteenth of full light."""
    dark_picture_below: InnerShare = 0.16
    """0...1, luma that 95 % of a picture without a face stay below when it is too dark."""
    bright_above: InnerShare = 0.12
    """0...1, share of the face that is burnt out."""
    backlit_above: Annotated[float, above(1, 1000)] = 2.6
    """Luma of the surroundings over that of the eye whites; a white wall in the face's own light
    gives about 1.5."""
    blurred_below: InnerShare = 0.40
    """0...1, sharpness; 0.4 is a blur of about 4 mm on the face, a third of an iris."""
    far_m: Positive = 1.2
    """m from the camera beyond which a face is too far."""
    near_m: Positive = 0.33
    """m from the camera within which a face is too near."""
    small_px: Positive = 26.0
    """Pixels between the outer eye corners below which a face is too far for its camera."""
    off_centre_above: Positive = 0.65
    """Half picture heights from the picture's middle to the face's."""
    cut_off_above: InnerShare = 0.04
    """0...1, share of the face beyond the picture's edge."""
    frozen_s: Positive = 3.0
    """s of the very same picture after which it counts as frozen."""
    slack: Annotated[float, between(0, 0.5)] = 0.1
    """Share of a limit by which a value must come back before its problem is over."""

    def __post_init__(self) -> None:
        in_order(self, "near_m < far_m")


class PictureQualityRater:
    """Judges one camera's pictures.

    A problem is told when two readings in a row have it, and taken back when two in a row are free
    of it with some slack; the first reading is believed at once.

    Args:
        settings: limits.
    """

    def __init__(self, settings: PictureSettings | None = None) -> None:
        self._settings = settings or PictureSettings()
        self._judged_s: float | None = None
        self._whites: deque[float] = deque(maxlen=_MEMORY)
        self._told: dict[str, bool] = {}
        self._against: dict[str, int] = {}
        self._sample: Bytes | None = None
        self._changed_s = 0.0

    def judge(
        self,
        frame: Frame,
        landmarks: NDArray[np.float32] | None,
        position_m: tuple[float, float, float] | None,
    ) -> PictureReading | None:
        """What is to be said of a frame; None while the last reading is fresh.

        Args:
            frame: in order of time.
            landmarks: (478, 3) pixels of the frame, MediaPipe's face mesh; None where no face is
                trusted.
            position_m: between the eyes, from the camera, in the axes of
                :mod:`perception.types`; None where it is not known.
        """
        s = self._settings
        if self._judged_s is not None and frame.t_s - self._judged_s < s.every_s - 1e-6:
            return None
        first = self._judged_s is None
        self._judged_s = frame.t_s
        image = frame.image
        coarse = _luma(image[::8, ::8])
        # the share of its limit that each value reaches: above 1 is a problem
        reach = {"frozen": self._stands_still_s(frame) / s.frozen_s}
        if landmarks is None:
            p95 = float(np.percentile(coarse, 95)) / 255
            reach |= {"no_face": 2.0, "dark": s.dark_picture_below / max(p95, 1e-3)}
            told = self._settle(reach, first)
            return PictureReading(
                frame.t_s, brightness=float(np.median(coarse)) / 255, problems=told
            )
        points = landmarks[:, :2].astype(np.float32)
        oval = np.asarray(cv2.convexHull(points[list(OVAL)]), np.float32)
        skin, burnt = _face_light(image, oval)
        eyes_px = float(np.linalg.norm(points[_OUTER_CORNERS[0]] - points[_OUTER_CORNERS[1]]))
        light = self._light(image, points, skin)
        around = _surroundings(coarse, oval / 8)
        sharpness = _sharpness(image, points, eyes_px)
        cut_off = _cut_off(oval, image.shape[1], image.shape[0])
        height, width = image.shape[:2]
        middle = (oval[:, 0].min(axis=0) + oval[:, 0].max(axis=0)) / 2
        off_centre = math.dist(middle.tolist(), (width / 2, height / 2)) / (height / 2)
        distance = None if position_m is None else -position_m[2]
        reach |= {
            "no_face": 0.0,
            "dark": s.dark_below / max(light, 1e-3),
            "bright": burnt / s.bright_above,
            "backlit": 0.0 if around is None else around / max(light, 1e-3) / s.backlit_above,
            "blurred": 0.0 if sharpness is None else s.blurred_below / max(sharpness, 1e-3),
            "far": max(0.0 if distance is None else distance / s.far_m, s.small_px / eyes_px),
            "near": 0.0 if not distance else s.near_m / max(distance, 1e-3),
            "off_centre": off_centre / s.off_centre_above,
            "cut_off": cut_off / s.cut_off_above,
        }
        return PictureReading(
            t_s=frame.t_s,
            brightness=skin,
            backlight=None if around is None else around / max(skin, 1 / 255),
            sharpness=sharpness,
            distance_m=distance,
            off_centre=off_centre,
            cut_off=cut_off,
            problems=self._settle(reach, first),
        )

    def _settle(self, reach: Mapping[str, float], first: bool) -> tuple[str, ...]:
        """Which problems are told; ``reach`` is what share of its limit each value is at."""
        for name in PROBLEMS:
            told = self._told.get(name, False)
            value = reach.get(name, 0.0)  # what a picture without a face cannot have
            wanted = value > (1.0 - self._settings.slack if told else 1.0)
            if wanted == told:
                self._against[name] = 0
                continue
            self._against[name] = self._against.get(name, 0) + 1
            if first or self._against[name] >= _AGREEING:
                self._told[name], self._against[name] = wanted, 0
        return tuple(name for name in PROBLEMS if self._told.get(name, False))

    def _light(self, image: Bytes, points: NDArray[np.float32], skin: float) -> float:
        """Luma 0...1 of the eye whites, as far as they can be seen: how much light there is."""
        seen = _eye_whites(image, points)
        if seen is not None:
            # over the skin's own luma, so that winks and narrowed eyes do not count as darkness
            self._whites.append(seen / max(skin, 1 / 255))
        share = float(np.median(self._whites)) if self._whites else 0.0
        return min(1.0, skin * max(share, WHITE_OF_SKIN))

    def _stands_still_s(self, frame: Frame) -> float:
        """Seconds for which the very same picture has come; a live camera's noise never rests."""
        sample = frame.image[::4, ::4].copy()
        if self._sample is None or not np.array_equal(sample, self._sample):
            self._sample, self._changed_s = sample, frame.t_s
        return frame.t_s - self._changed_s


def _luma(image: Bytes) -> Bytes:
    """(H, W) luma, ITU-R BT.601, of (H, W, 3) RGB."""
    luma = cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY)
    return np.asarray(luma, np.uint8)


def _face_light(image: Bytes, oval: NDArray[np.float32]) -> tuple[float, float]:
    """Median luma (0...1) of the face, and the share of it that is burnt out."""
    step = 4
    luma = _luma(image[::step, ::step])
    mask = np.zeros(luma.shape, np.uint8)
    cv2.fillConvexPoly(mask, (oval / step).astype(np.int32), (1,))
    face = luma[mask > 0]
    if face.size == 0:
        return float(np.median(luma)) / 255, 0.0
    return float(np.median(face)) / 255, float((face > _BURNT).mean())


def _box(
    points: NDArray[np.float32], margin: float, width: int, height: int
) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in whole pixels, within the picture; may be empty."""
    left, top = np.floor(points.min(axis=0) - margin).astype(int)
    right, bottom = np.ceil(points.max(axis=0) + margin).astype(int)
    return max(0, int(left)), max(0, int(top)), min(width, int(right)), min(height, int(bottom))


def _eye_whites(image: Bytes, points: NDArray[np.float32]) -> float | None:
    """Luma (0...1) of the eye whites, a high percentile; None where too little of them shows."""
    height, width = image.shape[:2]
    found: list[Bytes] = []
    for lids, (middle, one, other) in zip(LIDS, _IRISES, strict=True):
        left, top, right, bottom = _box(points[list(lids)], 1.0, width, height)
        if right - left < 3 or bottom - top < 3:
            continue
        mask = np.zeros((bottom - top, right - left), np.uint8)
        origin = np.array([left, top], np.float32)
        cv2.fillPoly(mask, [np.rint(points[list(lids)] - origin).astype(np.int32)], (1,))
        radius = float(np.linalg.norm(points[one] - points[other])) / 2
        x, y = np.rint(points[middle] - origin).astype(int).tolist()
        cv2.circle(mask, (x, y), max(1, round(radius)), (0,), -1)
        found.append(_luma(image[top:bottom, left:right])[mask > 0])
    whites = np.concatenate(found) if found else np.zeros(0, np.uint8)
    return float(np.percentile(whites, 80)) / 255 if whites.size >= _FEW_PIXELS else None


def _surroundings(coarse: Bytes, oval: NDArray[np.float32]) -> float | None:
    """Median luma (0...1) beside and above the head; None where the face fills the picture.

    Args:
        coarse: (h, w) luma.
        oval: of the face, in its pixels.
    """
    height, width = coarse.shape
    (left, top), (right, bottom) = oval.reshape(-1, 2).min(axis=0), oval.reshape(-1, 2).max(axis=0)
    wide, high = right - left, bottom - top
    rows = np.arange(height)[:, None]
    columns = np.arange(width)[None, :]
    # hair and ears are no background, and below the chin begin shoulders
    head = (
        (columns > left - 0.35 * wide) & (columns < right + 0.35 * wide) & (rows > top - 0.4 * high)
    )
    near = (columns > left - 1.2 * wide) & (columns < right + 1.2 * wide)
    near = near & (rows > top - 0.9 * high) & (rows < top + 0.6 * high)
    around = coarse[near & ~head]
    return float(np.median(around)) / 255 if around.size >= _FEW_PIXELS else None


def _sharpness(image: Bytes, points: NDArray[np.float32], eyes_px: float) -> float | None:
    """0...1 by the narrowest edges round the eyes; None where they are not in the picture.

    A step of height h that is blurred by a Gaussian of standard deviation σ has the steepest slope
    h / (σ √(2π)); solved for σ, that is the width of an edge whatever its height.
    """
    height, width = image.shape[:2]
    x, y = points[list(_OUTER_CORNERS)].mean(axis=0).tolist()
    left, right = max(0, int(x - 0.65 * eyes_px)), min(width, int(x + 0.65 * eyes_px))
    top, bottom = max(0, int(y - 0.3 * eyes_px)), min(height, int(y + 0.3 * eyes_px))
    if right - left < 8 or bottom - top < 5:
        return None
    band = _luma(image[top:bottom, left:right]).astype(np.float32)
    scale = min(1.0, _EYES_PX / eyes_px)
    if scale < 1.0:
        size = (max(3, round(band.shape[1] * scale)), max(3, round(band.shape[0] * scale)))
        band = np.asarray(cv2.resize(band, size, interpolation=cv2.INTER_AREA), np.float32)
    slope = np.hypot(cv2.Sobel(band, cv2.CV_32F, 1, 0), cv2.Sobel(band, cv2.CV_32F, 0, 1)) / 8
    low, high = np.percentile(band, (2, 98))
    steepest = float(np.percentile(slope[1:-1, 1:-1], 98.5))
    if steepest <= 0.0:
        return 0.0
    sigma = float(high - low) / (steepest * math.sqrt(2 * math.pi)) / (eyes_px * scale)
    return min(1.0, FOCUSED / sigma) if sigma > 0 else None


def _cut_off(oval: NDArray[np.float32], width: int, height: int) -> float:
    """Share (0...1) of the face's area beyond the picture's edge."""
    whole = float(cv2.contourArea(oval))
    (left, top), (right, bottom) = oval.reshape(-1, 2).min(axis=0), oval.reshape(-1, 2).max(axis=0)
    if whole <= 0 or (left >= 0 and top >= 0 and right <= width and bottom <= height):
        return 0.0
    picture = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inside, _ = cv2.intersectConvexConvex(oval, picture)
    return min(1.0, max(0.0, 1.0 - float(inside) / whole))
