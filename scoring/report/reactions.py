"""What the recruiter reacted to, as the report tells it: the act, its reason, and plain words."""

from __future__ import annotations

import re
from typing import Any

from dialogue.types import AcknowledgeData, AskData, Because, RecruiterAct, SayData, WaitData
from scoring.feedback.wording import MISSED, TOOK_IT, Told, Wording, capital, wording_of
from scoring.leaving_out import NOTHING_LEFT_OUT, LeftOut
from scoring.record.session import Session
from scoring.report.captions import clean
from scoring.rubric import load

REACTING = ("acknowledge", "interrupt", "wait")

_SECONDS = re.compile(r"(\d+(?:\.\d+)?) s\b")
_OF_SECONDS = re.compile(r"_s(?:$| )")


def reactions(session: Session, left_out: LeftOut = NOTHING_LEFT_OUT) -> list[dict[str, Any]]:
    """The reactions, in order of time, in the contract's shape.

    Besides: ``plain``, the same in a sentence. What was done because of a cue that was left out is
    not told.
    """
    found = []
    asked: dict[str | None, str] = {}
    attitude = "neutral"
    wording = wording_of(session)
    for act in session.acts:
        changed, attitude = act.attitude != attitude, act.attitude
        again = asked.get(act.question_id)
        begun = bool(asked)
        if isinstance(act.data, AskData):
            asked[act.question_id] = act.data.question or act.text
        because = act.because
        if because is None or not _reacts(act, because, changed):
            continue
        if _names(because.cue) & left_out.reactions:
            continue
        gesture = act.data.gesture if isinstance(act.data, AcknowledgeData) else None
        what = " ".join(str(p) for p in (act.kind, gesture) if p)
        if act.text:
            what += f": “{clean(act.text)}”"
        found.append(
            {
                "t_s": act.t_s,
                "what": what,
                "because": {
                    "rule": because.rule,
                    "cue": because.cue,
                    "value": because.value,
                    "threshold": because.threshold,
                    "act": because.act,
                    "confidence": because.confidence,
                    "quote": None if because.quote is None else clean(because.quote),
                },
                "plain": plain_words(act, wording, again, begun),
            }
        )
    return found


def _names(cue: str) -> frozenset[str]:
    """The cue of a reason and those that it rests on, as in "nerves (fidget, fillers_per_min)"."""
    name, _, rests_on = cue.partition(" (")
    return frozenset((name, *rests_on.rstrip(")").split(", ")))


def _reacts(act: RecruiterAct, because: Because, changed: bool) -> bool:
    """Whether a candidate would call it a reaction; ``changed``: with another face than before."""
    if isinstance(act.data, WaitData) and act.data.loudness:
        return False  # a moment's doubt
    if act.kind in REACTING or (changed and act.kind != "listen"):
        return True
    return because.cue == "gap" or because.act is not None or because.quote is not None


def plain_words(
    act: RecruiterAct, wording: Wording, asked_before: str | None = None, begun: bool = True
) -> str:
    """What the recruiter did and by what, in a sentence.

    Args:
        act: of the recruiter.
        wording: of the session.
        asked_before: the question as it was put before, where this act belongs to one that was.
        begun: whether any question was put before.
    """
    because = act.because
    cause = None if because is None else _cause(because, wording)
    if cause is not None:
        told = f"{cause}; {_then(act, wording, asked_before)}"
        return capital(told) + "."
    did = _did(act, wording, asked_before, begun)
    seen = None if because is None else _seen(because, wording, act.id)
    return capital(f"{wording.recruiter.called} {did}{f', {seen}' if seen else ''}") + "."


