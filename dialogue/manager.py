"""The interview as it runs: a step per tick, the candidate's state in, the recruiter's acts out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from dialogue.content.lines import Lines
from dialogue.content.persona import Persona
from dialogue.content.script import Condition, FollowUp, Interview, InterviewPlan, Question
from dialogue.content.stress import plain
from dialogue.content.wording import Wording
from dialogue.floor import OwnSpeech
from dialogue.followup import Answer, FollowUps, Transcript
from dialogue.pace import DialogueSettings
from dialogue.reactions import Reactions
from dialogue.silence import SilenceLadder
from dialogue.turntaking.turn import TurnDetector, TurnView
from dialogue.turntaking.turn_entry import Acknowledgement, wording
from dialogue.types import (
    AcknowledgeData,
    ActData,
    ActKind,
    AskData,
    Because,
    CloseData,
    Feedback,
    ListenData,
    RecruiterAct,
    SayData,
    WaitData,
)
from perception.calibration import VoiceBaseline
from perception.types import FACE_TRUSTED, CandidateState

Phase = Literal["settling", "greeting", "asking", "listening", "deciding", "closing", "finished"]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question in progress, main or follow-up."""

    index: int
    follow_up: FollowUp | None
    id: str
    text: str
    conditions: tuple[Condition, ...] = ()
    """Follow-ups asked so far, this one included."""


@dataclass(frozen=True, slots=True)
class _Before:
    """What was before a question that she has decided on and not begun to say."""

    act: RecruiterAct
    """The question."""
    phase: Phase
    asked: _Asked | None
    acknowledged: Acknowledgement


@dataclass(slots=True)
class _Answering:
    """What happened since the question was asked."""

    since_s: float = 0.0
    ladder: SilenceLadder = field(default_factory=SilenceLadder)
    acknowledged: Acknowledgement = field(default_factory=Acknowledgement)
    must_repeat: bool = False
    cut_short: bool = False
    over_s: float | None = None
    """When the answer was first found to be over."""
    typed: str | None = None
    withdrawn: int = 0
    """How often the next question was withdrawn because the answer went on."""


