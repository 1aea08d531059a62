"""Known names: what is listed, and the words that it marks."""

from __future__ import annotations

import numpy as np
import pytest

from dialogue.understanding.names import KNOWN, NAME_FEATURES, known_names, name_features
from dialogue.understanding.types import FactKind
from dialogue.understanding.words import words_of


def marked(text: str, kind: str) -> list[str]:
    """The words that lie in names of that kind."""
    words = words_of(text)
    column = name_features(words)[:, NAME_FEATURES.index(kind)]
    return [w.plain for w, mark in zip(words, column, strict=True) if mark]


@pytest.mark.parametrize("kind", KNOWN)
def test_names_are_many_and_as_words_come(kind: FactKind) -> None:
    names = known_names(kind)
    assert len(names) >= 25
    for name in names:
        assert name and name == " ".join(w.plain for w in words_of(name)), name


def test_whole_names_are_marked_with_their_beginnings() -> None:
    text = "In New York I was a staff nurse at Marks and Spencer."
    assert marked(text, "known_place") == ["new", "york"]
    assert marked(text, "known_organisation") == ["marks", "and", "spencer"]
    assert marked(text, "known_role") == ["staff", "nurse"]
    assert marked(text, "name_begins") == ["new", "staff", "marks"]
    assert marked("two nurses and a nursery", "known_role") == ["nurses"]
    assert marked("we excelled", "known_tool") == []


def test_no_words_no_marks() -> None:
    assert name_features(()).shape == (0, len(NAME_FEATURES))
    assert np.isin(name_features(words_of("in York with my boss")), (0, 1)).all()
