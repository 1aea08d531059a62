"""Questions of the candidate's own that are easily taken for something else.

"Which laptop would I get?" after a question of hers sounds like a wish to have it explained, "Can
I bring my dog?" like words to somebody else. What is put as a question, asks nothing again and is
about the job, or about nothing that she asked, is a question to her.
"""

from __future__ import annotations

import re
from dataclasses import replace

from dialogue.understanding.topics import PROGRAM, PROGRAM_WORDS, TopicFinder
from dialogue.understanding.types import AGAIN, ActSpan, CandidateAct, Understanding
from dialogue.understanding.unmarked_questions import is_unmarked_question, unmarked_question
from dialogue.understanding.words import phrases, plain_text, word_set, words_of

ASKS_AGAIN = phrases(
    r"again|repeat\w*|means?|meant|meaning|explain\w*|words?|simpl\w+|understand\w*|understood",
    r"hear|heard|catch|caught|got|get|follow|sorry|pardon|lost|missed|questions?|differently",
    r"rephrase\w*|reword\w*|clear\w*|clarify|unclear|slow\w*|time|once|confus\w+|please|pls",
    r"eas(?:y|ier)|defin\w+|term|stand|stands|say|said|louder|idea",
)
"""Words one of which is in nearly every wish to have something said again."""

_ASKS = re.compile(
    r"(?:and |so |but |or )?(?:who|what|which|when|where|why|how|do|does|did|is|are|was|can|could|"
    r"will|would|should|have|has|may)(?:'s)? "
)
"""How a question begins."""
_ABOUT_HERS = word_set(
    "i me my you your it this that these those one example kind sort type thing answer"
)
"""Words of which one is in what is asked about her question: "should I tell you about school?" """
_ABOUT_THE_JOB = 0.7
"""Likeness (cosine, with words) to a way of asking about the job from which it is asked."""
_TAKEN_FOR: frozenset[CandidateAct] = frozenset(("aside", "joke", "answer", "insult"))
"""Acts for which a question is taken beside those that want hers again."""
_STOPS = phrases(
    "stop|end|finish|quit|leave|go|going|break|pause|done|over|enough|close|out|off|later|minutes?|"
    "rest|call it a day|continue|skip"
)
"""Words without one of which no question is a wish to stop."""
_DOUBTFUL = 0.7
"""Confidence (0...1) of one of those below which it is a question anywhere."""
_LAST_QUESTION = re.compile(r"(?<=[.!])\s+([^.!?]+\?)$")
_MORE_BEFORE = re.compile(r"[.!?]\s+\S")
"""Where an utterance holds more than one sentence."""
_THEM = phrases("(?:board|hospital|company|shop|firm|ward|management|employer)(?:'s)?")
"""Those about whom a question says nothing that the candidate has told."""
_APART = 0.7
"""Confidence (0...1) of a question that was taken for the end of an answer."""
_SURELY_ELSE = 0.97
"""Confidence from which it is one of those even where she had asked for questions; or an answer
where nothing else is said."""
_MAY_END_IN_A_QUESTION: tuple[CandidateAct, ...] = ("answer", "correct_self", *AGAIN)
"""Acts for which an answer with an unmarked question behind it is taken."""
_LAUGHS = phrases(
    "(?:ha){2,}h?|(?:he){2,}|lo+l|lmao|rofl|(?:just|only) kidding|(?:just|only) joking|jk"
)
_PROGRAM = phrases("|".join(PROGRAM_WORDS))
_WHAT_ARE_YOU = phrases("(?:are|r|is|am|was|ur) (?:you|u|this|that|it|i|there|not|just|really)")
"""How one asks what she is; "what a stupid machine you are" asks nothing."""
_LEAST_WORDS = 6
"""Words below which what is about nothing that she asked may still be about her question."""
_SAYS_LITTLE = word_set(
    "what which when where would could should have been about tell time does with from your their "
    "there were will like think make take work some"
)
"""Words that two questions may share without being about one thing."""


