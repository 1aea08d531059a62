"""Scenes composed of real clips: live people, and stills of others in frames."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from perception.camera.camera_file import FileCamera
from perception.clock import FakeClock
from perception.face.base import open_face
from perception.pipeline.face import observe
from perception.pipeline.seeing import Seen

FPS = 25
Draw = Callable[[float], np.ndarray]


def images_of(path: Path, most=10_000) -> list[np.ndarray]:
    camera = FileCamera(path, realtime=False, start_s=0.0)
    camera.start(FakeClock())
    images: list[np.ndarray] = []
    while len(images) < most and (frame := camera.read()) is not None:
        images.append(frame.image)
    camera.close()
    return images


class Person:
    """Somebody filmed for three seconds, played to and fro without a seam."""

    def __init__(self, path: Path) -> None:
        self.images = images_of(path)

    def at(self, t_s: float) -> np.ndarray:
        n = len(self.images)
        k = round(t_s * FPS) % (2 * n - 2)
        return self.images[k if k < n else 2 * n - 2 - k]

    def still(self) -> np.ndarray:
        return self.images[30][20:, 60:300]


def room() -> np.ndarray:
    """(360, 640, 3) a plain wall."""
    return np.full((360, 640, 3), (120, 150, 160), np.uint8)


def paste(scene: np.ndarray, image: np.ndarray, x: int, y: int) -> None:
    """Puts a picture into a scene; what lies outside is cut off."""
    height, width = image.shape[:2]
    left, top = max(0, x), max(0, y)
    right, bottom = min(scene.shape[1], x + width), min(scene.shape[0], y + height)
    if right > left and bottom > top:
        scene[top:bottom, left:right] = image[top - y : bottom - y, left - x : right - x]


def telephone(image: np.ndarray, height: int) -> np.ndarray:
    """A face in a dark upright frame."""
    frame = np.full((height, int(0.62 * height), 3), 15, np.uint8)
    edge = height // 20
    inner = (frame.shape[1] - 2 * edge, height - 2 * edge)
    frame[edge : edge + inner[1], edge : edge + inner[0]] = cv2.resize(
        image[:, 35:215], inner, interpolation=cv2.INTER_AREA
    )
    return frame


@dataclass
class Sight:
    t_s: float
    x: float | None
    """Middle of the candidate's face; None where there was no trusted one."""
    newcomer: bool
    picture: bool
    still_s: float
    refused: str | None
    faces: int


def watch(draw: Draw, length_s: float) -> list[Sight]:
    """What the finder makes of a scene under a camera's noise."""
    rng = np.random.default_rng(0)
    finder = open_face()
    sights = []
    for i in range(round(length_s * FPS)):
        t_s = i / FPS
        clean = draw(t_s).astype(np.int16)
        image = np.clip(clean + rng.integers(-3, 4, clean.shape), 0, 255).astype(np.uint8)
        seen = finder.find(image, t_s)
        if seen is None or seen.confidence < 0.5:
            sights.append(Sight(t_s, None, False, False, 0.0, finder.refused, finder.faces))
            continue
        x = float(seen.landmarks[:468, 0].mean())
        sights.append(
            Sight(t_s, x, seen.newcomer, seen.picture, seen.still_s, finder.refused, finder.faces)
        )
    finder.close()
    return sights


def share_at(sights: list[Sight], low: float, high: float) -> float:
    return float(np.mean([s.x is not None and low < s.x < high for s in sights]))


def newcomers(sights: list[Sight]) -> list[float]:
    return [s.t_s for s in sights if s.newcomer]


def between(sights: list[Sight], start_s: float, end_s: float) -> list[Sight]:
    return [s for s in sights if start_s <= s.t_s < end_s]


def held(photo: np.ndarray, t_s: float, tilt_deg: float) -> np.ndarray:
    """A photograph held by a hand that tilts it to and fro, three photographs' heights away."""
    height, width = photo.shape[:2]
    yaw, pitch = np.radians(tilt_deg) * np.array([np.sin(2.1 * t_s), np.cos(1.3 * t_s)])
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    flat = (corners - (width / 2, height / 2)) / height
    depth = 3.0 - flat[:, 0] * np.sin(yaw) + flat[:, 1] * np.sin(pitch)
    turned = flat * (np.cos(yaw), np.cos(pitch)) * 3.0 / depth[:, None]
    target = (turned * height + (320, 180)).astype(np.float32)
    turn = cv2.getPerspectiveTransform(corners, target)
    return np.asarray(cv2.warpPerspective(photo, turn, (640, 360), borderValue=(90, 90, 90)))


def torn_picture(image: np.ndarray, share: float) -> np.ndarray:
    """A JPEG of which the last part was lost on the way, as a real decoder unpacks it."""
    good, packed = cv2.imencode(".jpg", image[:, :, ::-1])
    assert good
    torn = packed[: int(share * len(packed))].tobytes() + b"\xff\xd9"
    return cv2.imdecode(np.frombuffer(torn, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1]


@functools.cache
def watched(path: Path) -> tuple[Seen, ...]:
    """All that is seen in a recorded clip; worked out once for all tests of a process."""
    camera = FileCamera(path, realtime=False, start_s=0.0)
    camera.start(FakeClock())
    return tuple(observe(camera))
