"""Grammar, vocabulary and tone of the answers' words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from perception.errors import ModelError
from perception.languages import JUDGED_WORDS
from perception.types import Word
from scoring.grammar import GrammarIssue, find_issues
from scoring.measures.fillers import fluent, is_hesitation, looked_at
from scoring.measures.finding import (
    MAX_EVIDENCE,
    NOTHING,
    Finding,
    Findings,
    densest,
    furthest,
    share,
)
from scoring.record.session import Session
from scoring.record.turns import Answer
from scoring.rubric import load, tokens
from scoring.types import Span

MIN_GRAMMAR_WORDS = 20
MIN_MTLD_TOKENS = 100
"""Below this MTLD says nothing stable (Koizumi 2012; Zenker & Kyle 2021 among others)."""
MTLD_THRESHOLD = 0.72
"""Type-token ratio at which a factor is complete (McCarthy & Jarvis 2010)."""
VARIETY_WORDS = 50
"""Words of a stretch whose variety is held against that of others; half as many where no two are
so long."""
MIN_TONE_WORDS = 5
NEGATION_REACH = 3
"""Words before another over which a negation reaches; over five, the tone of the words told less of
how judges rated interviews."""
SUBJECT_REACH = 5
"""The same of one that is what a clause is about: "none of the customers were happy"."""
_SUBJECTS = frozenset(("nobody", "none", "neither", "nothing"))
_CLAUSE = frozenset(("but", "because", "so", "although", "though", "then", "while", "when", "if"))
"""Words that begin a clause, into which no negation before them reaches."""
_ONLY = frozenset(("only", "just", "merely", "simply"))
SURE_WORD = 0.6
"""Confidence (0...1) from which the recogniser counts as sure of a word, and a mistake in it as the
speaker's. Below it 6 in 10 words were wrong, above it 1 in 11 of Whisper's and 1 in 5 of
pocketsphinx's (read, disfluent and Mandarin-accented speech, half of it with an accent)."""


def is_unsure(word: Word) -> bool:
    """Whether the recogniser said that it was unsure of a word; one that says nothing is sure."""
    return word.confidence is not None and word.confidence < SURE_WORD


def trust_in_words(answers: Sequence[Answer]) -> float:
    """How far the words may be believed: the recogniser's mean confidence; typed words fully."""
    total, weight = 0.0, 0
    for answer in answers:
        if answer.typed:
            count = max(0, len(answer.transcript.split()) - len(answer.words))
            total, weight = total + count, weight + count
        for word in answer.words:
            if is_hesitation(word.text):
                continue
            total += trust_in_word(word)
            weight += 1
    return total / weight if weight else 0.0


def trust_in_word(word: Word) -> float:
    """How far a recognised word may be believed, 0...1."""
    # A recogniser that does not say is trusted like a middling one.
    return 0.7 if word.confidence is None else min(1.0, max(0.0, word.confidence))


def coverage_of_words(session: Session) -> float:
    """Share of answer time for which there are words that can be judged."""
    given = session.answers
    if not given:
        return 0.0
    with_words = [a for a in given if a.transcript.strip() and a.in_english]
    lengths = {id(a): max(a.end_s - a.start_s, 1.0) for a in given}
    return share(sum(lengths[id(a)] for a in with_words), sum(lengths.values()))


def measure(session: Session, notes: list[str], left_out: Collection[str] = ()) -> Findings:
    """Grammar, vocabulary and tone over all answers together.

    Args:
        session: what was recorded.
        notes: takes how measures were taken.
        left_out: measures of which nothing is noted, nor worked out where that takes long.
    """
    answers = [a for a in session.answers if a.transcript.strip() and a.in_english]
    coverage = coverage_of_words(session)
    words = [t for a in answers for t in tokens(fluent(a.transcript))]
    if any(len(a.transcript.split()) > JUDGED_WORDS for a in answers):
        notes.append(
            "what an answer says and its grammar go by its first "
            f"{JUDGED_WORDS:,} words; it was longer"
        )
    return {
        "grammar_issues_per_100_words": NOTHING
        if "grammar_issues_per_100_words" in left_out
        else _grammar(answers, coverage, notes),
        "vocabulary_mtld": Finding(mtld(words), coverage, _variety(answers))
        if len(words) >= MIN_MTLD_TOKENS
        else Finding(None, coverage),
        "sentiment": replace(tone(words, coverage), evidence=_tones(answers)),
    }


def _grammar(answers: Sequence[Answer], coverage: float, notes: list[str]) -> Finding:
    count = sum(len(tokens(looked_at(answer.transcript))) for answer in answers)
    if count < MIN_GRAMMAR_WORDS:
        return Finding(None, coverage)
    issues = 0
    evidence: list[Span] = []
    try:
        for answer in answers:
            for issue in answer_issues(answer):
                issues += 1
                span = when_said(answer, issue)
                if span is not None:
                    evidence.append(span)
    except ModelError as error:
        notes.append(f"your grammar was not checked: {error}")
        return NOTHING
    return Finding(issues / count * 100.0, coverage, tuple(sorted(evidence)[:MAX_EVIDENCE]))


