"""From a story to words: answers that lack what is planned, and what fills their gaps."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence

from dialogue.content.script import Question
from game.synthetic.conversation.candidate import Candidate, Extra, Request
from game.synthetic.conversation.stories import Ask, Story, StoryPart
from game.synthetic.conversation.utterance import Segment

WHOLE: tuple[StoryPart, ...] = ("situation", "task", "action", "result")

_TOLD: dict[str, tuple[StoryPart, ...]] = {
    "": WHOLE,
    "no_situation": ("task", "action", "result"),
    "no_action": ("situation", "task", "result"),
    "no_result": ("situation", "task", "action"),
    "no_own_role": ("situation", "task", "group", "result"),
    "number_no_context": ("situation", "task", "action", "number"),
    "vague": ("vague",),
    "short": ("brief",),
}
"""Gap to the parts that are told all the same."""

_FILLS: dict[str, tuple[StoryPart, ...]] = {
    "no_situation": ("situation",),
    "no_task": ("task",),
    "no_action": ("action",),
    "no_result": ("result",),
    "no_own_role": ("action",),
    "number_no_context": ("context",),
    "vague": ("situation", "action", "result"),
    "short": WHOLE,
    "off_topic": WHOLE,
}
"""What she asks after to the parts that tell it."""

EPISODE_GAPS = ("no_situation", "no_action", "no_result", "no_own_role")
"""Gaps that only an answer to a question about an episode can have."""


def possible(gap: str, question: Question, story: Story) -> bool:
    """Whether an answer to this question can lack that."""
    if gap in EPISODE_GAPS and not question.asks_episode:
        return False
    if gap == "no_own_role":
        return bool(story.group)
    return gap != "number_no_context" or bool(story.number)


def answer(
    story: Story, gap: str, who: Candidate, rng: random.Random, said: Collection[str] = ()
) -> tuple[Segment, ...]:
    """An answer that lacks something.

    Args:
        story: what happened.
        gap: what is left out; empty for nothing.
        who: adds tangents, and has something else to say where the gap is "off_topic".
        rng: of the run.
        said: texts that were said before and are not said twice, where there are others.
    """
    if gap == "off_topic":
        return (Segment("answer", _fresh(who.elsewhere.texts, said, rng), "elsewhere"),)
    return _wandering([_segment(story, part) for part in _TOLD[gap]], who.tangents, rng)


def filled(
    story: Story,
    about: str,
    told: Collection[str],
    who: Candidate,
    rng: random.Random,
    said: Collection[str] = (),
) -> tuple[Segment, ...]:
    """What they reply to a follow-up; empty where all is told.

    Args:
        story: the one that they told.
        about: what she asks after: a gap, or anything else.
        told: parts that were told already.
        who: may evade.
        rng: of the run.
        said: texts that were said before and are not said twice, where there are others.
    """
    if who.evasions.texts and rng.random() < who.evasions.share:
        return (Segment("answer", _fresh(who.evasions.texts, said, rng), "evasion"),)
    wanted = [part for part in _FILLS.get(about, ()) if part not in told]
    if not wanted and about not in _FILLS:
        wanted = [part for part in WHOLE if not (_covers(told) & {part})][:2]
    if not wanted and "more" not in told:
        wanted = ["more"]
    return tuple(_segment(story, part) for part in wanted if getattr(story, part))


def requested(
    request: Request, question: Question | None, put: str, ask: Ask | None, rng: random.Random
) -> Segment | None:
    """The words of a request; None where it does not fit what was put.

    Args:
        request: which.
        question: in progress.
        put: her question as she put it last.
        ask: what a question about the job is to be.
        rng: of the run.
    """
    if request.act == "question":
        return None if ask is None else Segment("question", ask.text, topic=ask.topic)
    text = rng.choice(request.texts)
    term = ""
    if "{term}" in text:
        terms = () if question is None else tuple(t for t, _ in question.terms)
        fitting = [t for t in terms if t.lower() in put.lower()]
        if not fitting:
            return None
        term = rng.choice(fitting)
        text = text.replace("{term}", term)
    return Segment(request.act, text, term=term, meant=request.meant)


def missing(told: Sequence[str], question: Question) -> frozenset[str]:
    """What an answer lacks of which these parts were told so far.

    Args:
        told: parts of the story, or of other talk, in their order.
        question: that was answered.
    """
    parts = {part for part in told if part}
    has = _covers(parts)
    lacks: set[str] = set()
    solid = bool(has)
    if not solid:
        if parts & {"vague", "evasion"}:
            lacks.add("vague")
        if parts & {"brief"} or not parts:
            lacks.add("short")
        if "elsewhere" in parts:
            lacks.add("off_topic")
    elif len(has) == 1 and "more" not in parts:
        lacks.add("short")
    if "number" in parts and "context" not in parts:
        lacks.add("number_no_context")
    if question.asks_episode:
        lacks |= {f"no_{part}" for part in WHOLE if part not in has}
        if "group" in parts and "action" not in parts:
            lacks.add("no_own_role")
            lacks.discard("no_action")
    elif not solid and parts:
        lacks |= {"vague"}
    return frozenset(lacks)


def _covers(parts: Collection[str]) -> set[str]:
    """Parts of an episode that are told, in their own words or in others'."""
    has: set[str] = {part for part in WHOLE if part in parts}
    if "group" in parts:
        has.add("action")
    if "number" in parts:
        has.add("result")
    return has


def _fresh(texts: Sequence[str], said: Collection[str], rng: random.Random) -> str:
    return rng.choice([text for text in texts if text not in said] or list(texts))


def _segment(story: Story, part: StoryPart) -> Segment:
    text, facts = story.part(part)
    return Segment("answer", text, part, facts)


def _wandering(parts: list[Segment], extra: Extra, rng: random.Random) -> tuple[Segment, ...]:
    if not extra.texts or rng.random() >= extra.share:
        return tuple(parts)
    count = min(rng.randint(*extra.count), len(extra.texts))
    for text in rng.sample(extra.texts, count):
        parts.insert(rng.randint(1, len(parts)), Segment("answer", text, "tangent"))
    return tuple(parts)
