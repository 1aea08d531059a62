"""Blocks of behaviour become movement at the right times and sizes."""

from __future__ import annotations

import itertools
import random
import time

import pytest

from dialogue.behaviour.bml import parse_bml
from dialogue.types import Behaviour, BehaviourBlock, Prediction, Progress, Spoken
from game.behaviour.players import NOD_DEG
from game.behaviour.realizer import Realizer
from tests.cost import cost


def block(*behaviours: Behaviour, composition: str = "MERGE") -> BehaviourBlock:
    return BehaviourBlock("b", 0.0, "act-1", behaviours, composition)  # type: ignore[arg-type]


def played(*behaviours: Behaviour, at: float = 10.0, speech_s: float | None = None) -> Realizer:
    realizer = Realizer(random.Random(1))
    realizer.play(block(*behaviours), at, speech_s)
    return realizer


def test_a_nod_goes_down_and_comes_back_with_shrinking_cycles() -> None:
    nod = Behaviour("n", "head", {"lexeme": "NOD", "repetition": 2, "amount": 1.0})
    realizer = played(nod)
    pitch = [realizer.advance(10.0 + i / 100).head.pitch_deg for i in range(100)]
    first, second = min(pitch[:42]), min(pitch[42:84])
    assert first == pytest.approx(-NOD_DEG, abs=0.1)
    assert -NOD_DEG < second < -0.5 * NOD_DEG
    assert max(pitch) <= 0.0
    assert pitch[-1] == 0.0


def test_a_smile_rises_holds_and_fades_without_a_jump() -> None:
    smile = Behaviour(
        "s",
        "faceLexeme",
        {"lexeme": "smile", "amount": 1.0},
        {"start": 0.0, "ready": 0.4, "relax": 1.5, "end": 2.0},
    )
    realizer = played(smile)
    course = [
        realizer.advance(10.0 + i / 60).expressions.weights().get("mouthSmileLeft", 0.0)
        for i in range(150)
    ]
    assert max(course) > 0.6
    assert course[45] == max(course)
    assert course[-1] == 0.0
    assert max(abs(b - a) for a, b in itertools.pairwise(course)) < 0.08


def test_sync_references_follow_the_speech() -> None:
    speech = Behaviour("sp", "speech", {"text": "Good morning."})
    brows = Behaviour(
        "f", "faceLexeme", {"lexeme": "raiseBrows"}, {"start": "sp:end-0.2", "end": "sp:end + 1"}
    )
    realizer = played(speech, brows, speech_s=2.0)
    assert not realizer.advance(11.7).expressions.weights()
    assert realizer.advance(12.3).expressions.weights()["browInnerUp"] > 0.1
    assert not realizer.advance(13.1).expressions.weights()


@pytest.mark.parametrize(
    ("behaviour", "word"),
    [
        (Behaviour("x", "faceLexeme", {"lexeme": "grimace"}), "grimace"),
        (Behaviour("x", "gaze", {"target": "moon"}), "moon"),
        (Behaviour("x", "head", {"lexeme": "SPIN"}), "SPIN"),
        (Behaviour("x", "faceFacs", {"au": 99}), "99"),
        (Behaviour("x", "head", {"lexeme": "NOD"}, {"start": "nothing:end"}), "nothing"),
        (Behaviour("x", "faceLexeme", {"lexeme": "smile"}, {"start": 2.0, "end": 1.0}), "order"),
    ],
)
def test_what_cannot_be_shown_is_said_and_the_rest_goes_on(behaviour: Behaviour, word: str) -> None:
    good = Behaviour("y", "faceLexeme", {"lexeme": "smile", "amount": 1.0})
    realizer = played(behaviour, good)
    assert len(realizer.warnings) == 1
    assert word in str(realizer.warnings[0])
    assert realizer.advance(10.6).expressions.weights()["mouthSmileLeft"] > 0.5