def answer_issues(answer: Answer) -> list[GrammarIssue]:
    """What is wrong in an answer's words, where these are surely what was said.

    A recogniser that is unsure of a word, or of the one beside it, may have put the mistake there
    itself.

    Raises:
        ModelError: the checker is not installed.
    """
    found = find_issues(looked_at(answer.transcript))
    return [issue for issue in found if _surely_said(answer, issue)]


def _surely_said(answer: Answer, issue: GrammarIssue) -> bool:
    if answer.typed or not answer.words:
        return True  # as it was written, or nobody says how sure
    first, words = _words_of_issue(answer, issue)
    around = [w for w in answer.words if not is_hesitation(w.text)]
    around = around[max(0, first - 1) : first + len(words) + 1]
    return not any(is_unsure(w) for w in around)


def when_said(answer: Answer, issue: GrammarIssue) -> Span | None:
    """When the words of an issue were said; None for typed words, and where some were."""
    if not answer.words or answer.typed:
        return None
    _, words = _words_of_issue(answer, issue)
    return (words[0].start_s, words[-1].end_s) if words else None


def _words_of_issue(answer: Answer, issue: GrammarIssue) -> tuple[int, list[Word]]:
    """The words of an issue and the number of the first, hesitations not counted."""
    # Grammar is checked in the words in order, hesitations left out, so the number of words before
    # a place tells which.
    words = [word for word in answer.words if not is_hesitation(word.text)]
    first = len(looked_at(answer.transcript)[: issue.start].split())
    first = max(0, min(first, len(words) - 1))
    return first, words[first : first + max(1, len(issue.text.split()))]


def timed_tokens(answer: Answer) -> list[tuple[str, Span]]:
    """The tokens of an answer's words with the time of their word, filled pauses left out; none of
    typed words, nor where a recogniser gave no times."""
    if answer.typed or answer.estimated_times:
        return []
    return [
        (token, (word.start_s, word.end_s))
        for word in answer.words
        if not is_hesitation(word.text)
        for token in tokens(word.text)
    ]


def _variety(answers: Sequence[Answer]) -> tuple[Span, ...]:
    """The stretch of words in which fewest are different, and that with most."""
    said = [timed_tokens(answer) for answer in answers]
    for length in (VARIETY_WORDS, VARIETY_WORDS // 2):
        found = [
            (float(len({token for token, _ in piece})), (piece[0][1][0], piece[-1][1][1]))
            for each in said
            for at in range(0, len(each) - length + 1, length // 2)
            if (piece := each[at : at + length])
        ]
        if len(found) > 1:
            return furthest(found)
    return ()


def _tones(answers: Sequence[Answer]) -> tuple[Span, ...]:
    """The ten seconds with most words of a good tone, and those with most of a bad one."""
    spans: dict[int, list[Span]] = {1: [], -1: []}
    for answer in answers:
        said = timed_tokens(answer)
        for index, sign in toned([token for token, _ in said]):
            spans[sign].append(said[index][1])
    return tuple(sorted({*densest(spans[1], 1), *densest(spans[-1], 1)}))


def mtld(words: Sequence[str]) -> float | None:
    """Measure of textual lexical diversity (McCarthy & Jarvis 2010), both ways averaged.

    None where no word is repeated often enough for a single factor.
    """
    forward, backward = _mtld_once(words), _mtld_once(list(reversed(words)))
    if forward is None or backward is None:
        return None
    return (forward + backward) / 2


def _mtld_once(words: Sequence[str]) -> float | None:
    factors = 0.0
    types: set[str] = set()
    count = 0
    for word in words:
        types.add(word)
        count += 1
        if len(types) / count <= MTLD_THRESHOLD:
            factors += 1
            types, count = set(), 0
    if count:
        factors += (1 - len(types) / count) / (1 - MTLD_THRESHOLD)
    return len(words) / factors if factors > 0 else None


def tone(words: Sequence[str], coverage: float) -> Finding:
    """Balance of words with a positive and a negative tone, −1...1; coarse, by a small list."""
    signs = [sign for _, sign in toned(words)]
    if len(signs) < MIN_TONE_WORDS:
        return Finding(None, coverage * len(signs) / MIN_TONE_WORDS)
    return Finding(sum(signs) / len(signs), coverage * min(1.0, len(signs) / 15))


def _negated(before: Sequence[str], negations: Collection[str]) -> bool:
    """Whether words in front of another, the nearest first looked at, turn it round."""
    for at in range(len(before) - 1, -1, -1):
        if before[at] in _CLAUSE:
            return False
        near = len(before) - at <= NEGATION_REACH or before[at] in _SUBJECTS
        if near and before[at] in negations:
            return not (before[at] == "not" and set(before[at + 1 : at + 2]) & _ONLY)
    return False


def toned(words: Sequence[str]) -> list[tuple[int, int]]:
    """Which of the words have a tone, and whether it is good (1) or bad (-1).

    A negation before a word in its clause turns it round ("nobody in the team was happy"), unless
    another such word lies between; "not only" is none.

    Args:
        words: in small letters, in order.
    """
    table = load("valence")
    positive, negative = set(table["positive"]), set(table["negative"])
    negations = set(table["negations"])
    found: list[tuple[int, int]] = []
    last = -1
    for i, word in enumerate(words):
        sign = (word in positive) - (word in negative)
        if sign:
            turned = _negated(words[max(0, last + 1, i - SUBJECT_REACH) : i], negations)
            found.append((i, -sign if turned else sign))
            last = i
    return found
