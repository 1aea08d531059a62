"""A file is the old one or the new one."""

from __future__ import annotations

from pathlib import Path

import pytest

from perception.whole_file import whole_file


@pytest.mark.parametrize("end", [KeyboardInterrupt, OSError])
def test_what_ends_it_in_the_middle_leaves_the_old_one(
    tmp_path: Path, end: type[BaseException]
) -> None:
    path = tmp_path / "report.json"
    path.write_text("old")
    with pytest.raises(end), whole_file(path) as part:
        part.write_text("ne")
        raise end
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_a_whole_one_takes_its_place(tmp_path: Path) -> None:
    with whole_file(tmp_path / "a.npz") as part:
        assert part.suffix == ".npz"  # numpy would add it
        part.write_text("new")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["new"]
