"""Guests: each by itself, by its hash; one that cannot be had costs its feature alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from game.setup import borrowing, install, notice
from perception.errors import ModelError
from perception.models import borrowed
from perception.models.borrowed import Borrowed, DataFile, Package
from perception.paths import ROOT
from tests.game.setup.conftest import imports, sha256


def made(name: str, environment: Path, sum_of_wheel: str | None = None) -> Borrowed:
    """A guest in the wheel of that name."""
    wheel = environment / f"wheels/{name}-1.0-py3-none-any.whl"
    right = sha256(wheel) if wheel.is_file() else 64 * "0"
    package = Package(name, "1.0", sum_of_wheel or right, 1000)
    file = DataFile("module", name, f"{name}.py", 64 * "0")
    return Borrowed(
        name, "something", f"{name} is wanting", "MIT", "https://example.org", (package,), (file,)
    )


def fetched(environment: Path, *guests: Borrowed) -> tuple[dict[str, str], list[float]]:
    """Those that set-up goes on without, and the shares of progress that it told."""
    shares: list[float] = []
    python = install.venv_python(environment / "venv")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(borrowing, "guests", lambda: guests)
        without = borrowing.fetch_all(
            python, environment / "log", lambda _, share: shares.append(share or 0.0)
        )
    return without, shares


def test_a_guest_that_is_gone_or_differs_does_not_cost_the_others(environment: Path) -> None:
    gone, wrong = made("gone", environment), made("beta", environment, 64 * "1")
    without, shares = fetched(environment, gone, wrong, made("alpha", environment))
    assert set(without) == {"gone", "beta"}
    assert "set-up broke at 'gone'" in without["gone"] and "\n" not in without["gone"]
    assert "sha256 differs" in without["beta"]
    assert imports(environment, "alpha")
    assert shares == sorted(shares) and 0 < shares[-1] <= 1


def test_a_guest_is_not_compiled_for_nobody_runs_it(environment: Path) -> None:
    python = install.venv_python(environment / "venv")
    borrowing.fetch(
        python, made("beta", environment), environment / "log", lambda *_: None, anew=True
    )
    (module,) = (environment / "venv").glob("lib/python3*/site-packages/beta.py")
    assert not list(module.parent.glob("__pycache__/beta.*"))


def test_set_up_says_what_it_goes_on_without(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = borrowed.guests()[0]
    monkeypatch.setattr(borrowing, "fetch_all", lambda *_: {first.name: "it is gone"})
    monkeypatch.setattr(install, "STEPS", (("borrowed", "borrowed weights", install._borrowed),))
    python = install.venv_python(place)
    python.parent.mkdir(parents=True)
    (place / install.STAMP_FILE).write_text("{}")
    python.symlink_to("/bin/true")
    install.ensure()
    told = capsys.readouterr().err
    assert f"going on without {first.name}: {first.without}" in " ".join(told.split())
    mend = install.Stamps.of(place).missing[first.name]
    assert f"models get {first.name}" in mend and first.origin in mend


def test_what_cannot_be_fetched_on_request_names_its_original(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = made("gone", environment)
    monkeypatch.setattr(borrowed, "BORROWED", {"gone": gone})
    with pytest.raises(ModelError, match=r"gone: cannot be had .*its original: https://example"):
        borrowing.get("gone", environment / "log", lambda *_: None)


def test_notice_lists_what_the_table_has() -> None:
    text = (ROOT / "NOTICE").read_text("utf-8")
    assert notice.with_list(text) == text, "write it anew: python -m game.setup.notice"
    for guest in borrowed.guests():
        assert guest.name in text and guest.packages[0].sha256 in text
