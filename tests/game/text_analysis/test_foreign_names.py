"""Names that English rules of spelling would misread."""

from __future__ import annotations

import pytest

from game.text_analysis.foreign_names import read_name
from game.text_analysis.names_pocketsphinx import in_symbols


@pytest.mark.parametrize(
    ("name", "sounds"),
    [
        ("Chiamaka", "ʧiəmˈɑkə"),
        ("Nakato", "nɑkˈɑtO"),
        ("Rahimi", "ɹɑhˈimi"),
        ("Adeyemi", "ɑdɛjˈɛmi"),
        ("Ruoxi", "ɹwˌOʃˈi"),
        ("Xiuying", "ʃˌOjˈɪŋ"),
        ("Zhihao", "ʤˌɜɹhˈW"),
        ("Yuan", "jwˈɛn"),
    ],
)
def test_names_are_read_by_their_own_spelling(name: str, sounds: str) -> None:
    assert read_name(name) == sounds


@pytest.mark.parametrize(
    "word", ["Splunk", "Trello", "Netlify", "Cloudflare", "kato", "Shopify", ""]
)
def test_other_words_are_left_alone(word: str) -> None:
    assert read_name(word) == ""


@pytest.mark.parametrize(
    ("phones", "guess", "sounds"),
    [
        ("K AA R IY M", "kəɹˈim", "kɑɹˈim"),  # where the guess has as many vowels, its stress
        ("P AH T EH L", "", "pətˈɛl"),
        ("M AA T S UH M OW T OW", "", "mɑtsʊmˈOɾO"),
        ("S AE K S", "", "sˈæks"),
        ("S T", "", "st"),
    ],
)
def test_stress_is_placed_where_a_dictionary_has_none(phones: str, guess: str, sounds: str) -> None:
    assert in_symbols(phones.split(), guess) == sounds
