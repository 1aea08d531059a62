"""What she goes by during the interview is what the report measures: one timeline, both ways."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.reacting.cues import CueReader, Moment
from dialogue.reacting.settings import ReactionSettings
from dialogue.turntaking.turn import TurnDetector
from perception.fusion import Fusion
from perception.restlessness import FidgetDetector
from perception.types import BodyReading, Event, FaceReading, Gaze, HeadGesture, VoiceReading, Words
from scoring.measures.body import FIDGET_OFF, FIDGET_ON, held
from scoring.measures.measure import measure
from scoring.record.session import Session, read_session
from scoring.record.writer import SessionWriter
from tests.scoring.sessions import Answer, Script

TEXT = "we were um in the shop and uh we had to sort of plan a lot of it you know every day"
STEP_S = 1 / 30
SIGNALS = (BodyReading, Event, FaceReading, HeadGesture, VoiceReading, Words)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """An answer of 20 s in which somebody looks away in each pause, and now and then beside."""
    pauses = {4: 1.2, 9: 1.2, 14: 1.2}
    script = Script(
        [("a", "Tell me about your work.", Answer(TEXT, 80.0, 1.0, pauses))], camera=False
    )
    folder = script.write(tmp_path / "s")
    with SessionWriter(folder, {}, resume=True) as writer:
        for i in range(int(script.end_s / STEP_S)):
            t = i * STEP_S
            speaks = any(a <= t < b for a, b in script.speech)
            on = speaks and i % 10 < 6
            gaze = Gaze(0.0, 0.0, "screen" if on else "away", 0.95, eyes=on)
            writer.reading(FaceReading(t, 0.0, 0.9, 0.0, 0.0, 0.0, gaze=gaze, faces=1))
            fidget = 0.6 if t % 6.0 < 1.0 else 0.4 if t % 6.0 < 3.0 else 0.1
            writer.reading(BodyReading(t, lean_m=0.0, fidget=fidget, hand_to_face=t % 4.0 < 1.0))
    return read_session(folder)


def live(session: Session) -> dict[str, float | None]:
    """Her cues at the end of the answer."""
    (answer,) = session.answers
    fusion, turn, reader = Fusion(), TurnDetector(), CueReader(ReactionSettings())
    turn.begin(answer.start_s - 1.0)
    items = sorted(
        (a for a in session.arrivals if isinstance(a, SIGNALS)),
        key=lambda a: a.t_end_s if isinstance(a, HeadGesture | Words) else a.t_s,
    )
    values: dict[str, float | None] = {}
    at, t = 0, answer.start_s - 1.0
    while t < answer.end_s + 0.1:
        while at < len(items) and _when(items[at]) <= t:
            fusion.add(items[at])
            at += 1
        state = fusion.state(t)
        values = dict(reader.read(Moment(state, turn.step(state), True, False)).values)
        t += STEP_S
    return values


def _when(item: object) -> float:
    return item.t_end_s if isinstance(item, HeadGesture | Words) else item.t_s  # type: ignore[attr-defined]


def test_gaze_fillers_and_hands_are_the_same_live_and_in_the_report(session: Session) -> None:
    now, found = live(session), measure(session)
    (answer,) = session.answers
    assert 18.0 < answer.end_s - answer.start_s < 21.0, "within her window of 20 s"
    share = found["gaze_on_screen_share"].value
    assert share == pytest.approx(0.6, abs=0.03)
    assert now["gaze_on_screen"] == pytest.approx(share, abs=0.05)
    fillers = found["fillers_per_min"].value
    assert fillers is not None and fillers > 10.0
    assert now["fillers_per_min"] == pytest.approx(fillers, rel=0.05)
    fidget = found["fidget_share"].value
    assert fidget == pytest.approx(0.5, abs=0.04)
    assert now["fidget"] == pytest.approx(fidget, abs=0.05)
    assert now["hand_to_face"] == pytest.approx(found["hand_to_face_share"].value, abs=0.05)


def test_fidgeting_begins_and_ends_alike(session: Session) -> None:
    values = session.body.fidget
    detector = FidgetDetector()
    assert [detector.detect(v) for v in values.tolist()] == held(
        values, FIDGET_ON, FIDGET_OFF
    ).tolist()
    assert detector.detect(0.6) and detector.detect(0.4) and not detector.detect(0.3)
    assert detector.detect(None) is None and not detector.detect(0.4)
