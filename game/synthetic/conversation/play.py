"""Plays whole interviews with candidates in words, faster than real time."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from dialogue.conduct.context import context_of
from dialogue.content.employer import load_employer
from dialogue.content.persona import Persona, load_persona
from dialogue.content.planning import InterviewPlan
from dialogue.content.script import load_interview
from dialogue.interviewing.settings import DialogueSettings
from dialogue.manager import DialogueManager
from dialogue.types import Feedback, RecruiterAct, answer_begins_s
from dialogue.understanding.understander import Understood
from game.synthetic.conversation.candidate import Candidate
from game.synthetic.conversation.her_lines import HerLines
from game.synthetic.conversation.inline import InlineUnderstanding, KeptUnderstanding
from game.synthetic.conversation.person import Person
from game.synthetic.conversation.recruiter_voice import SimulatedVoice
from game.synthetic.conversation.utterance import ShownCue, Utterance
from perception.clock import FakeClock
from perception.fusion import Fusion

TICK_S = 1 / 30
LONGEST_S = 3600.0
"""Seconds of session time after which an interview counts as never ending."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Which interview."""

    candidate: Candidate
    role: str
    persona: str
    manner: str
    seed: int
    questions: int = 4
    minutes: float = 0.0
    """For all of it; 0 for as long as the questions take."""


@dataclass(slots=True)
class Line:
    """A line of hers as it was heard."""

    act: RecruiterAct
    start_s: float | None = None
    """None where it was never begun."""
    end_s: float | None = None
    stopped: bool = False


@dataclass(slots=True)
class Played:
    """What came of an interview."""

    setting: Setting
    plan: InterviewPlan
    persona: Persona
    her: HerLines
    acts: list[RecruiterAct] = field(default_factory=list)
    lines: dict[str, Line] = field(default_factory=dict)
    """Of acts with words, by id."""
    understood: list[tuple[float, Understood]] = field(default_factory=list)
    utterances: list[Utterance] = field(default_factory=list)
    cues: tuple[ShownCue, ...] = ()
    step_ms: list[float] = field(default_factory=list)
    """Processor time of each of the manager's steps."""
    finished: bool = False
    ended_s: float = 0.0
    left: int = 0
    """Questions of the bank that were not asked."""

    @property
    def spoken(self) -> list[Line]:
        """Her lines that were heard, in order."""
        return sorted(
            (line for line in self.lines.values() if line.start_s is not None),
            key=lambda line: line.start_s or 0.0,
        )


def play(
    setting: Setting,
    kept: KeptUnderstanding,
    settings: DialogueSettings | None = None,
    longest_s: float = LONGEST_S,
) -> Played:
    """Plays one interview from its greeting to its end.

    Args:
        setting: who meets whom.
        kept: the networks of understanding.
        settings: of the dialogue; the minutes are those of ``setting``.
        longest_s: seconds of session time after which it is given up.
    """
    role, seed = setting.role, setting.seed
    interview, employer = load_interview(role), load_employer(role)
    persona = load_persona(setting.persona, seed, manner=setting.manner or None)
    manager = DialogueManager(
        interview,
        persona,
        _with_minutes(settings, setting.minutes),
        seed,
        questions=setting.questions,
        employer=employer,
        understands=True,
    )
    her = HerLines(persona, interview, employer)
    person = Person(setting.candidate, role, manager.plan, her, seed)
    understander = kept.understander(context_of(manager.plan, employer))
    understanding = InlineUnderstanding(understander)
    fusion, clock, voice = Fusion(), FakeClock(), SimulatedVoice()
    played = Played(setting, manager.plan, persona, her)
    waiting: list[Feedback] = []
    while clock.now() < longest_s and not manager.finished:
        t_s = clock.now()
        for item in person.until(t_s):
            fusion.add(item)
        waiting += voice.advance(t_s)
        understood = understanding.step(t_s, manager.inquiry)
        state = fusion.state(t_s)
        began = time.thread_time()
        acts = manager.step(state, tuple(waiting), understood)
        played.step_ms.append(1000.0 * (time.thread_time() - began))
        told, waiting = waiting, voice.play(acts, t_s)
        _take(played, acts, told)
        played.understood += [(t_s, each) for each in understood]
        for act in acts:
            begins_s = answer_begins_s(act)
            if begins_s is not None:
                fusion.begin_answer(begins_s)
        person.hear(acts, told, t_s)
        clock.sleep(TICK_S)
    played.utterances, played.cues = person.utterances, person.cues
    played.finished, played.ended_s = manager.finished, clock.now()
    asked = {a.question_id for a in played.acts if a.kind == "ask"}
    played.left = sum(q.id not in asked for q in manager.plan.every)
    return played


def _take(played: Played, acts: tuple[RecruiterAct, ...], told: list[Feedback]) -> None:
    played.acts += acts
    for act in acts:
        if act.text:
            played.lines[act.id] = Line(act)
    for each in told:
        line = played.lines.get(each.act_id)
        if line is None:
            continue
        if each.phase == "start":
            line.start_s = each.t_s
        else:
            line.end_s, line.stopped = each.t_s, each.phase == "stopped"


def _with_minutes(settings: DialogueSettings | None, minutes: float) -> DialogueSettings:
    settings = settings or DialogueSettings()
    return replace(settings, conduct=replace(settings.conduct, minutes=minutes))
