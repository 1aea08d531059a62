"""The written utterances: every line is read, and they cover what they have to."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from dialogue.content.script import load_interview, roles
from dialogue.understanding.corpus import (
    HELD_OUT,
    UTTERANCES,
    WrittenUtterance,
    parse_utterance,
    read_utterances,
)
from dialogue.understanding.types import ACTS, FACTS, Asked
from perception.errors import InputError


@pytest.fixture(scope="module")
def written() -> tuple[WrittenUtterance, ...]:
    return read_utterances()


def test_there_are_at_least_600_over_all_acts_roles_and_kinds_of_fact(
    written: tuple[WrittenUtterance, ...],
) -> None:
    assert len(written) >= 600
    acts = Counter(act.act for each in written for act in each.acts)
    assert set(acts) == set(ACTS) and min(acts.values()) >= 40
    assert {each.role for each in written} <= set(roles())
    assert min(Counter(each.role for each in written).values()) >= 100
    facts = Counter(fact.kind for each in written for fact in each.facts)
    assert set(facts) == set(FACTS) and min(facts.values()) >= 30


def test_several_acts_in_one_utterance_are_among_them(
    written: tuple[WrittenUtterance, ...],
) -> None:
    several = [each for each in written if len(each.acts) > 1]
    assert len(several) >= 100
    assert any([a.act for a in each.acts] == ["answer", "question"] for each in several)


def test_authors_that_are_held_out_exist_and_have_every_act(
    written: tuple[WrittenUtterance, ...],
) -> None:
    authors = {each.author for each in written}
    assert set(HELD_OUT) < authors and len(authors) - len(HELD_OUT) >= 8
    theirs = [each for each in written if each.author in HELD_OUT]
    assert len(theirs) >= 600
    assert {act.act for each in theirs for act in each.acts} == set(ACTS)
    for author in authors:
        assert len([each for each in written if each.author == author]) >= 100, author


def test_no_author_repeats_the_words_of_a_held_out_one(
    written: tuple[WrittenUtterance, ...],
) -> None:
    # long enough that two people would not say the same by chance
    taught = {
        each.text.lower()
        for each in written
        if each.author not in HELD_OUT and len(each.text.split()) >= 8
    }
    judged = {each.text.lower() for each in written if each.author in HELD_OUT}
    assert not taught & judged


def test_parts_and_facts_lie_where_their_words_are(written: tuple[WrittenUtterance, ...]) -> None:
    for each in written:
        end = 0
        for act in each.acts:
            assert each.text[act.start : act.end] == act.text
            assert act.start >= end
            end = act.end
        assert end == len(each.text)
        for fact in each.facts:
            assert each.text[fact.start : fact.end] == fact.text


def test_questions_replied_to_are_those_of_the_banks(
    written: tuple[WrittenUtterance, ...],
) -> None:
    for role in roles():
        interview = load_interview(role)
        known = {q.id for q in (interview.warm_up, *interview.questions)}
        asked = {each.question for each in written if each.role == role}
        assert asked <= known | {"your_questions", "greeting"}, role


def test_a_line_is_read_with_its_acts_and_facts() -> None:
    line = (
        "nurse/handover: [think_time] Let me think. [answer] On {place:Ward 12} we used "
        "{tool:SBAR}. [question] Do you?"
    )
    read = parse_utterance("anna", line)
    assert read.text == "Let me think. On Ward 12 we used SBAR. Do you?"
    assert [(a.act, a.text) for a in read.acts] == [
        ("think_time", "Let me think."),
        ("answer", "On Ward 12 we used SBAR."),
        ("question", "Do you?"),
    ]
    assert [(f.kind, f.text, read.text[f.start : f.end]) for f in read.facts] == [
        ("place", "Ward 12", "Ward 12"),
        ("tool", "SBAR", "SBAR"),
    ]
    assert (read.author, read.role, read.asked) == ("anna", "nurse", Asked("question"))


@pytest.mark.parametrize(
    ("question", "kind"), [("your_questions", "your_questions"), ("greeting", "greeting")]
)
def test_what_is_no_question_of_a_bank_is_told(question: str, kind: str) -> None:
    assert parse_utterance("x", f"nurse/{question}: [small_talk] Hi.").asked.kind == kind


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("no role at all", 'not "role/question'),
        ("nurse/handover: words without an act", 'not "role/question'),
        ("nurse/handover: [talks] words", "'talks' is no act"),
        ("nurse/handover: [answer] [question] Why?", r"\[answer\] has no words"),
        ("nurse/handover: [answer] in {town:Leeds}", "'town' is no kind of fact"),
        ("nurse/handover: [answer] in {place:Leeds", "braces do not fit"),
        ("nurse/handover: [answer] in ] Leeds", "brackets do not fit"),
    ],
)
def test_a_line_of_another_form_names_file_and_line(line: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "somebody.txt"
    path.write_text(f"# a note\n\nnurse/handover: [answer] Yes.\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"somebody\.txt:4: .*{told}"):
        read_utterances(tmp_path)


def test_every_file_says_who_speaks() -> None:
    for path in UTTERANCES.glob("*.txt"):
        assert path.read_text(encoding="utf-8").startswith("# "), path.name
