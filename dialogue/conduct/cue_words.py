"""What the words of an utterance say by themselves, beside what was understood of it."""

from __future__ import annotations

from dialogue.understanding.own_questions import ASKS_AGAIN
from dialogue.understanding.types import AGAIN, ActSpan, CandidateAct
from dialogue.understanding.understander import Understood
from dialogue.understanding.words import phrases, plain_text, words_of

_ASKS: tuple[CandidateAct, ...] = (*AGAIN, "think_time", "trouble", "question")
"""What waits for a reply of hers."""
_PLAIN = 0.8
"""Confidence (0...1) from which that is plain."""
_SAYS_SO, _SAYS_SO_WORDS = 0.9, 4
"""Confidence (0...1) up to which a request to say something again has to hold a word that asks,
and words from which it can."""


PAUSE = phrases(
    "break|pause|breather|loo|toilet|bathroom|water|back in|be right back|moment|minutes?"
)
FOR_GOOD = phrases("end|quit|leave|hang up")
HEARD = phrases(
    "(?:can|do|could) (?:you|u) (?:still |even )?(?:hear|see)",
    "am i (?:still )?(?:on|muted|audible|frozen|there|visible)",
    "(?:mic|microphone|camera|webcam) (?:is )?(?:on|working|muted)",
    "is (?:my|this|the) (?:mic|microphone|camera|webcam)|(?:hear|see) me",
)
PICTURE = phrases(
    "picture|video|screen|image|frozen|froze|freezing|pixelated|dark|black|your face",
    "see (?:you|anything)",
)
_PLEADS = phrases(
    "please|again|repeat|explain|mean|moment|second|sec|minute|think|thinking|hear|rephrase|sound"
)
NOTHING_MORE = phrases(
    r"that(?:'s| is| was) (?:all|it|everything|about it)",
    r"nothing (?:more|else|further)|no more to (?:say|add|tell)",
    r"(?:don't|do not|didn't) have (?:any(?:thing)? )?(?:more|else|to add)|already (?:said|told)",
)
AFTER_ME = phrases("(?:repeat|say)(?: this| it)? after me")
SWEARS_AT = phrases(
    "(?:fuck|piss|sod|bugger) off|(?:fuck|screw|damn) you|go to hell|shut (?:up|your mouth)",
    r"you (?:\w+ )?(?:bitch|bastard|wanker|arsehole|asshole|cunt)",
)
"""What nobody says to somebody whom they respect."""
MEANS = phrases("means?|meant|meaning|explain|stands? for|defin\\w+|what(?:'s| is) an?")
SOUND = phrases("sound|hear|audio|voice|echo|volume|loud|quiet")


def is_request(understood: Understood) -> bool:
    """Whether an utterance surely asks for something, in so many words, and does nothing else."""
    text, acts = understood.inquiry.text, understood.understanding.acts
    if not acts or acts[-1].act not in _ASKS:
        return False
    if "?" not in text and not _PLEADS.search(plain_words(text)):
        return False
    return all(a.act in (*_ASKS, "small_talk") and a.confidence >= _PLAIN for a in acts)


def only_sounds(part: ActSpan) -> bool:
    """Whether a part is taken for a request to say something again though no word of it asks."""
    doubtful = part.act in AGAIN and part.confidence < _SAYS_SO and "?" not in part.text
    words = plain_words(part.text)
    return doubtful and len(words.split()) >= _SAYS_SO_WORDS and not ASKS_AGAIN.search(words)


def plain_words(text: str) -> str:
    """Its words in small letters, without marks."""
    return plain_text(words_of(text))
