"""A face's own shape is no movement and no mood: what it does is told against its own rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from perception.face.emotion import impression
from perception.types import FaceReading
from scoring.emotion.expressions import Expressions, expressions
from scoring.emotion.own_rest import impressions
from scoring.measures.measure import measure
from scoring.measures.resting_face import MOST, moved, resting_units
from scoring.record.session import Session, read_session
from scoring.record.writer import SessionWriter
from tests.scoring.sessions import META

STEP_S = 0.1
LOW_BROWS = {1: 0.0, 2: 0.0, 4: 0.55, 5: 0.15, 6: 0.0, 7: 0.1, 9: 0.25, 10: 0.3, 12: 0.0, 26: 0.1}
"""Of somebody with low brows who talks calmly, as they were read in a recording."""
SMOOTH = dict.fromkeys(LOW_BROWS, 0.02)
FROWN = {7: 0.2, 24: 0.3}


def recorded(
    folder: Path, units: Callable[[float], dict[int, float]], seconds: float = 20.0
) -> Session:
    with SessionWriter(folder, META) as writer:
        for i in range(round(seconds / STEP_S)):
            t_s = i * STEP_S
            now = units(t_s)
            writer.reading(
                FaceReading(
                    t_s, 0.02, 0.9, 0.0, 0.0, 0.0, (0.0, 0.0, -0.6),
                    action_units=now, faces=1, impression=impression(now, rested=False),
                )
            )  # fmt: skip
        writer.close("complete", seconds)
    return read_session(folder)


def shown(session: Session) -> Expressions:
    found = expressions(session)
    assert found is not None
    return found


def likeliest(session: Session, t_s: float) -> str:
    at = min(impressions(session), key=lambda each: abs(each[0] - t_s))[2].probabilities
    return max(at, key=at.__getitem__)


def test_low_brows_are_neither_anger_nor_activity(tmp_path: Path) -> None:
    def talking(t_s: float) -> dict[int, float]:
        return LOW_BROWS | {4: 0.55 + 0.1 * ((t_s * 7) % 1.0 - 0.5), 10: 0.3 * ((t_s * 3) % 1.0)}

    session = recorded(tmp_path / "s", talking)
    raw = session.faces[9].impression
    assert raw is not None
    assert max(raw.probabilities, key=raw.probabilities.__getitem__) == "anger"
    found = shown(session)
    assert found.shares["neutral"] > 0.6 and found.shares["anger"] < 0.15
    assert measure(session)["brow_activity"].value == 0.0


@pytest.mark.parametrize("rest", [SMOOTH, LOW_BROWS | {4: 0.35}], ids=["smooth", "low"])
def test_a_frown_that_comes_and_goes_is_found(tmp_path: Path, rest: dict[int, float]) -> None:
    def frowning(t_s: float) -> dict[int, float]:
        return rest | (FROWN | {4: min(1.0, rest[4] + 0.65)} if 5.0 <= t_s < 15.0 else {})

    session = recorded(tmp_path / "s", frowning)
    found = measure(session)["brow_activity"]
    assert found.value == pytest.approx(0.5, abs=0.02)
    assert found.evidence[0] == pytest.approx((5.0, 15.0), abs=0.2)
    assert (likeliest(session, 2.0), likeliest(session, 10.0)) == ("neutral", "anger")


def test_brows_that_go_up_and_a_smile_that_lasts_are_found_on_low_brows(tmp_path: Path) -> None:
    def raising(t_s: float) -> dict[int, float]:
        up = {1: 0.6, 2: 0.6, 4: 0.1} if t_s % 5.0 < 1.0 else {}
        return LOW_BROWS | up

    assert measure(recorded(tmp_path / "a", raising))["brow_activity"].value == pytest.approx(
        0.2, abs=0.02
    )
    smile = recorded(tmp_path / "b", lambda t_s: LOW_BROWS | {4: 0.1, 6: 0.5, 12: 0.8})
    assert shown(smile).shares["happiness"] > 0.6


def test_no_more_than_a_part_of_a_movement_is_taken_for_shape(tmp_path: Path) -> None:
    session = recorded(tmp_path / "s", lambda t_s: SMOOTH | {4: 0.95})
    rest = resting_units(session.face)
    assert (rest[4], rest[1], 12 in rest) == (MOST, 0.0, False)
    assert moved({4: 0.95, 12: 0.5}, {4: 0.6}) == {4: pytest.approx(0.875), 12: 0.5}
    assert moved({4: 0.3}, {4: 0.6}) == {4: 0.0}
