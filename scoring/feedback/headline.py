"""One sentence on the whole, honest about doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scoring.feedback.advice import Advice
from scoring.feedback.wording import Wording, capital
from scoring.record.session import Session
from scoring.rubric import load
from scoring.types import Score


def headline(
    session: Session,
    scores: Mapping[str, Score],
    strengths: Sequence[Advice],
    improvements: Sequence[Advice],
    less_sure: str | None,
    wording: Wording,
) -> str:
    """How it went, for the first screen.

    Args:
        session: what was recorded.
        scores: of it.
        strengths, improvements: what is told of it.
        less_sure: what makes the overall number less sure, a clause; None for nothing.
        wording: of the session.
    """
    words = load("coaching")["headline"]

    def say(name: str, **values: str) -> str:
        return wording.say(f"headline {name}", words[name], **values)

    if not any(a.spoken or a.typed for a in session.answers):
        return say("no_answer" if session.questions else "no_speech")
    good = next((a.clause for a in strengths if a.clause), "")
    work = next((a.clause for a in improvements if a.clause), "")
    if good and work:
        told = say("both", good=good, work=work)
    elif good:
        told = say("only_good", good=good)
    elif work:
        told = say("only_work", work=work)
    else:
        judged = any(score.value is not None for score in scores.values())
        return say("nothing" if judged else "little")
    if scores["overall"].value is None:
        return f"{told} {say('no_number')}"
    return f"{told} {capital(say('unsure', less_sure=less_sure))}" if less_sure else told
