"""Names that follow another language's spelling, for which English rules would be far off.

Two kinds are told by their letters: Chinese names in Pinyin, and names of open syllables with pure
vowels, as they are spelled across much of Africa, South and East Asia and southern Europe, such as
Chiamaka, Nakato, Rahimi. What they become is what an American newsreader would make of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from game.text_analysis.word_lists import listed


def _table(text: str) -> Mapping[str, str]:
    return dict(item.split("=") for item in listed(text))


_INITIALS = _table(
    "b=b p=p m=m f=f d=d t=t n=n l=l g=ɡ k=k h=h j=ʤ q=ʧ x=ʃ zh=ʤ ch=ʧ sh=ʃ r=ɹ z=z c=ts s=s "
    "y=j w=w"
)
_FINALS = _table(
    "a=ɑ o=O e=ʌ i=i u=u ai=I ei=A ao=W ou=O an=ɑn en=ʌn ang=ɑŋ eng=ʌŋ ong=ʊŋ er=ɜɹ ia=jɑ ie=jɛ "
    "iao=jW iu=jO ian=jɛn in=ɪn iang=jɑŋ ing=ɪŋ iong=jʊŋ ua=wɑ uo=wO uai=wI ui=wA uan=wɑn un=ʊn "
    "uang=wɑŋ ue=wɛ"
)
_SYLLABLE = (
    f"({'|'.join(sorted(_INITIALS, key=len, reverse=True))})"
    f"({'|'.join(sorted(_FINALS, key=len, reverse=True))})"
)
_PINYIN = re.compile(f"(?:{_SYLLABLE}){{1,3}}")
_TELLS_PINYIN = re.compile(
    "^[xq]|[aeiounr][xq]|zh|[jqx]i|uo|[lnx]iao|[jqxlnt]ian|yu[aei]?|[wjxlz]ei"
)
"""Letters that hardly any other spelling has."""
_HISS = re.compile("(?:zh|ch|sh|r|z|c|s)i$")
"""Here Pinyin's i is no vowel of its own."""
_AFTER_Y = _table("ye=jɛ yan=jɛn yuan=jwɛn yue=jwɛ")
"""Syllables whose vowel is another than elsewhere."""

_PURE_VOWELS = _table(
    "ai=I ay=I ei=A ey=A au=W ao=W ou=u oo=u ee=i aa=ɑ ii=i uu=u ia=iə ie=iA io=iO iu=ju ua=wɑ "
    "ue=wA ui=wi uo=wO ea=Aɑ eo=AO oa=Oɑ oe=OA oi=Y a=ɑ e=ɛ i=i o=O u=u"
)
_CONSONANTS = _table(
    "sch=ʃ tsh=ʧ sh=ʃ ch=ʧ zh=ʒ th=t kh=k gh=ɡ dh=d bh=b ph=f ts=ts dz=dz ny=nj gb=ɡb kp=kp nk=ŋk "
    "ng=ŋɡ qu=kw ck=k b=b c=k d=d f=f g=ɡ h=h j=ʤ k=k l=l m=m n=n p=p q=k r=ɹ s=s t=t v=v w=w x=ks "
    "y=j z=z"
)
_ONE = "[bdfghjklmnprstvwyz]"
_TWO = "[bdfgjklmnprstvwyz]{2}|[bcdgkpstz]h|n[dgkt]|nch|m[bp]|kw"
_OPEN = re.compile(
    f"(?:[bcdfghjklmnprstvwyz]{{0,2}}|[tsnkm]?[bcdfgkpstz]h|n[dgkt]w?|m[bp]w?)"
    f"(?:[aeiou]{{1,2}}(?:{_ONE}|{_TWO}))*[aeiou]{{0,2}}[aiou]"
)
_PIECES = re.compile(
    "|".join(
        # ay and ey are vowels at an end, but the y of Ayumi begins a syllable
        f"{letters}(?![aeiou])" if letters in ("ay", "ey") else letters
        for letters in sorted({**_CONSONANTS, **_PURE_VOWELS}, key=len, reverse=True)
    )
)
_LEAST_SYLLABLES = 3


def read_name(name: str) -> str:
    """Sounds of a name in Kokoro's symbols; empty where it is of no such kind.

    Args:
        name: one word, with a capital, in plain letters.
    """
    word = name.lower()
    if not name.istitle() or len(word) < 3:
        return ""
    if _TELLS_PINYIN.search(word) and _PINYIN.fullmatch(word):
        return _pinyin(word)
    if _OPEN.fullmatch(word):
        return _open_syllables(word)
    return ""


def _pinyin(word: str) -> str:
    syllables = [match[0] for match in re.finditer(_SYLLABLE, word)]
    if "".join(syllables) != word:  # the longest syllables do not fit: Yuna, of which "yun" is one
        return ""
    said = []
    for syllable in syllables:
        parts = re.fullmatch(_SYLLABLE, syllable)
        assert parts is not None
        start, end = _INITIALS[parts[1]], _FINALS[parts[2]]
        if _HISS.search(syllable):
            end = "ɜɹ" if parts[1] in ("zh", "ch", "sh", "r") else "ʌ"
        if start in ("j", "w", "ʃ", "ʧ", "ʤ"):
            end = end.removeprefix("j")
        said.append(_before_vowel(_AFTER_Y.get(syllable, start + end)))
    return "".join(part.replace("ˈ", "ˌ") for part in said[:-1]) + said[-1]


def _before_vowel(sounds: str) -> str:
    """With the main stress before the vowel."""
    place = next(i for i, c in enumerate(sounds) if c in "ɑOʌiuIAWɜɛɪʊ")
    return f"{sounds[:place]}ˈ{sounds[place:]}"


def _open_syllables(word: str) -> str:
    """Pure vowels, the last but one of them stressed."""
    word = re.sub(r"([bdfgjklmnprstvwyz])\1", r"\1", word)
    pieces = _PIECES.findall(word)
    vowels = [place for place, piece in enumerate(pieces) if piece in _PURE_VOWELS]
    if len(vowels) < _LEAST_SYLLABLES:
        return ""
    said = ""
    for place, piece in enumerate(pieces):
        if piece not in _PURE_VOWELS:
            said += _CONSONANTS[piece]
            continue
        sounds = _PURE_VOWELS[piece]
        if place == vowels[-1] and piece == "a":
            sounds = "ə"
        glide = 1 if sounds[0] in "wj" else 0
        stress = "ˈ" if place == vowels[-2] else ""
        said += sounds[:glide] + stress + sounds[glide:]
    return said
