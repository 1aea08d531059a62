"""Follow-up questions: which one, if any, is worth asking after this answer."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass

from dialogue.content.script import Condition, FollowUp, Question
from dialogue.types import Because
from dialogue.understanding.answer_marks import hides_own_role, tells_result
from perception.settings import CountOrZero, NotNegative, Share, checked
from perception.types import Words


@checked
@dataclass(frozen=True, slots=True)
class FollowUpSettings:
    """When a follow-up is asked."""

    short_speech_s: NotNegative = 5.0
    """Seconds of speech below which an answer is very short."""
    short_words: CountOrZero = 12
    """Words below which an answer is very short, where words are known."""
    telling_words: CountOrZero = 25
    """Least words before a missing result or a missing "I" can be told from them."""
    word_confidence: Share = 0.6
    """Least mean confidence (0...1) of the recogniser before its words decide anything."""
    chance: Share = 0.35
    """Chance (0...1) of a follow-up that needs no reason in the answer."""
    per_question: CountOrZero = 1
    """Most follow-ups to one question."""
    share: NotNegative = 1.0
    """Most follow-ups in the interview, per planned question."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of an answer when the next line is decided."""

    speech_s: float | None
    """Seconds of speech; None when it was typed."""
    text: str
    """Words so far, perhaps none yet."""
    complete: bool
    """Whether the text covers the whole answer."""
    confidence: float | None
    """Mean confidence of the words, 0...1; 1 for typed ones; None when nobody says."""

    @property
    def words(self) -> int:
        """Words in the text."""
        return len(self.text.split())


class Transcript:
    """Collects the recognised words of one answer with their confidence."""

    def __init__(self) -> None:
        self._stretches: dict[float, Words] = {}
        self._from_s = 0.0

    def begin(self, t_s: float) -> None:
        """A new answer: words that end before ``t_s`` are not part of it."""
        self._stretches = {}
        self._from_s = t_s

    def add_words(self, words: Words | None) -> None:
        """Takes the newest stretch of words; a stretch taken before changes nothing."""
        if words is not None and words.final and words.t_end_s > self._from_s:
            self._stretches[words.t_start_s] = words

    @property
    def stretches(self) -> tuple[Words, ...]:
        """As they were recognised, in order."""
        return tuple(self._stretches[t_s] for t_s in sorted(self._stretches))

    @property
    def confidence(self) -> float | None:
        """Mean over the words whose confidence is told; None without any."""
        told = [
            word.confidence
            for stretch in self._stretches.values()
            for word in stretch.words
            if word.confidence is not None
        ]
        return sum(told) / len(told) if told else None


class FollowUps:
    """Chooses follow-ups, and keeps count.

    Args:
        settings: thresholds.
        seed: of the session.
        questions: planned questions, which bound the follow-ups in all.
    """

    def __init__(
        self, settings: FollowUpSettings | None = None, seed: int = 0, questions: int = 1
    ) -> None:
        self._settings = settings or FollowUpSettings()
        self._rng = random.Random(f"follow_up:{seed}")
        self._left = round(self._settings.share * questions)

    def choose(
        self, question: Question, asked: Collection[str], answer: Answer
    ) -> tuple[FollowUp, Because] | None:
        """The follow-up to ask now, with its reason; None to go on to the next question.

        Args:
            question: the main question in progress.
            asked: conditions of its follow-ups that were asked already.
            answer: to the main question or to its last follow-up.
        """
        # drawn every time, so that one answer more or less does not change later ones
        chance = self._rng.random()
        if self._left <= 0 or len(asked) >= self._settings.per_question:
            return None
        for condition, because in self._reasons(answer, chance):
            for follow_up in question.follow_ups:
                if follow_up.when == condition and condition not in asked:
                    self._left -= 1
                    return follow_up, because
        return None

    def need_words(self, question: Question, asked: Collection[str], speech_s: float) -> bool:
        """Whether the words of an answer may decide on what is asked next.

        Args:
            question: the main question in progress.
            asked: conditions of its follow-ups that were asked already.
            speech_s: seconds of speech in the answer.
        """
        s = self._settings
        if self._left <= 0 or len(asked) >= s.per_question or speech_s < s.short_speech_s:
            return False
        by_words = {"no_result", "no_own_role"} - set(asked)
        return any(follow_up.when in by_words for follow_up in question.follow_ups)

    def give_back(self) -> None:
        """A follow-up was withdrawn before the candidate heard it."""
        self._left += 1

    def _reasons(self, answer: Answer, chance: float) -> list[tuple[Condition, Because]]:
        s = self._settings
        if is_short(answer, s):
            return [("short", _short_because(answer, s))]
        reasons: list[tuple[Condition, Because]] = []
        trusted = answer.confidence is not None and answer.confidence >= s.word_confidence
        if trusted and answer.complete and answer.words >= s.telling_words:
            if not tells_result(answer.text):
                because = Because("follow_up_no_result", "result_words", 0.0, 1.0)
                reasons.append(("no_result", because))
            if hides_own_role(answer.text):
                because = Because("follow_up_no_own_role", "words_of_own_role", 0.0, 1.0)
                reasons.append(("no_own_role", because))
        if chance < s.chance:
            because = Because("follow_up_scripted", "chance", round(chance, 4), s.chance)
            reasons.append(("always", because))
        return reasons


def is_short(answer: Answer, settings: FollowUpSettings) -> bool:
    """Whether an answer is very short, by its duration or, where that is not known, its words."""
    if answer.speech_s is not None:
        return answer.speech_s < settings.short_speech_s
    return answer.words < settings.short_words


def _short_because(answer: Answer, settings: FollowUpSettings) -> Because:
    if answer.speech_s is not None:
        return Because(
            "follow_up_short",
            "answer_speech_s",
            round(answer.speech_s, 2),
            settings.short_speech_s,
        )
    return Because("follow_up_short", "answer_words", float(answer.words), settings.short_words)
