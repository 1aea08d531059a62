"""Shaders are files of their own: each is used, and is whole when a driver gets it."""

from __future__ import annotations

import re

import pytest

from game.stage import programs
from game.stage.programs import FULL, LEAN, SHADERS, read_shader

SOURCES = {
    f"{quality}-{name}-{stage}": text
    for quality, table in (("lean", LEAN), ("full", FULL))
    for name, program in table.items()
    for stage, text in zip(("vertex", "fragment"), program, strict=True)
}


@pytest.mark.parametrize("text", SOURCES.values(), ids=list(SOURCES))
def test_a_program_begins_with_its_version_and_has_all_it_includes(text: str) -> None:
    first, *others = text.splitlines()
    assert first.startswith("#version ")
    assert not any(line.lstrip().startswith(("#version", "#include")) for line in others)
    assert text.count("void main()") == 1
    assert len(re.findall(r"^\s*#\s*if", text, re.M)) == len(
        re.findall(r"^\s*#\s*endif", text, re.M)
    )


def test_every_shader_file_is_used() -> None:
    used = " ".join(
        (SHADERS / name).read_text("utf-8") for name in (path.name for path in SHADERS.iterdir())
    )
    source = (SHADERS.parent / "programs.py").read_text("utf-8")
    for path in SHADERS.iterdir():
        name = path.name.partition(".")[0]
        assert f'#include "{path.name}"' in used or f'"{name}"' in source, path.name


def test_defines_stand_before_what_asks_for_them() -> None:
    text = read_shader("person.vert", "FIRST", "SECOND 2")
    assert text.splitlines()[1:3] == ["#define FIRST", "#define SECOND 2"]


def test_a_part_may_include_a_part(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.frag.glsl").write_text('#version 330\n#include "b.glsl"\nvoid main() {}\n')
    (tmp_path / "b.glsl").write_text('#include "c.glsl"\nfloat b;\n')
    (tmp_path / "c.glsl").write_text("float c;\n")
    monkeypatch.setattr(programs, "SHADERS", tmp_path)
    assert read_shader("a.frag") == "#version 330\nfloat c;\nfloat b;\nvoid main() {}\n"
