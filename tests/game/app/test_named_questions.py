"""Questions that are named for a recording made elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.types import Feedback, RecruiterAct, spoken_s
from game.app.named_questions import NamedQuestion, asked, read_questions
from perception.errors import InputError
from perception.types import VoiceReading

WHY = "Why do you want to work here?"


def named(folder: Path, text: str) -> tuple[NamedQuestion, ...]:
    path = folder / "questions.txt"
    path.write_text(text, encoding="utf-8")
    return read_questions(path)


def test_questions_stand_behind_their_times(tmp_path: Path) -> None:
    text = "\n".join(
        [
            *("# the second interview", "", f"1:32 {WHY}", "0:04-0:07.5 Tell me about yourself."),
            "1:00:05 5 years on?",
        ]
    )
    assert named(tmp_path, text) == (
        NamedQuestion("Tell me about yourself.", 4.0, 7.5),
        NamedQuestion(WHY, 92.0),
        NamedQuestion("5 years on?", 3605.0),
    )


def test_the_only_question_needs_no_time(tmp_path: Path) -> None:
    assert named(tmp_path, f"{WHY}\n") == (NamedQuestion(WHY, 0.0, 0.0),)
    (no_time,) = named(tmp_path, "5 years from now, where are you?")
    assert no_time.text.startswith("5 years")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no question in it"),
        ("# nothing\n\n", "no question in it"),
        (f"{WHY}\nAnd why now?\n", "need their times"),
        (f"0:10-0:04 {WHY}", "line 1: it ends at 0:04, before it begins"),
        (f"0:10 {WHY}" + "y" * 200_001, "larger than 200 KB"),
    ],
)
def test_what_is_no_list_of_questions_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        named(tmp_path, text)


def test_what_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "questions.txt"
    path.write_bytes(b"\xff\xfe\x00nonsense\x80")
    with pytest.raises(InputError, match="no text in UTF-8"):
        read_questions(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_questions(tmp_path / "missing.txt")


def heard(*spans: tuple[float, float], length_s: float = 60.0) -> list[VoiceReading]:
    return [
        VoiceReading(t, 0.1, 0.9 if any(a <= t < b for a, b in spans) else 0.0, -30.0)
        for t in (i / 10 for i in range(int(10 * length_s)))
    ]


def ends(questions: list[NamedQuestion], voices: list[VoiceReading]) -> list[float]:
    told = asked(questions, voices, 60.0)
    acts = [each for each in told if isinstance(each, RecruiterAct)]
    assert [act.text for act in acts] == [q.text for q in questions]
    assert [act.data.number for act in acts] == [*range(1, len(acts) + 1)]  # type: ignore[union-attr]
    return [each.t_s for each in told if isinstance(each, Feedback) and each.phase == "end"]


def test_a_question_is_put_by_the_first_pause_after_it(tmp_path: Path) -> None:
    usual_s = spoken_s(WHY)
    # she hesitates in the middle, and is slower than usual
    slow = heard(
        (4.0, 4.0 + 0.3 * usual_s), (4.5 + 0.3 * usual_s, 4.0 + 1.3 * usual_s), (8.0, 30.0)
    )
    assert ends([NamedQuestion(WHY, 4.0)], slow) == [pytest.approx(4.0 + 1.3 * usual_s, abs=0.15)]
    # nobody pauses: as long as it usually takes
    assert ends([NamedQuestion(WHY, 4.0)], heard((0.0, 60.0))) == [pytest.approx(4.0 + usual_s)]
    # the candidate's part alone
    assert ends([NamedQuestion(WHY, 4.0)], heard((9.0, 60.0))) == [4.0]
    # what is told is believed, as far as there is room before the next question
    both = [NamedQuestion(WHY, 4.0, 6.5), NamedQuestion("And why now?", 6.0, 40.0)]
    assert ends(both, heard((0.0, 60.0))) == [6.0, 40.0]


def test_a_question_behind_the_end_is_told() -> None:
    with pytest.raises(
        InputError, match=r"asked at 75 s, behind the end of the recording \(60 s\)"
    ):
        asked([NamedQuestion(WHY, 75.0)], heard(), 60.0)