class DialogueManager:
    """Decides what the recruiter does.

    Pure: no threads, no clock, no files. Time is ``state.t_s``; chance comes from ``seed``. The
    same states and feedback give the same acts, to the bit.

    How acts are played:

    * ``say``, ``ask``, ``interrupt``, ``close`` and an ``acknowledge`` with text are spoken one
      after another in the order given; each posts Feedback ``start`` with its first sound and
      ``end`` with its last.
    * an ``acknowledge`` or ``listen`` without text is shown at once, over whatever else happens.
      Feedback for it is welcome and changes nothing.
    * ``wait`` with :class:`~dialogue.types.WaitData` ``stop``: she yields. Speech stops within a
      syllable, spoken acts that wait their turn are dropped, and each act so ended posts Feedback
      ``stopped``. With ``hold`` she falls silent within a syllable, in the middle of a line that is
      not over; no Feedback. Either ``resume`` follows, on which she goes on from the word in which
      she was cut, or a ``wait`` that stops her. With ``loudness`` the line in progress runs on,
      fainter, unheard or as loud as before.
    * ``listen`` marks the start of an answer, by its :class:`~dialogue.types.ListenData`: a new one
      (words heard from ``from_s`` on are an answer to ``question_id``), or the one before that goes
      on. Fusion's ``begin_answer`` and a recorded candidate's ``turn`` cue belong to a new one.

    Args:
        interview: a plan, or an interview from which one is made.
        persona: who sits opposite.
        settings: defaults apply when None.
        seed: of the session.
        questions: how many, the warm-up included, when ``interview`` is not yet a plan.
        start_at: index of the question to begin with, for an interview that was interrupted.
        wording: phrases the lines; picks among the written ones by default.
        voice: how the candidate speaks by nature, where that was measured before.
    """

    def __init__(
        self,
        interview: Interview | InterviewPlan,
        persona: Persona,
        settings: DialogueSettings | None = None,
        seed: int = 0,
        *,
        questions: int | None = None,
        start_at: int = 0,
        wording: Wording | None = None,
        voice: VoiceBaseline | None = None,
    ) -> None:
        self._settings = settings or DialogueSettings()
        if isinstance(interview, InterviewPlan):
            self._plan = interview
        else:
            self._plan = interview.plan(questions, seed)
        self._first = min(max(0, start_at), len(self._plan.questions) - 1)
        s = self._settings
        self._lines = Lines(self._plan, persona, seed, wording)
        self._patience = persona.manner.patience
        pitch_hz = None if voice is None else voice.pitch_range_hz
        self._turn = TurnDetector(s.turn, persona.manner.patience, pitch_hz=pitch_hz)
        self._reactions = Reactions(s.reactions, persona.manner, seed)
        self._follow_ups = FollowUps(s.follow_ups, seed, len(self._plan.questions))
        self._transcript = Transcript()
        self._own = OwnSpeech(s.ducking)
        self._phase: Phase = "settling"
        self._current: _Asked | None = None
        self._previous: tuple[_Asked, _Answering] | None = None
        self._before: _Before | None = None
        self._answering = _Answering()
        self._out: list[RecruiterAct] = []
        self._count = 0
        self._yields = 0
        self._greeted = 0
        self._began_s: float | None = None
        self._now_s = 0.0
        self._typed: list[str] = []
        self._told_no_microphone = False
        self._echoed = False

    def step(
        self, state: CandidateState, feedback: Sequence[Feedback] = ()
    ) -> tuple[RecruiterAct, ...]:
        """One tick.

        Args:
            state: the candidate now; its ``t_s`` never runs backwards.
            feedback: what became of earlier acts since the last tick.

        Returns:
            Acts to be played now, in order; most ticks none.
        """
        self._out = []
        self._now_s = state.t_s
        if self._began_s is None:
            self._began_s = state.t_s
            self._turn.begin(state.t_s)
        self._own.add_feedback(feedback, state.t_s)
        view = self._turn.step(state)
        self._echoed = self._own.echoed(view, state.t_s)
        self._transcript.add_words(state.words)
        if state.typed is not None and state.typed.strip():
            self._typed.append(state.typed.strip())
        self._hold_or_resume(state, view)
        listened = self._phase in ("listening", "deciding")
        self._answering.acknowledged.follow(view)
        self._step_phase(state, view)
        if not self.finished:
            # the view of a tick that opens or ends an answer speaks of the answer before
            listening = listened and self._phase in ("listening", "deciding")
            silent = self._phase != "listening" or self._answering.acknowledged.given
            reactions = self._reactions.step(
                state, view, listening, self._own.speaking, silent=silent
            )
            for reaction in reactions:
                text = self._lines.short("continuers") if reaction.vocal else ""
                if text:
                    self._answering.acknowledged.made(state.t_s)
                because, attitude = reaction.because, reaction.attitude
                self._act("acknowledge", because, text, attitude, reaction.data)
        return tuple(self._out)

    @property
    def finished(self) -> bool:
        """Whether she has said her last word."""
        return self._phase == "finished"

    @property
    def phase(self) -> Phase:
        """Where the interview stands."""
        return self._phase

    @property
    def question_id(self) -> str | None:
        """Id of the question in progress; a follow-up's is "question/condition"."""
        return None if self._current is None else self._current.id

    @property
    def progress(self) -> tuple[int, int]:
        """Number of the question in progress, from 1 (0 before the first), and of how many."""
        done = 0 if self._current is None else self._current.index + 1
        return done, len(self._plan.questions)

    @property
    def plan(self) -> InterviewPlan:
        """The questions of this interview."""
        return self._plan

    def upcoming(self) -> tuple[str, ...]:
        """Texts that she may say next, likeliest first, so that a voice can render them ahead."""
        return self._lines.upcoming(self._first - 1 if self._current is None else self._index)

    # One method per phase.

    def _step_phase(self, state: CandidateState, view: TurnView) -> None:
        if self._phase == "settling":
            self._settle(state)
        elif self._phase == "greeting":
            self._greet(state, view)
        elif self._phase == "asking":
            self._finish_asking(state, view)
        elif self._phase == "listening":
            self._listen(state, view)
        elif self._phase == "deciding":
            self._decide(state, view)
        elif self._phase == "closing" and not self._own.speaking:
            self._phase = "finished"

    def _settle(self, state: CandidateState) -> None:
        s = self._settings
        waited = state.t_s - (self._began_s or 0.0)
        seen = state.face is not None and state.face.confidence >= FACE_TRUSTED
        # a face that cannot come is not waited for
        enough = seen or "camera" in state.trouble or state.speaking or waited >= s.settle_most_s
        if waited < s.settle_s or not enough:
            return
        cue = "face" if seen else "voice" if state.speaking else "waited_s"
        self._say_greeting(Because("greeting", cue, round(waited, 3), s.settle_s))

    def _say_greeting(self, because: Because) -> None:
        self._greeted += 1
        self._act("say", because, self._lines.greeting, "warm", SayData("greeting"))
        self._phase = "greeting"

    def _greet(self, state: CandidateState, view: TurnView) -> None:
        s = self._settings
        if self._own.speaking:
            if self._own.overlap(state, view) >= s.barge_in_s:
                self._yield(state, view, "barge_in", s.barge_in_s)
            return
        if self._echoed and self._greeted < 3:
            self._say_greeting(Because("own_echo", "overlap_s", None, s.barge_in_s))
            return
        if self._tell_no_microphone(state) or state.opening:
            return  # before the microphone is open no answer would be heard: she asks nothing
        quiet = state.t_s - self._own.ended_s
        replying = view.talking or (view.heard and view.pause_s < 0.6)
        if quiet >= s.greeting_gap_s and (not replying or quiet >= 8.0):
            because = Because("first_question", "quiet_s", round(quiet, 3), s.greeting_gap_s)
            self._ask_main(self._first, because)

    def _finish_asking(self, state: CandidateState, view: TurnView) -> None:
        s = self._settings
        if not self._own.speaking:
            because = Because("question_asked", "own_speech", "ended", "ended")
            self._begin_answer(state.t_s, because)
            return
        if self._withdraw(state, view):
            return
        overlap = self._own.overlap(state, view)
        if self._yields >= s.yields_per_question or overlap <= 0:
            return
        started_over = self._own.elapsed(state.t_s) - overlap
        if self._previous is not None and started_over <= s.resume_s:
            if overlap >= s.resume_barge_in_s:
                self._let_go_on(state, view)
        elif overlap >= s.barge_in_s:
            share = self._own.share(state.t_s)
            because = self._yield(state, view, "barge_in", s.barge_in_s)
            self._begin_answer(state.t_s - overlap, because)
            self._answering.must_repeat = share < s.heard_share

    def _listen(self, state: CandidateState, view: TurnView) -> None:
        s = self._settings
        if self._own.saying:
            if self._own.overlap(state, view) >= s.barge_in_s:
                self._yield(state, view, "barge_in", s.barge_in_s)
            return
        if self._typed:
            self._take_typed()
        elif "microphone" in state.trouble:
            if not self._tell_no_microphone(state):
                self._climb_ladder(state, s.typing_patience)
        elif self._answering.must_repeat and view.heard and view.speech_s < 1.2:
            self._repeat_after_retreat(view)
        elif view.heard:
            if self._cut_in(state, view):
                return
            if view.over:
                self._answering.over_s = None
                self._phase = "deciding"
                self._take_floor(state, view)
            elif view.ended:
                self._make_first_sound(view)
        elif state.part_over and state.t_s - self._answering.since_s >= s.part_over_s:
            because = Because("part_over", "silence_s", round(s.part_over_s, 3), s.part_over_s)
            self._close(because, early=True)
        else:
            self._climb_ladder(state, 1.0)

    def _decide(self, state: CandidateState, view: TurnView) -> None:
        s, answering = self._settings, self._answering
        if answering.cut_short:
            quiet = state.t_s - self._own.ended_s
            if not self._own.speaking and (not view.talking or quiet >= 2.5):
                because = Because("answer_too_long", "own_speech", "ended", "ended")
                self._advance(state, because)
            return
        if answering.typed is not None:
            if not self._own.saying:
                answer = Answer(None, answering.typed, True, 1.0)
                because = Because("typed_answer", "typed", "handed in", "handed in")
                self._go_on(state, answer, because)
            return
        if view.talking:
            self._turn.resumed()
            self._phase = "listening"
            because = Because("answer_goes_on", "speech_s", round(view.stretch_s, 3), 0.0)
            self._act("listen", because, data=ListenData("continues"))
            return
        if self._typed:
            self._take_typed()
            return
        late = view.pause_s >= s.late_sound_s and not view.stirring
        if answering.acknowledged.withheld and late and not view.over:
            because = Because("end_of_turn", "silence_s", round(view.pause_s, 3), s.late_sound_s)
            self._sound(view, because)
        if not self._own.saying and view.over:
            self._take_floor(state, view)

    # Steps that several phases share.

    @property
    def _index(self) -> int:
        return 0 if self._current is None else self._current.index

    @property
    def _question(self) -> Question:
        return self._plan.questions[self._index]

    def _act(
        self,
        kind: ActKind,
        because: Because,
        text: str = "",
        attitude: str = "neutral",
        data: ActData | None = None,
    ) -> RecruiterAct:
        self._count += 1
        act = RecruiterAct(
            self._now_s,
            kind,
            plain(text),
            attitude,
            because,
            f"act-{self._count}",
            self.question_id,
            data,
        )
        self._out.append(act)
        if text:
            self._own.add(act)
        return act

    def _ask_main(self, index: int, because: Because, lead: str = "", thanks: bool = False) -> None:
        question = self._plan.questions[index]
        text = self._lines.ask(index, lead=not lead and index != self._first, thanks=thanks)
        asked = _Asked(index, None, question.id, self._lines.questions[index])
        self._ask(asked, f"{lead} {text}".strip(), because)

    def _ask(self, asked: _Asked, text: str, because: Because) -> None:
        resumable = self._current is not None and not self._answering.cut_short
        repeated = self._current is not None and self._current.id == asked.id
        if resumable and not repeated and self._current is not None:
            self._previous = (self._current, self._answering)
        else:
            self._previous = None
        if not repeated:
            self._yields = 0
        before, self._current = self._current, asked
        question = self._question
        data = AskData(
            competency=question.competency,
            follow_up_of=None if asked.follow_up is None else question.id,
            number=asked.index + 1,
            of=len(self._plan.questions),
            question=plain(asked.text),
        )
        attitude = "interested" if asked.follow_up is not None else "neutral"
        act = self._act("ask", because, text, attitude, data)
        acknowledged = self._answering.acknowledged.copy()
        self._before = _Before(act, self._phase, before, acknowledged)
        self._phase = "asking"

    def _begin_answer(self, from_s: float, because: Because) -> None:
        self._phase = "listening"
        self._before = None
        self._answering = _Answering(since_s=self._now_s)
        self._previous = None
        follow_up = self._current is not None and self._current.follow_up is not None
        expected_s = FOLLOW_UP_S if follow_up else self._question.usual_answer_s
        self._turn.begin(from_s, expected_s)
        self._transcript.begin(from_s)
        self._reactions.begin_answer()
        data = ListenData("new", from_s)
        self._act("listen", because, "", "interested", data)

    def _take_floor(self, state: CandidateState, view: TurnView) -> None:
        """Step two of taking the turn; late words are waited for only where they may decide."""
        answering = self._answering
        if answering.over_s is None:
            answering.over_s = state.t_s
        known = state.answer_final or view.words_reach_end
        asked = () if self._current is None else self._current.conditions
        matter = self._follow_ups.need_words(self._question, asked, view.speech_s)
        waited_s = state.t_s - answering.over_s
        if matter and not known and waited_s < self._settings.words_wait_s:
            return
        answer = Answer(view.speech_s, state.answer, known, self._transcript.confidence)
        self._go_on(state, answer, view.because(floor=True))

    def _yield(self, state: CandidateState, view: TurnView, rule: str, limit_s: float) -> Because:
        """She stops speaking because the candidate does not."""
        overlap = self._own.overlap(state, view)
        act = self._own.sounding
        because = Because(rule, "overlap_s", round(overlap, 3), limit_s)
        stops = "" if act is None else act.id
        self._act("wait", because, "", "interested", WaitData(stop=True, stops=stops))
        self._own.drop(state.t_s, overlap)
        self._yields += 1
        return because

    def _hold_or_resume(self, state: CandidateState, view: TurnView) -> None:
        """She falls silent at the candidate's first word over hers, and goes on if no more comes.

        Whether she yields is decided meanwhile, by ``barge_in_s``.
        """
        s = self._settings
        through = self._phase == "asking" and self._yields >= s.yields_per_question
        if not through or self._own.held:
            self._attend(state, view)
        ducked = self._own.duck(state, view, yields=not through)
        if ducked is not None:
            loudness, because = ducked
            act = self._own.sounding
            data = WaitData(loudness=loudness, act="" if act is None else act.id)
            self._act("wait", because, data=data)

    def _attend(self, state: CandidateState, view: TurnView) -> None:
        s = self._settings
        what = self._own.attend(state, view, s.hold_s, s.hold_quiet_s)
        if what is None:
            return
        overlap = round(self._own.overlap(state, view), 3)
        rule, limit = ("spoken_over", s.hold_s) if what == "hold" else ("only_a_word", s.barge_in_s)
        act = self._own.sounding
        held = "" if act is None else act.id
        data = WaitData(hold=what == "hold", resume=what == "resume", act=held)
        self._act("wait", Because(rule, "overlap_s", overlap, limit), "", "interested", data)

    def _withdraw(self, state: CandidateState, view: TurnView) -> bool:
        """Whether the candidate goes on before her question has begun, so that it is not said.

        It may wait behind her "mm-hm", or for its sound. Nobody has heard anything of it, so
        nothing is said about it either; it comes when the answer is over.
        """
        s, before, answering = self._settings, self._before, self._answering
        if before is None or answering.cut_short or answering.typed is not None:
            return False
        if answering.withdrawn >= s.yields_per_question or not self._own.unbegun(before.act):
            return False
        # what was heard so far, not until its end is told
        spoken_s = min(self._own.spoken_into(state, view, before.act.t_s), view.stretch_s)
        if spoken_s < s.hold_s:
            return False
        because = Because("answer_goes_on", "speech_s", round(spoken_s, 3), s.hold_s)
        data = WaitData(withdraw=True, act=before.act.id)
        self._act("wait", because, "", "interested", data)
        self._own.withdraw(before.act)
        if self._current is not None and self._current.follow_up is not None:
            repeated = before.asked is not None and before.asked.id == self._current.id
            if not repeated:
                self._follow_ups.give_back()
        self._current, self._before, self._previous = before.asked, None, None
        answering.acknowledged = before.acknowledged
        answering.withdrawn += 1
        answering.over_s = None
        self._turn.resumed()
        self._phase = "greeting" if before.phase == "greeting" else "listening"
        if self._phase == "listening":
            self._act("listen", because, data=ListenData("continues"))
        return True

    def _let_go_on(self, state: CandidateState, view: TurnView) -> None:
        """The answer was not over after all: back to the question before."""
        assert self._previous is not None
        because = self._yield(state, view, "answer_goes_on", self._settings.resume_barge_in_s)
        withdrawn = self._current
        self._current, self._answering = self._previous
        self._previous = None
        if withdrawn is not None and withdrawn.follow_up is not None:
            self._follow_ups.give_back()
        self._answering.over_s = None
        self._turn.cut_in()
        self._phase = "listening"
        self._act("acknowledge", because, self._lines.short("yields"), "warm", _NO_GESTURE)
        self._answering.acknowledged.made(state.t_s)
        self._act("listen", because, data=ListenData("continues"))

    def _repeat_after_retreat(self, view: TurnView) -> None:
        """The candidate fell silent again after cutting in (or it was her own echo)."""
        if view.talking or view.pause_s < 0.8:
            return
        self._repeat(Because("question_cut_off", "silence_s", round(view.pause_s, 3), 0.8))

    def _repeat(self, because: Because) -> None:
        assert self._current is not None
        text = f"{self._lines.short('resume')} {self._current.text}"
        self._ask(self._current, text, because)

    def _make_first_sound(self, view: TurnView) -> None:
        """Step one of taking the turn: a sound that fits whether or not the answer is over."""
        answering = self._answering
        self._phase = "deciding"
        answering.over_s = None
        line_answers = self._repeats(view.speech_s) or (
            answering.ladder.offered and view.speech_s < MOVED_ON_S
        )
        if line_answers or not answering.acknowledged.due(self._now_s):
            data = AcknowledgeData("nod", 0.4, 1)
            self._act("acknowledge", view.because(), "", "encouraging", data)
            return
        self._sound(view, view.because())

    def _sound(self, view: TurnView, because: Because) -> None:
        self._answering.acknowledged.made(self._now_s)
        line = self._lines.short(wording(view.speech_s, self._settings.follow_ups.short_speech_s))
        data = AcknowledgeData("nod", 0.45, 1)
        self._act("acknowledge", because, line, "warm", data)
        self._reactions.spoke(self._now_s)

    def _repeats(self, speech_s: float | None) -> bool:
        """Whether so short an answer came because her question was cut off: it comes again."""
        return self._answering.must_repeat and speech_s is not None and speech_s < REPEATED_S

    def _cut_in(self, state: CandidateState, view: TurnView) -> bool:
        """Ends an overlong answer at a pause, or after some grace without one."""
        longest = self._question.max_answer_s
        length = state.t_s - self._answering.since_s
        grace = self._settings.too_long_grace_s
        if length < longest or (view.pause_s < 0.25 and length < longest + grace):
            return False
        because = Because("answer_too_long", "answer_s", round(length, 2), longest)
        self._act("interrupt", because, self._lines.short("interruptions"), "warm")
        self._answering.cut_short = True
        self._phase = "deciding"
        return True

    def _climb_ladder(self, state: CandidateState, patience: float) -> None:
        """Helps a candidate who stays silent: a look, other words, an offer, the next question."""
        s, answering = self._settings, self._answering
        if state.typing:
            # the answer is under way, only slower than speech: patience starts anew
            answering.since_s = state.t_s
            return
        rung = answering.ladder.climb(
            state.t_s - answering.since_s,
            state.t_s - self._own.ended_s,
            s,
            patience * self._patience,
        )
        if rung is None:
            return
        if rung.step == "look":
            data = AcknowledgeData("smile", 0.4)
            self._act("acknowledge", rung.because, "", "encouraging", data)
        elif rung.step == "help":
            line = self._lines.help(self._question.id)
            if self._current is not None and self._current.follow_up is not None:
                line = f"{self._lines.short('encouragements')} {self._current.text}"
            self._act("say", rung.because, line, "encouraging", SayData("help"))
        elif rung.step == "offer":
            line = self._lines.short("offers_to_move_on")
            self._act("say", rung.because, line, "warm", SayData("offer"))
        else:
            self._advance(state, rung.because, lead=self._lines.short("moves_on"))

    def _take_typed(self) -> None:
        text = " ".join(self._typed)
        self._typed.clear()
        self._answering.typed = text
        self._phase = "deciding"
        because = Because("typed_answer", "typed", "handed in", "handed in")
        given = self._answering.acknowledged.given
        data = AcknowledgeData("nod", 0.4, 1)
        line = "" if given else self._lines.short("typed")
        self._act("acknowledge", because, line, "warm", data)

    def _tell_no_microphone(self, state: CandidateState) -> bool:
        """Says once that typing is fine; true when she says it now."""
        if "microphone" not in state.trouble or self._told_no_microphone:
            return False
        self._told_no_microphone = True
        self._answering = replace(self._answering, since_s=state.t_s)
        because = Because("no_microphone", "trouble", "microphone", "any")
        line = self._lines.short("no_microphone")
        self._act("say", because, line, "warm", SayData("no_microphone"))
        return True

    def _go_on(self, state: CandidateState, answer: Answer, because: Because) -> None:
        """After an answer: the same question again, a follow-up, the next one, or the end."""
        answering, current = self._answering, self._current
        if self._repeats(answer.speech_s):
            spoken_s = answer.speech_s
            self._repeat(Because("question_cut_off", "answer_speech_s", spoken_s, REPEATED_S))
            return
        if answering.ladder.offered and answer.words < 6 and (answer.speech_s or 0.0) < MOVED_ON_S:
            self._advance(state, because, lead=self._lines.short("moves_on"))
            return
        asked = () if current is None else current.conditions
        chosen = self._follow_ups.choose(self._question, asked, answer)
        if chosen is None or state.part_over:
            thanks = answering.typed is None and not answering.acknowledged.given
            self._advance(state, because, thanks=thanks)
            return
        follow_up, why = chosen
        question = self._question
        text = self._lines.follow_ups[question.id, follow_up.when]
        conditions = (*asked, follow_up.when)
        asked_id = f"{question.id}/{follow_up.when}"
        self._ask(_Asked(self._index, follow_up, asked_id, text, conditions), text, why)

    def _advance(
        self, state: CandidateState, because: Because, lead: str = "", thanks: bool = False
    ) -> None:
        last = self._index + 1 >= len(self._plan.questions)
        if last or state.part_over:
            self._close(because, early=not last)  # which thanks for all of it
            return
        self._ask_main(self._index + 1, because, lead, thanks)
        if thanks:
            self._answering.acknowledged.made(state.t_s)

    def _close(self, because: Because, early: bool) -> None:
        line = self._lines.early_closing if early else self._lines.closing
        self._act("close", because, line, "warm", CloseData(early))
        self._phase = "closing"


FOLLOW_UP_S = 15.0
"""Seconds that the answer to a follow-up usually takes: a sentence or two."""

REPEATED_S = 6.0
"""Seconds of speech up to which an answer that cut off her question is no answer to it."""
MOVED_ON_S = 2.0
"""Seconds of speech up to which a reply to her offer to move on takes it up."""

_NO_GESTURE = AcknowledgeData("none", 0.0)
