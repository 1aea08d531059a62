"""Pictures of a still room: drawn apart, focused and developed as a camera does."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    ColorBlendAttrib,
    FrameBufferProperties,
    GraphicsOutput,
    Lens,
    LMatrix4f,
    NodePath,
    Texture,
)

from game.stage.base import Stage
from perception.errors import DeviceError

Floats = NDArray[np.float32]

_SUPERSAMPLING = 2
_FOCUS_M = 1.35
"""Metres from the eye that are sharp: the recruiter."""


def drawn_apart(
    stage: Stage, part: NodePath, lens: Lens, eye_mat: LMatrix4f, size: tuple[int, int]
) -> tuple[Floats, Floats]:
    """Draws one part of the room by itself, four samples per pixel.

    Args:
        stage: whose driver draws.
        part: what is drawn; it has no parent before or after.
        lens: the eye's.
        eye_mat: the eye's place in the scene.
        size: width and height in pixels.

    Returns:
        Colours (H, W, 4), 0–255, multiplied with their coverage, and depth along the view's axis
        in metres, (H, W); 4 m where the driver gives no depth.

    Raises:
        DeviceError: the driver has no memory for such a picture.
    """
    base = stage.base
    width, height = (side * _SUPERSAMPLING for side in size)
    texture, depth = Texture(part.getName()), Texture("depth")
    depth.setFormat(Texture.FDepthComponent)
    depth.setComponentType(Texture.TFloat)
    buffers = FrameBufferProperties()
    buffers.setRgbaBits(8, 8, 8, 8)
    buffers.setDepthBits(24)
    buffer = base.win.makeTextureBuffer(part.getName(), width, height, texture, True, buffers)
    if buffer is None:
        raise DeviceError("the graphics driver has no memory for the backdrop: use a smaller size")
    buffer.addRenderTexture(depth, GraphicsOutput.RTMCopyRam, GraphicsOutput.RTPDepth)
    buffer.setClearColor((0, 0, 0, 0))
    scene = NodePath("alone")
    part.reparentTo(scene)
    eye = base.makeCamera(buffer, scene=scene, lens=lens)
    eye.reparentTo(scene)
    eye.setMat(eye_mat)
    base.graphicsEngine.renderFrame()
    stored = np.frombuffer(memoryview(texture.getRamImage()), np.uint8)
    fine = stored.reshape(height, width, 4)
    small = cv2.resize(fine, size, interpolation=cv2.INTER_AREA)
    picture = small[::-1, :, [2, 1, 0, 3]].astype(np.float32)
    metres = np.full(picture.shape[:2], np.float32(4.0))
    if depth.hasRamImage():
        near, far = lens.getNear(), lens.getFar()
        seen = np.frombuffer(memoryview(depth.getRamImage()), np.float32)
        seen = seen.reshape(height, width)[::-_SUPERSAMPLING, ::_SUPERSAMPLING]
        metres = np.asarray(near * far / (far - seen * (far - near)), np.float32)
    base.graphicsEngine.removeWindow(buffer)
    base.camList.remove(eye)
    eye.removeNode()
    part.detachNode()
    return picture, metres


def make_clear(glass: NodePath) -> None:
    """Blends glass over what stands behind it, its cover added up for the backdrop."""
    covered = ColorBlendAttrib.OOneMinusIncomingAlpha
    glass.setAttrib(
        ColorBlendAttrib.make(
            ColorBlendAttrib.MAdd,
            ColorBlendAttrib.OIncomingAlpha,
            covered,
            ColorBlendAttrib.MAdd,
            ColorBlendAttrib.OOne,
            covered,
        )
    )
    glass.setDepthWrite(False)
    glass.setBin("fixed", 0)


def focused(picture: Floats, depth: Floats, sigma: float) -> Floats:
    """What lies behind the plane of focus, as blurred as its distance makes it.

    A lens's circle of confusion grows with 1/focus − 1/distance. ``sigma`` is the blur in pixels
    at 4 m from the eye.
    """
    if sigma <= 0.0:
        return picture
    share = np.maximum(1 / _FOCUS_M - 1 / depth, 0.0) / (1 / _FOCUS_M - 1 / 4.0)
    share = np.asarray(cv2.GaussianBlur(share, (0, 0), max(0.5, sigma)), np.float32)
    levels = (0.35, 0.7, 1.0, 1.4)
    blurred = [
        np.asarray(cv2.GaussianBlur(picture, (0, 0), level * sigma), np.float32) for level in levels
    ]
    result = blurred[0]
    for low, high, softer in zip(levels, levels[1:], blurred[1:], strict=False):
        mix = np.clip((share - low) / (high - low), 0.0, 1.0)[..., None]
        result = result + (softer - result) * mix
    return result


def developed(picture: Floats, vignette: bool = True) -> NDArray[np.uint8]:
    """What lens and film add: a veil round bright windows, darker corners, a little grain.

    Args:
        picture: (H, W, 3), 0–255.
        vignette: whether corners are darker and there is grain, which a picture that moves on the
            screen must not have.
    """
    height, width = picture.shape[:2]
    bright = np.clip(picture - 205.0, 0, None)
    quarter = cv2.resize(bright, (max(1, width // 4), max(1, height // 4)))
    veil = sum(
        share * cv2.GaussianBlur(quarter, (0, 0), reach * height / 4)
        for share, reach in ((0.35, 0.012), (0.40, 0.05), (0.45, 0.14))
    )
    picture = picture + cv2.resize(np.asarray(veil, np.float32), (width, height))
    if not vignette:
        return np.clip(toned(picture) + 0.5, 0, 255).astype(np.uint8)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    away = ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) / 0.5
    picture = toned(picture * (1 - 0.17 * away**1.5)[..., None])
    grain = np.random.default_rng(4).normal(0, 1.3, (height, width, 1)).astype(np.float32)
    return np.clip(picture + grain + 0.5, 0, 255).astype(np.uint8)


def toned(picture: Floats) -> Floats:
    """A slight S over the tones: deeper shadows, softer lights; 0–255 in and out."""
    share = np.clip(picture / 255.0, 0, 1)
    share += 0.10 * (share * share * (3 - 2 * share) - share)
    return np.asarray(share * 255, np.float32)
