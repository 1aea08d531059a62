"""Questions about the job that nothing marks: typed in haste, or heard without a rising voice.

"did the slides when do i hear back" tells something and then asks. No mark stands between the two,
and how a question begins is also how clauses do ("when I was young"). So it takes both: words that
begin a question, and a likeness to a way of asking about what the employer's brief knows.
"""

from __future__ import annotations

import re

from dialogue.understanding.topics import TopicFinder
from dialogue.understanding.words import plain_text, words_of

_BEGINS = re.compile(
    r"(?:and |so |btw |also )?(?:"
    r"what(?:s|'s| is| are| do| does| time| kind)|when(?:s|'s| do| will| is)|"
    r"where(?:s|'s| is| are| do| would)|who(?:s|'s| do| is| would| will| pays| owns| runs)|"
    r"how (?:much|many|long|often|big|do|is)|do (?:i|you|u|we|they)|does (?:it|the)|"
    r"is (?:it|there|that|the)|are (?:there|you|u|we)|(?:can|could|will|would|may) (?:i|you|u)) "
)
_WORDS = range(3, 11)
"""Words of such a question."""
_LIKENESS = 0.66
"""Likeness (cosine, with words) to a way of asking about the job from which it is one. Of 2,646
answers without marks three hold what is taken for one then, of 52 with one it finds 17 that have no
other sign."""


def is_unmarked_question(text: str, topics: TopicFinder) -> bool:
    """Whether a whole text is such a question.

    Args:
        text: without a question mark.
        topics: of which the employer's brief tells.
    """
    plain = plain_text(words_of(text))
    short = len(plain.split()) in _WORDS and not text.endswith((".", "!"))
    return short and _BEGINS.match(plain) is not None and _likeness(text, topics) >= _LIKENESS


def unmarked_question(text: str, topics: TopicFinder) -> int:
    """Where such a question begins behind something else; 0 where there is none.

    Of several places the one from which it is most like a way of asking.

    Args:
        text: of an answer.
        topics: of which the employer's brief tells.
    """
    words = words_of(text)
    best, start = _LIKENESS, 0
    for count in _WORDS:
        if count >= len(words) or any(word.mark for word in words[-count:]):
            break
        at = words[-count].start
        if _BEGINS.match(plain_text(words[-count:])) is not None:
            likeness = _likeness(text[at:], topics)
            if likeness >= best:
                best, start = likeness, at
    return start


def _likeness(text: str, topics: TopicFinder) -> float:
    found = topics.find(text)
    return 0.0 if found is None else found[1]
