"""High dynamic range and wide gamut pictures as a standard screen shows them.

Telephones film in HLG, recorders in PQ. Shown without conversion such pictures are pale and flat,
and what reads faces and hands was trained on pictures that look as people see them. So they are
brought to BT.709 as players do: display light by BT.2100, highlights rolled off by BT.2390, colours
by their primaries, and back to code values by BT.1886.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

PQ, HLG = 16, 18
"""Transfer characteristics of high dynamic range, as H.273 numbers them."""

_WHITE_NITS = 203.0
"""cd/m² of paper white (BT.2408): what a standard screen shows as white."""
_PEAK_NITS = 1000.0
"""cd/m² of the display that HLG is defined on, and most PQ is graded for."""
_SYSTEM_GAMMA = 1.2
"""HLG's, on that display (BT.2100)."""
_SCREEN_GAMMA = 2.4
"""Of a standard screen (BT.1886)."""

_TO_709 = {
    # BT.2020, from BT.2087 (matrix of its annex)
    9: ((1.6605, -0.5876, -0.0728), (-0.1246, 1.1329, -0.0083), (-0.0182, -0.1006, 1.1187)),
    # P3 with D65 white, and with the cinema's, whose white is taken for white
    11: ((1.2249, -0.2247, 0.0), (-0.0420, 1.0419, 0.0), (-0.0197, -0.0786, 1.0979)),
    12: ((1.2249, -0.2247, 0.0), (-0.0420, 1.0419, 0.0), (-0.0197, -0.0786, 1.0979)),
}
"""H.273 number of primaries to the matrix that takes their linear RGB to BT.709's."""

_LUMA_2020 = (0.2627, 0.6780, 0.0593)
_STEPS = 4095
"""Steps of light in the tables that are looked up in."""

Light = NDArray[np.float32]
Entry = TypeVar("Entry", np.float32, np.uint8)


def needs_conversion(transfer: int, primaries: int) -> bool:
    """Whether a picture looks another way on a standard screen than its code values do.

    Args:
        transfer: H.273 transfer characteristics.
        primaries: H.273 colour primaries.
    """
    return transfer in (PQ, HLG) or primaries in _TO_709


def to_standard(codes: NDArray[np.uint16], transfer: int, primaries: int) -> NDArray[np.uint8]:
    """A picture as a standard screen shows it.

    Args:
        codes: (H, W, 3) RGB of the picture's own transfer and primaries, full range.
        transfer: H.273 transfer characteristics.
        primaries: H.273 colour primaries; those that are not told are BT.2020's in high dynamic
            range.

    Returns:
        (H, W, 3) uint8 RGB, BT.709.
    """
    light = _light(transfer)[codes]
    if transfer in (PQ, HLG):
        if transfer == HLG:
            # the display's gamma works on the whole pixel, or colours would shift
            scene = _mixed(light, (_LUMA_2020,))
            light *= _looked_up(_system_gain(), scene)[..., None]
        highest = np.maximum(np.maximum(light[..., 0], light[..., 1]), light[..., 2])
        light *= _looked_up(_roll_off_gain(), highest)[..., None]
        light *= np.float32(_PEAK_NITS / _WHITE_NITS)
    matrix = _TO_709.get(primaries, _TO_709[9] if transfer in (PQ, HLG) else None)
    if matrix is not None:
        light = _mixed(light, matrix)
    return _looked_up(_screen_codes(), light)


def _mixed(light: Light, matrix: Sequence[Sequence[float]]) -> Light:
    """(H, W, 3) by an (n, 3) matrix; (H, W) of a single row."""
    return np.asarray(cv2.transform(light, np.array(matrix, np.float32)), np.float32)


def _looked_up(table: NDArray[Entry], light: Light) -> NDArray[Entry]:
    """Entries of a table over the square root of light, 0...1, where eyes see steps alike."""
    at = np.asarray(cv2.sqrt(np.clip(light, 0.0, 1.0)), np.float32)
    at *= _STEPS
    at += 0.5
    return table[at.astype(np.uint16)]


@cache
def _light(transfer: int) -> Light:
    """(65536,) light of each code: of the scene for HLG, else of the screen; 1 is its peak."""
    code = np.linspace(0.0, 1.0, 1 << 16)
    if transfer == PQ:
        return (_pq_nits(code) / _PEAK_NITS).astype(np.float32)
    if transfer == HLG:
        a = 0.17883277
        b, c = 1.0 - 4.0 * a, 0.5 - a * np.log(4.0 * a)
        light = np.where(code <= 0.5, code**2 / 3.0, (np.exp((code - c) / a) + b) / 12.0)
        return light.astype(np.float32)
    return (code**_SCREEN_GAMMA).astype(np.float32)


@cache
def _system_gain() -> Light:
    """What HLG's display multiplies light by, over the luminance of the scene."""
    luminance = np.linspace(0.0, 1.0, _STEPS + 1) ** 2
    return (luminance ** (_SYSTEM_GAMMA - 1.0)).astype(np.float32)


@cache
def _roll_off_gain() -> Light:
    """What the roll-off of BT.2390 multiplies light by, over the strongest channel (1 is peak)."""
    nits = np.linspace(0.0, 1.0, _STEPS + 1) ** 2 * _PEAK_NITS
    peak = _pq_code(np.array(_PEAK_NITS))
    code, most = _pq_code(nits) / peak, _pq_code(np.array(_WHITE_NITS)) / peak
    knee = 1.5 * most - 0.5
    t = np.clip((code - knee) / (1.0 - knee), 0.0, 1.0)
    # a Hermite spline from the knee, where it leaves light alone, to the screen's white
    spline = (
        (2 * t**3 - 3 * t**2 + 1) * knee
        + (t**3 - 2 * t**2 + t) * (1.0 - knee)
        + (3 * t**2 - 2 * t**3) * most
    )
    rolled = _pq_nits(np.where(code < knee, code, spline) * peak)
    return np.where(nits > 0, rolled / np.maximum(nits, 1e-9), 1.0).astype(np.float32)


@cache
def _screen_codes() -> NDArray[np.uint8]:
    light = np.linspace(0.0, 1.0, _STEPS + 1) ** 2
    return np.rint(255.0 * light ** (1.0 / _SCREEN_GAMMA)).astype(np.uint8)


# Perceptual quantiser, BT.2100: its constants as fractions stand in SMPTE ST 2084.
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32


def _pq_nits(code: NDArray[np.float64]) -> NDArray[np.float64]:
    power = code ** (1.0 / _M2)
    nits = 10000.0 * (np.maximum(power - _C1, 0.0) / (_C2 - _C3 * power)) ** (1.0 / _M1)
    return np.asarray(nits, np.float64)


def _pq_code(nits: NDArray[np.float64]) -> NDArray[np.float64]:
    power = (nits / 10000.0) ** _M1
    return np.asarray(((_C1 + _C2 * power) / (1.0 + _C3 * power)) ** _M2, np.float64)
