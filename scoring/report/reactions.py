"""What the recruiter reacted to, as the report tells it: her act, her reason, and plain words."""

from __future__ import annotations

from typing import Any

from dialogue.types import AcknowledgeData, AskData, Because, RecruiterAct, WaitData
from scoring.leaving_out import NOTHING_LEFT_OUT, LeftOut
from scoring.record.session import Session
from scoring.report.captions import clean
from scoring.rubric import load

REACTING = ("acknowledge", "interrupt", "wait")


def reactions(session: Session, left_out: LeftOut = NOTHING_LEFT_OUT) -> list[dict[str, Any]]:
    """Her reactions, in order of time, in the contract's shape.

    Besides: ``plain``, the same in a sentence; None where there is none for this rule. What she
    did because of a cue that was left out is not told.
    """
    found = []
    asked: dict[str | None, str] = {}
    attitude = "neutral"
    for act in session.acts:
        changed, attitude = act.attitude != attitude, act.attitude
        again = asked.get(act.question_id)
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
                "plain": plain_words(act, again),
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


def plain_words(act: RecruiterAct, asked_before: str | None = None) -> str | None:
    """What she understood and what she did then, in a sentence.

    None where there are no words for it.

    Args:
        act: hers.
        asked_before: the question as it was put before, where this act belongs to one that was.
    """
    because = act.because
    cause = None if because is None else _cause(because)
    if cause is None:
        return None
    sentence = f"{cause}; {_then(act, asked_before)}"
    return sentence[:1].upper() + sentence[1:] + "."


def _cause(because: Because) -> str | None:
    """What she went by, as a clause."""
    words = load("understood")
    if because.rule in words["you"]:
        told = f"you {words['you'][because.rule]}"
        sure = because.confidence is None or because.confidence >= words["sure"]
        return told if sure else f"she took it that {told}"
    if because.rule in words["she"]:
        values = {"value": clean(str(because.value)), "threshold": clean(str(because.threshold))}
        return str(words["she"][because.rule].format(**values))
    if because.cue == "gap" and because.value in words["gap"]:
        return f"she missed: {words['gap'][because.value]}"
    return None


def _then(act: RecruiterAct, asked_before: str | None) -> str:
    """What she did, as far as the act tells."""
    then = load("understood")["then"]
    if act.kind == "close":
        return str(then["closed"])
    if isinstance(act.data, AskData):
        if asked_before is not None:
            same = asked_before == (act.data.question or act.text)
            return str(then["again" if same else "other_words"])
        return str(then["followed_up" if act.data.follow_up_of else "went_on"])
    return str(then["replied" if act.text else "waited"])
