"""Set-up makes people in several processes, goes on where it was, and says what is wrong."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from game.app import prepare
from game.bake import cache
from game.bake.cache import baked_path
from game.bake.everyone import bake_everyone
from game.bake.identity import load_identity
from perception.errors import InputError, StorageError
from perception.paths import ROOT


@pytest.mark.slow
def test_two_people_are_made_at_once_and_only_once(tmp_path):
    shares: list[float] = []
    with cache.elsewhere(tmp_path):
        bake_everyone(["anna", "kwame"], lambda share, _text: shares.append(share), workers=2)
        made = [baked_path(load_identity(name)) for name in ("anna", "kwame")]
        first = [path.stat().st_mtime_ns for path in made]
        assert all(path.parent.parent == tmp_path for path in made)
        bake_everyone(["anna", "kwame"], lambda _share, _text: None, workers=2)
        assert [path.stat().st_mtime_ns for path in made] == first
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) > 8


@pytest.mark.parametrize("workers", [1, 2])
def test_what_a_worker_meets_reaches_the_caller(workers, tmp_path):
    with cache.elsewhere(tmp_path), pytest.raises(InputError, match="no identity 'nobody'"):
        bake_everyone(["nobody", "nobody"], lambda _share, _text: None, workers=workers)
    file = tmp_path / "file"
    file.write_text("in the way")
    with cache.elsewhere(file), pytest.raises(StorageError, match="cannot write baked humans"):
        bake_everyone(["anna", "mei"], lambda _share, _text: None, workers=workers)


def test_an_unwritable_cache_is_one_line_of_set_up(tmp_path):
    file = tmp_path / "file"
    file.write_text("in the way")
    done = subprocess.run(
        [sys.executable, "-m", "game.app.prepare"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "RECRUITER_CACHE": str(file)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 3
    assert "make it writable or set RECRUITER_CACHE" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_shaders_that_set_up_compiles_are_kept_in_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("RECRUITER_CACHE", str(tmp_path))
    monkeypatch.delenv("MESA_SHADER_CACHE_DIR")
    found = []
    monkeypatch.setattr(
        prepare, "prepare", lambda _progress: found.append(os.environ["MESA_SHADER_CACHE_DIR"])
    )
    assert prepare.main() == 0
    assert found == [str(tmp_path / "vendors" / "mesa")]
