"""Her replies to what is neither answer nor request."""

from __future__ import annotations

from dialogue.content.lines import Lines
from dialogue.understanding.words import phrases, plain_text, words_of

_GREETING = phrases(
    "hello|hi|hiya|hey|good (?:morning|afternoon|evening|day)",
    "(?:nice|good|lovely|pleased|great) to (?:meet|see)|pleasure",
)
_HOW_ARE_YOU = phrases(
    "how are (?:you|things|ya)|how(?:'s| is) (?:it going|your day|things|life)",
    "how do you do|you all right|you alright|and you|how about you",
)
_THANKS = phrases(
    "thank you|thanks|thank|cheers|ta|much appreciated|grateful|appreciate",
)


def small_talk(lines: Lines, text: str) -> str:
    """What she says to a greeting, thanks or a pleasantry.

    Args:
        lines: hers.
        text: what was said.
    """
    plain = plain_text(words_of(text))
    if _HOW_ARE_YOU.search(plain):
        return lines.say("well_thanks")
    if _GREETING.search(plain):
        return lines.say("greets_back")
    return lines.say("thanks_back" if _THANKS.search(plain) else "small_talk")
