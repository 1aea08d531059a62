"""Conversations written by hand, for trying what a bench makes of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from dialogue.content.employer import load_employer
from dialogue.content.persona import load_persona
from dialogue.content.planning import plan_of
from dialogue.content.script import Question, load_interview
from dialogue.types import (
    AcknowledgeData,
    ActKind,
    AskData,
    Because,
    CloseData,
    ListenData,
    RecruiterAct,
    spoken_s,
)
from game.synthetic.conversation.candidate import load_candidate
from game.synthetic.conversation.her_lines import HerLines
from game.synthetic.conversation.phrases import Offer
from game.synthetic.conversation.play import Line, Played, Setting
from game.synthetic.conversation.utterance import (
    Intended,
    Purpose,
    Segment,
    ShownCue,
    Utterance,
)

ROLE = "nurse"
INTERVIEW = load_interview(ROLE)


def question(question_id: str) -> Question:
    """A question of the bank."""
    return plan_of(INTERVIEW).question(question_id)


def line_of(field_name: str, **values: str) -> str:
    """A written line of hers that has just these placeholders, filled."""
    says = load_persona("anna", manner="neutral").says
    lines = getattr(says, field_name, None)
    lines = lines or getattr(load_persona("anna").lines, field_name)
    fitting = [line for line in lines if all("{" + name + "}" in line for name in values)]
    text = next(line for line in fitting if line.count("{") == len(values))
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return str(text[:1].upper() + text[1:])


@dataclass
class Written:
    """A conversation that is written turn by turn, on a clock of its own."""

    minutes: float = 0.0
    manner: str = "neutral"
    candidate: str = "confident"
    t_s: float = 0.0
    question_id: str = ""
    played: Played = field(init=False)

    def __post_init__(self) -> None:
        persona = load_persona("anna", manner=self.manner)
        who = load_candidate(self.candidate)
        setting = Setting(who, ROLE, "anna", self.manner, 1, 4, self.minutes)
        her = HerLines(persona, INTERVIEW, load_employer(ROLE))
        self.played = Played(setting, plan_of(INTERVIEW), persona, her, finished=True)

    def act(
        self,
        kind: ActKind,
        text: str = "",
        data: object = None,
        rule: str = "",
        attitude: str = "neutral",
        lasts_s: float | None = None,
    ) -> RecruiterAct:
        """She does something now, and a line is heard to its end."""
        act = RecruiterAct(
            self.t_s,
            kind,
            text,
            attitude,
            Because(rule, "cue"),
            f"act-{len(self.played.acts)}",
            self.question_id,
            data,  # type: ignore[arg-type]
        )
        self.played.acts.append(act)
        if text:
            length_s = spoken_s(text) if lasts_s is None else lasts_s
            self.played.lines[act.id] = Line(act, self.t_s + 0.06, self.t_s + 0.06 + length_s)
            self.t_s += 0.2 + length_s
        self.played.ended_s = max(self.played.ended_s, self.t_s)
        return act

    def says(self, text: str, **more: str) -> None:
        """A line that is no question."""
        self.act("say", text, **more)  # type: ignore[arg-type]

    def asks(self, question_id: str, text: str = "", lead: str = "", rule: str = "") -> None:
        """A question, or a follow-up: "error/no_result"."""
        self.question_id = question_id
        bare = text or question(question_id).text[0]
        self.act("ask", f"{lead} {bare}".strip(), AskData(question=bare), rule)
        self.act("listen", data=ListenData("new", self.t_s))

    def shows(self, rule: str, gesture: str = "nod") -> None:
        """Something without words."""
        data = AcknowledgeData(gesture)  # type: ignore[arg-type]
        self.act("acknowledge", data=data, rule=rule)

    def closes(self, early: bool = False) -> None:
        """The farewell."""
        self.act("close", INTERVIEW.closings[0], CloseData(early))

    def hears(
        self,
        *segments: Segment,
        purpose: Purpose = "answer",
        offer: Offer | None = None,
        assents: bool = False,
        again: bool = False,
        seconds: float = 5.0,
    ) -> Utterance:
        """The candidate says something, to its end."""
        intended = Intended(purpose, self.question_id, segments, offer, assents, again)
        start_s, end_s = self.t_s + 0.5, self.t_s + 0.5 + seconds
        done = {i: start_s + seconds * (i + 1) / len(segments) for i in range(len(segments))}
        utterance = Utterance(intended, len(self.played.utterances), start_s, end_s, done)
        self.played.utterances.append(utterance)
        self.t_s = end_s + 0.8
        self.played.ended_s = self.t_s
        return utterance

    def sees(self, kind: str, from_s: float, lasts_s: float) -> None:
        """The candidate shows something."""
        cue = ShownCue(kind, from_s, from_s + lasts_s)
        self.played.cues = (*self.played.cues, cue)


def part(name: str, text: str = "") -> Segment:
    """A part of an answer."""
    return Segment("answer", text or f"This is the {name} of it.", name)


def whole(*without: str) -> tuple[Segment, ...]:
    """An answer in its four parts, but for some."""
    names = ("situation", "task", "action", "result")
    return tuple(part(name) for name in names if name not in without)
