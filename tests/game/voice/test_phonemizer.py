"""Lines become phonemes that the voice knows, each word with its place in the text."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from game.text_analysis import names_pocketsphinx, pronouncing_lexicon
from game.text_analysis.overrides import SYMBOLS, Overrides, load_overrides, overrides
from game.text_analysis.part_of_speech import PartOfSpeechTagger
from game.text_analysis.pronouncing_lexicon import VOICE, PronouncingLexicon
from game.text_analysis.text_normalization import normalize
from game.text_analysis.word_endings import add_ed, add_ing, add_s
from game.text_analysis.word_table import WordTable
from game.voice.phonemizer import phonemize
from perception.errors import ModelError, SettingsError
from perception.models.borrowed import how_to_get, is_here, known, read_file
from perception.paths import ASSETS

needs_voice = pytest.mark.skipif(
    not is_here(VOICE), reason=f"needs {VOICE}: {how_to_get(known(VOICE))}"
)


def word(text: str, number: int = 0) -> str:
    """Phonemes of one word of a line."""
    return phonemize(text).words[number].phonemes


@pytest.fixture(scope="module")
def lexicon() -> PronouncingLexicon:
    return PronouncingLexicon(overrides())


@needs_voice
def test_every_symbol_is_one_that_the_voice_knows() -> None:
    vocabulary = set(json.loads(read_file(VOICE, "vocab.json")))
    assert vocabulary >= SYMBOLS
    text = "Zyxt, Nguyễn — Flurbing… 'Kwyjibo'; £5: (C#)! Étienne? 12%."
    assert set(phonemize(text).symbols()) <= vocabulary


@needs_voice
def test_symbols_lead_back_to_their_words() -> None:
    line = phonemize("Kwame, a full-time nurse at AWS?")
    symbols, owners = line.symbols(), line.owners()
    assert len(symbols) == len(owners)
    for number, spoken in enumerate(line.words):
        held = "".join(s for s, o in zip(symbols, owners, strict=True) if o == number)
        assert held == spoken.phonemes
    assert [s for s, o in zip(symbols, owners, strict=True) if o is None] == [*", ", *"    ", "?"]
    assert symbols.endswith("?")


@needs_voice
def test_several_spoken_words_may_share_what_was_written() -> None:
    text = "Earn £30k."
    line = phonemize(text)
    assert [(w.text, text[w.start : w.end]) for w in line.words] == [
        ("Earn", "Earn"),
        ("thirty", "£30k"),
        ("thousand", "£30k"),
        ("pounds", "£30k"),
    ]
    assert line.words[-1].mark == "."


@needs_voice
@pytest.mark.parametrize("text", ["", " \n", "😀", "你好", "…"])
def test_nothing_to_say_gives_no_words(text: str) -> None:
    assert phonemize(text).words == ()
    assert phonemize(text).symbols() == ""


@needs_voice
@pytest.mark.parametrize(
    ("text", "number", "sounds"),
    [
        ("I have read it.", 2, "ɹˈɛd"),
        ("Have you read it?", 2, "ɹˈɛd"),
        ("Please read it.", 1, "ɹˈid"),
        ("Thanks, read it.", 1, "ɹˈɛd"),
        ("You will lead a team.", 2, "lˈid"),
        ("Where do you live?", 3, "lˈɪv"),
        ("A live demo.", 1, "lˈIv"),
        ("What use is it?", 1, "jˈus"),
        ("It was put to use.", 4, "jˈus"),
        ("You use it.", 1, "jˈuz"),
        ("I used it.", 1, "jˈuzd"),
        ("I used to go.", 1, "jˈust"),
        ("Tell me about a project.", 4, "pɹˈɑʤˌɛkt"),
        ("We will project it.", 2, "pɹəʤˈɛkt"),
        ("I'd like to present it.", 3, "pɹizˈɛnt"),
        ("At present, no.", 1, "pɹˈɛzᵊnt"),
        ("Keep a record.", 2, "ɹˈɛkəɹd"),
        ("May we record this?", 2, "ɹəkˈɔɹd"),
        ("Please close the door.", 1, "klˈOz"),
        ("We are close to it.", 2, "klˈOs"),
        ("I sent my resume.", 3, "ɹˈɛzəmˌA"),
        ("We will resume soon.", 2, "ɹəzˈum"),
        ("We object to it.", 1, "əbʤˈɛkt"),
        ("I am content.", 2, "kəntˈɛnt"),
        ("The content was good.", 1, "kˈɑntɛnt"),
    ],
)
def test_the_sentence_decides_between_two_ways_of_saying_a_word(
    text: str, number: int, sounds: str
) -> None:
    assert word(text, number) == sounds


@needs_voice
def test_small_words_change_with_what_follows() -> None:
    assert word("the apple", 0) == "ði"
    assert word("the pear", 0) == "ðə"
    assert word("the hour", 0) == "ði"
    assert word("go to Oslo", 1) == "tʊ"
    assert word("go to work", 1) == "tə"
    assert word("what to", 1) == "tu"
    assert word("a job") == "ɐ"
    assert word("yes you can", 2) == "kˈæn"
    assert word("you can go", 1) == "kæn"


@needs_voice
def test_stress_can_be_asked_for() -> None:
    text = "it is for you"
    assert "ˈ" not in word(text, 2)
    line = phonemize(text, [(6, 9)])
    assert line.words[2].emphasised
    assert line.words[2].phonemes == "fˈɔɹ"
    assert [w.emphasised for w in phonemize("it is *for* YOU").words] == [False, False, True, True]
    assert not any(w.emphasised for w in phonemize("NASA in the UK").words)


@needs_voice
@pytest.mark.parametrize(
    ("written", "sounds"),
    [
        ("Kubernetes", "kˌubəɹnˈɛɾiz"),
        ("kubernetes", "kˌubəɹnˈɛɾiz"),
        ("Kwame's", "kwˈɑmAz"),
        ("AWS", "ˌAdˌʌbᵊljuˈɛs"),
        ("APIs", "ˌApˌiˈIz"),
        ("CEO's", "sˌiˌiˈOz"),
        ("Joaquín", "wɑkˈin"),
        ("Łukasz", "wˈukɑʃ"),
        ("FastAPI", "fˈæstˌApˌiˌI"),
        ("résumé", "ɹˈɛzəmˌA"),
        ("triaged", "tɹˈiˌɑʒd"),
        ("onboarding", "ˈɔnbˌɔɹdɪŋ"),
        ("candidates'", "kˈændədˌAts"),
        ("Birmingham", "bˈɜɹmɪŋəm"),
        ("grafana", "ɡɹæfˈɑnə"),
    ],
)
def test_names_and_terms(written: str, sounds: str) -> None:
    assert word(written) == sounds


@needs_voice
def test_no_word_of_ours_is_left_to_guessing(lexicon: PronouncingLexicon) -> None:
    """All that the recruiters may say, but for the candidate's own words."""
    guessed = set()
    for text in _lines():
        for token in normalize(text):
            if token.kind == "word":
                _, source = lexicon.explain(token.text)
                if source in ("spelling", "network", "rules", "letters"):
                    guessed.add(token.text)
    assert guessed == set()


