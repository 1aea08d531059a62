"""Strokes that BML ties to words make them stand out."""

from __future__ import annotations

from pathlib import Path

from dialogue.behaviour.bml import read_bml
from game.behaviour.emphasis import emphasised_words

BML = """<bml xmlns="http://www.bml-initiative.org/bml/bml-1.0" id="b1">
  <speech id="s"><text>We had <sync id="m1"/>one plan for <sync id="m2"/>every day
    and <sync id="m3"/>none worked.</text></speech>
  <gesture id="g" lexeme="BEAT" stroke="s:m1"/>
  <head id="h" lexeme="NOD" stroke="s:m2 - 0.1"/>
  <gaze id="z" target="candidate" start="s:m3"/>
</bml>"""


def test_a_word_at_a_stroke_stands_out_and_no_other(tmp_path: Path) -> None:
    file = tmp_path / "blocks.bml"
    file.write_text(BML, encoding="utf-8")
    blocks = read_bml(file).blocks
    (text,) = (str(b.attributes["text"]) for b in blocks[0].behaviours if b.kind == "speech")
    found = emphasised_words(blocks)
    assert [text[begin:end] for begin, end in found[text]] == ["one"]


def test_without_strokes_on_words_all_are_alike(tmp_path: Path) -> None:
    file = tmp_path / "blocks.bml"
    file.write_text(BML.replace('stroke="s:m1"', 'start="0"'), encoding="utf-8")
    assert emphasised_words(read_bml(file).blocks) == {}


def test_a_word_that_its_author_marks_stands_out_and_is_shown_without_marks(tmp_path: Path) -> None:
    file = tmp_path / "blocks.bml"
    file.write_text(BML.replace("every day", "*every* day,"), encoding="utf-8")
    ((text, spans),) = emphasised_words(read_bml(file).blocks).items()
    assert text == "We had one plan for every day, and none worked."
    assert [text[begin:end] for begin, end in spans] == ["one", "every"]