def test_replace_lets_go_of_what_was_before() -> None:
    hold = {"start": 0.0, "ready": 0.1, "relax": 30.0, "end": 31.0}
    smile = Behaviour("a", "faceLexeme", {"lexeme": "smile", "amount": 1.0}, hold)
    brows = Behaviour("b", "faceLexeme", {"lexeme": "raiseBrows", "amount": 1.0}, hold)
    realizer = played(smile)
    realizer.play(block(brows, composition="REPLACE"), 12.0)
    weights = realizer.advance(13.0).expressions.weights()
    assert "mouthSmileLeft" not in weights
    assert weights["browInnerUp"] > 0.5


def test_append_waits_for_what_was_before() -> None:
    first = Behaviour("a", "head", {"lexeme": "NOD", "amount": 1.0})
    realizer = played(first)
    realizer.play(block(first, composition="APPEND"), 10.0)
    low = [realizer.advance(10.0 + i / 100).head.pitch_deg < -3.0 for i in range(90)]
    assert any(low[:42]) and any(low[42:])


def test_gaze_is_held_for_its_time_and_given_back() -> None:
    look = Behaviour("g", "gaze", {"target": "notes"}, {"start": 0.0, "end": 1.5})
    realizer = played(look)
    assert realizer.advance(10.5).gaze == "notes"
    assert realizer.advance(11.6).gaze is None


# -- schedules ---------------------------------------------------------------------------------

WORDS = (("One", 0.0, 0.4), ("two", 0.5, 0.9), ("three", 1.0, 1.6), ("four.", 1.8, 2.4))
SPOKEN = {"s": Spoken(2.5, WORDS)}
SPEECH = '<speech id="s"><text>One <sync id="a"/> two three <sync id="z"/> four.</text></speech>'


def read(body: str, attributes: str = 'id="b"') -> BehaviourBlock:
    document = parse_bml(f"<bml {attributes}>{body}</bml>")
    assert not document.warnings
    return document.blocks[0]


def planned(body: str, at: float = 10.0) -> tuple[dict[str, dict[str, float]], list[str]]:
    """Times of a block's behaviours, and the warnings."""
    realizer = Realizer(random.Random(1))
    realizer.play(read(body), at, spoken=SPOKEN)
    plans = [told for told in realizer.told if isinstance(told, Prediction)]
    times = {name: dict(points) for name, points in plans[0].behaviours.items()} if plans else {}
    return times, [str(warning) for warning in realizer.warnings]


def follow(realizer: Realizer, begin: float, seconds: float, rate: int = 60) -> list[Progress]:
    for i in range(round(seconds * rate) + 1):
        realizer.advance(begin + i / rate)
    return [told for told in realizer.told if isinstance(told, Progress)]


def test_the_order_in_the_block_does_not_matter() -> None:
    parts = [
        '<faceLexeme id="f" lexeme="smile" start="g:end" end="n:start"/>',
        '<head id="n" lexeme="NOD" start="s:end + 1.5"/>',
        '<gesture id="g" lexeme="BEAT" stroke="s:z"/>',
        SPEECH,
    ]
    plans = [planned("".join(order)) for order in itertools.permutations(parts)]
    assert all(plan == plans[0] for plan in plans)
    times, warnings = plans[0]
    assert not warnings
    assert times["g"]["stroke"] == pytest.approx(11.8)
    assert times["f"]["start"] == times["g"]["end"]
    assert times["f"]["end"] == times["n"]["start"] == pytest.approx(14.0)


def test_a_stroke_falls_on_its_word_and_is_told_then() -> None:
    realizer = Realizer(random.Random(1))
    gesture = '<gesture id="g" lexeme="BEAT" stroke="s:a"/>'
    realizer.play(read(SPEECH + gesture), 10.0, spoken=SPOKEN)
    heard = realizer.speeches[0]
    realizer.advance(10.0)
    realizer.sounds(heard, 10.12)  # the loudspeaker took its time
    told = {(p.behaviour, p.point): p.t_s for p in follow(realizer, 10.01, 4.0)}
    assert told["g", "stroke"] == pytest.approx(10.12 + 0.5, abs=0.001)
    assert told["s", "a"] == pytest.approx(10.12 + 0.5, abs=0.001)


