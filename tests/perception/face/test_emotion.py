"""Impressions of emotion: the prototypes, and faces that are easily taken for another."""

from __future__ import annotations

import numpy as np
import pytest

from perception.face.actionunits import UNITS
from perception.face.emotion import EXPRESSIONS, EmotionSettings, impression

PROTOTYPES = {
    "happiness": {6: 0.8, 12: 0.9},
    "sadness": {1: 0.8, 4: 0.5, 15: 0.8, 17: 0.4},
    "surprise": {1: 0.9, 2: 0.9, 5: 0.8, 25: 0.6, 26: 0.7},
    "fear": {1: 0.8, 2: 0.6, 4: 0.6, 5: 0.9, 20: 0.8, 25: 0.5},
    "anger": {4: 0.9, 5: 0.5, 7: 0.6, 23: 0.7, 24: 0.5},
    "disgust": {9: 0.9, 10: 0.6, 17: 0.3},
}
"""Units of each expression after Friesen & Ekman (1983), as strong as somebody shows them."""


def first(units) -> str:
    shares = impression(units).probabilities
    return max(shares, key=lambda name: shares[name])


@pytest.mark.parametrize("name", PROTOTYPES)
def test_the_units_of_an_expression_give_it_first(name):
    shares = impression(PROTOTYPES[name]).probabilities
    others = [share for other, share in shares.items() if other != name]
    assert shares[name] > 2 * max(others)


@pytest.mark.parametrize("name", PROTOTYPES)
def test_a_trace_of_an_expression_is_a_neutral_face(name):
    assert first({unit: 0.15 * weight for unit, weight in PROTOTYPES[name].items()}) == "neutral"


def test_a_face_at_rest_is_neutral_and_neither_pleasant_nor_excited():
    rest = impression(dict.fromkeys(UNITS, 0.0))
    assert rest.probabilities["neutral"] > 0.75
    assert abs(rest.valence) < 0.05 and abs(rest.arousal) < 0.15


def test_shares_of_any_face_sum_to_one():
    rng = np.random.default_rng(3)
    for _ in range(300):
        seen = impression(dict(zip(UNITS, rng.uniform(0, 1, len(UNITS)), strict=True)))
        assert set(seen.probabilities) == set(EXPRESSIONS)
        assert sum(seen.probabilities.values()) == pytest.approx(1.0)
        assert min(seen.probabilities.values()) >= 0.0
        assert -1 <= seen.valence <= 1 and -1 <= seen.arousal <= 1


@pytest.mark.parametrize(
    ("what", "units", "never"),
    [
        ("a smile with raised brows", {1: 0.7, 2: 0.5, 6: 0.5, 12: 0.8}, "sadness"),
        ("a smile with inner brows raised alone", {1: 0.8, 12: 0.6}, "sadness"),
        ("an open laugh", {6: 0.8, 12: 0.9, 25: 0.8, 26: 0.6}, "surprise"),
        ("brows raised while speaking", {1: 0.5, 2: 0.5, 25: 0.4, 26: 0.3}, "fear"),
        ("a smile in the sun", {4: 0.5, 6: 0.6, 7: 0.6, 12: 0.8}, "anger"),
    ],
)
def test_what_is_easily_mistaken_is_not(what, units, never):
    shares = impression(units).probabilities
    assert shares[never] < 0.15, what


def test_a_smile_is_pleasant_and_displeasure_is_not():
    felt = {name: impression(units) for name, units in PROTOTYPES.items()}
    assert felt["happiness"].valence > 0.4
    assert all(felt[name].valence < -0.25 for name in ("sadness", "fear", "anger", "disgust"))


def test_sadness_calms_and_surprise_fear_and_anger_excite():
    felt = {name: impression(units) for name, units in PROTOTYPES.items()}
    assert felt["sadness"].arousal < 0
    assert all(felt[name].arousal > 0.3 for name in ("surprise", "fear", "anger"))


def test_a_higher_bar_keeps_more_faces_neutral():
    smile = {12: 0.5, 6: 0.2}
    easy = impression(smile, EmotionSettings(neutral=0.2)).probabilities
    hard = impression(smile, EmotionSettings(neutral=0.8)).probabilities
    assert easy["happiness"] > 0.5 > hard["happiness"]
    assert hard["neutral"] > easy["neutral"]


@pytest.mark.parametrize("bad", [{"neutral": 0.0}, {"neutral": 1.0}, {"sharpness": 0.0}])
def test_settings_out_of_range_are_refused(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        EmotionSettings(**bad)
