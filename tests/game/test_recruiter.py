"""The recruiter speaks, moves and tells what became of her acts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dialogue.persona import load_persona
from dialogue.types import ActKind, Because, Feedback, RecruiterAct
from game.delivery import BETWEEN_LINES_S
from game.recruiter import Recruiter
from game.speaker import choose_speaker
from game.voice import Renderer, choose_voice
from perception.clock import FakeClock

HELLO = "Good morning, and thank you for coming."
QUESTION = "What did you do last summer?"


class Room:
    """A recruiter on a fake clock at 60 frames a second."""

    def __init__(self, renderer: Renderer) -> None:
        self.clock = FakeClock()
        self.renderer = renderer
        speaker = choose_speaker("silent", self.clock)
        self.recruiter = Recruiter(load_persona("anna"), renderer, speaker, seed=3)
        self.told: list[Feedback] = []
        self.poses: list = []

    def act(self, kind: ActKind, text: str = "", **data: object) -> RecruiterAct:
        because = Because("test", "cue")
        return RecruiterAct(
            self.clock.now(),
            kind,
            text,
            "warm",
            because,
            f"{kind}-{text[:5]}",
            data=data,
        )

    def play(self, *acts: RecruiterAct) -> None:
        for act in acts:
            if act.text:
                self.renderer.get(act.text)
        self.recruiter.play(acts, self.clock.now())

    def run(self, seconds: float) -> None:
        for _ in range(int(seconds * 60)):
            self.poses.append(self.recruiter.update(self.clock.now()))
            self.recruiter.shown(self.clock.now())
            self.told += self.recruiter.take_feedback()
            self.clock.sleep(1 / 60)

    def phases(self, act: RecruiterAct) -> list[str]:
        return [f.phase for f in self.told if f.act_id == act.id]


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer(choose_voice("auto", "female"))
    yield made
    made.close()


def test_lines_are_spoken_one_after_another_with_a_breath_between(renderer: Renderer) -> None:
    room = Room(renderer)
    first, second = room.act("say", HELLO), room.act("ask", QUESTION)
    room.play(first, second)
    room.run(0.2)
    assert room.recruiter.speaking
    room.run(9.0)
    assert room.phases(first) == ["start", "end"]
    assert room.phases(second) == ["start", "end"]
    times = {(f.act_id, f.phase): f.t_s for f in room.told}
    spoken = times[first.id, "end"] - times[first.id, "start"]
    assert spoken == pytest.approx(renderer.get(HELLO).duration_s, abs=0.03)
    gap = times[second.id, "start"] - times[first.id, "end"]
    assert BETWEEN_LINES_S - 0.02 <= gap <= BETWEEN_LINES_S + 0.1


def test_the_mouth_moves_with_the_words_and_rests_after_them(renderer: Renderer) -> None:
    room = Room(renderer)
    room.play(room.act("say", HELLO))
    room.run(renderer.get(HELLO).duration_s - 0.2)
    open_jaw = [pose.expressions.get("jawOpen", 0.0) for pose in room.poses]
    assert max(open_jaw) > 0.15
    assert min(open_jaw[20:]) < 0.05
    room.run(1.0)
    assert room.poses[-1].expressions.get("jawOpen", 0.0) < 0.02


def test_she_yields_at_once_and_says_so(renderer: Renderer) -> None:
    room = Room(renderer)
    first, second = room.act("say", HELLO), room.act("ask", QUESTION)
    room.play(first, second)
    room.run(0.5)
    room.play(room.act("wait", stop=True))
    room.run(0.1)
    assert room.phases(first) == ["start", "stopped"]
    assert room.phases(second) == ["stopped"]
    assert not room.recruiter.delivery.busy


def test_a_returned_smile_shows_in_the_next_picture_and_is_told(renderer: Renderer) -> None:
    room = Room(renderer)
    room.run(3.0)
    before = room.poses[-1].expressions.get("mouthSmileLeft", 0.0)
    smile = room.act("acknowledge", gesture="smile", strength=1.0)
    began = room.clock.now()
    room.play(smile)
    room.run(0.6)
    told = [f for f in room.told if f.act_id == smile.id]
    assert [f.phase for f in told] == ["start"]
    assert 0.0 < told[0].t_s - began < 0.05
    assert room.poses[-1].expressions["mouthSmileLeft"] > before + 0.2


def test_the_same_seed_gives_the_same_life(renderer: Renderer) -> None:
    poses = []
    for _ in range(2):
        room = Room(renderer)
        room.play(room.act("say", HELLO))
        room.run(6.0)
        poses.append(room.poses)
    assert poses[0] == poses[1]