def test_usual_times_are_squeezed_and_held_to_fit_what_is_given() -> None:
    short, _ = planned('<gesture id="g" lexeme="OPEN_PALMS" start="0" end="1"/>')
    long, _ = planned('<gesture id="g" lexeme="OPEN_PALMS" start="0" end="9"/>')
    usual, _ = planned('<gesture id="g" lexeme="OPEN_PALMS" start="0"/>')

    def spans(times: dict[str, dict[str, float]]) -> list[float]:
        return [b - a for a, b in itertools.pairwise(times["g"].values())]

    whole = sum(spans(usual))
    assert spans(short) == pytest.approx([span / whole for span in spans(usual)])
    assert spans(long)[0] == pytest.approx(spans(usual)[0])  # held longer, not raised more slowly
    assert spans(long)[4] == pytest.approx(spans(usual)[4] + 9.0 - whole)


def test_a_movement_hurries_to_a_near_stroke_and_the_block_waits_for_one_too_near() -> None:
    near, _ = planned(
        '<gesture id="g" lexeme="POINT_CV" stroke="0.5"/>'.replace("POINT_CV", "REST")
    )
    assert near["g"]["start"] == 10.0 and near["g"]["stroke"] == pytest.approx(10.5)
    too_near, warnings = planned(
        '<gesture id="g" lexeme="OPEN_PALMS" stroke="0.05"/><head id="n" lexeme="NOD" start="0"/>'
    )
    assert not warnings
    assert too_near["g"]["start"] == pytest.approx(10.0)
    late = too_near["n"]["start"] - 10.0
    assert 0.4 < late < 0.8
    assert too_near["g"]["stroke"] == pytest.approx(10.05 + late)


def test_one_may_begin_before_the_other_and_end_after_it() -> None:
    times, warnings = planned(
        '<gesture id="g" lexeme="OPEN_PALMS" start="0" end="s:end + 0.5"/>'
        + SPEECH.replace('id="s"', 'id="s" start="g:stroke"')
    )
    assert not warnings
    assert times["s"]["start"] == times["g"]["stroke"] > 10.3
    assert times["g"]["end"] == pytest.approx(times["s"]["end"] + 0.5)


def test_constraints_put_points_together_before_and_after() -> None:
    times, warnings = planned(
        SPEECH
        + '<gesture id="g" lexeme="BEAT"/><faceFacs id="f" au="1"/><head id="n" lexeme="NOD"/>'
        '<head id="t" lexeme="TILT"/>'
        "<constraint>"
        '<synchronize><sync ref="g:stroke"/><sync ref="s:z"/><sync ref="f:attackPeak"/>'
        "</synchronize>"
        '<after ref="g:stroke"><sync ref="n:start"/></after>'
        '<before ref="n:start"><sync ref="t:end"/></before>'
        "</constraint>"
    )
    assert times["g"]["stroke"] == times["f"]["ready"] == times["s"]["z"] == pytest.approx(11.8)
    assert times["n"]["start"] == pytest.approx(11.8)
    assert times["t"]["end"] <= times["n"]["start"] + 1e-6
    assert not warnings


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (
            '<head id="x" lexeme="NOD" start="y:end"/><head id="y" lexeme="NOD" start="x:end"/>',
            "loop: x -> y -> x",
        ),
        ('<head id="x" lexeme="NOD" start="x:end"/>', "refers to itself"),
        ('<head id="x" lexeme="NOD" start="ok:wave"/>', "no point 'wave'"),
        ('<head id="x" lexeme="NOD" start="other:g:end"/>', "points at nothing"),
        ('<pointing id="x" target="moon"/>', "moon"),
        ('<posture id="x"><pose lexeme="HANDSTAND"/></posture>', "HANDSTAND"),
    ],
)
def test_what_cannot_be_scheduled_is_told_and_what_hangs_on_it_goes_too(
    body: str, word: str
) -> None:
    after = '<head id="after" lexeme="NOD" start="x:end"/><head id="ok" lexeme="TILT"/>'
    times, warnings = planned(body + after)
    assert set(times) == {"ok"}
    assert any(word in warning for warning in warnings)
    assert any("b/after" in warning for warning in warnings)
    assert all("line 1" in warning for warning in warnings)


