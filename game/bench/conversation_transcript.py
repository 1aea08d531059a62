"""Whole conversations as a person reads them: who, when, what, and dim what she made of it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from dialogue.content.manner import manners
from dialogue.types import Because
from dialogue.understanding.understander import Understood
from game.bench.conversation import setting
from game.bench.conversation_judged import faults, judged
from game.synthetic.conversation.candidate import candidates
from game.synthetic.conversation.inline import KeptUnderstanding
from game.synthetic.conversation.play import Line, Played, play
from game.synthetic.conversation.utterance import Utterance

NAME_WIDTH = 9


def show(count: int) -> None:
    """Plays interviews with all candidates in turn and prints them.

    Args:
        count: how many.

    Raises:
        ModelError: a model of understanding is missing or damaged.
    """
    console = Console(highlight=False, soft_wrap=True)
    kept = KeptUnderstanding()
    names = candidates()
    for number in range(count):
        name = names[number % len(names)]
        # another manner for each, and for the second round another role
        seed = (number + number // len(names)) % len(manners()) + 5 * (number // len(names))
        played = play(setting(name, number, seed), kept)
        for line in transcript(played):
            console.print(line)
        console.print()


def transcript(played: Played) -> Iterator[Text]:
    """The lines of one conversation."""
    s = played.setting
    yield Text(
        f"{s.candidate.title} · {s.role} · {played.persona.display_name}, {s.manner} · "
        f"seed {s.seed} · {_clock(played.ended_s)}",
        "bold",
    )
    yield Text(s.candidate.description, "italic")
    told: list[tuple[float, int, list[Text]]] = []
    for line in played.spoken:
        told.append((line.start_s or 0.0, 0, list(_hers(line))))
    for utterance in played.utterances:
        told.append((utterance.start_s, 1, list(_theirs(utterance))))
    for t_s, understood in _last(played):
        told.append((t_s, 2, [Text(f"{'':7}{_understood(understood)}", "dim")]))
    for _, _, lines in sorted(told, key=lambda each: each[:2]):
        yield from lines
    for fault in faults(judged(played)):
        yield Text(f"✗ {fault}", "red")


def _hers(line: Line) -> Iterator[Text]:
    act = line.act
    shown = Text(f"{_clock(line.start_s or 0.0)}  ")
    shown.append(f"{'SHE':{NAME_WIDTH}}", "bold cyan")
    shown.append(act.text + (" —" if line.stopped else ""))
    yield shown
    if act.because is not None and act.kind != "acknowledge":
        yield Text(f"{'':7}{act.kind}, {act.attitude}: {_reason(act.because)}", "dim")


def _theirs(utterance: Utterance) -> Iterator[Text]:
    shown = Text(f"{_clock(utterance.start_s)}  ")
    shown.append(f"{'typed' if utterance.typed else 'CANDIDATE':{NAME_WIDTH}} ", "bold yellow")
    shown.append(utterance.text if utterance.cut else utterance.intended.text)
    if utterance.cut:
        shown.append(" —")
    yield shown


def _reason(because: Because) -> str:
    told = f"{because.rule} ({because.cue} {because.value}"
    if because.threshold is not None:
        told += f", from {because.threshold}"
    return f"{told})" + (f" “{because.quote}”" if because.quote else "")


def _last(played: Played) -> list[tuple[float, Understood]]:
    """Of each answer what was understood in the end, with the time of it."""
    found: dict[tuple[str | None, int], tuple[float, Understood]] = {}
    for t_s, understood in played.understood:
        inquiry = understood.inquiry
        if inquiry.complete:
            found[inquiry.question_id, inquiry.answer] = (t_s, understood)
    return list(found.values())


def _understood(understood: Understood) -> str:
    acts = ", ".join(f"{a.act} {a.confidence:.2f}" for a in understood.understanding.acts)
    told = [f"understood: {acts or 'nothing'}"]
    if understood.understanding.facts:
        facts = (f"{fact.kind} “{fact.text}”" for fact in understood.understanding.facts)
        told.append("facts " + ", ".join(facts))
    if understood.topics:
        told.append(
            "asks about " + ", ".join(t.topic or "something else" for t in understood.topics)
        )
    if understood.term:
        told.append(f"term “{understood.term}”")
    quality = understood.quality
    if quality is not None:
        gaps = ", ".join(f"{gap.name} {gap.confidence:.2f}" for gap in quality.gaps)
        told.append(f"lacks {gaps or 'nothing'}; strength {quality.strength:.2f}")
    if understood.told_before:
        told.append(f"told before at {understood.told_before}")
    if understood.contradiction is not None:
        told.append(f"contradicts “{understood.contradiction.before}”")
    return "; ".join(told)


def _clock(t_s: float) -> str:
    return f"{int(t_s // 60):02d}:{int(t_s % 60):02d}"
