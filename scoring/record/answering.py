"""Which of a candidate's words answer, and what the others do.

An answer's words are those that were heard last, which may be a second recogniser's; what was
understood is of the words heard at the time. Both are laid side by side, so that what was
understood of the ones is known of the others. Nothing is judged anew here.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from dialogue.understanding.acts import UNSURE
from dialogue.understanding.answer_quality import PartSpan
from dialogue.understanding.answering import (
    ANSWER_LIKE,
    LEAD_IN_WORDS,
    answering_acts,
    in_doubt,
    is_answer,
    told_at_length,
)
from dialogue.understanding.types import AGAIN, ActSpan, CandidateAct
from dialogue.understanding.understander import Understood
from perception.languages import JUDGED_WORDS, joined, plain
from perception.types import Word
from scoring.record.spans import merge, subtract
from scoring.record.turns import Answer, AnswerKind, Said
from scoring.record.understood import Utterance
from scoring.types import Span

SAME_WORDS = 0.4
"""Share of words in common (0...1) from which what was understood is believed to be of what was
heard."""

_ANSWERING: tuple[CandidateAct, ...] = ("answer", "correct_self")
_ASKING: tuple[CandidateAct, ...] = (*AGAIN, "question")
_INSTEAD: Mapping[CandidateAct, float] = {
    **dict.fromkeys((*AGAIN, "decline", "insult", "think_time"), UNSURE),
    **dict.fromkeys(("other_language", "trouble", "order"), UNSURE),
    **dict.fromkeys(("no_example", "upset", "stop"), 0.5),
}
"""Acts that come in place of an answer, and the least confidence (0...1) of each; talk, asides,
jokes and questions may come beside one."""

_RULES: Mapping[AnswerKind, tuple[str, ...]] = {
    "asked_back": ("asked_back", "asked_to_repeat", "asked_to_rephrase", "asked_to_explain"),
    "declined": ("declined",),
    "does_not_know": ("has_no_example",),
    "none": (
        *("joked", "small_talk", "talks_aside", "asks_for_time", "trouble", "other_language"),
        *("upset", "insulted", "order", "wants_to_stop", "asks_for_break"),
    ),
}
_TAKEN_FOR = {rule: kind for kind, rules in _RULES.items() for rule in rules}
"""What an utterance was in which there was less than an answer, by the rule by which she met it."""


@dataclass(frozen=True, slots=True)
class _Token:
    """A word with what is known of it."""

    text: str
    utterance: int = -1
    act: ActSpan | None = None
    part: PartSpan | None = None
    word: Word | None = None

    def belongs_with(self, other: _Token) -> bool:
        """Whether both do the same, in one go."""
        mine = (self.utterance, id(self.act), id(self.part), self.word is None)
        return mine == (other.utterance, id(other.act), id(other.part), other.word is None)


def sorted_out(
    answer: Answer, utterances: Sequence[Utterance], recruiter: Sequence[Span]
) -> Answer:
    """An answer with what was understood of it: its kind, and which of its words answer.

    Args:
        answer: as it was heard or typed, all of it.
        utterances: that reply to its question, in order.
        recruiter: when the recruiter spoke, in order.

    Returns:
        The same where nothing was understood of these words, or they are in another language.
    """
    if not answer.in_english:
        return answer
    tokens = _understood_tokens(utterances)
    heard = _heard_tokens(answer)
    if not tokens or not heard:
        return answer
    matched = _laid_beside(tokens, heard)
    if matched is None:
        return answer
    kinds: list[AnswerKind] = [kind_of(each) for each in utterances]
    for i, each in enumerate(utterances):
        if _met_by(each) in ("not_heard", "joked") and "answer" in kinds[i + 1 :]:
            kinds[i] = "none"  # it was said again, or for good this time
    doubtful = [in_doubt(each.understood.understanding.acts) for each in utterances]
    said = tuple(_said(list(run), kinds, doubtful) for run in _runs(matched))
    kind = _kind(kinds)
    found = replace(
        answer,
        kind=kind,
        said=said,
        utterances=tuple(utterances),
        qualities=tuple(
            each.understood.quality
            for each, one in zip(utterances, kinds, strict=True)
            if one == "answer" and each.understood.quality is not None
        ),
    )
    if kind != "answer":
        return replace(found, words=(), transcript="")
    if all(each.answers for each in said):
        return found
    return _narrowed(found, recruiter)


def kind_of(utterance: Utterance) -> AnswerKind:
    """What an utterance does with the question.

    Conduct goes by the same (:mod:`dialogue.understanding.answering`), and what she took it for
    holds: a few words before a request are a lead-in to it; a yes or no to an offer of hers answers
    that offer, not the question; a sentence of which nothing is sure, and which she did not meet as
    anything else, counts as an answer.
    """
    rule = _met_by(utterance)
    if rule.startswith("offer_"):
        return "none"
    return _kind_of_acts(utterance.understood.understanding.acts, rule)


def _kind_of_acts(acts: Sequence[ActSpan], rule: str) -> AnswerKind:
    answering = [a for a in acts if _may_be(a, _ANSWERING) or is_answer(a) or told_at_length(a)]
    words = sum(len(a.text.split()) for a in answering)
    if words < LEAD_IN_WORDS and rule in _TAKEN_FOR:
        return _TAKEN_FOR[rule]
    instead = [a.act for a in acts if a.confidence >= _INSTEAD.get(a.act, 2.0)]
    if "think_time" in instead and acts[-1].act in ("answer", "correct_self"):
        instead.remove("think_time")  # and then they answered
    if (words and (words >= LEAD_IN_WORDS or not instead)) or in_doubt(acts):
        return "answer"
    named = instead or [a.act for a in acts]
    if any(act in _ASKING for act in instead):
        return "asked_back"
    if "decline" in named:
        return "declined"
    if "no_example" in named:
        return "does_not_know"
    return "asked_back" if any(act in _ASKING for act in named) else "none"


def _kind(kinds: Sequence[AnswerKind]) -> AnswerKind:
    """Of all that was said to a question: an answer, or what came last in its place."""
    if "answer" in kinds:
        return "answer"
    for kind in reversed(kinds):
        if kind in ("declined", "does_not_know"):
            return kind
    return "asked_back" if "asked_back" in kinds else "none"


def _met_by(utterance: Utterance) -> str:
    """The rule by which she met it; empty where nobody did."""
    return "" if utterance.because is None else utterance.because.rule


def _understood_tokens(utterances: Sequence[Utterance]) -> list[_Token]:
    """The words that were understood, with their acts and parts."""
    tokens: list[_Token] = []
    for number, utterance in enumerate(utterances):
        found = utterance.understood.understanding
        parts = _placed_parts(utterance.understood)
        for match in re.finditer(r"\S+", found.text):
            at = match.start()
            act = next((a for a in reversed(found.acts) if a.start <= at), None)
            part = next((p for p in parts if p.start <= at < p.end), None)
            if act is not None:
                tokens.append(_Token(match.group(), number, act, part))
    return tokens


def _placed_parts(understood: Understood) -> list[PartSpan]:
    """The parts of an answer with their places in the utterance.

    They are told by places in the answering acts alone, put together with spaces; one that goes on
    behind a request is two here.
    """
    if understood.quality is None:
        return []
    placed = []
    position = 0
    for act in answering_acts(understood.understanding):
        shift = act.start - position
        for part in understood.quality.parts:
            start, end = max(part.start, position), min(part.end, position + len(act.text))
            if start < end:
                placed.append(replace(part, start=start + shift, end=end + shift))
        position += len(act.text) + 1
    return placed


def _may_be(act: ActSpan, acts: Collection[CandidateAct]) -> bool:
    """Whether it is one of these acts; where that is not sure, its second guess counts, too."""
    return act.act in acts or (act.confidence < UNSURE and act.second in acts)


def _heard_tokens(answer: Answer) -> list[_Token]:
    """All words, spoken and typed, in order of time."""
    spoken = [(word.start_s, _Token(word.text.strip(), word=word)) for word in answer.words]
    typed = [(each.t_s, _Token(word)) for each in answer.written for word in each.text.split()]
    return [token for _, token in sorted((*spoken, *typed), key=lambda each: each[0])]


def _laid_beside(tokens: Sequence[_Token], heard: Sequence[_Token]) -> list[_Token] | None:
    """The heard words with what was understood of them; None where they are others."""
    ours, theirs = [plain(t.text) for t in heard], [plain(t.text) for t in tokens]
    opcodes = _opcodes(ours, theirs)
    common = sum(behind - first for tag, first, behind, _, _ in opcodes if tag == "equal")
    if common < SAME_WORDS * min(len(ours), len(theirs)):
        return None
    found: list[_Token] = []
    for _, first, behind, other, other_behind in opcodes:
        for i in range(first, behind):
            if other_behind > other:
                # words that were heard otherwise: in proportion
                match = other + (i - first) * (other_behind - other) // (behind - first)
            else:
                match = max(0, other - 1)
            one = tokens[match]
            found.append(replace(heard[i], utterance=one.utterance, act=one.act, part=one.part))
    return found


def _opcodes(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """How the words of the one go with those of the other, as difflib tells it.

    What both begin with is compared word by word, and what is beyond the longest that is looked at
    is not laid beside anything: the matcher's time grows with the square of repeated words.
    """
    same = 0
    while same < min(len(ours), len(theirs)) and ours[same] == theirs[same]:
        same += 1
    found = [("equal", 0, same, 0, same)] if same else []
    most = same + JUDGED_WORDS
    matcher = SequenceMatcher(None, ours[same:most], theirs[same:most], autojunk=False)
    found += [
        (tag, first + same, behind + same, other + same, other_behind + same)
        for tag, first, behind, other, other_behind in matcher.get_opcodes()
    ]
    if len(ours) > most:
        end = len(theirs)
        found.append(("delete", most, len(ours), end, end))
    return found


def _runs(tokens: Sequence[_Token]) -> list[list[_Token]]:
    runs: list[list[_Token]] = []
    for token in tokens:
        if runs and token.belongs_with(runs[-1][-1]):
            runs[-1].append(token)
        else:
            runs.append([token])
    return runs


def _said(run: Sequence[_Token], kinds: Sequence[AnswerKind], doubtful: Sequence[bool]) -> Said:
    act = run[0].act
    assert act is not None
    answers = kinds[run[0].utterance] == "answer"
    if answers and not doubtful[run[0].utterance]:
        answers = _may_be(act, ANSWER_LIKE) or told_at_length(act)
    part = run[0].part
    return Said(
        joined(token.text for token in run),
        tuple(token.word for token in run if token.word is not None),
        act.act,
        act.confidence,
        answers,
        None if part is None or not answers else part.part,
        0.0 if part is None or not answers else part.confidence,
    )


def _narrowed(answer: Answer, recruiter: Sequence[Span]) -> Answer:
    """An answer without what does not answer, in words and in time."""
    kept = [each for each in answer.said if each.answers]
    words = tuple(word for each in kept for word in each.words)
    narrowed = replace(answer, words=words, transcript=joined(each.text for each in kept))
    if not answer.spoken:
        return narrowed
    if not words:  # only what was typed answers
        return replace(narrowed, speech=(), response_time_s=None)
    beside = merge((*answer.beside, *_times_beside(answer)))
    speech = tuple(s for each in answer.speech for s in subtract(each, beside))
    if not speech:
        return narrowed
    start, end = speech[0][0], max(s[1] for s in speech)
    beside = tuple(s for s in beside if s[1] > start and s[0] < end)
    narrowed = replace(narrowed, speech=speech, start_s=start, end_s=end, beside=beside)
    # she spoke again before the answer came: it answers that
    spoken = [hole for hole in recruiter if answer.start_s < hole[1] <= start]
    if spoken and answer.response_time_s is not None:
        opened = spoken[-1][1]
        begun = min((s[0] for s in answer.speech if s[0] >= opened), default=start)
        narrowed = replace(narrowed, response_time_s=begun - opened)
    return narrowed


def _times_beside(answer: Answer) -> tuple[Span, ...]:
    """Stretches of an answer in which something else was said, cut midway between words."""
    runs = [
        (answers, [w for each in group for w in each.words])
        for answers, group in itertools.groupby(answer.said, key=lambda each: each.answers)
    ]
    runs = [(answers, words) for answers, words in runs if words]
    cuts = [
        (before[-1].end_s + after[0].start_s) / 2
        for (_, before), (_, after) in itertools.pairwise(runs)
    ]
    edges = [answer.start_s - 1.0, *cuts, answer.end_s + 1.0]
    return merge(
        (start, end)
        for (answers, _), start, end in zip(runs, edges, edges[1:], strict=False)
        if not answers
    )
