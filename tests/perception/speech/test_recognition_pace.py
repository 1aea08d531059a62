"""Recognition that falls behind does less, says so once, and comes back by steps."""

from __future__ import annotations

import pytest

from perception.speech.recognition_pace import ENDED, FULL, RARE, PaceSettings, RecognitionPace


def test_it_steps_down_says_so_once_and_comes_back() -> None:
    pace = RecognitionPace()
    assert pace.note(0.3, 1.0) == [] and pace.step == FULL
    assert pace.note(3.0, 5.0) == [] and pace.step == RARE
    (told,) = pace.note(6.0, 8.0)
    assert (told.source, told.kind, pace.step) == ("speech_to_text", "slow", ENDED)
    assert "the report will have them all" in told.data["message"]
    assert pace.note(9.0, 12.0) == [], "once"
    said = [event for t in range(13, 80) for event in pace.note(0.2, float(t))]
    assert [event.kind for event in said] == ["restored"] and pace.step == FULL


def test_a_moment_in_time_is_not_enough_to_step_up() -> None:
    pace = RecognitionPace()
    pace.note(6.0, 0.0)
    for t in range(1, 100):
        pace.note(0.2 if t % 10 else 1.5, float(t))
    assert pace.step == ENDED


def test_what_is_too_old_is_left_to_the_second_pass() -> None:
    pace = RecognitionPace(PaceSettings(left_behind_s=10.0))
    assert not pace.leaves(9.9) and pace.leaves(10.0)
    with pytest.raises(ValueError, match="must follow each other"):
        PaceSettings(left_behind_s=3.0)
