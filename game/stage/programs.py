"""The programs that draw people and room: GLSL of ``shaders/``, put together with defines.

``shading`` says what light they model. A program is a vertex and a fragment shader; either may take
in shared parts with ``#include "part.glsl"`` and be made for several ends by ``#ifdef``.
"""

from __future__ import annotations

import re
from pathlib import Path

SHADERS = Path(__file__).with_name("shaders")
"""Folder of the GLSL."""

_INCLUDE = re.compile(r'^#include "([\w.]+)"\n', re.MULTILINE)
_VERSION = re.compile(r"^#version .*\n", re.MULTILINE)


def read_shader(name: str, *defines: str) -> str:
    """The text of a shader as a driver takes it.

    Args:
        name: of a file in ``SHADERS``, without ``.glsl``.
        defines: names to be defined, each with its value after a space where it has one.

    Returns:
        Its version, then the defines, then the text with what it includes.
    """
    text = _text(f"{name}.glsl")
    version = _VERSION.search(text)
    assert version is not None, f"{name}.glsl says no #version"
    head = version[0] + "".join(f"#define {define}\n" for define in defines)
    return head + _VERSION.sub("", text)


def _text(file: str) -> str:
    """A file's text with those that it includes, and those that they do."""
    text = (SHADERS / file).read_text("utf-8")
    return _INCLUDE.sub(lambda found: _text(found[1]), text)


def _program(vertex: str, fragment: str, *defines: str) -> tuple[str, str]:
    return read_shader(f"{vertex}.vert", *defines), read_shader(f"{fragment}.frag", *defines)


LEAN: dict[str, tuple[str, str]] = {
    "plain": _program("person", "plain"),
    "skin": _program("person", "skin"),
    "cloth": _program("person", "cloth"),
    "mouth": _program("person", "mouth"),
    "hair": _program("hair", "hair"),
    "tress": _program("hair", "tress"),
    "solid": _program("person", "solid"),
    "eye": _program("eye", "eye"),
    "depth": _program("layer", "depth"),
    "layer": _program("layer", "layer"),
    "level": _program("layer", "level"),
    "smooth": _program("layer", "smooth"),
    "picture": _program("picture", "picture"),
    # a picture that is bent or tilted, and may reach past the screen's edges
    "sheet": _program("picture", "picture", "SHEET"),
}
"""Name to vertex and fragment shader: light per vertex, for processors that draw."""

FULL: dict[str, tuple[str, str]] = {
    "skin": _program(
        "full_person", "full_surface", "THIN", "SHINE (paint.a * 0.55)", "TWO_LOBES", "GROUP"
    ),
    "cloth": _program("full_person", "full_surface", "CUT", "SHINE 0.4", "SHEEN"),
    "solid": _program("full_person", "full_surface", "SHINE 0.4", "SHEEN", "GROUP"),
    "plain": _program("full_person", "full_surface", "COVERED", "SHINE (gloss.x * 3.0)"),
    "hair": _program("full_person", "full_hair", "STRANDS"),
    "tress": _program("full_person", "full_hair", "GROUP"),
}
"""The same for those that differ where light is worked out per pixel, for GPUs."""
