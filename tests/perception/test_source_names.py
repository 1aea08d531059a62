"""What is meant by a camera or a microphone, as it was typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from perception.source_names import camera_file, microphone_files


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a,b.wav", ["a,b.wav"]),
        ("c.wav,a,b.wav,c.wav", ["c.wav", "a,b.wav", "c.wav"]),
        ("c.wav,,gone.wav,", ["c.wav", "gone.wav"]),
        ("bare,c.wav", ["bare", "c.wav"]),
        (",", [","]),
        ("none", []),
        ("default", []),
        ("Jabra 2.0, hw:0", []),
        ("HDA Intel (hw:0,0)", []),
    ],
)
def test_a_comma_may_be_part_of_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, meant: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a,b.wav", "b.wav", "c.wav", ","):
        Path(name).touch()
    assert microphone_files(typed) == tuple(map(Path, meant))


def test_a_camera_is_a_number_or_a_file() -> None:
    assert camera_file("a,b.mp4") == Path("a,b.mp4")
    assert camera_file("0") is None and camera_file("none") is None