def test_a_limit_that_cannot_be_kept_is_told_and_nothing_is_lost() -> None:
    times, warnings = planned(
        '<head id="x" lexeme="NOD" start="1"/><head id="y" lexeme="NOD" start="0"/>'
        '<constraint><after ref="x:end"><sync ref="y:start"/></after></constraint>'
    )
    assert set(times) == {"x", "y"}
    assert len(warnings) == 1 and "after 'x:end'" in warnings[0]


def test_a_block_is_dropped_where_what_it_requires_cannot_be_played() -> None:
    realizer = Realizer(random.Random(1))
    body = '<required><gaze id="g" target="moon"/></required><head id="n" lexeme="NOD"/>'
    realizer.play(read(body), 10.0)
    assert [w.kind for w in realizer.warnings] == ["NO_SUCH_TARGET", "BLOCK_DROPPED"]
    assert realizer.busy == 0
    assert realizer.advance(10.2).head.pitch_deg == 0.0


# -- compositions and progress ---------------------------------------------------------------------


def test_progress_comes_in_order_with_blocks_round_their_behaviours() -> None:
    realizer = Realizer(random.Random(1))
    nod, smile = '<head id="n" lexeme="NOD"/>', '<faceLexeme id="f" lexeme="smile" start="n:end"/>'
    realizer.play(read(nod + smile, 'id="one"'), 10.0)
    realizer.play(read(nod, 'id="two" composition="APPEND"'), 10.0)
    told = follow(realizer, 10.0, 6.0)
    assert [p.t_s for p in told] == sorted(p.t_s for p in told)
    names = [f"{p.block}:{p.behaviour}:{p.point}" for p in told]
    assert names[0] == "one::start" and names[-1] == "two::end"
    assert names.index("one::end") + 1 == names.index("two::start")
    assert [n for n in names if n.startswith("one:f")] == [
        "one:f:start", "one:f:attackPeak", "one:f:relax", "one:f:end"
    ]  # fmt: skip
    assert len(set(names)) == len(names)
    one_end, two_start = (next(p.t_s for p in told if (p.block, p.behaviour, p.point) == key)
                          for key in (("one", "", "end"), ("two", "", "start")))  # fmt: skip
    assert one_end == two_start


def test_replace_ends_what_runs_and_what_waits_without_a_jump() -> None:
    realizer = Realizer(random.Random(1))
    lean = '<posture id="p" start="0" ready="0.5" end="30" room:lean_deg="6"/>'
    with_room = 'xmlns:room="urn:recruiter-room:bml"'
    realizer.play(read(lean, f'id="long" {with_room}'), 10.0)
    realizer.play(read('<head id="n" lexeme="NOD"/>', 'id="next" composition="APPEND"'), 10.0)
    course = [realizer.advance(10.0 + i / 60).torso.pitch_deg for i in range(120)]
    tilt = '<head id="t" lexeme="TILT"/>'
    realizer.play(read(tilt, 'id="new" composition="REPLACE"'), 12.0)
    course += [realizer.advance(12.0 + i / 60).torso.pitch_deg for i in range(240)]
    assert min(course) == pytest.approx(-6.0)
    assert course[-1] == 0.0
    assert max(abs(b - a) for a, b in itertools.pairwise(course)) < 0.5
    told = [(p.block, p.point, p.t_s) for p in realizer.told
            if isinstance(p, Progress) and not p.behaviour]  # fmt: skip
    assert ("long", "end", 12.0) in told
    assert [block for block, point, _ in told if point == "end"] == ["long", "new"]
    assert not any(block == "next" for block, _, _ in told)


def test_a_shift_stays_until_the_next_one() -> None:
    realizer = Realizer(random.Random(1))
    smile = '<faceShift id="f"><faceLexeme lexeme="smile"/></faceShift>'
    realizer.play(read(smile + '<gazeShift id="g" target="notes"/>'), 10.0)
    follow(realizer, 10.0, 20.0)
    shown = realizer.advance(30.0)
    assert shown.gaze == "notes" and shown.expressions.weights()["mouthSmileLeft"] > 0.3
    assert realizer.busy == 0
    brows = '<faceShift id="f"><faceLexeme lexeme="raiseBrows"/></faceShift>'
    realizer.play(read(brows, 'id="c"'), 30.0)
    follow(realizer, 30.0, 3.0)
    weights = realizer.advance(33.0).expressions.weights()
    assert "mouthSmileLeft" not in weights and weights["browInnerUp"] > 0.3


