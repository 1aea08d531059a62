"""Conversations in typed words on a fake clock, with what was understood at each turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from dialogue.conduct.context import context_of
from dialogue.content.employer import load_employer
from dialogue.content.persona import load_persona
from dialogue.content.script import load_interview
from dialogue.interviewing.settings import DialogueSettings
from dialogue.manager import DialogueManager
from dialogue.types import Feedback, RecruiterAct
from dialogue.understanding.record import understood_of, understood_table
from dialogue.understanding.understander import Inquiry, Understander, Understood
from perception.types import CandidateState
from tests.fakes import Loudspeaker

TICK_S = 1 / 30
READ_S = 1.5
"""Seconds after which somebody who types has handed in what they had to say."""

Typist = Callable[[str | None, str], str | None]
"""From the question's id and her last line to what is typed; None for nothing more."""


@dataclass
class Conversation:
    """What was said."""

    manager: DialogueManager
    acts: list[RecruiterAct] = field(default_factory=list)
    turns: list[tuple[str, str]] = field(default_factory=list)
    """("you" or "her", text), in order."""
    understood: list[Understood] = field(default_factory=list)
    length_s: float = 0.0

    def after(self, text: str) -> str:
        """All that she said after something was typed, up to the next."""
        said: list[str] = []
        found = False
        for who, line in self.turns:
            if who == "you":
                if found:
                    break
                found = line == text
            elif found:
                said.append(line)
        return " ".join(said)

    def rules_after(self, text: str) -> list[str]:
        """Why she said it."""
        lines = self.after(text)
        return [
            a.because.rule
            for a in self.acts
            if a.text and a.text in lines and a.because is not None
        ]


def converse(
    typed: Iterable[str] | Typist,
    role: str = "nurse",
    persona: str = "anna",
    manner: str | None = None,
    seed: int = 1,
    questions: int = 3,
    settings: DialogueSettings | None = None,
    most_s: float = 3600.0,
) -> Conversation:
    """Holds an interview with somebody who types.

    Args:
        typed: what is typed, one after the other, or what decides on it.
        role: of the interview.
        persona: who asks.
        manner: in which.
        seed: of the session.
        questions: how many.
        settings: of the dialogue.
        most_s: s after which it is given up.
    """
    employer = load_employer(role)
    manager = DialogueManager(
        load_interview(role),
        load_persona(persona, seed, manner=manner),
        settings,
        seed=seed,
        questions=questions,
        employer=employer,
        understands=True,
    )
    understander = Understander(context_of(manager.plan, employer))
    lines = iter(()) if callable(typed) else iter(typed)
    found = Conversation(manager)
    speaker = Loudspeaker()
    feedback: list[Feedback] = []
    told: list[Understood] = []
    last: Inquiry | None = None
    waited_s = t_s = 0.0
    while not manager.finished and t_s < most_s:
        text = None
        listening = manager.phase == "listening" and not speaker.sounding
        waited_s = waited_s + TICK_S if listening else 0.0
        if listening and waited_s - TICK_S < READ_S <= waited_s:
            hers = [line for who, line in found.turns if who == "her"]
            text = typed(manager.question_id, hers[-1]) if callable(typed) else next(lines, None)
            if text is not None:
                found.turns.append(("you", text))
        acts = manager.step(CandidateState(t_s, typed=text, trouble=("camera",)), feedback, told)
        told = []
        inquiry = manager.inquiry
        if inquiry is not None and inquiry != last:
            last = inquiry
            told = [understood_of(understood_table(understander.understand(inquiry)))]
            found.understood += told
        found.acts += acts
        found.turns += [("her", act.text) for act in acts if act.text]
        feedback = speaker.play(acts, t_s)
        t_s += TICK_S
        feedback = feedback + speaker.advance(t_s)
    found.length_s = t_s
    return found
