"""Command ``interviews``: list, show, check and new, as a person meets them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dialogue.content.employer import EMPLOYERS, load_employer
from dialogue.content.planning import plan_of
from dialogue.content.script import INTERVIEWS, load_interview, roles
from game.app.practice import _settings
from game.setup.commandline import parse
from perception.errors import InputError
from tests.commandline_runs import Result, run_here
from tests.conftest import ROOT


def told(*arguments: object) -> str:
    """What a command prints that went well."""
    result = run_here("interviews", *arguments)
    assert (result.status, result.err) == (0, "")
    return result.out


def refused(*arguments: object) -> Result:
    result = run_here("interviews", *arguments)
    assert result.status == 2 and result.line.startswith("run.py: ")
    return result


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A bank of one's own, as ``new`` writes it."""
    told("new", "night_porter", "--out", tmp_path)
    return tmp_path / "night_porter.toml"


# -- list and show ---------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [(), ("list",)])
def test_the_list_has_every_role_with_title_questions_and_employer(
    arguments: tuple[str, ...],
) -> None:
    head, *rows = told(*arguments).splitlines()
    assert head.split() == ["role", "title", "questions", "employer"]
    assert [row.split()[0] for row in rows] == list(roles())
    for role, row in zip(roles(), rows, strict=True):
        interview, employer = load_interview(role), load_employer(role)
        assert interview.title in row and f" {1 + len(interview.questions)} " in row
        assert employer is not None and f"{employer.name}, {employer.place}" in row


@pytest.mark.parametrize("role", roles())
def test_a_bank_is_shown_with_all_that_she_may_say(role: str) -> None:
    shown = " ".join(told("show", role).split())
    interview, employer = load_interview(role), load_employer(role)
    for question in (interview.warm_up, *interview.questions):
        assert f"{question.id}: {question.competency}, {question.kind}, " in " ".join(shown.split())
        lines = [*question.text, *question.simple, *question.explains, *question.help]
        lines += [line for follow_up in question.follow_ups for line in follow_up.text]
        lines += [part for term in question.terms for part in term]
        for line in lines:
            assert " ".join(line.split()) in shown
    assert employer is not None
    for topic in employer.topics:
        assert f"{topic.id}: asked as" in shown and topic.answers[0] in shown


def test_what_is_shown_fits_the_terminal() -> None:
    assert max(map(len, told("show", "nurse").splitlines())) <= 80


def test_a_bank_without_a_brief_says_so(mine: Path) -> None:
    (mine.parent / "night_porter.employer.toml").unlink()
    assert "employer: no brief" in told("show", mine)


# -- new -------------------------------------------------------------------------------------------


def test_what_is_new_can_be_used_as_it_is(mine: Path) -> None:
    interview, employer = load_interview(str(mine)), load_employer(str(mine))
    assert interview.title == "night porter" and len(plan_of(interview, 4).questions) == 4
    assert employer is not None and employer.topic("pay") is not None
    assert told("check", mine).endswith("nothing is wrong with it\n")
    parse(["practice", "--role", str(mine)])
    assert "@" not in mine.read_text(encoding="utf-8")


def test_it_says_what_to_do_next_and_explains_itself(tmp_path: Path) -> None:
    out = told("new", "night_porter", "--out", tmp_path / "banks and more")
    bank = tmp_path / "banks and more" / "night_porter.toml"
    assert f"interviews check '{bank}'" in out and f"practice --role '{bank}'" in out
    comments = [line for line in bank.read_text("utf-8").splitlines() if "# " in line]
    assert len(comments) >= 15


def test_it_is_written_to_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told("new", "waiter")
    assert {path.name for path in tmp_path.iterdir()} == {"waiter.toml", "waiter.employer.toml"}


def test_nothing_is_written_over(mine: Path) -> None:
    mine.write_text("kept")
    assert "is there" in refused("new", "night_porter", "--out", mine.parent).line
    assert mine.read_text() == "kept"


@pytest.mark.parametrize("names", [(), ("a", "b"), ("../up",), ("a/b",), ("",), ("a.toml",)])
def test_a_name_is_one_plain_word(names: tuple[str, ...], tmp_path: Path) -> None:
    assert "give it one name" in refused("new", *names, "--out", tmp_path).line
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run_here("interviews", "new", "waiter", "--out", tmp_path / "file" / "below")
    assert result.status == 3 and "--out" in result.line


# -- check -----------------------------------------------------------------------------------------


def test_those_that_ship_are_all_right() -> None:
    out = told("check", *roles())
    assert out.count("nothing is wrong with it") == len(roles())
    assert told("check", *roles(), "--quiet") == ""


def test_a_file_is_checked_like_a_role(tmp_path: Path) -> None:
    bank = tmp_path / "ward.toml"
    bank.write_bytes((INTERVIEWS / "nurse.toml").read_bytes())
    (tmp_path / "ward.employer.toml").write_bytes((EMPLOYERS / "nurse.toml").read_bytes())
    assert "nothing is wrong with it" in told("check", bank)