def _cause(because: Because, wording: Wording) -> str | None:
    """What was understood of the candidate, as a clause; None where nothing was."""
    words = load("understood")
    if because.rule in words["you"]:
        told = f"you {wording.within(words['you'][because.rule])}"
        sure = because.confidence is None or because.confidence >= words["sure"]
        took_it = words.get("took_it", TOOK_IT)
        return told if sure else wording.within(took_it, told=told)
    if because.rule in words["she"]:
        values = {"value": clean(str(because.value)), "threshold": clean(str(because.threshold))}
        return wording.within(str(words["she"][because.rule]), **values)
    if because.cue == "gap" and because.value in words["gap"]:
        missed = words.get("missed", MISSED)
        return wording.within(missed, gap=words["gap"][because.value])
    return None


def _then(act: RecruiterAct, wording: Wording, asked_before: str | None) -> str:
    """What was done then, as far as the act tells."""
    then = load("understood")["then"]
    return wording.within(str(then[_outcome(act, asked_before)]))


def _outcome(act: RecruiterAct, asked_before: str | None) -> str:
    if act.kind == "close":
        return "closed"
    if isinstance(act.data, AskData):
        if asked_before is not None:
            same = asked_before == (act.data.question or act.text)
            return "again" if same else "other_words"
        return "followed_up" if act.data.follow_up_of else "went_on"
    return "replied" if act.text else "waited"


def _did(act: RecruiterAct, wording: Wording, asked_before: str | None, begun: bool) -> str:
    """What was done, behind the name."""
    did = load("understood").get("did", {})
    if isinstance(act.data, AcknowledgeData):
        return _acknowledged(act, act.data, wording)
    name = _deed(act, asked_before, begun)
    return wording.within(did.get(name) or did.get("any") or "reacted")


def _deed(act: RecruiterAct, asked_before: str | None, begun: bool) -> str:
    """The key of ``[did]`` for what is no backchannel."""
    if isinstance(act.data, AskData):
        outcome = _outcome(act, asked_before)
        return "asked" if outcome == "went_on" and not begun else outcome
    if isinstance(act.data, SayData) and act.data.purpose == "greeting":
        return "greeted"
    if isinstance(act.data, WaitData):
        held = {"stopped": act.data.stop, "held": act.data.hold, "resumed": act.data.resume}
        held |= {"withdrew": act.data.withdraw, "softer": bool(act.data.loudness)}
        return next((name for name, is_so in held.items() if is_so), "waited")
    usual = {"say": "said", "interrupt": "interrupted", "listen": "listened", "close": "closed"}
    return usual.get(act.kind, "any")


def _acknowledged(act: RecruiterAct, data: AcknowledgeData, wording: Wording) -> str:
    did = load("understood").get("did", {})
    text = clean(act.text)
    several = data.gesture == "nod" and (data.repetition or 1) > 1
    moved = did.get("nods" if several else data.gesture)
    if moved is None and not text:
        return str(did.get("any") or "reacted")
    if moved is None:
        return wording.within(did.get("sound", "said “{text}”"), text=text)
    moved = wording.within(moved)
    both = did.get("with_sound", "{did} and said “{text}”")
    return wording.within(both, did=moved, text=text) if text else moved


def _seen(because: Because, wording: Wording, act_id: str) -> str | None:
    """By what, as a clause; None where there are no words for the rule."""
    told: Told | None = load("understood").get("seen", {}).get(because.rule)
    if told is None:
        return None
    variants = (told,) if isinstance(told, str) else tuple(told)
    seconds = _seconds(because)
    fitting = [v for v in variants if (seconds is not None) == ("{seconds}" in v)]
    fitting = fitting or [v for v in variants if "{seconds}" not in v]
    if not fitting:
        return None
    # by the act as well, so that a dozen nods do not read the same
    chosen = wording.one(f"{because.rule} {act_id}", fitting)
    return wording.within(chosen, seconds="" if seconds is None else seconds)


def _seconds(because: Because) -> str | None:
    """How many seconds a reason tells of, as people say it; None where it tells of none."""
    told = _SECONDS.search(because.cue)
    if told:
        value = float(told[1])
    elif _OF_SECONDS.search(because.cue) and isinstance(because.value, int | float):
        value = float(because.value)
    else:
        return None
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"
