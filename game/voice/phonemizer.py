"""A line's phonemes, in the symbols of the voice hibari (Kokoro's, American English)."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dialogue.content.stress import marked
from game.text_analysis.overrides import overrides
from game.text_analysis.part_of_speech import PartOfSpeechTagger, corrected
from game.text_analysis.pronouncing_lexicon import VOICE, PronouncingLexicon
from game.text_analysis.spoken_tokens import SpokenToken
from game.text_analysis.text_normalization import normalize
from game.text_analysis.word_endings import VOWELS, half_stressed, stressed
from perception.models.borrowed import read_file

_SENTENCE_ENDS = ".?!…"
_WEAK_FORMS = {
    "the": ("ðə", "ði", "ðə", "ðˈi"),
    "a": ("ɐ", "ɐ", "ɐ", "ˈA"),
    "an": ("ɐn", "ɐn", "ɐn", "ˈæn"),
    "i": ("ˌI", "ˌI", "ˌI", "ˈI"),
    "to": ("tə", "tʊ", "tu", "tˈu"),
    "am": ("ɐm", "ɐm", "æm", "ˈæm"),
    "in": ("ɪn", "ɪn", "ˈɪn", "ˈɪn"),
}
"""Before a consonant, before a vowel, before a pause, with stress."""


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """One word as it is said."""

    text: str
    """In letters: "thirty", "A P I", "Priya"."""
    start: int
    """First character of the written text that it stands for."""
    end: int
    """Character after the last. Several spoken words may share a span: "£30k" is three."""
    phonemes: str
    """Its symbols, with stress marks; never empty."""
    mark: str = ""
    """Punctuation after it that makes a pause or turns the pitch, or nothing."""
    joined: bool = False
    """Whether the next word follows as in a compound, without a blank: full-time."""
    emphasised: bool = False
    """Whether the writer stressed it."""


@dataclass(frozen=True, slots=True)
class Phonemes:
    """A line as it is said."""

    text: str
    """As it was written."""
    words: tuple[SpokenWord, ...]
    """In order; none where nothing can be said."""

    def symbols(self) -> str:
        """All symbols in order, with blanks and marks between words."""
        return "".join(symbol for symbol, _ in self._owned())

    def owners(self) -> tuple[int | None, ...]:
        """For each symbol of :meth:`symbols` the number of its word, None for blanks and marks."""
        return tuple(owner for _, owner in self._owned())

    def _owned(self) -> list[tuple[str, int | None]]:
        owned: list[tuple[str, int | None]] = []
        for number, word in enumerate(self.words):
            owned += [(symbol, number) for symbol in word.phonemes]
            owned += [(symbol, None) for symbol in word.mark]
            if number + 1 < len(self.words) and not word.joined:
                owned.append((" ", None))
        return owned


def phonemize(text: str, emphasis: Collection[tuple[int, int]] = ()) -> Phonemes:
    """How a line is said.

    Args:
        text: as it is written. Words between asterisks are stressed.
        emphasis: character spans of words that are stressed besides.

    Raises:
        ModelError: the voice's files are not on this machine; the message says how to get them.
    """
    return _phonemizer().phonemize(text, emphasis)


class _Phonemizer:
    def __init__(self) -> None:
        self.lexicon = PronouncingLexicon(overrides())
        self._tagger = PartOfSpeechTagger(read_file(VOICE, "tagger.json.gz"))

    def phonemize(self, text: str, emphasis: Collection[tuple[int, int]]) -> Phonemes:
        spans = [*emphasis, *marked(text)]
        words: list[SpokenWord] = []
        for sentence in _sentences(normalize(text)):
            words += self._sentence(text, sentence, spans)
        return Phonemes(text, tuple(words))

    def _sentence(
        self, text: str, tokens: Sequence[SpokenToken], spans: Collection[tuple[int, int]]
    ) -> list[SpokenWord]:
        words = [token.text for token in tokens]
        written = [_written(token) for token in tokens]
        tags = corrected(written, self._tagger.tag(written))
        said: list[SpokenWord] = []
        mark = ""
        # from the last to the first: weak forms depend on the sound that follows
        for number in range(len(tokens) - 1, -1, -1):
            token = tokens[number]
            if token.kind == "mark":
                mark = token.text
                continue
            joined = bool(said) and not mark and text[token.end : said[-1].start] == "-"
            after = None if mark or not said else said[-1].phonemes
            stress = _shouted(token, text) or any(
                s < token.end and token.start < e for s, e in spans
            )
            next_word = words[number + 1].lower() if number + 1 < len(words) else ""
            phonemes = self._phonemes(token, tags[number], next_word, after, joined, stress)
            if phonemes:
                said.append(
                    SpokenWord(token.text, token.start, token.end, phonemes, mark, joined, stress)
                )
                mark = ""
        return said[::-1]

    def _phonemes(
        self,
        token: SpokenToken,
        tag: str,
        next_word: str,
        after: str | None,
        joined: bool,
        stress: bool,
    ) -> str:
        if token.kind == "letters":
            return self.lexicon.spell(token.text)
        if joined and (first := self.lexicon.first_part(token.text)):
            return first
        if weak := _weak_form(token.text.lower(), tag, next_word, after, stress):
            return weak
        said = self.lexicon.pronounce(token.text, tag, ends=after is None)
        if stress:
            return stressed(said)
        # the voice has learned that a capital lifts a small word a little
        return half_stressed(said) if token.text[0].isupper() else said


def _written(token: SpokenToken) -> str:
    """As the tagger has learned words: initialisms without blanks."""
    if token.kind != "letters":
        return token.text
    return token.text.replace(" ", "").replace("'s", "s")


def _weak_form(word: str, tag: str, next_word: str, after: str | None, stress: bool) -> str:
    """Words that change with what follows; ``after`` is None before a pause."""
    if word == "used" and next_word == "to" and tag in ("VBD", "VBN", "JJ"):
        return "jˈust"
    if word == "in" and tag != "IN":
        return "ˈɪn"
    forms = _WEAK_FORMS.get(word)
    if forms is None:
        return ""
    if stress or after is None:
        return forms[3 if stress else 2]
    return forms[1] if after.lstrip("ˈˌ")[:1] in VOWELS else forms[0]


def _shouted(token: SpokenToken, text: str) -> bool:
    """Whether a word is in capitals for stress; not where all is, nor an acronym."""
    if token.kind != "word" or len(token.text) < 2 or not token.text.isupper():
        return False
    return token.text not in overrides().acronyms and any(c.islower() for c in text)


def _sentences(tokens: Sequence[SpokenToken]) -> list[list[SpokenToken]]:
    sentences: list[list[SpokenToken]] = [[]]
    for token in tokens:
        sentences[-1].append(token)
        if token.kind == "mark" and token.text in _SENTENCE_ENDS:
            sentences.append([])
    return [sentence for sentence in sentences if sentence]


_lock = threading.Lock()
_loaded: list[_Phonemizer] = []


def _phonemizer() -> _Phonemizer:
    """Loaded when first needed, whichever thread that is."""
    with _lock:
        if not _loaded:
            _loaded.append(_Phonemizer())
        return _loaded[0]
