"""Borrowed weights: one table, files that are what they should be, and packages never imported."""

from __future__ import annotations

import hashlib
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from game.setup import install, pipsteps
from perception.errors import InputError, ModelError
from perception.models import borrowed
from perception.models.borrowed import BORROWED, Borrowed, DataFile, Package
from tests.conftest import ROOT

CONTENT = b"weights" * 1000


@pytest.fixture
def guest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Borrowed:
    """A guest with one file, in a package that must not be imported."""
    package = tmp_path / "some_guest"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").write_text("raise AssertionError('a guest was imported')\n")
    (package / "data/model.bin").write_bytes(CONTENT)
    monkeypatch.syspath_prepend(str(tmp_path))
    file = DataFile(
        "model.bin", "some_guest", "data/model.bin", hashlib.sha256(CONTENT).hexdigest()
    )
    made = Borrowed(
        "some-guest",
        "what it is for",
        "nothing is for it",
        "MIT",
        "Somebody: https://example.org",
        (Package("some-guest-package", "1.0", 64 * "0", 100),),
        (file,),
    )
    monkeypatch.setattr(borrowed, "BORROWED", {**BORROWED, made.name: made})
    return made


def test_the_table_says_all_of_each() -> None:
    for name, each in BORROWED.items():
        assert name == each.name and each.what and each.without and each.licence
        assert "https://" in each.origin
        assert each.guest == bool(each.packages) == bool(each.files)
        sums = [p.sha256 for p in each.packages] + [f.sha256 for f in each.files]
        assert all(re.fullmatch("[0-9a-f]{64}", one) for one in sums)


def test_those_of_the_lock_are_those_that_it_pins() -> None:
    pins = pipsteps.pins(install.LOCK_FILE)
    assert {each.locked for each in BORROWED.values() if not each.guest} <= set(pins)
    guests = {p.name for each in borrowed.guests() for p in each.packages}
    assert guests.isdisjoint(pin.partition("==")[0] for pin in pins)


def test_no_file_of_the_program_imports_a_guest() -> None:
    modules = {file.module for each in borrowed.guests() for file in each.files}
    named = re.compile(rf"^\s*(?:import|from)\s+({'|'.join(modules)})\b", re.MULTILINE)
    for folder in ("perception", "dialogue", "scoring", "game"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not named.search(path.read_text("utf-8")), path


def test_files_are_read_without_importing_their_package(guest: Borrowed) -> None:
    assert borrowed.is_here(guest.name) and borrowed.state_of(guest.name) == "present"
    assert borrowed.read_files(guest.name) == {"model.bin": CONTENT}
    assert borrowed.read_file(guest.name, "model.bin") == CONTENT
    assert "some_guest" not in sys.modules


def test_another_file_is_left_unused_and_named(guest: Borrowed, tmp_path: Path) -> None:
    path = tmp_path / "some_guest/data/model.bin"
    path.write_bytes(CONTENT[::-1])
    assert borrowed.is_here(guest.name), "its sums are compared when it is loaded"
    assert borrowed.state_of(guest.name) == "damaged"
    with pytest.raises(ModelError, match=r"sha256 differs.*models get some-guest") as told:
        borrowed.read_files(guest.name)
    assert str(path) in str(told.value) and guest.without in str(told.value)


def test_one_that_is_missing_says_what_goes_without(
    guest: Borrowed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECRUITER_WITHOUT", "other, some-guest")
    assert not borrowed.is_here(guest.name) and borrowed.state_of(guest.name) == "missing"
    monkeypatch.delenv("RECRUITER_WITHOUT")
    (tmp_path / "some_guest/data/model.bin").unlink()
    assert borrowed.state_of(guest.name) == "missing"
    with pytest.raises(ModelError, match=r"is not here, so nothing is for it.*models get"):
        borrowed.read_file(guest.name, "model.bin")


def test_a_package_that_is_gone_is_no_fault() -> None:
    gone = replace(borrowed.guests()[0].files[0], module="no_such_package_anywhere")
    assert gone.path() is None


def test_only_guests_are_fetched() -> None:
    with pytest.raises(InputError, match=r"unknown; use one of faster-whisper-base"):
        borrowed.known("silero-vad")
    with pytest.raises(InputError, match="borrowed weights 'nobody': unknown"):
        borrowed.is_here("nobody")
