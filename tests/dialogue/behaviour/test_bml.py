"""BML is read with its lines, written back as it was, and what is wrong in it is told."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from dialogue.behaviour.bml import MOST_BEHAVIOURS, MOST_BLOCKS, parse_bml, read_bml
from dialogue.behaviour.bml_write import feedback_xml, write_bml
from dialogue.types import BehaviourBlock, BehaviourWarning, Prediction, Progress
from perception.errors import InputError
from tests.conftest import ROOT

EXAMPLES = sorted((ROOT / "assets" / "behaviours").glob("*.bml"))


def without_lines(block: BehaviourBlock) -> BehaviourBlock:
    return dataclasses.replace(
        block,
        behaviours=tuple(dataclasses.replace(b, line=None) for b in block.behaviours),
        constraints=tuple(dataclasses.replace(c, line=None) for c in block.constraints),
    )


def one(body: str, attributes: str = 'id="b"') -> tuple[BehaviourBlock, list[BehaviourWarning]]:
    document = parse_bml(f"<bml {attributes}>\n{body}\n</bml>")
    assert len(document.blocks) == 1
    return document.blocks[0], list(document.warnings)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_what_is_read_can_be_written_and_read_again(path: Path) -> None:
    first = read_bml(path)
    again = parse_bml(write_bml(first.blocks))
    assert len(first.blocks) >= 2
    assert [without_lines(b) for b in again.blocks] == [without_lines(b) for b in first.blocks]
    assert again.warnings == ()


def test_the_examples_between_them_hold_everything_that_is_played() -> None:
    blocks = [block for path in EXAMPLES for block in read_bml(path).blocks]
    kinds = {b.kind for block in blocks for b in block.behaviours}
    assert kinds == {
        "speech", "gaze", "gazeShift", "head", "headDirectionShift", "face", "faceShift",
        "faceLexeme", "faceFacs", "gesture", "pointing", "posture", "postureShift", "wait",
    }  # fmt: skip
    assert {c.kind for block in blocks for c in block.constraints} == {
        "synchronize",
        "before",
        "after",
    }
    assert {block.composition for block in blocks} == {"MERGE", "APPEND", "REPLACE"}
    assert any(b.required for block in blocks for b in block.behaviours)


def test_speech_keeps_its_words_and_where_its_marks_stand() -> None:
    block, warnings = one(
        '<speech id="s"><text><sync id="a"/>Tell me\n <sync id="b"/> more, '
        '<![CDATA[R&D]]> &amp; so.<sync id="z"/></text></speech>'
    )
    assert not warnings
    (speech,) = block.behaviours
    assert speech.attributes == {
        "text": "Tell me more, R&D & so.",
        "marks": {"a": 0, "b": 2, "z": 6},
    }


def test_marks_that_stress_words_are_no_part_of_what_is_said() -> None:
    block, warnings = one(
        '<speech id="s"><text>We *really* had <sync id="m"/>_one plan_, once.</text></speech>'
    )
    attributes = block.behaviours[0].attributes
    assert warnings == []
    assert attributes["text"] == "We really had one plan, once."
    assert attributes["marks"] == {"m": 3}
    assert attributes["stressed"] == (1, 3, 4)
    again = parse_bml(write_bml([block])).blocks[0]
    assert again.behaviours[0].attributes == attributes


def test_sync_points_are_seconds_or_references_and_a_face_has_its_peak() -> None:
    block, warnings = one(
        '<faceLexeme id="f" lexeme="smile" start="0.5" attackPeak="s:a - 0.2" end="other:x:end"/>'
    )
    assert not warnings
    assert block.behaviours[0].sync == {"start": 0.5, "ready": "s:a - 0.2", "end": "other:x:end"}


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("<bml id='b'>\n<speech>\n</bml>", 3, "mismatched"),
        ("<bml id='b'>\n<gaze id='g' target='cv'\n", 3, "well-formed"),
        ("just words", 1, "no <bml>"),
        ("<bml id='b'/>\n<bml", 2, "well-formed"),
        ("<!DOCTYPE b [<!ENTITY a 'aaaa'>]>\n<bml id='b'/>", 1, "document type"),
        ("<bml id='b'>\n&bomb;</bml>", 2, "entity"),
        ("<bml id='b'>" + "<required>" * 80 + "</required>" * 80 + "</bml>", 1, "nested"),
    ],
)
def test_what_is_no_bml_is_an_error_of_one_line(
    tmp_path: Path, text: str, line: int, word: str
) -> None:
    path = tmp_path / "bad.bml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_bml(path)
    message = str(caught.value)
    assert str(path) in message and word in message and "\n" not in message
    assert f"line {line}" in message or word == "no <bml>"


@pytest.mark.parametrize(
    ("element", "kind", "word"),
    [
        ('<dance id="x"/>', "BEHAVIOR_TYPE_NOT_SUPPORTED", "<dance>"),
        ('<locomotion id="x" target="door"/>', "BEHAVIOR_TYPE_NOT_SUPPORTED", "<locomotion>"),
        ('<v:spin xmlns:v="urn:v" id="x"/>', "BEHAVIOR_TYPE_NOT_SUPPORTED", "<spin>"),
        ('<gaze id="x"/>', "PARSING_FAILURE", "'target'"),
        ('<faceFacs id="x" au="two"/>', "PARSING_FAILURE", "au 'two'"),
        ('<faceFacs id="x" au="12" side="TOP"/>', "PARSING_FAILURE", "side 'TOP'"),
        ('<head id="x" lexeme="NOD" amount="nan"/>', "PARSING_FAILURE", "amount 'nan'"),
        ('<head id="x" lexeme="NOD" repetition="0"/>', "PARSING_FAILURE", "repetition '0'"),
        ('<speech id="x"><text> ... </text></speech>', "PARSING_FAILURE", "nothing to say"),
        ('<speech id="x"/>', "PARSING_FAILURE", "one <text>"),
        ('<face id="x"/>', "PARSING_FAILURE", "no faceLexeme"),
        ('<head id="ok" lexeme="NOD"/>', "PARSING_FAILURE", "second behaviour 'ok'"),
        ('<constraint><after ref="ok:end"/></constraint>', "PARSING_FAILURE", "two references"),
    ],
)
def test_what_cannot_be_read_is_left_out_with_its_line(element: str, kind: str, word: str) -> None:
    block, warnings = one(f'<head id="ok" lexeme="NOD"/>\n{element}')
    assert [b.id for b in block.behaviours] == ["ok"]
    assert not block.constraints
    (warning,) = warnings
    assert warning.kind == kind
    assert warning.line == 3
    assert word in warning.message
    assert "line 3" in str(warning)


def test_what_is_not_heeded_is_told_and_the_rest_of_it_is_played() -> None:
    block, warnings = one(
        '<gaze id="g" target="cv" influence="EYES" colour="red"/>\n'
        '<head id="h" lexeme="NOD" amount="3"/>'
    )
    gaze, nod = block.behaviours
    assert gaze.attributes == {"target": "cv"}
    assert nod.attributes == {"lexeme": "NOD", "amount": 1.0}
    assert [w.line for w in warnings] == [2, 2, 3]
    assert "influence" in warnings[0].message and "colour" in warnings[1].message


def test_a_block_goes_without_what_it_requires_only_as_a_whole() -> None:
    document = parse_bml(
        '<bml id="a"><required><dance id="d"/></required><head id="h" lexeme="NOD"/></bml>\n'
        '<bml id="b"><required><head id="h" lexeme="NOD"/></required></bml>'
    )
    assert [block.id for block in document.blocks] == ["b"]
    assert document.blocks[0].behaviours[0].required
    assert [w.kind for w in document.warnings] == ["BEHAVIOR_TYPE_NOT_SUPPORTED", "BLOCK_DROPPED"]


def test_feedback_is_bml_of_one_line() -> None:
    point = Progress(1.25, "b", "g", "stroke")
    assert feedback_xml(point, "anna") == (
        '<syncPointProgress id="b:g:stroke" globalTime="1.25" characterId="anna"/>'
    )
    assert (
        feedback_xml(Progress(2.0, "b", "", "end")) == '<blockProgress id="b:end" globalTime="2"/>'
    )
    warning = BehaviourWarning("b", "g", "NO_SUCH_TARGET", "no <moon> & no 'sun'", 7)
    assert feedback_xml(warning) == (
        '<warningFeedback id="b:g" type="NO_SUCH_TARGET">line 7: no &lt;moon&gt; &amp; no \'sun\''
        "</warningFeedback>"
    )
    told = feedback_xml(Prediction(0.0, "b", 1.0, 3.0, {"g": {"start": 1.0}}))
    assert '<bml id="b" globalStart="1" globalEnd="3"/>' in told and 'start="1"' in told


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e308", "3601"])
def test_a_time_that_is_none_is_told_and_left_out(text: str) -> None:
    block, warnings = one(f'<head id="h" lexeme="NOD" start="{text}" end="1"/>')
    assert block.behaviours[0].sync == {"end": 1.0}
    [warning] = warnings
    assert warning.kind == "PARSING_FAILURE" and warning.line == 2
    assert f"start '{text}'" in warning.message


@pytest.mark.parametrize("text", ["nan", "inf", "86400"])
def test_a_wait_that_never_ends_is_not_taken(text: str) -> None:
    block, warnings = one(f'<wait id="w" duration="{text}"/>')
    assert block.behaviours == () and len(warnings) == 1


def test_a_block_is_sent_within_the_hour() -> None:
    block, warnings = one("", 'id="b" at="inf"')
    assert block.t_s == 0.0 and "at 'inf' is not a number" in warnings[0].message


@pytest.mark.parametrize("text", ["nan", "1e5", "-91"])
def test_an_angle_that_nobody_can_turn_is_not_taken(text: str) -> None:
    block, warnings = one(f'<posture id="p" lean_deg="{text}"/>')
    assert block.behaviours == () and "lean_deg" in warnings[0].message


def test_of_more_than_can_be_played_the_first_is_played_and_a_warning_says_so() -> None:
    head = '<head id="{}" lexeme="NOD"/>'
    many = parse_bml("".join(f'<bml id="{i}">{head.format("n")}</bml>' for i in range(20_000)))
    assert len(many.blocks) == MOST_BLOCKS and many.blocks[-1].id == str(MOST_BLOCKS - 1)
    assert [str(w) for w in many.warnings] == [
        f"line 1: only the first {MOST_BLOCKS} blocks are played; the rest is left out"
    ]
    block, warnings = one("\n".join(head.format(f"n{i}") for i in range(5_000)))
    assert len(block.behaviours) == MOST_BEHAVIOURS
    assert [(w.line, "behaviours of a block" in w.message) for w in warnings] == [(202, True)]
    refs = '<sync ref="n:end"/>' * 50_000
    tied = f'<constraint><synchronize ref="s:start">{refs}</synchronize></constraint>'
    block, warnings = one(f"{tied}{head.format('n')}")
    assert block.constraints == () and "references of constraints" in str(warnings[0])


def test_a_line_without_end_is_not_spoken_and_no_warning_repeats_it() -> None:
    document = parse_bml(f'<bml id="b"><speech id="s"><text>{"x" * 10**6}</text></speech></bml>')
    assert document.blocks[0].behaviours == ()
    assert "1000000 characters" in str(document.warnings[0])
    named = parse_bml(f'<bml id="{"b" * 10**6}" one="1"><head id="h" lexeme="NOD"/></bml>')
    unread = parse_bml(f'<bml id="b"><head id="h" lexeme="NOD" amount="{"9" * 10**6}"/></bml>')
    assert unread.warnings and named.warnings
    assert all(len(str(w)) < 1000 for w in (*unread.warnings, *named.warnings))


def test_elements_within_each_other_end_somewhere() -> None:
    deep = 100_000
    with pytest.raises(InputError, match="line 1: nested too deeply"):
        parse_bml('<bml id="b">' + "<a>" * deep + "</a>" * deep + "</bml>")
