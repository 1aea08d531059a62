"""Which dialogue acts an utterance holds, and which facts.

    recogniser = load_recogniser()
    understood = recogniser.understand("I ran the till. What is the staffing like here?")
    [a.act for a in understood.acts]  # ["answer", "question"]

Works on typed and on recognised words, with marks or without. A part that is less sure than
:data:`UNSURE` is not to be acted upon without asking.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.cue_phrases import NAMES
from dialogue.understanding.embedding import Embedder, embedder
from dialogue.understanding.facts import facts_of
from dialogue.understanding.named_facts import named_facts
from dialogue.understanding.tagger import TaggerEnsemble, WordTags, parts, word_inputs
from dialogue.understanding.types import (
    ACTS,
    AGAIN,
    FACTS,
    ActSpan,
    Asked,
    CandidateAct,
    Understanding,
)
from dialogue.understanding.words import UtteredWord, phrases, plain_text, words_of
from perception.models.modelfile import MODELS, of_this_form, read_model
from perception.paths import ASSETS
from perception.settings import read_as

MODEL = MODELS / "acts.npz"
TRAINING = "acts"
WHOLE = ASSETS / "understanding" / "whole_utterances.toml"

UNSURE = 0.6
"""Confidence (0...1) below which it has to be asked what was meant."""

_STORY_WORDS = 8
"""Words of an answer behind it from which a wish to stop was only told of."""
_DOUBTFUL = 0.45
"""Confidence below which a part beside an answer belongs to it, where it may."""

_PUT_INTO_WORDS: frozenset[CandidateAct] = frozenset(
    (
        *(*AGAIN, "think_time", "no_example"),
        *("decline", "upset", "stop", "order", "insult"),
    )
)
"""Acts that phrases tell nearly always."""
_STOPPING_THINGS = re.compile(
    r"(?:emergency|bus|tram|full|pit|last|next) stops?(?![^ ])|stop (?:button|sign|light)(?![^ ])"
)
"""Things that are called a stop."""
_WISHES = re.compile(
    r"(?<![^ ])(?:stop|end|quit|leave|leaving|go|going|gotta|gtg|finish|break|pause|done|enough|"
    r"continue|out|off|tomorrow|later|bye|minutes?|mins?|cancel|close|home|rest)(?![^ ])"
)
"""Words without one of which nobody says that they want to stop."""
_SURE_ALL_THE_SAME = 0.85
"""Confidence from which one of them is told beside an answer though no phrase says it; a wish to
stop anywhere."""
_SURE_ALONE = 0.6
"""Confidence from which it is where there is hardly any answer."""
_PLAIN = 0.95
"""Confidence of a whole utterance that is one act by its words."""

_NEGATION = re.compile(
    r"n't\b|n’t\b|\b(?:no|not|none|never|nothing|nobody|nowhere|neither|without|blank|outside|"
    r"unsure|hardly|dunno|idk|cannot|cant|dont|didnt|havent|doesnt|couldnt|wouldnt|isnt|aint|"
    r"beats me|search me|pass|stuck|stumped|struggl\w*|empty|lack|escapes?|clue|nope|nah|nae|naw|"
    r"sorry|afraid)\b"
)
"""Words without one of which nobody says that they have no example."""

_RIDDLE = re.compile(
    r"(?:and |so |okay |well )?(?:knock knock|what do you call an?|how many \w+s does it take|"
    r"what did the \w+ say to|why did the \w+ [^.!?]*\?)(?: |$)"
)
"""How jokes begin that everybody knows for such; after "why did the" the teller answers."""
_RIDDLE_WORDS = 30
"""Words up to which an utterance may be no more than that."""
_RIDDLE_SURE = 0.85
"""Confidence (0...1) of a joke that is told by its form."""

_THANKS = r"(?:thank you|thanks|cheers)(?: (?:very|so) much| a lot| again)?"
_OPENING = re.compile(
    rf"((?:hi|hello|hey|hiya|good (?:morning|afternoon|evening))(?: there| everyone| again| anna)?|"
    rf"{_THANKS}(?: for (?:that|asking|having me))?)"
    r"(?= )(?! (?:for|to|so|god|goodness|you|a|very|from)(?: |$))"
)
_CLOSING = re.compile(
    rf"(?<= )({_THANKS}(?: for (?:asking|listening|having me|seeing me|your (?:time|help|patience)|"
    r"the (?:talk|chat|interview))(?: today)?)?(?: anyway)?)$"
)
_GREETED_BEFORE: frozenset[CandidateAct] = frozenset(
    ("answer", "question", "repeat", "rephrase", "explain", "think_time", "upset", "no_example")
)
"""Acts before which a greeting or thanks is a part of its own; "hello?" may be to somebody else, or
ask whether there is sound."""
_THANKED_AFTER: frozenset[CandidateAct] = frozenset(("answer", "question", "correct_self"))
"""Acts after which a short "thanks" is one; in "let's stop, thanks" it belongs to the wish."""
_SAYS_THANKS: frozenset[CandidateAct] = frozenset(("small_talk", "other_language", "aside"))
_ENDS = frozenset((".", "?"))
_WHOLE_THANKS = 4
"""Words from which thanks are such without a mark before them: "thank you for your time"."""
_BESIDE_COURTESY = 2
"""Least words beside a courtesy: "thank you Anna" is one."""
_COURTEOUS = 0.75
"""Confidence (0...1) of a courtesy that is told by its words alone."""
_SMALL_TALK = ACTS.index("small_talk")

_LONG_AGO = re.compile(
    r"(?:(?:so|well|um|uh|and|ok|okay|yes) )*(?:"
    r"(?:i've|i have|ive) (?:just|recently|been|only|come|worked|returned)|"
    r"i (?:had|was|went|left|quit|finished|wanted|came|did|worked|stopped|returned|moved|started)|"
    r"my (?:last|first|previous|former|old|contract|degree|course|school|studies)|"
    r"we (?:had|were|went|closed|stopped)|that was|after (?:my|the|that|school)|when i) "
)
"""How somebody begins who tells of what has ended."""
_HERE_AND_NOW = phrases(
    "now|here|this|today|please|interview|bye|goodbye|sorry|enough|thanks|thank you|you|your|mind",
    "another|call|talk|further|anymore|let's|lets|must|need|have to|gotta",
)
"""Words of which one is in a wish to stop that begins so."""

_BEGINS = r"(?:(?:so|well|um|uh|and|ok|okay|yes|yeah|then|right|now) )*"
_DOING = re.compile(
    rf"{_BEGINS}(?:i|we)(?:'m|'re|m|re| am| are| was| were) "
    r"(?:(?:just|only|still|all|really|mostly|um|uh) )*\w+ing "
)
"""How somebody begins who tells what they do or did."""
_PRESENTS = re.compile(rf"{_BEGINS}(?:this|these|here)(?:'s|s|'re| is| are| was| were) ")
"""How somebody begins who shows or introduces something."""
_PRESENTS_OWN = re.compile(
    rf"{_BEGINS}(?:this|here)(?:'s|s| is| was) (?:just |only )?"
    r"(?:me|my|how i|what i|where i|when i) "
)
"""How somebody begins who shows something of their own."""
_YOU_KNOW = re.compile(r"(?<![^ ])(?:you know|you see|i mean)(?![^ ]) ?")
"""What is said between two thoughts and asks nothing."""
_OF_HER_QUESTION = phrases(
    "you|your|yours|question|again|repeat\\w*|please|sorry|pardon|not|never|hear\\w*|catch\\w*",
    "follow\\w*|getting|missing|losing|struggl\\w*|trouble|wonder\\w*|ask\\w*|look\\w*|try\\w*|hop\\w*",
    "need\\w*|confus\\w*|lost|simpler|easier|clearer|mean\\w*|what|which|how|term|word|too|long|hard",
    "difficult|complicated|unclear|abstract|wordy|mouthful",
)
"""Words of which one is in a wish to have something said again that begins so."""
_OF_THE_LINE = phrases(
    r"sounds?|sounding|audio|mic|mics|microphones?|headset|headphones|speakers?|internet|wi-?fi",
    r"connection|network|line|signal|picture|screen|image|video|camera|voice|echo\w*|lag\w*",
    r"freez\w*|froze\w*|crackl\w*|buffer\w*|break\w*|broke\w*|cut\w*|dropp?\w*|delay\w*|noise|noisy",
    r"loud|louder|volume|muted?|load\w*|reload\w*|stuck|batter\w*|laptop|phone|computer|app|page",
    r"tab|browser|link|button|circle|wheel|working|seeing|reception|blank|black|blurr\w*|pixel\w*",
)
"""Words of which one is in a complaint about the connection or the machine."""
_TELLABLE: frozenset[CandidateAct] = frozenset((*AGAIN, "trouble", "order"))
"""Acts for which a plain telling of what somebody does or shows is taken."""

_LEAST_AFTER_ALL = 0.6
"""Confidence (0...1) of a part that can be nothing but an answer."""

_EMPTY = Understanding("")


class ActRecogniser:
    """Tells acts and facts of utterances.

    Args:
        tagger: names words; of one network or more.
        model: tells what they mean.
        temperature: by which the network's odds are divided, so that of parts that are told with a
            confidence of 0.8 four in five are right.
        switch: what a change of act costs, see :func:`.tagger.parts`.
    """

    def __init__(
        self,
        tagger: TaggerEnsemble,
        model: Embedder,
        temperature: float = 1.0,
        switch: float = 1.0,
    ) -> None:
        self._tagger = tagger
        self._model = model
        self._temperature = temperature
        self._switch = switch

    def understand(self, text: str, asked: Asked | None = None) -> Understanding:
        """The acts and facts of one utterance.

        Args:
            text: one utterance, of any length; without words it holds nothing.
            asked: what it replies to, where that is known.
        """
        words = words_of(text)
        if not words:
            return Understanding(text) if text else _EMPTY
        inputs = word_inputs(self._model, text, words, asked or Asked())
        tags = self._tagger.tag(*inputs)
        plainly = _whole_utterances().get(plain_text(words))
        if plainly is not None:
            whole = ActSpan(plainly, _PLAIN, *_stripped(text))
            return Understanding(
                text, (whole,), named_facts(text, words, facts_of(text, words, tags))
            )
        acts = self._acts(text, words, tags, inputs[1])
        return Understanding(text, acts, named_facts(text, words, facts_of(text, words, tags)))

    def _acts(
        self,
        text: str,
        words: Sequence[UtteredWord],
        tags: WordTags,
        cues: NDArray[np.float32],
    ) -> tuple[ActSpan, ...]:
        found = []
        unspoken = []
        told = parts(tags, self._switch)
        cut = _with_courtesies(words, told)
        courtesies = {each[:2] for each in cut} - {each[:2] for each in told}
        courtesies &= {(_SMALL_TALK, first) for _, first, _ in cut}
        for number, (label, first, behind) in enumerate(cut):
            odds = tags.labels[first:behind].mean(axis=0) / self._temperature
            share = np.exp(odds - odds.max())
            share /= share.sum()
            order = np.argsort(-share)
            second = next(int(i) for i in order if i != label)
            near = share[second] >= 0.5 * share[label] or share[second] >= 0.2
            start = 0 if number == 0 else words[first].start
            end = len(text) if behind == len(words) else words[behind].start
            said = text[start:end].strip()
            start = text.index(said, start) if said else start
            found.append(
                ActSpan(
                    ACTS[label],
                    max(float(share[label]), _COURTEOUS if (label, first) in courtesies else 0.0),
                    start,
                    start + len(said),
                    said,
                    ACTS[second] if near else None,
                )
            )
            unspoken.append(not cues[first:behind, NAMES.index(f"cue_{ACTS[label]}")].any())
        return _settled(text, found, unspoken)


def _stripped(text: str) -> tuple[int, int, str]:
    """Where an utterance begins and ends but for blanks, and what stands there."""
    said = text.strip()
    start = text.index(said)
    return start, start + len(said), said


@functools.cache
def _whole_utterances() -> dict[str, CandidateAct]:
    """What short utterances are, by their words."""
    table = read_as(dict[str, tuple[str, ...]], WHOLE)
    return {said: act for act in ACTS for said in table.get(act, ())}


def _with_courtesies(
    words: Sequence[UtteredWord], cut: Sequence[tuple[int, int, int]]
) -> list[tuple[int, int, int]]:
    """Parts with a greeting or thanks at either end as a part of its own.

    A few words that are always the same, beside which the network tends to see only what is asked.
    """
    text = plain_text(words)
    found = list(cut)
    opening = _OPENING.match(text)
    if opening is not None:
        count = len(opening.group(1).split())
        label, first, behind = found[0]
        polite = ACTS[label] in _GREETED_BEFORE
        polite |= ACTS[label] == "trouble" and words[0].plain not in ("hello", "hey")
        if polite and behind - count >= _BESIDE_COURTESY:
            found[0:1] = [(_SMALL_TALK, 0, count), (label, count, behind)]
    closing = _CLOSING.search(text)
    if closing is not None:
        count = len(closing.group(1).split())
        label, first, behind = found[-1]
        start = behind - count
        set_off = ACTS[label] in _THANKED_AFTER and start > 0 and words[start - 1].mark in _ENDS
        whole = ACTS[label] not in _SAYS_THANKS and count >= _WHOLE_THANKS
        if (set_off or whole) and start - first > _BESIDE_COURTESY:
            found[-1:] = [(label, first, start), (_SMALL_TALK, start, behind)]
    return found


def _settled(text: str, spans: Sequence[ActSpan], unspoken: Sequence[bool]) -> tuple[ActSpan, ...]:
    """Parts as they are told, after what a whole utterance says about them.

    Who wants to stop does not go on with a story: a wish to stop before an answer is one that is
    told of. A part beside an answer that is hardly likelier something else belongs to it, and so
    does one of an act that people put into words, where no phrase says it.

    Args:
        text: the utterance.
        spans: its parts.
        unspoken: of each part, whether no phrase in it speaks for its act.
    """
    kept: list[ActSpan] = []
    riddle = _is_riddle(text)
    answered = sum(len(a.text.split()) for a in spans if a.act == "answer")
    for number, span in enumerate(spans):
        following = spans[number + 1 :]
        goes_on = any(a.act == "answer" and len(a.text.split()) >= _STORY_WORDS for a in following)
        beside = any(a.act == "answer" for a in (*spans[:number], *following))
        told = span.act == "stop" and (goes_on or _ended_before(span.text))
        told = told or (span.act == "no_example" and not _NEGATION.search(span.text.lower()))
        doubtful = span.second == "answer" and span.confidence < _DOUBTFUL and beside
        plain = plain_text(words_of(span.text))
        wordless = unspoken[number] or (
            span.act == "stop" and not _WISHES.search(_STOPPING_THINGS.sub(" ", plain))
        )
        if wordless and span.act in _PUT_INTO_WORDS:
            least = _SURE_ALL_THE_SAME if answered >= _STORY_WORDS else _SURE_ALONE
            least = _SURE_ALL_THE_SAME if span.act == "stop" else least
            if answered < _STORY_WORDS and span.act in AGAIN:
                least = 0.0  # to lose a request would be worse than to say something again
            doubtful = doubtful or span.confidence < least
        doubtful = doubtful or _only_tells(span.act, plain)
        if told or doubtful:
            sure = max(span.confidence, _LEAST_AFTER_ALL) if told else span.confidence
            settled = replace(span, act="answer", second=span.act, confidence=sure)
        else:
            settled = span
        if riddle and settled.act in ("answer", "question"):
            sure = max(span.confidence, _RIDDLE_SURE)
            settled = replace(span, act="joke", second=span.act, confidence=sure)
        if kept and kept[-1].act == settled.act:
            kept[-1] = _joined(text, kept[-1], settled)
        else:
            kept.append(settled)
    return tuple(kept)


def _ended_before(text: str) -> bool:
    """Whether what ends, in a text, ended long ago: "my last contract has just ended"."""
    plain = plain_text(words_of(text))
    return _LONG_AGO.match(f"{plain} ") is not None and _HERE_AND_NOW.search(plain) is None


def _only_tells(act: CandidateAct, plain: str) -> bool:
    """Whether a text taken for an act only tells or shows: "we're just saying some words".

    Recognised words differ a little from machine to machine; an answer that sounds like a complaint
    in one hearing must not be lost for it.
    """
    plain = f"{_YOU_KNOW.sub('', plain)} "
    if act == "upset":
        return _PRESENTS_OWN.match(plain) is not None and _OF_HER_QUESTION.search(plain) is None
    tells = _DOING.match(plain) or _PRESENTS.match(plain)
    if act not in _TELLABLE or tells is None or _OF_HER_QUESTION.search(plain):
        return False
    return act != "trouble" or _OF_THE_LINE.search(plain) is None


def _is_riddle(text: str) -> bool:
    """Whether an utterance is a joke of a form that everybody knows, told to its end.

    "Why did the developer go broke?" alone may be a question.
    """
    found = _RIDDLE.match(text.lower())
    whole = found is not None and (found.end() < len(text) or "?" not in found[0])
    return whole and len(text.split()) <= _RIDDLE_WORDS


def _joined(text: str, first: ActSpan, second: ActSpan) -> ActSpan:
    """Two parts of one act as one, as sure as their words are on average."""
    lengths = [len(first.text.split()), len(second.text.split())]
    sure = (first.confidence * lengths[0] + second.confidence * lengths[1]) / max(1, sum(lengths))
    return replace(first, end=second.end, text=text[first.start : second.end], confidence=sure)


@functools.cache
def load_recogniser() -> ActRecogniser:
    """The recogniser that ships, loaded once.

    Raises:
        ModelError: its model, or MiniLM's, is missing or damaged.
    """
    weights, about = read_model(MODEL, TRAINING)
    with of_this_form(MODEL, TRAINING):
        if tuple(about["acts"]) != ACTS or tuple(about["facts"]) != FACTS:
            raise ValueError("it was trained for other acts or facts")
        tagger = TaggerEnsemble.of_weights(weights)
        temperature, switch = float(about["temperature"]), float(about["switch"])
    return ActRecogniser(tagger, embedder(), temperature, switch)
