"""A live interview frame by frame, with all its real parts, on a clock that a test moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dialogue.behaviour.planner import BehaviourPlanner
from dialogue.content.persona import load_persona
from game.app.interview import Interview
from game.app.wiring import make_manager
from game.behaviour.recruiter import Recruiter
from game.scene.room import Room
from game.settings import Settings
from game.sound.speaker import SilentSpeaker
from game.stage.base import Stage
from game.voice.base import Renderer, voice_of
from perception.clock import FakeClock
from perception.fusion import Fusion
from perception.pipeline.senses import Senses
from perception.types import Event
from scoring.record.session import iter_inputs
from scoring.record.writer import SessionWriter
from scoring.report.analysis import build_report

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

    def go_on(self, frames: int) -> None:
        for _ in range(frames):
            self.interview.step(self.clock.now())
            self.clock.sleep(1 / 30)


@pytest.fixture
def held(stage: Stage, tmp_path: Path) -> Iterator[Held]:
    clock, persona = FakeClock(), load_persona("anna", 5)
    room = Room(stage, persona.identity, self_view=False)
    speaker = Loudspeaker(clock)
    renderer = Renderer(voice_of(persona, "auto"), 8)
    writer = SessionWriter(tmp_path / "session", META)
    settings = Settings()
    interview = Interview(
        clock,
        room,
        Recruiter(persona, renderer, speaker, 5),
        make_manager(META, settings),
        BehaviourPlanner(persona, 5),
        Fusion(settings.fusion),
        writer,
        Senses(),
        speaker,
    )
    yield Held(interview, clock, room, speaker, writer)
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
