"""A live interview frame by frame, with all its real parts, on a clock that a test moves."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dialogue.behaviour.planner import BehaviourPlanner
from dialogue.content.persona import load_persona
from dialogue.understanding.types import Fact, Understanding
from dialogue.understanding.understander import Inquiry, Understood
from game.app.interview import OPEN_WITHIN_S, Interview
from game.app.wiring import make_manager, untold
from game.behaviour.recruiter import Recruiter
from game.scene.room import Room
from game.settings import Settings, leaving_out
from game.sound.speaker import SilentSpeaker
from game.stage.base import Stage
from game.voice.base import Renderer, voice_of
from perception.clock import FakeClock
from perception.fusion import Fusion
from perception.pipeline.hearing import Hearing, HearingSettings
from perception.pipeline.senses import Senses
from perception.speech.base import SpeechSettings
from perception.types import Event
from scoring.record.session import iter_inputs
from scoring.record.writer import SessionWriter
from scoring.report.analysis import build_report
from tests.perception.pipeline.devices import microphone

pytestmark = pytest.mark.render

META = {"kind": "practice", "role": "nurse", "persona": "anna", "questions": 1, "seed": 5}


class Loudspeaker(SilentSpeaker):
    """One whose cable can be pulled."""

    unplugged = False

    def trouble(self) -> str | None:
        return "the loudspeaker was unplugged; plug it in" if self.unplugged else None


@dataclass
class Held:
    """An interview under way."""

    interview: Interview
    clock: FakeClock
    room: Room
    speaker: Loudspeaker
    writer: SessionWriter
    senses: Senses

    def go_on(self, frames: int) -> None:
        for _ in range(frames):
            self.interview.step(self.clock.now())
            self.clock.sleep(1 / 30)


@pytest.fixture
def settings() -> Settings:
    """Of the interview."""
    return Settings()


@pytest.fixture
def held(stage: Stage, tmp_path: Path, settings: Settings) -> Iterator[Held]:
    clock, persona = FakeClock(), load_persona("anna", 5)
    room = Room(stage, persona.identity, self_view=False)
    speaker = Loudspeaker(clock)
    renderer = Renderer(voice_of(persona, "auto"), 8)
    writer = SessionWriter(tmp_path / "session", META)
    senses = Senses()
    interview = Interview(
        clock,
        room,
        Recruiter(persona, renderer, speaker, 5),
        make_manager(META, settings),
        BehaviourPlanner(persona, 5),
        Fusion(settings.fusion),
        writer,
        senses,
        speaker,
        untold=untold(settings),
    )
    yield Held(interview, clock, room, speaker, writer, senses)
    writer.close("interrupted", clock.now())
    renderer.close()
    room.close()


def test_a_loudspeaker_that_is_lost_and_comes_back_is_told_once_each(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(held.room, "notice", lambda text, source: shown.append(text))
    monkeypatch.setattr(held.room, "clear_notice", lambda source: shown.append(f"no {source}"))
    held.go_on(5)
    held.speaker.unplugged = True
    held.go_on(10)
    held.speaker.unplugged = False
    held.go_on(10)
    assert shown == ["the loudspeaker was unplugged; plug it in", "no loudspeaker"]
    held.writer.close("complete", held.clock.now())
    told = [
        item
        for item in iter_inputs(held.writer.folder)
        if isinstance(item, Event) and item.source == "loudspeaker"
    ]
    assert [event.kind for event in told] == ["lost", "restored"]
    notes = build_report(held.writer.folder)["notes"]
    assert any("the loudspeaker was unplugged" in note for note in notes), "the report says so, too"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (Settings(), ["your face is not in the picture", "no camera"]),
        (leaving_out(Settings(), ("face",)), ["no camera"]),
    ],
)
def test_a_face_that_was_left_out_is_not_missed(
    held: Held, monkeypatch: pytest.MonkeyPatch, told: list[str]
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(held.room, "notice", lambda text, source: shown.append(text))
    monkeypatch.setattr(held.room, "clear_notice", lambda source: shown.append(f"no {source}"))
    kinds = iter(["no_face", "face_back"])

    def seen(self: Senses) -> list[Event]:
        message = {"message": "your face is not in the picture"}
        return [
            Event(held.clock.now(), "camera", kind, message) for kind in [next(kinds, "")] if kind
        ]

    monkeypatch.setattr(Senses, "poll", seen)
    held.go_on(4)
    assert shown == told


def test_while_the_microphone_opens_the_dialogue_knows_and_the_screen_says_so(
    held: Held, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(held.room, "notice", lambda text, source: shown.append(text))
    monkeypatch.setattr(held.room, "clear_notice", lambda source: shown.append(f"no {source}"))
    deaf = HearingSettings(speech=SpeechSettings(recogniser="none"))
    hearing = Hearing(microphone(tmp_path / "lamp"), time.monotonic(), deaf)
    held.senses.hearing = hearing
    hearing.prepare()  # the microphone itself takes for ever
    try:
        held.go_on(30)
        assert shown == [], "most are open before anybody wonders"
        held.go_on(40)
        assert shown == ["your microphone is being opened; one moment, please"]
        hearing.begin(time.monotonic())
        deadline = time.monotonic() + 60
        while not hearing.listening:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        held.go_on(3)
        assert shown[1:] == ["no opening"]
    finally:
        hearing.stop(0.0)
    held.writer.close("complete", held.clock.now())
    told = [
        item
        for item in iter_inputs(held.writer.folder)
        if isinstance(item, Event) and item.kind in ("opening", "settled")
    ]
    assert [(event.source, event.kind) for event in told] == [
        ("microphone", "opening"),
        ("microphone", "settled"),
    ]
    assert told[0].t_s == 0.0 and told[1].t_s == pytest.approx(70 / 30, abs=0.05)


def test_a_microphone_that_never_opens_is_waited_for_a_minute(held: Held, tmp_path: Path) -> None:
    deaf = HearingSettings(speech=SpeechSettings(recogniser="none"))
    held.senses.hearing = Hearing(microphone(tmp_path / "lamp"), time.monotonic(), deaf)
    held.go_on(1)
    held.clock.sleep(OPEN_WITHIN_S)
    held.go_on(2)
    held.writer.close("complete", held.clock.now())
    kinds = [item.kind for item in iter_inputs(held.writer.folder) if isinstance(item, Event)]
    assert "opening" in kinds and "settled" in kinds


def test_her_mood_is_recorded_each_time_another_attitude_shows(held: Held) -> None:
    held.go_on(200)  # she greets, and falls back into her manner
    held.writer.close("complete", held.clock.now())
    moods = [
        item
        for item in iter_inputs(held.writer.folder)
        if isinstance(item, Event) and item.kind == "mood"
    ]
    shown = [event.data["attitude"] for event in moods]
    assert {event.source for event in moods} == {"dialogue"}
    assert shown[:2] == ["encouraging", "warm"]
    assert all(one != other for one, other in itertools.pairwise(shown))
    assert all(0 <= moods[0].data[key] <= 1 for key in ("interest", "warmth", "patience"))


def test_what_she_notes_is_recorded_once(held: Held) -> None:
    held.go_on(5)
    text = "I worked at Leeds Building Society."
    fact = Fact("organisation", "Leeds Building Society", 0.9, 12, 34)
    told = Understood(Inquiry("error", 1, text), Understanding(text, facts=(fact,)))
    held.interview._manager._notes.take(told)
    held.go_on(5)
    held.writer.close("complete", held.clock.now())
    events = [item for item in iter_inputs(held.writer.folder) if isinstance(item, Event)]
    (noted,) = [event for event in events if event.kind == "noted"]
    assert (noted.source, noted.data["quote"]) == ("dialogue", "Leeds Building Society")
    assert noted.t_s == pytest.approx(5 / 30, abs=0.01)
