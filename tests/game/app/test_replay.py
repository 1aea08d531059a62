"""A recorded session is decided on again: as it was, and as it would have been."""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from dialogue.reacting.suppositions import Supposition
from dialogue.types import Feedback, RecruiterAct, answer_begins_s
from game.app.counterfactual import (
    Counterfactual,
    Row,
    SupposedProgress,
    suppose,
    suppose_session,
    table,
)
from game.app.deciding_again import replay_session
from game.app.replay import replay
from game.app.wiring import make_manager
from game.settings import Settings, as_table, leaving_out
from perception.clock import FakeClock
from perception.errors import InputError
from perception.fusion import Fusion
from perception.types import Event
from scoring.record.session import read_session
from scoring.record.writer import SessionWriter
from tests.fakes import (
    TICK_S,
    Doing,
    Loudspeaker,
    Signals,
    looks,
    moves,
    nods,
    smiles,
    sounds,
    speaks,
)

HESITANT = (
    "Um, I was, uh, at the, um, shop and, er, we had, um, a lot of people, uh, there that day."
)
LONG = [
    speaks(0.6, 14.0, HESITANT, words_delay_s=0.3),
    speaks(15.0, 28.0, "and um we uh had to um go on then", words_delay_s=0.3, ending="final"),
]


def record(
    folder: Path,
    doings: Sequence[Doing],
    answers: Sequence[Sequence[Doing]],
    seconds: float = 110,
    settings: Settings | None = None,
) -> Path:
    """An interview with a scripted candidate, recorded as the program records one."""
    settings = settings or Settings()
    meta = {
        "role": "nurse", "persona": "anna", "questions": 3, "seed": 5,
        "settings": as_table(settings),
    }  # fmt: skip
    writer = SessionWriter(folder, meta)
    manager = make_manager(meta, settings)
    signals, fusion, speaker, clock = Signals(), Fusion(settings.fusion), Loudspeaker(), FakeClock()
    signals.add(doings)
    waiting: list[Feedback] = []
    attitude, heard = "", 0
    while clock.now() < seconds and not manager.finished:
        t_s = clock.now()
        for item in signals.until(t_s):
            fusion.add(item)
            writer.event(item) if isinstance(item, Event) else writer.reading(item)
        waiting += speaker.advance(t_s)
        for told in waiting:
            writer.progress(told)
        state = fusion.state(t_s)
        writer.tick(t_s)
        acts = manager.step(state, tuple(waiting))
        if manager.mood.attitude != attitude:
            attitude = manager.mood.attitude
            writer.event(Event(t_s, "dialogue", "mood", dataclasses.asdict(manager.mood)))
        waiting = speaker.play(acts, t_s)
        for act in acts:
            writer.act(act)
            begins_s = answer_begins_s(act)
            if begins_s is not None:
                fusion.begin_answer(begins_s)
                if heard < len(answers):
                    signals.add([doing.later(t_s) for doing in answers[heard]])
                heard += 1
        clock.sleep(TICK_S)
    writer.close("complete", clock.now())
    return folder


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody who smiles, hesitates and looks down, in two answers."""
    doings = [smiles(7, 9), nods(22), smiles(50, 52)]
    restless = [moves(0, 40, fidget=0.1, hand_to_face=False), looks(4, 12, "down")]
    second = [speaks(0.6, 16, ending="final"), sounds(0, 16, snr_db=20.0, syllables_per_s=4.5)]
    answers = [[*LONG, *restless], second, [speaks(0.6, 10, ending="final")]]
    return record(tmp_path_factory.mktemp("replay") / "session", doings, answers)


def whys(found: Counterfactual) -> list[str]:
    return [row.why for row in found.rows]


def by_rule(found: Counterfactual, rule: str) -> list[Row]:
    return [row for row in found.rows if row.why.startswith(f"{rule}:")]


def test_a_session_is_decided_on_again_to_the_bit(session: Path) -> None:
    outcome = replay_session(session)
    assert outcome.difference is None
    assert len(outcome.acts) > 20 and outcome.ticks > 2000
    told = [e for e in read_session(session).events if e.kind == "mood"]
    assert [(e.t_s, e.data["attitude"]) for e in told] == [
        (t_s, mood.attitude) for t_s, mood in outcome.moods
    ]


def test_what_was_left_out_stays_out_when_it_is_decided_on_again(tmp_path: Path) -> None:
    settings = leaving_out(Settings(), ("fillers",))
    told = record(tmp_path / "s", [smiles(7, 9)], [list(LONG)], 70, settings)
    outcome = replay_session(told)
    rules = {act.because.rule for act in outcome.acts if act.because is not None}
    assert outcome.difference is None
    assert "return_smile" in rules and "hesitating" not in rules
    with pytest.raises(InputError, match="left out of this session"):
        suppose_session(told, [Supposition("fillers_per_min", 20.0)])


def test_a_replay_does_not_need_her_moods(session: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in session.iterdir():
        lines = path.read_text().splitlines(keepends=True)
        (copy / path.name).write_text("".join(x for x in lines if '"kind":"mood"' not in x))
    assert len((copy / "events.jsonl").read_text()) < len((session / "events.jsonl").read_text())
    assert replay_session(copy).difference is None


def test_with_fewer_fillers_she_would_not_have_encouraged(session: Path) -> None:
    found = suppose_session(session, [Supposition("fillers_per_min", 2.0)])
    assert found.replays and found.until_s is None
    (row,) = by_rule(found, "hesitating")
    assert row.did == "nods" and row.would == "nothing"
    assert re.fullmatch(
        r"hesitating: fillers_per_min [\d.]+ \(threshold 8\), not so with fillers_per_min=2",
        row.why,
    )
    others = [row for row in found.rows if row is not found.rows[0]]
    assert all(row.t_s >= found.rows[0].t_s for row in others)


def test_as_it_was_there_is_nothing_to_tell(session: Path) -> None:
    found = suppose_session(session, [Supposition("snr_db", 20.0)])
    assert found.rows == ()
    assert table(found) == [f"with snr_db=20: no act would have been otherwise ({found.acts} acts)"]
    assert found.acts == len(replay_session(session).acts)


def test_a_smile_in_a_stretch_of_time_would_have_been_returned(session: Path) -> None:
    found = suppose_session(session, [Supposition("smile", 0.9, 30.0, 32.0)])
    (row,) = by_rule(found, "return_smile")
    assert row.t_s == pytest.approx(30.0, abs=0.04)
    assert row.did == "nothing" and row.would == "smiles"
    assert "smile 0.9" in row.why


def test_without_smiles_none_would_have_been_returned(session: Path) -> None:
    returned = [
        act for act in replay_session(session).acts
        if act.because is not None and act.because.rule == "return_smile"
    ]  # fmt: skip
    assert returned
    found = suppose_session(session, [Supposition("smile", 0.0)])
    rows = by_rule(found, "return_smile")
    assert [row.t_s for row in rows] == [act.t_s for act in returned]
    assert all(row.would == "nothing" for row in rows)


def test_words_that_she_would_have_said_come_with_their_reason(session: Path) -> None:
    found = suppose_session(session, [Supposition("level_dbfs", -50.0)])
    rows = by_rule(found, "too_quiet")
    assert rows[0].would == "leans in"
    said = [row for row in rows if "says" in row.would]
    assert len(said) == 1
    assert "level_dbfs -50" in said[0].why
    # the questions are the same, so all of it can be compared
    assert found.until_s is None


def test_it_ends_where_another_question_would_have_been_asked(session: Path) -> None:
    found = suppose_session(session, [Supposition("pitch_sd_st", 0.5)])
    assert found.until_s is not None
    last = found.rows[-1]
    assert last.t_s == found.until_s
    assert last.did.startswith("asks") and last.would.startswith("asks")
    assert last.why.startswith("monotone: pitch_sd_st 0.5")
    assert found.acts < len(replay_session(session).acts)
    assert table(found)[-1].startswith("from ")


def test_several_cues_can_be_supposed_at_once(session: Path) -> None:
    both = [Supposition("fidget", 0.9), Supposition("fillers_per_min", 12.0)]
    found = suppose_session(session, both)
    assert by_rule(found, "fidgeting")
    (nervous, *_) = by_rule(found, "nerves")
    assert "nerves (" in nervous.why and "fidget" in nervous.why


def test_what_shows_of_her_mood_is_told_as_well(session: Path) -> None:
    found = suppose_session(session, [Supposition("smile", 0.9, 70.0, 72.0)])
    (row,) = [row for row in found.rows if row.why.startswith("mood:")]
    assert row.did.startswith("looks ") and row.would.startswith("looks warm for")


def test_the_table_fits_its_width(session: Path) -> None:
    found = suppose_session(session, [Supposition("level_dbfs", -50.0)])
    for width in (80, 120):
        lines = table(found, width)
        assert all(len(line) <= width for line in lines[1:] if not line.startswith("from "))
        assert lines[1].split() == ["time", "as", "it", "was", "otherwise", "why"]
    assert any(re.match(r" +0:\d\d\.\d  nothing +leans in +too_quiet", line) for line in lines)


def test_the_command_prints_it(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = argparse.Namespace(session=session, supposed=["fillers_per_min=2"], quiet=False)
    assert replay(options) == 0
    told = capsys.readouterr()
    assert told.err == "" and "hesitating" in told.out
    options.supposed = []
    assert replay(options) == 0
    assert "the same, to the bit" in capsys.readouterr().out
    with pytest.raises(InputError, match="no cue 'fillers'"):
        suppose(session, ["fillers=2"])


def test_what_a_later_version_wrote_is_passed_over_and_told(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(session, copy)
    meta = json.loads((copy / "session.json").read_text())
    meta["settings"]["dialogue"]["telepathy"] = {"range_m": 3.0}
    meta["settings"]["aura"] = True
    (copy / "session.json").write_text(json.dumps(meta | {"hue": "teal"}))
    options = argparse.Namespace(session=copy, supposed=[], quiet=False)
    assert replay(options) == 0
    first, second = capsys.readouterr().err.splitlines()
    assert first == (
        "note: session.json: 1 keys that this version does not know (hue) were passed over"
    )
    assert second == (
        "note: session.json: 2 settings that this version does not know (aura, dialogue.telepathy) "
        "were passed over"
    )
    options.quiet = True
    assert replay(options) == 0
    assert capsys.readouterr().err == ""


def line(number: int, t_s: float, text: str) -> RecruiterAct:
    return RecruiterAct(t_s, "say", text, id=f"act-{number}")


def test_progress_follows_lines_whose_number_has_changed() -> None:
    progress = SupposedProgress([line(1, 5.0, "Hello."), line(2, 9.0, "Go on.")])
    progress.play([line(1, 5.0, "Hello.")], 5.0)
    recorded = [Feedback(5.1, "act-1", "start"), Feedback(5.9, "act-1", "end")]
    assert progress.tell(6.0, recorded) == recorded
    # a remark comes first, which is in no record; what was said then keeps its time
    progress.play([line(2, 9.0, "Louder, please."), line(3, 9.0, "Go on.")], 9.0)
    assert progress.tell(9.1, []) == [Feedback(9.1, "act-2", "start")]
    told = progress.tell(9.2, [Feedback(9.15, "act-2", "start")])
    assert [(f.act_id, f.phase) for f in told] == [("act-3", "start"), ("act-2", "end")]
    assert progress.tell(9.3, []) == []
