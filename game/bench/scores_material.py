"""Interviews with planted faults, and interviews made worse, for :mod:`game.bench.scores`."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from dialogue.content.script import load_interview, roles
from dialogue.understanding.corpus import HELD_OUT
from game.synthetic.interviews import open_exchanges
from game.synthetic.planted import Exchange, Manner
from game.training.answer_parts import WrittenAnswer, read_answers

QUESTIONS = 4
LEARNERS = ("mobile_newcomer", "indian_professional")
"""Held-out authors whose English has mistakes, so that grammar may be told of them."""

FAULTS_OF_MANNER: Mapping[str, tuple[dict[str, float], frozenset[str]]] = {
    "slow": ({"words_per_min": 95.0}, frozenset({"speech_rate_wpm"})),
    "fast": ({"words_per_min": 260.0}, frozenset({"speech_rate_wpm"})),
    "long pauses": (
        {"pause_s": 1.7, "words_per_min": 230.0},
        frozenset({"pause_mean_s"}),
    ),
    "fillers": ({"filler_every": 9}, frozenset({"fillers_per_min"})),
    "late": ({"response_s": 4.5}, frozenset({"response_time_s"})),
    "looks away speaking": ({"gaze_speaking": 0.1}, frozenset({"gaze_on_screen_share"})),
    "looks away listening": (
        {"gaze_listening": 0.2},
        frozenset({"gaze_on_screen_listening_share"}),
    ),
}
"""Fault to what it changes, and the measures of which an improvement tells it."""

FAULTS_OF_CONTENT: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "silent": (frozenset({"answered"}), frozenset()),
    "does not know": (frozenset({"answered"}), frozenset()),
    "general": (frozenset({"specificity"}), frozenset({"structure_star"})),
    "beside the question": (
        frozenset({"relevance"}),
        frozenset({"structure_star", "specificity"}),
    ),
}
"""Fault to the measures that tell it, and those that may as well."""

UNKNOWN = (
    "I don't know, sorry.",
    "Honestly, I have no idea.",
    "I can't think of anything, I'm afraid.",
    "Sorry, I don't have an example for that.",
)
PRAISE = (
    "I am the best person for this job and I am excellent at everything that I do. Nobody is "
    "better than me, and everybody who has worked with me says that I am brilliant.",
    "I would say that I am an outstanding communicator, a fantastic team player and a natural "
    "leader, and I am also extremely talented and always perfect in what I do, so I am ideal.",
    "Well, I am amazing with people, I am really exceptional under pressure, and my work is always "
    "of the finest quality. I am simply the perfect choice and I am superb at learning.",
)
WORSE = (
    "blanked",
    "shuffled between questions",
    "of others, to other questions",
    "I do not know",
    "the question itself",
    "word salad",
    "praise of itself",
)
"""Ways in which answers are made worse."""


@dataclass(frozen=True, slots=True)
class Planted:
    """An interview and what is wrong with it."""

    name: str
    exchanges: tuple[Exchange, ...]
    manner: Manner
    faults: Mapping[str, frozenset[str]]
    allowed: frozenset[str]
    """Measures that may be told besides, since they go with what was planted."""


@cache
def _answers() -> tuple[WrittenAnswer, ...]:
    return tuple(a for a in read_answers() if a.author in HELD_OUT)


@cache
def _questions(role: str) -> Mapping[str, Exchange]:
    """The questions of a role, without answers."""
    found = load_interview(role).questions
    return {q.id: Exchange(q.id, q.text[0], "", q.competency, q.asks_episode) for q in found}


def planted_session(rng: random.Random, number: int) -> Planted:
    """An interview with up to two faults of manner and one of content; none for a number < 0."""
    role = rng.choice([r for r in roles() if len(_complete(r)) >= QUESTIONS])
    asked = rng.sample(sorted(_complete(role)), QUESTIONS)
    chosen = [rng.choice(_complete(role)[q]) for q in asked]
    exchanges = [replace(_questions(role)[a.question], answer=a.text) for a in chosen]
    grammar = any(a.author in LEARNERS for a in chosen)
    faults: dict[str, frozenset[str]] = {}
    allowed = frozenset({"grammar_issues_per_100_words"}) if grammar else frozenset()
    changes: dict[str, float] = {}
    if number >= 0:
        names = rng.sample(sorted(FAULTS_OF_MANNER), rng.choice((0, 1, 1, 2)))
        for name in names:
            change, told = FAULTS_OF_MANNER[name]
            if set(change).isdisjoint(changes):
                changes |= change
                faults[name] = told
        if rng.random() < 0.5:
            name = rng.choice(sorted(FAULTS_OF_CONTENT))
            told, besides = FAULTS_OF_CONTENT[name]
            exchanges = _with_fault(name, role, exchanges, rng)
            faults[name] = told
            allowed |= besides | {"grammar_issues_per_100_words"}
    manner = replace(Manner(), **changes)
    name = f"{number}: {role}, {', '.join(faults) or 'nothing'}"
    return Planted(name, tuple(exchanges), manner, faults, allowed)


@cache
def _complete(role: str) -> dict[str, list[WrittenAnswer]]:
    """Answers of a role that lack nothing, by question."""
    found: dict[str, list[WrittenAnswer]] = {}
    for answer in _answers():
        known = answer.role == role and answer.question in _questions(role)
        if known and not answer.gaps and len(answer.text.split()) >= 30:
            found.setdefault(answer.question, []).append(answer)
    return found


def _with_fault(
    name: str, role: str, exchanges: Sequence[Exchange], rng: random.Random
) -> list[Exchange]:
    found = list(exchanges)
    if name == "silent":
        found[1] = replace(found[1], answer="")
    elif name == "does not know":
        found[1] = replace(found[1], answer=rng.choice(UNKNOWN))
    else:
        gap = "vague" if name == "general" else "off_topic"
        all_of = [a for a in read_answers() if gap in a.gaps and a.question in _questions(a.role)]
        # general answers to all of it; beside the question to three of four
        count = len(found) if gap == "vague" else len(found) - 1
        for i in range(count):
            if gap == "vague":
                one = rng.choice([a for a in all_of if a.role == role])
                found[i] = replace(_questions(role)[one.question], answer=one.text)
                found[i] = replace(found[i], id=f"{found[i].id}{i}")
            else:
                one = rng.choice(all_of)
                found[i] = replace(found[i], answer=one.text)
    return found


def made_worse(
    way: str,
    exchanges: Sequence[Exchange],
    others: Sequence[Sequence[Exchange]],
    rng: random.Random,
) -> tuple[Exchange, ...]:
    """An interview with its answers made worse in one of the ways of :data:`WORSE`."""
    answers = [each.answer for each in exchanges]
    if way == "blanked":
        new = [""] * len(answers)
    elif way == "shuffled between questions":
        turn = rng.randrange(1, len(answers)) if len(answers) > 1 else 0
        new = answers[turn:] + answers[:turn]
    elif way == "of others, to other questions":
        new = [_of_another(each, exchanges, others, rng) for each in exchanges]
    elif way == "I do not know":
        new = [rng.choice(UNKNOWN) for _ in answers]
    elif way == "the question itself":
        new = [each.question for each in exchanges]
    elif way == "word salad":
        new = [" ".join(rng.sample(words, len(words))) for words in map(str.split, answers)]
    else:
        new = [rng.choice(PRAISE) for _ in answers]
    return tuple(replace(each, answer=text) for each, text in zip(exchanges, new, strict=True))


def _of_another(
    each: Exchange,
    own: Sequence[Exchange],
    others: Sequence[Sequence[Exchange]],
    rng: random.Random,
) -> str:
    """Somebody else's answer to a question that is another one."""
    while True:
        other = rng.choice(others)
        given = rng.choice(other)
        if other is not own and _gist(given.question) != _gist(each.question) and given.answer:
            return given.answer


def _gist(question: str) -> frozenset[str]:
    """The longer words of a question, by which two are the same."""
    told = re.findall(r"[a-z]{6,}", question.lower())
    return frozenset(told) or frozenset([question.lower()])


def real_interviews(data_dir: Path) -> dict[str, tuple[Exchange, ...]]:
    """The open questions of the real interviews with their answers, by interview.

    Raises:
        InputError: the transcripts are not there, or not of their form.
    """
    return {
        name.strip().lower(): tuple(
            Exchange(f"q{i}", q, a, typed=True) for i, (q, a) in enumerate(pairs)
        )
        for name, pairs in open_exchanges(data_dir).items()
        if len(pairs) > 1
    }
