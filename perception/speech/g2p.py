"""How a word that is in no dictionary is probably spoken, in ARPABET phones without stress.

Names are read as their letters where they cannot be pronounced ("SQL"), as the two words they are
made of where both are known ("JavaScript"), and by rules of English spelling otherwise. The rules
give the commonest reading; a recogniser that only has to tell the word from others forgives much.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Lookup = Callable[[str], str | None]
"""A dictionary: a lower-case word to its phones, separated by spaces, or None."""

_LETTERS = dict(
    re.findall(
        r"(\S) ([A-Z ]+?)(?:\||$)",
        "a EY|b B IY|c S IY|d D IY|e IY|f EH F|g JH IY|h EY CH|i AY|j JH EY|k K EY|l EH L|m EH M|"
        "n EH N|o OW|p P IY|q K Y UW|r AA R|s EH S|t T IY|u Y UW|v V IY|w D AH B AH L Y UW|"
        "x EH K S|y W AY|z Z IY|0 Z IH R OW|1 W AH N|2 T UW|3 TH R IY|4 F AO R|5 F AY V|"
        "6 S IH K S|7 S EH V AH N|8 EY T|9 N AY N|+ P L AH S|# SH AA R P",
    )
)
"""Names of letters, digits and signs."""

_VOWELS = "aeiouy"
_LEAST_PART = 3
"""Letters of the shorter half when a word is split into two known ones."""

_RULES = re.findall(
    r"(\^?):([a-z]+)(\$?):(\S*)",
    """
    ^:kn:N ^:gn:N ^:wr:R ^:ps:S ^:x:Z ^:y:Y ^:pt:T
    :tions$:SH,AH,N,Z :tion:SH,AH,N :ssion:SH,AH,N :sion:ZH,AH,N :cian:SH,AH,N :cious:SH,AH,S
    :tious:SH,AH,S :ture$:CH,ER :sure$:ZH,ER :ough:AO :augh:AO :eigh:EY :igh:AY :tch:CH :dge:JH
    :sch:S,K :chr:K,R :ch:CH :sh:SH :th:TH :ph:F :wh:W :gh:G :ck:K :ng$:NG :ngs$:NG,Z :nk:NG,K
    :qu:K,W :que$:K :oo:UW :ee:IY :ea:IY :ou:AW :ow$:OW :ow:AW :oi:OY :oy:OY :ai:EY :ay:EY :au:AO
    :aw:AO :oa:OW :ew:UW :eu:UW :ie$:IY :ie:IY :ei:EY :ue$:UW :ui:UW :oe$:OW :ey$:IY
    :er$:ER :ers$:ER,Z :or$:ER :ar$:ER :er:ER :ir:ER :ur:ER :ar:AA,R :or:AO,R
    :ce$:S :ces$:S,IH,Z :ge$:JH :ges$:JH,IH,Z :se$:Z :ve$:V :le$:AH,L :les$:AH,L,Z :es$:IY,Z :ed$:D
    :ce:S,EH :ci:S,IH :cy:S,IY :ge:JH,EH :gi:JH,IH :gy:JH,IY :al$:AH,L :el$:AH,L :en$:AH,N :an$:AH,N
    :on$:AH,N :us$:AH,S :um$:AH,M :ic$:IH,K :ia$:IY,AH :io$:IY,OW :a$:AH :e$: :i$:IY :o$:OW :u$:UW
    :y$:IY :x:K,S :a:AE :b:B :c:K :d:D :e:EH :f:F :g:G :h:HH :i:IH :j:JH :k:K :l:L :m:M :n:N :o:AA
    :p:P :q:K :r:R :s:S :t:T :u:AH :v:V :w:W :y:IH :z:Z
    """,
)
"""(start, letters, end, phones): "^" where the letters must open the word, "$" where they must end
it. The first that fits is taken; after Elovitz et al. 1976 (NRL report 7948), much shortened."""

_SILENT_E = re.compile(r"([aiou])([bcdfgklmnpqrstvz])(e|es)$")
_LONG = {"a": "EY", "i": "AY", "o": "OW", "u": "UW"}
_OPEN = re.compile(r"([aiou])([bdfgklmnprtv])(?=[aeiou])")


def phones_of(term: str, known: Lookup) -> tuple[str, ...]:
    """Phones of a term of one or more words.

    Args:
        term: as it is written: "Kubernetes", "C++", "Amazon Web Services".
        known: the recogniser's dictionary; its entries go before any guess.

    Returns:
        ARPABET phones without stress; empty when nothing in it can be spoken.
    """
    phones: list[str] = []
    for part in re.findall(r"[\w'+#]+", term.replace("_", " ")):
        phones += _word(part, known)
    return tuple(phones)


def _word(written: str, known: Lookup) -> list[str]:
    found = known(written.lower())
    if found is not None and not _is_acronym(written):
        return found.split()
    halves = re.fullmatch(r"([A-Z]?[a-z]+)([A-Z][a-z]+|[A-Z]{2,})", written)
    if halves:
        return [*_word(halves[1], known), *_word(halves[2], known)]
    word = re.sub(r"[^a-z0-9+#]", "", written.lower())
    tail = re.fullmatch(r"([a-z]{2,})([0-9+#]+)", word)
    if tail:
        return [*_word(tail[1], known), *_spelled(tail[2])]
    if _is_acronym(written) or not re.fullmatch(r"[a-z]+", word):
        return _spelled(word)
    return _compound(word, known) or _by_rules(word)


def _is_acronym(written: str) -> bool:
    """Whether it is read letter by letter: capitals only, or nothing that a syllable could be."""
    bare = re.sub(r"[^A-Za-z]", "", written)
    if not any(letter in _VOWELS for letter in bare.lower()):
        return True
    return 2 <= len(bare) <= 4 and bare.isupper()


def _spelled(word: str) -> list[str]:
    return [phone for letter in word if letter in _LETTERS for phone in _LETTERS[letter].split()]


def _compound(word: str, known: Lookup) -> list[str]:
    cuts = range(_LEAST_PART, len(word) - _LEAST_PART + 1)
    for cut in sorted(cuts, key=lambda at: abs(len(word) - 2 * at)):
        first, second = known(word[:cut]), known(word[cut:])
        if first is not None and second is not None:
            return [*first.split(), *second.split()]
    return []


def _by_rules(word: str) -> list[str]:
    phones: list[str] = []
    silent = _SILENT_E.search(word)
    at = 0
    while at < len(word):
        letter = word[at]
        if at and letter == word[at - 1] and letter not in _VOWELS:
            at += 1  # a doubled consonant is one sound
        elif (silent and at == silent.start()) or _is_open_first(word, at):
            phones.append(_LONG[letter])
            at += 1
        else:
            length, sounds = _rule_at(word, at)
            phones += sounds
            at += length
    return phones


def _is_open_first(word: str, at: int) -> bool:
    """Whether the vowel here ends the first syllable, and is long: Ku-bernetes, Po-land."""
    first = at == 0 or (at == 1 and word[0] not in _VOWELS)
    return first and word[at] in "ou" and _OPEN.match(word, at) is not None


def _rule_at(word: str, at: int) -> tuple[int, list[str]]:
    """Letters that the first fitting rule takes, and their phones."""
    for start, letters, end, phones in _RULES:
        fits = word.startswith(letters, at) and not (start and at)
        if fits and not (end and at + len(letters) != len(word)):
            return len(letters), [phone for phone in phones.split(",") if phone]
    return 1, []