def test_all_mistakes_are_named_at_once(mine: Path) -> None:
    text = mine.read_text(encoding="utf-8")
    text = text.replace('id = "team"', 'id = "team"\ncolour = "red"')
    text = text.replace("difficulty = 3", "difficulty = 7")
    text = text.replace('text = [\n  "Why would', f'text = [\n  "{"a" * 400}",\n  "Why would')
    mine.write_text(text, encoding="utf-8")
    brief = mine.parent / "night_porter.employer.toml"
    brief.write_text(
        brief.read_text(encoding="utf-8").replace('place = "Bristol"', ""), encoding="utf-8"
    )
    result = refused("check", mine)
    wrong = [line for line in result.out.splitlines() if line.startswith("  wrong: ")]
    assert len(wrong) == 4
    for words in (
        "unknown key 'colour'",
        "difficulty is 7",
        "400 characters",
        "key 'place' is missing",
    ):
        assert any(words in line for line in wrong), words
    assert "4 mistakes in" in result.line and str(mine) in result.line


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[warm_up", "[warmup", "unknown key 'warmup', and table [warm_up] is missing"),
        ('id = "team"', 'id = "why_us"', "question id 'why_us' is used twice"),
        ('id = "team"', 'id = "greeting"', "'greeting' is the interview's own"),
        ("I'm {name}.", "I'm {nane}.", "{nane} stands for nothing"),
        ("closings = [", "closings = ]", "not valid TOML"),
        ('when = "vague"', 'when = "later"', "when is 'later'; use one of short"),
        ("max_answer_s = 120 ", "max_answer_s = 2 ", "max_answer_s is 2; use 10 to 600 seconds"),
    ],
)
def test_a_mistake_is_a_plain_line_and_the_status_is_2(
    mine: Path, old: str, new: str, words: str
) -> None:
    text = mine.read_text(encoding="utf-8")
    assert old in text
    mine.write_text(text.replace(old, new), encoding="utf-8")
    result = refused("check", mine)
    assert words in result.out and "1 mistake in" in result.line


def test_what_could_be_better_is_no_mistake(mine: Path) -> None:
    text = mine.read_text(encoding="utf-8")
    start = text.index('simple = [\n  "Why do you want this job?"')
    text = text[:start] + text[text.index("help = [", start) :]
    mine.write_text(text, encoding="utf-8")
    (mine.parent / "night_porter.employer.toml").unlink()
    out = told("check", mine)
    assert "  better: why_us: no simple wording" in out
    assert "  better: why_us: no explains" in out
    assert "  better: no employer's brief (night_porter.employer.toml beside it)" in out
    assert "wrong:" not in out
    assert told("check", mine, "--quiet") == ""


def test_a_wrong_file_among_right_ones_is_the_one_that_is_named(mine: Path) -> None:
    mine.write_text("title = 3\n")
    result = refused("check", "nurse", mine)
    assert f"in {mine};" in result.line and "nurse" not in result.line
    assert "title is 3" in result.out and "table [warm_up] is missing" in result.out


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"x" * 4000])
def test_what_is_no_bank_at_all_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.toml"
    path.write_bytes(content)
    assert "odd.toml" in refused("check", path).line


# -- the command line ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("list", "nurse"), "interviews show nurse"),
        (("show",), "name one role"),
        (("show", "nurse", "waiter"), "name one role"),
        (("show", "astronaut"), "astronaut: not known; use one of"),
        (("show", "no.toml"), "no such file"),
        (("check",), "name the files"),
        (("check", "astronaut"), "not known"),
        (("dance",), "invalid choice"),
        (("list", "--role", "nurse"), "belong to interviews listen"),
        (("listen", "--question", "handover"), "name the role"),
        (("listen", "--role", "astronaut"), "--role astronaut"),
        (("listen", "nowhere.txt"), "no such file"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_starts(
    arguments: tuple[str, ...], words: str
) -> None:
    with pytest.raises(InputError) as caught:
        parse(["interviews", *arguments])
    assert words in str(caught.value)


def test_nothing_heavy_is_loaded_for_reading_banks() -> None:
    code = (
        "import sys\n"
        "from game.setup.commandline import parse\n"
        "from game.app.interviews import interviews\n"
        "for line in ('list', 'show nurse', 'check nurse'):\n"
        "    interviews(parse(['interviews', *line.split()]))\n"
        "print([m for m in ('numpy', 'torch', 'panda3d', 'rich', 'cv2') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_time_mode_and_manner_reach_the_interview(tmp_path: Path) -> None:
    for command in ("practice", "demo"):
        options = parse([command, "--minutes", "7.5", "--mode", "structured", "--manner", "warm"])
        conduct = _settings(options).dialogue.conduct
        assert (conduct.minutes, conduct.mode, options.manner) == (7.5, "structured", "warm")
        usual = _settings(parse([command])).dialogue.conduct
        assert (usual.minutes, usual.mode) == (0.0, "adaptive")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *(("--minutes", value) for value in ("0", "0.9", "61", "-5", "nan", "inf", "ten", "")),
        *(("--mode", value) for value in ("strict", "")),
        *(("--manner", value) for value in ("rude", "nowhere.toml", "")),
    ],
)
def test_time_mode_and_manner_out_of_range_are_refused(option: str, value: str) -> None:
    with pytest.raises(InputError, match=option):
        parse(["practice", f"{option}={value}"])


def test_a_manner_may_be_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("x")
    assert parse(["demo", "--manner", str(path)]).manner == str(path)