def with_own_questions(
    found: Understanding, put: str, topics: TopicFinder, wanted: bool = False
) -> Understanding:
    """What was understood, with such parts as questions.

    Args:
        found: in an utterance.
        put: the question to which it replies.
        topics: of which the employer's brief tells.
        wanted: whether she had asked for questions.
    """
    # in an answer it may be put to nobody ("how do you tell a mother that?"), alone it is not
    whole = len(found.acts) == 1 and not _MORE_BEFORE.search(found.text)
    acts = tuple(
        replace(part, act="question", second=part.act)
        if _asks_her(part, put, topics, wanted or (whole and part.act == "answer"))
        else part
        for part in found.acts
    )
    acts = (*acts[:-1], *_without_its_end(acts[-1], topics)) if acts else acts
    if _LAUGHS.search(plain_text(words_of(found.text))) is not None:
        acts = tuple(_in_jest(part, topics) for part in acts)
    return found if acts == found.acts else replace(found, acts=acts)


def _without_its_end(last: ActSpan, topics: TopicFinder) -> tuple[ActSpan, ...]:
    """The end of an utterance, with a question about the job apart that stands at its end."""
    if last.act in _MAY_END_IN_A_QUESTION:
        unmarked = unmarked_question(last.text, topics)
        if unmarked:
            return _parted(last, unmarked)
    ending = _LAST_QUESTION.search(last.text)
    if last.act != "answer" or ending is None or not _puts_a_question(ending[1]):
        return (last,)
    plain = plain_text(words_of(ending[1]))
    about_them = _THEM.search(plain) and not _ABOUT_HERS & set(plain.split())
    if topics.find(ending[1]) is None and not about_them:
        return (last,)
    return _parted(last, ending.start(1))


def _parted(last: ActSpan, at: int) -> tuple[ActSpan, ...]:
    """An answer, and the question that begins in it at a letter."""
    told = last.text[:at].rstrip()
    answer = replace(last, act="answer", end=last.start + len(told), text=told)
    question = ActSpan("question", _APART, last.start + at, last.end, last.text[at:], "answer")
    return (answer, question)


def _asks_her(part: ActSpan, put: str, topics: TopicFinder, expected: bool) -> bool:
    plain = plain_text(words_of(part.text))
    if part.act in _TAKEN_FOR and _asks_what_she_is(part.text, plain, topics):
        return True
    if part.text.endswith("?"):
        return _puts_a_question(part.text) and _asks_marked(part, plain, put, topics, expected)
    taken = part.act in AGAIN or part.act in _TAKEN_FOR
    return taken and is_unmarked_question(part.text, topics) and not _shared(plain, put)


def _asks_marked(part: ActSpan, plain: str, put: str, topics: TopicFinder, expected: bool) -> bool:
    if part.act == "stop":
        return _STOPS.search(plain) is None
    if part.act in _TAKEN_FOR:
        return part.confidence < (_SURELY_ELSE if expected else _DOUBTFUL)
    if part.act not in AGAIN:
        return False
    likeness = topics.find(part.text)
    if likeness is not None and likeness[1] >= _ABOUT_THE_JOB and not _shared(plain, put):
        return True
    elsewhere = not (ASKS_AGAIN.search(plain) or _ABOUT_HERS & set(plain.split()))
    return elsewhere and len(plain.split()) >= _LEAST_WORDS and not _shared(plain, put)


def _in_jest(part: ActSpan, topics: TopicFinder) -> ActSpan:
    """What is asked with a laugh, about neither the job nor her question, is a joke: "Can I phone a
    friend? Haha." """
    plain = plain_text(words_of(part.text))
    asks = part.act == "question" or part.act in AGAIN
    if not asks or ASKS_AGAIN.search(plain) is not None or topics.find(part.text) is not None:
        return part
    return replace(part, act="joke", second=part.act)


def _asks_what_she_is(text: str, plain: str, topics: TopicFinder) -> bool:
    """Whether a text asks if she is a person; angry as it may sound, it has an honest answer."""
    if _PROGRAM.search(plain) is None or _WHAT_ARE_YOU.search(plain) is None:
        return False
    likeness = topics.find(text)
    return likeness is not None and likeness[0] == PROGRAM and likeness[1] >= _ABOUT_THE_JOB


def _puts_a_question(text: str) -> bool:
    """Whether a sentence begins as a question does, or goes on so: "by the way, what ..." """
    heads = (text, text.partition(",")[2])
    return any(_ASKS.match(plain_text(words_of(head))) is not None for head in heads)


def _shared(plain: str, put: str) -> bool:
    """Whether words of some length are in her question as well."""
    hers = _telling(plain_text(words_of(put)))
    return bool(hers & _telling(plain))


def _telling(plain: str) -> set[str]:
    """Beginnings of the words that say what a text is about."""
    return {w[:5] for w in plain.split() if len(w) > 3 and w not in _SAYS_LITTLE}