def _lines() -> Iterator[str]:
    for folder in ("interviews", "personas"):
        for path in sorted((ASSETS / folder).glob("*.toml")):
            yield from _texts(tomllib.loads(path.read_text("utf-8")))
    for path in sorted((ASSETS / "behaviours").glob("*.bml")):
        for text in re.findall(r"<text>(.*?)</text>", path.read_text("utf-8"), re.DOTALL):
            yield re.sub("<[^>]*>", "", text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        # names of files and rooms are not said
        yield from [value] if " " in value or value.istitle() else []
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


@needs_voice
def test_without_the_dictionary_of_names_the_network_guesses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert PronouncingLexicon(overrides()).explain("Rahman")[1] == "names"
    monkeypatch.setattr(names_pocketsphinx, "_file", lambda: None)
    said, source = PronouncingLexicon(overrides()).explain("Rahman")
    assert source == "network"
    assert "ˈ" in said


@needs_voice
def test_where_nothing_else_helps_the_rules_of_spelling_do(
    monkeypatch: pytest.MonkeyPatch, lexicon: PronouncingLexicon
) -> None:
    monkeypatch.setattr(lexicon._network, "phonemes", lambda _: "")
    said, source = lexicon.explain("flurbing")
    assert source == "rules"
    assert said == "flˈɜɹbɪŋ"


def test_without_the_voice_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str, file: str) -> bytes:
        raise ModelError(f"{name}: {file} is not here; {how_to_get(known(name))}")

    monkeypatch.setattr(pronouncing_lexicon, "read_file", missing)
    with pytest.raises(ModelError, match="models get hibari-heart"):
        PronouncingLexicon(overrides())


