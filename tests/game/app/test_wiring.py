"""Parts put together as a session's own words say: the same again without what made them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.conduct.settings import ConductSettings
from dialogue.content import wording_transformers
from dialogue.content.persona import load_persona
from dialogue.content.wording import WordingSettings
from game.app.wiring import make_manager, phrase_lines
from game.settings import Settings
from perception.errors import InputError
from tests.dialogue.content.test_wording import tiny_t5

META = {"role": "nurse", "persona": "anna", "questions": 3, "seed": 5}


def phrased(settings: WordingSettings) -> tuple[list[str] | None, list[float]]:
    shares: list[float] = []
    anna = load_persona("anna", 5)
    return phrase_lines("nurse", anna, 3, 5, settings, ConductSettings(), shares.append), shares


def test_written_lines_are_not_recorded() -> None:
    assert phrased(WordingSettings()) == (None, [])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_models_lines_are_said_and_need_the_model_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_t5(tmp_path)
    good = "Could you tell me in your own words about something that you did?"
    monkeypatch.setattr(
        wording_transformers.TransformersWording, "_generate", lambda self, line: good
    )
    lines, shares = phrased(WordingSettings(engine="transformers", path=str(tmp_path)))
    assert lines is not None and lines.count(good) >= 3
    assert shares == sorted(shares) and shares[-1] == pytest.approx(1.0)
    assert len(shares) == len(lines)
    for path in tmp_path.iterdir():
        path.unlink()
    settings = Settings(wording=WordingSettings(engine="transformers", path=str(tmp_path)))
    manager = make_manager({**META, "phrased": lines}, settings)
    assert any(good in line for line in manager.upcoming())
    again = make_manager({**META, "phrased": lines}, settings)
    assert again.upcoming() == manager.upcoming()
    assert not any(good in line for line in make_manager(META, Settings()).upcoming())


def test_damaged_lines_are_one_line() -> None:
    for damaged in ("a line", [1, 2], {"a": "b"}):
        with pytest.raises(InputError, match="phrased is no list"):
            make_manager({**META, "phrased": damaged}, Settings())
