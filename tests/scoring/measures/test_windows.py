"""Speaking, listening and thinking are told apart, and looking away to think costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from perception.types import FaceReading, Gaze
from scoring.measures.measure import measure
from scoring.measures.windows import windows
from scoring.record.session import Session, read_session
from scoring.record.spans import overlap, total
from scoring.record.writer import SessionWriter
from scoring.report.analysis import build_report
from tests.scoring.sessions import MOTIVE, STORY, Answer, Script

LONG = {12: 2.0, 30: 1.6}
"""Two pauses to think, beside a short one in the answer that has them."""


def looking(folder: Path, on_screen: Callable[[Session, float], bool], **more: float) -> Path:
    """An interview in which somebody looks at the screen at the times that are given."""
    script = Script(
        [
            ("a", "Tell me about a time when you led a project.", Answer(STORY, 130.0, 2.5, LONG)),
            ("b", "Why do you want this job?", Answer(MOTIVE, 130.0, 2.5, {9: 0.5})),
        ],
        camera=False,
        gaze_error_deg=1.5,
    )
    script.write(folder)
    session = read_session(folder)
    with SessionWriter(folder, session.meta, resume=True) as writer:
        for i in range(int(script.end_s * 20)):
            t = i / 20
            eyes = on_screen(session, t)
            gaze = Gaze(0.0, 0.0, "screen" if eyes else "away", 0.95, eyes=eyes)
            writer.reading(FaceReading(t, 0.02, 0.9, 0.0, 0.0, 0.0, gaze=gaze, faces=1))
    return folder


def within(spans: tuple[tuple[float, float], ...], t: float) -> bool:
    return any(a - 0.05 <= t < b for a, b in spans)


def test_the_three_are_cut_at_the_planted_times_and_never_overlap(tmp_path: Path) -> None:
    session = read_session(looking(tmp_path / "s", lambda s, t: True))
    found = windows(session)
    filled = sum(w.end_s - w.start_s for a in session.answers for w in a.words
                 if w.text.strip() in ("um", "uh"))  # fmt: skip
    assert total(found.listening) == pytest.approx(2 * 4.0 + 1.5, abs=0.01)
    assert total(found.thinking) == pytest.approx(2 * 2.5 + 2.0 + 1.6 + filled, abs=0.01)
    said = sum(total(a.speech) for a in session.answers)
    assert filled > 1.0 and total(found.speaking) == pytest.approx(said - filled, abs=0.01)
    for one, other in (
        (found.speaking, found.listening),
        (found.speaking, found.thinking),
        (found.listening, found.thinking),
    ):
        assert total(overlap(one, other)) == pytest.approx(0.0, abs=1e-6)


def test_looking_away_to_think_is_free(tmp_path: Path) -> None:
    steady = looking(tmp_path / "steady", lambda s, t: int(t * 20) % 10 < 7)
    thinker = looking(
        tmp_path / "thinker",
        lambda s, t: int(t * 20) % 10 < 7 and not within(windows(s).thinking, t),
    )
    found = measure(read_session(thinker))
    assert found["gaze_on_screen_thinking_share"].value == pytest.approx(0.0, abs=0.03)
    assert found["gaze_on_screen_thinking_share"].norm is None
    assert found["gaze_on_screen_share"].value == pytest.approx(0.7, abs=0.03)
    before, after = build_report(steady), build_report(thinker)
    for score in ("nonverbal", "responsiveness"):
        assert before["scores"][score]["value"] is not None
        assert after["scores"][score]["value"] == pytest.approx(
            before["scores"][score]["value"], abs=1.5
        )


def test_who_talks_over_the_question_is_not_listening(tmp_path: Path) -> None:
    answer = Answer(STORY, 130.0, -2.0)
    script = Script([("a", "Tell me about a time when you led a project.", answer)], ask_s=6.0)
    session = read_session(script.write(tmp_path / "s"))
    found = windows(session)
    assert total(overlap(found.speaking, found.listening)) == 0.0
    assert total(found.listening) == pytest.approx(4.0 + 1.5, abs=0.05)
    assert found.thinking == () or total(found.thinking) < 2.0  # filled pauses only


def test_who_types_is_not_thinking_aloud(tmp_path: Path) -> None:
    script = Script([("a", "Why do you want this job?", Answer(MOTIVE, typed=True))])
    session = read_session(script.write(tmp_path / "s"))
    assert windows(session).thinking == () and windows(session).speaking == ()
    share = measure(session)["gaze_on_screen_thinking_share"]
    assert share.value is None and share.coverage == 0.0