def test_endings_sound_as_their_stems_have_it() -> None:
    assert [add_s(stem) for stem in ("kˈæt", "dˈɔɡ", "bˈʌs", "")] == [
        "kˈæts",
        "dˈɔɡz",
        "bˈʌsᵻz",
        "",
    ]
    assert [add_ed(stem) for stem in ("wˈɔk", "plˈA", "ɹˈAt", "ˈækt")] == [
        "wˈɔkt",
        "plˈAd",
        "ɹˈAɾᵻd",
        "ˈæktᵻd",
    ]
    assert add_ing("ɹˈAt") == "ɹˈAɾɪŋ"


def test_a_table_finds_exactly_its_words() -> None:
    table = {"read": {"DEFAULT": "ɹˈid", "VBN": "ɹˈɛd"}, "Éa": "ˈAə", "a": "ɐ", "an": "ɐn"}
    found = WordTable(table)
    assert {name: found.get(name) for name in table} == table
    assert found.get("A") is None
    assert found.get("zz") is None
    assert WordTable({}).get("a") is None


def test_a_tagger_weighs_its_features() -> None:
    table = {
        "tags": ["NN", "VB"],
        "tagdict": {"dog": "NN"},
        "vocab": ["run"],
        "weights": {"w=run": {"NN": 1.0}, "t-1=NN": {"VB": 2.5}, "w-1=<Xx>": {"VB": 0.5}},
    }
    tagger = PartOfSpeechTagger(gzip.compress(json.dumps(table).encode()))
    assert tagger.tag(["run"]) == ["NN"]
    assert tagger.tag(["dog", "run"]) == ["NN", "VB"]
    assert tagger.tag(["Paris", "run"]) == ["NN", "NN"] or tagger.tag(["Paris", "run"])[1] == "VB"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ('[phonemes]\nMei = "mey"', r"'Mei' is 'mey': 'e' is no symbol"),
        ('[phonemes]\nMei = ""', "it is empty"),
        ('[parts_of_speech.use]\nNOUN = "jˈus"', "'DEFAULT' is missing"),
        ('[parts_of_speech.use]\nDEFAULT = "jˈuz"\nNUON = "jˈus"', "'NUON' is none of"),
        ('[units]\nkm = "kilometres"', "give it as 'metre|metres'"),
        ('[currencies]\n"£" = "pound|pounds"', "euro"),
        ('[spoken]\n"A/B" = " "', "'A/B' is empty"),
        ('letters = ["IT"]\nacronyms = ["IT"]', "both hold 'IT'"),
        ("[phonems]", "unknown key 'phonems'"),
    ],
)
def test_a_slip_in_the_content_file_is_one_line(tmp_path: Path, content: str, fault: str) -> None:
    path = tmp_path / "lexicon.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(SettingsError, match=fault) as caught:
        load_overrides(path)
    assert "\n" not in str(caught.value)


def test_the_content_file_is_sound() -> None:
    ours = load_overrides()
    assert isinstance(ours, Overrides)
    assert len(ours.phonemes) > 500