def test_references_reach_into_blocks_that_went_before() -> None:
    realizer = Realizer(random.Random(1))
    realizer.play(read('<head id="n" lexeme="NOD" start="2"/>', 'id="one"'), 10.0)
    realizer.play(read('<head id="m" lexeme="NOD" start="one:n:end + 1"/>', 'id="two"'), 10.5)
    told = {(p.block, p.behaviour, p.point): p.t_s for p in follow(realizer, 10.5, 5.0)}
    assert told["two", "m", "start"] == pytest.approx(told["one", "n", "end"] + 1.0)


def test_twelve_behaviours_cost_a_fifth_of_a_millisecond_a_frame() -> None:
    names = ("smile", "raiseBrows", "interest", "concern", "doubt", "amused")
    span = {"start": 0.0, "ready": 1.0, "relax": 500.0, "end": 501.0}
    faces = [Behaviour(n, "faceLexeme", {"lexeme": n}, span) for n in names]
    rest = [
        Behaviour("n", "head", {"lexeme": "NOD", "repetition": 900}),
        Behaviour("t", "head", {"lexeme": "TILT"}, span),
        Behaviour("p", "posture", {"lean_deg": 3.0}, span),
        Behaviour("g", "gesture", {"lexeme": "OPEN_PALMS"}, span),
        Behaviour("z", "gaze", {"target": "cv"}, span),
        Behaviour("u", "faceFacs", {"au": 12}, span),
    ]
    realizer = played(*faces, *rest)
    assert not realizer.warnings
    times = itertools.count(12.0, 1 / 60)
    assert cost(lambda: realizer.advance(next(times)), 2000) < 0.3
    assert realizer.busy >= 12


@pytest.mark.parametrize(
    "endless",
    [
        Behaviour("x", "head", {"lexeme": "NOD"}, {"start": float("nan")}),
        Behaviour("x", "head", {"lexeme": "NOD"}, {"end": float("inf")}),
        Behaviour("x", "head", {"lexeme": "NOD"}, {"start": "b:start + 1e999"}),
        Behaviour("x", "head", {"lexeme": "NOD"}, {"start": "nan"}),
        Behaviour("x", "wait", {"duration": float("inf")}),
        Behaviour("x", "posture", {"lean_deg": float("nan")}),
    ],
)
def test_what_would_never_end_is_told_and_dropped_whoever_planned_it(endless: Behaviour) -> None:
    smile = Behaviour("s", "faceLexeme", {"lexeme": "smile"})
    realizer = played(endless, smile)
    (warning,) = realizer.warnings
    assert (warning.behaviour, warning.kind) == ("x", "IMPOSSIBLE_TO_SCHEDULE")
    for frame in range(60 * 30):
        realizer.advance(10.0 + frame / 60)
    assert not realizer.busy
    ends = [p for p in realizer.told if isinstance(p, Progress) and p.point == "end"]
    assert ("b", "") in [(p.block, p.behaviour) for p in ends]


def test_what_refers_to_something_lost_is_lost_however_long_the_chain() -> None:
    nods = [Behaviour(f"n{i}", "head", {"lexeme": "NOD"}, {"start": f"n{i + 1}:end"})
            for i in range(1200)]  # fmt: skip
    realizer = played(*nods)
    dropped = [warning.behaviour for warning in realizer.warnings]
    assert dropped == [nod.id for nod in reversed(nods)]
    assert realizer.advance(10.2).head.pitch_deg == 0.0


def test_thousands_that_are_appended_wait_in_their_order_and_cost_little() -> None:
    nod = Behaviour("n", "head", {"lexeme": "NOD"}, {"start": 0.0, "end": 0.4})
    realizer = played(nod)
    began = time.process_time()
    for number in range(8000):
        following = BehaviourBlock(f"b{number}", 0.0, "", (nod,), "APPEND")
        realizer.play(following, 10.0)
    assert time.process_time() - began < 1.0
    told = follow(realizer, 10.0, 3.0)
    starts = [p.block for p in told if p.point == "start" and not p.behaviour]
    assert starts[1:4] == ["b0", "b1", "b2"]
