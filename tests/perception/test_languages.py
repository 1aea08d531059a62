"""How words become a text again, and what makes two words the same."""

from __future__ import annotations

from perception.languages import joined, plain


def test_spaces_stand_where_the_writing_has_them() -> None:
    assert joined(["We", "", "worked."]) == "We worked."
    assert joined(["我", "们", "一起", "工作。", "很", "好"]) == "我们一起工作。很好"
    assert joined(["我", "用", "Python", "写"]) == "我用Python写"
    assert joined(["मैं", "काम", "करता", "हूँ।"]) == "मैं काम करता हूँ।"
    assert joined(["میں", "کام"]) == "میں کام"
    assert joined(["같이", "일했어요"]) == "같이 일했어요", "Korean has spaces"
    assert joined([]) == ""


def test_marks_are_part_of_a_word() -> None:
    assert plain(" हूँ।") == "हूँ" and plain("की") != plain("के")
    assert plain("Don’t,") == "dont" and plain("don't!") == "don't"
    assert plain("工作。") == "工作"
