"""Yes or no: what a short reply to an offer says."""

from __future__ import annotations

import re
from typing import Literal

from dialogue.understanding.words import words_of

Assent = Literal["yes", "no", ""]

Offer = Literal["stop", "move_on", "repeat", "break", "more"]
"""What was offered: to end the interview, to go to the next question, to hear the question again,
a moment's rest, or to add something."""

_GO_ON = (
    r"(?:keep|carry|go|going|carrying) (?:going|on)|continue|proceed|stay|(?:let me|i'll|i can|i want to|i'd like to|"
    r"i would like to) (?:just )?(?:try|finish|do it|manage|answer)|try again"
)
_MOVE_ON = (
    r"(?:move|moving|go|going|get) on|next(?: one| question)?|skip|pass|leave (?:it|that|this)|"
    r"another (?:one|question)|forget it"
)
_OWN_YES: dict[str, str] = {
    "stop": r"(?:stop|end|finish|quit|leave|enough|i have to go|i must go|done|call it a day)",
    "move_on": _MOVE_ON,
    "repeat": r"(?:repeat|again|once more|one more time|say it)",
    "break": r"(?:a (?:moment|minute|second|break)|time|breathe|water|wait)",
    "more": r"(?:add|also|one more thing|another thing)",
}
_OWN_NO: dict[str, str] = {
    "stop": _GO_ON,
    "move_on": r"(?:let me (?:think|try)|try|stay with|i have (?:one|something|an)|wait|give me|thinking|remember)",
    "repeat": r"(?:i (?:got|heard|understood) (?:it|you|that)|understood)",
    "break": rf"{_GO_ON}|{_MOVE_ON}",
    "more": r"(?:that's (?:it|all|everything)|that is (?:it|all|everything)|nothing (?:else|more|to add)|that was (?:it|all)|i'm done|all)",
}
_NO = (
    r"no|nope|nah|not (?:really|now|yet|at all|necessary)|never mind|no need|rather not|please don't|"
    r"(?:it's|that's|i'm|im|i am) (?:okay|ok|fine|alright|all right|good)(?: now| thanks)?|nein|non"
)
_YES = (
    r"yes|yeah|yep|yup|yah|aye|sure|ok|okay|please|of course|definitely|absolutely|certainly|right|exactly|"
    r"correct|go ahead|that would be (?:good|great|nice|lovely|better|best|kind)|(?:i think|i'm afraid|i am afraid|i guess) so|"
    r"i'd like that|i would like that|i would|i do|let's do that|gladly|fine|why not|sounds good|oui|ja|si"
)
_FIRST_NO = re.compile(r"(?:no|nope|nah)(?![^ ])")
_FIRST_YES = re.compile(r"(?:yes|yeah|yep|yup|aye|yah)(?![^ ])")
_LEADS = frozenset(["um", "uh", "well", "oh", "hm", "er", "so", "erm", "actually", "sorry"])
_MOST_WORDS = 14
"""A longer reply is no plain yes or no unless it begins with one."""


def assent(text: str, offer: Offer) -> Assent:
    """Whether a reply takes an offer up.

    Args:
        text: the reply.
        offer: what was offered; "let's go on" takes up the next question, not the end.

    Returns:
        Empty where it says neither, or both.
    """
    words = [w.plain for w in words_of(text)]
    while words and words[0] in _LEADS:
        words.pop(0)
    said = " ".join(words)
    if not words:
        return ""
    if _FIRST_NO.match(said):
        # "no, let's stop": what follows says more than the first word
        return "yes" if len(words) > 1 and _only(said, _OWN_YES[offer], _OWN_NO[offer]) else "no"
    if _FIRST_YES.match(said):
        return "no" if len(words) > 1 and _only(said, _OWN_NO[offer], _OWN_YES[offer]) else "yes"
    if len(words) > _MOST_WORDS:
        return ""
    own_yes, own_no = _find(_OWN_YES[offer], said), _find(_OWN_NO[offer], said)
    if own_yes != own_no:
        negated = bool(_find(r"don't|do not|not|never", said))
        return "yes" if own_yes != negated else "no"
    yes, no = _find(_YES, said), _find(_NO, said)
    return "" if yes == no else "yes" if yes else "no"


def _find(pattern: str, said: str) -> bool:
    return re.search(rf"(?<![^ ])(?:{pattern})(?![^ ])", said) is not None


def _only(said: str, wanted: str, other: str) -> bool:
    return _find(wanted, said) and not _find(other, said) and not _find("don't|not", said)
