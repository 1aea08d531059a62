"""What the stage asks of the operating system: a screen to draw on."""

from __future__ import annotations

import ctypes
import os
import sys

OFFSCREEN = "p3headlessgl" if sys.platform.startswith("linux") else "pandagl"
"""Panda3D's display module that draws where there is no screen."""

HINT = (
    "apt install libegl1 libgl1 libgl1-mesa-dri"
    if sys.platform.startswith("linux")
    else "install the graphics driver of this machine"
)
"""What to do where nothing can be drawn offscreen."""


def missing_screen() -> str:
    """Why no window can be opened; empty when one can be tried."""
    if not sys.platform.startswith("linux"):
        return ""
    name = os.environ.get("DISPLAY", "")
    if not name:
        return "no screen here (DISPLAY is not set)"
    # Asked here first: Panda3D would complain on standard error.
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return "libX11 is missing (apt install libx11-6)"
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = x11.XOpenDisplay(None)
    if not display:
        return f"the screen {name} cannot be reached"
    x11.XCloseDisplay(ctypes.c_void_p(display))
    return ""
