"""Whether every request, upset and reply to an offer was understood and met.

What meets an act is told by the written lines that she says and by the question that she puts
next, not by what she believes to have heard.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from game.bench.conversation_exchange import Exchange, Tally, exchanges, label, short
from game.synthetic.conversation.play import Played
from game.synthetic.conversation.utterance import Segment

Meets = Callable[[Exchange, Segment], bool]

ASKS_BACK = frozenset(("unsure", "unsure_repeat", "unheard"))
_SOUNDS = frozenset(
    ("continuers", "short_acknowledgements", "acknowledgements", "typed", "thinking")
)
_HOPS = 2
"""How often she may ask what was meant before it counts as not understood."""


def _says(*kinds: str) -> Meets:
    return lambda exchange, segment: bool(exchange.kinds & set(kinds))


def _explains(exchange: Exchange, segment: Segment) -> bool:
    if segment.term:
        wanted = f"{exchange.base}/{segment.term}"
        return any(p.kind == "term" and p.of == wanted for p in exchange.pieces)
    told = {"explains", "simple", "help"} & exchange.kinds
    return bool(told) or ("/" in exchange.put_id and exchange.again)


def _rephrases(exchange: Exchange, segment: Segment) -> bool:
    told = {"simple", "help", "explains", "term"} & exchange.kinds
    return bool(told) or ("/" in exchange.put_id and exchange.again)


def _answers(exchange: Exchange, segment: Segment) -> bool:
    if segment.topic:
        return any(p.kind == "topic" and p.of == segment.topic for p in exchange.pieces)
    return "unknown" in exchange.kinds


def _waits(exchange: Exchange, segment: Segment) -> bool:
    return not exchange.asked and not exchange.closed and not exchange.kinds & ASKS_BACK


def _accepts_none(exchange: Exchange, segment: Segment) -> bool:
    offered = exchange.kinds & {"accepts_none", "other_angle", "help", "no_more_questions"}
    return bool(offered) or exchange.moved_on


def _troubled(exchange: Exchange, segment: Segment) -> bool:
    return f"trouble_{segment.meant}" in exchange.kinds


def _other_language(exchange: Exchange, segment: Segment) -> bool:
    return "other_language" in exchange.kinds or exchange.moved_on


def _laughs(exchange: Exchange, segment: Segment) -> bool:
    amused = any(act.attitude == "amused" for act in exchange.acts)
    return amused or "laughs" in exchange.kinds


def _not_puzzled(exchange: Exchange, segment: Segment) -> bool:
    return not exchange.kinds & ASKS_BACK


MET: dict[str, Meets] = {
    "repeat": lambda exchange, segment: exchange.again,
    "rephrase": _rephrases,
    "explain": _explains,
    "think_time": _waits,
    "question": _answers,
    "no_example": _accepts_none,
    "decline": lambda exchange, segment: exchange.moved_on,
    "correct_self": _not_puzzled,
    "small_talk": _says("greets_back", "well_thanks", "thanks_back", "small_talk"),
    "joke": _laughs,
    "trouble": _troubled,
    "upset": _says("reassures"),
    "stop": _says("confirms_stop"),
    "other_language": _other_language,
    "aside": _waits,
    "insult": _says("sets_boundary", "last_warning", "ends_insulted"),
    "order": _says("stays_in_role"),
}
"""Act to what has to come of it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one request."""

    act: str
    met: bool
    asked_back: int
    """How often she asked what was meant."""
    told: str
    """Where, what was said and what she said."""


def outcomes(played: Played) -> list[Outcome]:
    """What came of every request of an interview."""
    found = []
    run = exchanges(played)
    for number, exchange in enumerate(run):
        intended = exchange.utterance.intended
        if exchange.utterance.cut or intended.again:
            continue
        if intended.purpose == "greeting":
            continue  # she replies to it, or goes on to her first question
        if intended.purpose == "assent":
            outcome = _assented(played, exchange)
            found += [outcome] if outcome is not None else []
            continue
        for segment in exchange.utterance.said:
            if segment.act in MET:
                found.append(_outcome(played, run, number, segment))
    return found


def tallied(found: Sequence[Outcome]) -> tuple[Tally, dict[str, Tally]]:
    """How many were met, in all and by act."""
    whole = Tally()
    by_act: dict[str, Tally] = {}
    for outcome in found:
        for tally in (whole, by_act.setdefault(outcome.act, Tally())):
            tally.count(outcome.met, outcome.told)
    return whole, by_act


def _outcome(played: Played, run: Sequence[Exchange], number: int, segment: Segment) -> Outcome:
    asked_back = 0
    at = number
    while asked_back < _HOPS and run[at].kinds & ASKS_BACK and at + 1 < len(run):
        following = run[at + 1].utterance.intended
        if not (following.again or following.offer == "repeat"):
            break
        asked_back += 1
        at += 1
    last = run[at]
    words = last.utterance.said
    # what was said again may have been put in other words, about another term
    meant = words[0] if at > number and words and words[0].act == segment.act else segment
    met = MET[segment.act](last, meant)
    said = " / ".join(e.said or "(nothing)" for e in run[number : at + 1])
    told = f"{segment.act} {short(segment.text)!r} → {short(said, 40)!r}"
    return Outcome(segment.act, met, asked_back, label(played, run[number].utterance.end_s, told))


def _assented(played: Played, exchange: Exchange) -> Outcome | None:
    """Whether a yes or a no was taken as such."""
    intended = exchange.utterance.intended
    yes = intended.assents
    met = {
        "stop": exchange.closed if yes else not exchange.closed,
        "rest": (
            "takes_break" in exchange.kinds
            if yes
            else "goes_on" in exchange.kinds or exchange.moved_on
        ),
        "move_on": exchange.moved_on if yes else not exchange.moved_on,
        "repeat": exchange.again if yes else not exchange.again,
        None: exchange.closed,
    }[intended.offer]
    name = f"{'yes' if yes else 'no'}_to_{intended.offer or 'questions'}"
    told = f"{name} {intended.text!r} → {short(exchange.said or '(nothing)', 40)!r}"
    return Outcome(name, met, 0, label(played, exchange.utterance.end_s, told))
