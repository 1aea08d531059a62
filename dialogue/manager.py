"""The interview as it runs: a step per tick, the candidate's state in, the recruiter's acts out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from dialogue.conduct.agenda import Agenda
from dialogue.conduct.conduct import Conduct
from dialogue.conduct.cue_words import is_request
from dialogue.conduct.mood import Mood, MoodState
from dialogue.conduct.moves import Move, Reply
from dialogue.conduct.small_talk import small_talk
from dialogue.conduct.time_budget import TimeBudget
from dialogue.content.employer import Employer
from dialogue.content.lines import Lines
from dialogue.content.manner import Attitude
from dialogue.content.persona import Persona
from dialogue.content.script import Interview, InterviewPlan, Question
from dialogue.content.stress import plain
from dialogue.content.wording import Wording
from dialogue.floor import OwnSpeech
from dialogue.followup import Answer, FollowUps, Transcript
from dialogue.pace import DialogueSettings
from dialogue.reacting.engine import Reaction, Reactions
from dialogue.reacting.suppositions import Supposition
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
from dialogue.understanding.assent import Offer
from dialogue.understanding.understander import Inquiry, Understood
from perception.calibration import VoiceBaseline
from perception.types import FACE_TRUSTED, CandidateState

Phase = Literal["settling", "greeting", "asking", "listening", "deciding", "closing", "finished"]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question in progress, main or follow-up."""

    index: int
    """In the plan's ``every``; -1 where the candidate is to ask."""
    follow_up: str
    """What a follow-up is about; empty for a main question."""
    id: str
    text: str
    conditions: tuple[str, ...] = ()
    """Follow-ups asked so far, this one included."""
    first_text: str = ""
    """As it was put first, where it has been put in other words since."""


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
    """What was handed in, with what was said aloud beside it."""
    handed_s: float = 0.0
    """When it was handed in first."""
    typed_s: float = 0.0
    """When the last of it came."""
    withdrawn: int = 0
    """How often the next question was withdrawn because the answer went on."""
    offered: Offer | None = None
    """What of hers a yes or no would reply to."""
    patience: float = 1.0
    """Factor on the ladder's times: the candidate asked for time."""
    thinking: bool = False
    """Whether she has shown that she thinks about what was said."""


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
        employer: what she knows of the job.
        understands: whether :attr:`inquiry` is answered, so that she goes by what was understood;
            if not, an answer's length and a few words of it have to do.
        supposed: values of cues that stand in for those that are measured.
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
        employer: Employer | None = None,
        understands: bool = False,
        supposed: Sequence[Supposition] = (),
    ) -> None:
        self._settings = settings or DialogueSettings()
        if isinstance(interview, InterviewPlan):
            self._plan = interview
        else:
            structured = self._settings.conduct.mode == "structured"
            self._plan = interview.plan(questions, seed, structured)
        first = min(max(0, start_at), len(self._plan.questions) - 1)
        s = self._settings
        self._budget = TimeBudget(s.conduct.minutes)
        self._agenda = Agenda(self._plan, first, s.conduct, self._budget)
        self._first = first
        self._lines = Lines(self._plan, persona, seed, wording)
        self._patience = persona.manner.patience
        pitch_hz = None if voice is None else voice.pitch_range_hz
        self._turn = TurnDetector(s.turn, persona.manner.patience, pitch_hz=pitch_hz)
        self._reactions = Reactions(
            s.reactions,
            persona.manner,
            seed,
            say=self._lines.say,
            voice=voice,
            supposed=supposed,
        )
        self._follow_ups = FollowUps(s.follow_ups, seed, len(self._plan.questions))
        self._mood = Mood(persona.manner)
        self._conduct = Conduct(self._lines, persona.manner, employer, s.conduct, seed, self._mood)
        self._interrupts_after = persona.manner.interrupts_after
        self._understands = understands
        self._understood: Understood | None = None
        self._answers = 0
        self._answer_since_s = float("-inf")
        self._inquiry: Inquiry | None = None
        self._next: Move | None = None
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
        self,
        state: CandidateState,
        feedback: Sequence[Feedback] = (),
        understood: Sequence[Understood] = (),
    ) -> tuple[RecruiterAct, ...]:
        """One tick.

        Args:
            state: the candidate now; its ``t_s`` never runs backwards.
            feedback: what became of earlier acts since the last tick.
            understood: replies to :attr:`inquiry` since the last tick.

        Returns:
            Acts to be played now, in order; most ticks none.
        """
        self._out = []
        self._now_s = state.t_s
        if self._began_s is None:
            self._began_s = state.t_s
            self._turn.begin(state.t_s)
            self._budget.begin(state.t_s)
        for told in understood:
            if told.inquiry.answer == self._answers:
                self._understood = told
        self._mood.step(state.t_s)
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
            self._react(state, view, listening)
        self._inquire(state, view)
        return tuple(self._out)

    @property
    def inquiry(self) -> Inquiry | None:
        """What is to be understood at present, as it stands; None for nothing.

        Whoever holds the manager has it understood, whenever it has changed, and hands the reply to
        :meth:`step`; a reply to an older one is welcome, too.
        """
        return self._inquiry

    @property
    def mood(self) -> MoodState:
        """Her mood, and the attitude that shows of it."""
        return self._mood.state

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
        done, of = self._agenda.progress
        return (0 if self._current is None else done), of

    @property
    def plan(self) -> InterviewPlan:
        """The questions of this interview."""
        return self._plan

    def upcoming(self) -> tuple[str, ...]:
        """Texts that she may say next, likeliest first, so that a voice can render them ahead."""
        if self._current is None:
            return self._lines.upcoming(-1, self._first)
        following = self._agenda.likely_next
        index = self._index if self._current.index >= 0 else None
        remark = self._reactions.remark
        first = () if remark is None else (remark.text,)
        return first + self._lines.upcoming(index, following, self._agenda.last_is_next)

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
        replying = view.talking or state.typing or (view.heard and view.pause_s < 0.6)
        if quiet < s.greeting_gap_s or (replying and quiet < 8.0):
            return
        greeted = self._greeted_back(state)
        if greeted is None:
            return
        because = Because("first_question", "quiet_s", round(quiet, 3), s.greeting_gap_s)
        self._ask_main(self._agenda.first(), because, greeted)

    def _greeted_back(self, state: CandidateState) -> str | None:
        """What she replies to what was said to her greeting; None while it is being understood."""
        inquiry, told = self._inquiry, self._understood
        if inquiry is None or "understanding" in state.trouble:
            return ""
        if told is None or told.inquiry.text != inquiry.text:
            late = state.t_s - self._own.ended_s >= self._settings.conduct.typed_wait_s
            return "" if late else None
        if not told.understanding.has("small_talk", 0.5):
            return ""
        self._mood.draw("small_talk")
        self._typed.clear()
        return small_talk(self._lines, told.inquiry.text)

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
            self._take_typed(state)
        elif "microphone" in state.trouble:
            if not self._tell_no_microphone(state):
                self._climb_ladder(state, s.typing_patience * self._answering.patience)
        elif self._answering.must_repeat and view.heard and view.speech_s < 1.2:
            self._repeat_after_retreat(view)
        elif view.heard and not state.typing:  # who goes on in writing has not finished
            if self._cut_in(state, view):
                return
            if view.over or self._clear_request(state, view):
                self._answering.over_s = None
                self._phase = "deciding"
                self._take_floor(state, view)
            elif view.ended:
                self._make_first_sound(view)
        elif state.part_over and state.t_s - self._answering.since_s >= s.part_over_s:
            because = Because("part_over", "silence_s", round(s.part_over_s, 3), s.part_over_s)
            self._close(because, early=True)
        else:
            self._climb_ladder(state, self._answering.patience)

    def _decide(self, state: CandidateState, view: TurnView) -> None:
        s, answering = self._settings, self._answering
        if answering.cut_short:
            quiet = state.t_s - self._own.ended_s
            if not self._own.speaking and (not view.talking or quiet >= 2.5):
                because = Because("answer_too_long", "own_speech", "ended", "ended")
                self._advance(state, because)
            return
        if answering.typed is not None:
            spoke_on = view.heard and view.pause_s < state.t_s - answering.handed_s
            if self._typed or state.typing or (spoke_on and not view.over):
                self._take_typed(state)  # they go on: it is one answer
                return
            waited_s = state.t_s - answering.typed_s
            late = waited_s >= s.conduct.typed_wait_s
            if not self._own.saying and (late or self._known(answering.typed, state)):
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
            self._take_typed(state)
            return
        if state.typing:
            return
        late = view.pause_s >= s.late_sound_s and not view.stirring
        if answering.acknowledged.withheld and late and not view.over:
            because = Because("end_of_turn", "silence_s", round(view.pause_s, 3), s.late_sound_s)
            self._sound(view, because)
        if not self._own.saying and (view.over or self._clear_request(state, view)):
            self._take_floor(state, view)

    # Reactions.

    def _react(self, state: CandidateState, view: TurnView, listening: bool) -> None:
        """Shows what the rules have her show now."""
        silent = self._phase != "listening" or self._answering.acknowledged.given
        told = self._understood
        quality = None if told is None or told.inquiry.answer != self._answers else told.quality
        longest_s = self._question.max_answer_s * self._interrupts_after
        for reaction in self._reactions.step(
            state,
            view,
            listening,
            self._own.speaking,
            silent,
            strength=None if quality is None else quality.strength,
            answer_share=(state.t_s - self._answering.since_s) / longest_s if listening else None,
            mood=self._mood,
        ):
            self._show(state, reaction)

    def _show(self, state: CandidateState, reaction: Reaction) -> None:
        if reaction.mood:
            self._mood.draw(reaction.mood)
        text = self._lines.short(reaction.sound) if reaction.sound else ""
        if text:
            self._answering.acknowledged.made(state.t_s)
        attitude = self._mood.show(reaction.attitude)
        self._act("acknowledge", reaction.because, text, attitude, reaction.data)

    def _remark(self, state: CandidateState, move: Move | None) -> bool:
        """Says what is to be said of how the candidate comes across, before she goes on.

        Returns:
            Whether it was a question about the answer, which takes the place of what was decided.
        """
        current = self._current
        goes_on = move is None or move.kind in ("next", "follow_up")
        if current is None or current.index < 0 or not goes_on or state.part_over:
            return False
        s = self._settings.conduct
        gap = move is not None and move.kind == "follow_up" and move.follow_up != "always"
        asks = not gap and s.mode != "structured"
        asks = asks and len(current.conditions) < s.follow_ups
        asks = asks and self._agenda.follow_up_fits(state.t_s)
        if not asks and self._agenda.likely_next is None:
            return False
        remark = self._reactions.take_remark(state.t_s, asks)
        if remark is None:
            return False
        if remark.asks:
            text = f"{'' if move is None else move.say} {remark.text}".strip()
            attitude = self._mood.show(remark.attitude)
            self._ask_follow_up(remark.rule, remark.text, text, remark.because, attitude)
            return True
        attitude = self._mood.show(remark.attitude)
        self._act("acknowledge", remark.because, remark.text, attitude, remark.data)
        return False

    # Steps that several phases share.

    @property
    def _index(self) -> int:
        return 0 if self._current is None else self._current.index

    @property
    def _question(self) -> Question:
        if self._current is not None and self._current.index < 0:
            return YOUR_QUESTIONS
        return self._plan.every[self._index]

    def _act(
        self,
        kind: ActKind,
        because: Because,
        text: str = "",
        attitude: Attitude = "neutral",
        data: ActData | None = None,
    ) -> RecruiterAct:
        if attitude == "neutral":
            attitude = self._mood.attitude
        elif text:
            self._mood.show(attitude)
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
        question = self._plan.every[index]
        first = self._current is None
        last = self._agenda.none_left
        text = self._lines.ask(index, lead=not first, thanks=thanks, last=last, led=lead)
        asked = _Asked(index, "", question.id, self._lines.questions[index])
        self._ask(asked, text, because)

    def _ask(
        self, asked: _Asked, text: str, because: Because, attitude: Attitude | None = None
    ) -> None:
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
        number, of = self._agenda.progress
        data = AskData(
            competency=question.competency,
            follow_up_of=question.id if asked.follow_up else None,
            number=None if asked.index < 0 else number,
            of=None if asked.index < 0 else of,
            question=plain(asked.text),
            asks_episode=self._asks_episode(asked),
        )
        if attitude is None:
            attitude = "interested" if asked.follow_up else "neutral"
        act = self._act("ask", because, text, attitude, data)
        acknowledged = self._answering.acknowledged.copy()
        self._before = _Before(act, self._phase, before, acknowledged)
        self._phase = "asking"

    def _asks_episode(self, asked: _Asked) -> bool | None:
        if not self._understands:
            return None
        whole = asked.follow_up in ("", "off_topic")  # the latter puts the question again
        return whole and self._question.asks_episode

    def _begin_answer(self, from_s: float, because: Because) -> None:
        self._phase = "listening"
        self._before = None
        self._answering = _Answering(since_s=self._now_s)
        if self._next is not None:
            self._answering.offered = self._next.offer
            self._answering.patience = self._next.patience
            self._next = None
        self._answers += 1
        self._answer_since_s = self._now_s
        self._understood = None
        self._previous = None
        follow_up = self._current is not None and bool(self._current.follow_up)
        expected_s = FOLLOW_UP_S if follow_up else self._question.usual_answer_s
        self._turn.begin(from_s, expected_s)
        self._transcript.begin(from_s)
        self._reactions.begin_answer()
        self._act("listen", because, data=ListenData("new", from_s))

    def _take_floor(self, state: CandidateState, view: TurnView) -> None:
        """Step two of taking the turn; late words are waited for only where they may decide."""
        answering = self._answering
        if answering.over_s is None:
            answering.over_s = state.t_s
        s = self._settings
        known = state.answer_final or view.words_reach_end
        asked = () if self._current is None else self._current.conditions
        matter = self._understands or self._follow_ups.need_words(
            self._question, asked, view.speech_s
        )
        waited_s = state.t_s - answering.over_s
        if matter and not known and waited_s < s.words_wait_s:
            return
        late = waited_s >= s.words_wait_s + s.conduct.understanding_wait_s
        if not late and not self._known(state.answer, state):
            self._think(view)
            return
        answer = Answer(view.speech_s, state.answer, known, self._transcript.confidence)
        self._go_on(state, answer, view.because(floor=True))

    def _clear_request(self, state: CandidateState, view: TurnView) -> bool:
        """Whether it is plain that she is asked for something, so that nobody has to wait until
        silence tells that no more is to come."""
        told = self._understood
        if told is None or view.talking or view.stirring or view.pause_s < CLEAR_S:
            return False
        return told.inquiry.text == state.answer and state.answer_final and is_request(told)

    def _known(self, text: str, state: CandidateState) -> bool:
        """Whether it is understood what was said, or will not be."""
        if not self._understands or not text.strip() or "understanding" in state.trouble:
            return True
        return self._understood is not None and self._understood.inquiry.text == text

    def _think(self, view: TurnView) -> None:
        """She shows that she thinks about it, rather than freeze."""
        if self._answering.thinking:
            return
        self._answering.thinking = True
        data = AcknowledgeData("think", 0.5)
        self._act("acknowledge", view.because(floor=True), "", "neutral", data)

    def _inquire(self, state: CandidateState, view: TurnView) -> None:
        """Has what was said so far understood."""
        self._inquiry = None
        if not self._understands or self._answer_since_s == state.t_s:
            return  # words of the tick that begins an answer are those of the answer before
        if self._phase == "greeting":
            text = " ".join(self._typed) or state.answer
            if text.strip() and not self._own.speaking:
                self._inquiry = Inquiry("greeting", self._answers, text, typed=bool(self._typed))
        elif self._phase in ("listening", "deciding"):
            typed = self._answering.typed
            if typed is not None:
                self._inquiry = Inquiry(self.question_id, self._answers, typed, typed=True)
            elif state.answer.strip():
                known = state.answer_final or view.words_reach_end
                self._inquiry = Inquiry(self.question_id, self._answers, state.answer, known)

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
        current = self._current
        if current is not None and (before.asked is None or before.asked.id != current.id):
            if current.follow_up:
                self._follow_ups.give_back()
            else:
                self._give_back(current)
        self._current, self._before, self._previous = before.asked, None, None
        answering.acknowledged = before.acknowledged
        answering.withdrawn += 1
        answering.over_s = None
        self._turn.resumed()
        self._phase = "greeting" if before.phase == "greeting" else "listening"
        if self._phase == "listening":
            self._act("listen", because, data=ListenData("continues"))
        return True

    def _give_back(self, asked: _Asked) -> None:
        """A main question was not heard, or hardly: it will be asked after all."""
        if asked.index >= 0:
            self._agenda.give_back(asked.index)

    def _let_go_on(self, state: CandidateState, view: TurnView) -> None:
        """The answer was not over after all: back to the question before."""
        assert self._previous is not None
        because = self._yield(state, view, "answer_goes_on", self._settings.resume_barge_in_s)
        withdrawn = self._current
        self._current, self._answering = self._previous
        self._previous = None
        if withdrawn is not None and withdrawn.follow_up:
            self._follow_ups.give_back()
        elif withdrawn is not None:
            self._give_back(withdrawn)
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
        line_answers = (
            self._repeats(view.speech_s)
            or (answering.ladder.offered and view.speech_s < MOVED_ON_S)
            or answering.offered is not None
            or self._asks_something()
        )
        if line_answers or not answering.acknowledged.due(self._now_s):
            self._act("acknowledge", view.because(), data=AcknowledgeData("nod", 0.4, 1))
            return
        self._sound(view, view.because())

    def _asks_something(self) -> bool:
        """Whether what was said so far is a request, whose reply comes without an "mm-hm"."""
        told = self._understood
        return told is not None and not told.understanding.has("answer")

    def _sound(self, view: TurnView, because: Because) -> None:
        self._answering.acknowledged.made(self._now_s)
        line = self._lines.short(wording(view.speech_s, self._settings.follow_ups.short_speech_s))
        self._act("acknowledge", because, line, data=AcknowledgeData("nod", 0.45, 1))
        self._reactions.spoke(self._now_s)

    def _repeats(self, speech_s: float | None) -> bool:
        """Whether so short an answer came because her question was cut off: it comes again."""
        return self._answering.must_repeat and speech_s is not None and speech_s < REPEATED_S

    def _cut_in(self, state: CandidateState, view: TurnView) -> bool:
        """Ends an overlong answer at a pause, or after some grace without one."""
        longest = self._question.max_answer_s * self._interrupts_after
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
        self._mood.draw("silence")
        if rung.step == "look":
            data = AcknowledgeData("smile", 0.4)
            self._act("acknowledge", rung.because, "", self._mood.show("encouraging"), data)
        elif rung.step == "help":
            line = self._help_line()
            if self._current is not None and self._current.follow_up:
                line = f"{self._lines.short('encouragements')} {self._current.text}"
            self._act("say", rung.because, line, "encouraging", SayData("help"))
        elif rung.step == "offer" and self._current is not None and self._current.index < 0:
            self._advance(state, rung.because, lead=self._lines.say("no_more_questions"))
        elif rung.step == "offer":
            line = self._lines.short("offers_to_move_on")
            self._act("say", rung.because, line, "warm", SayData("offer"))
        else:
            self._advance(state, rung.because, lead=self._lines.short("moves_on"))

    def _help_line(self) -> str:
        if self._answering.patience > 1.0:
            return self._lines.say("still_there")
        if self._current is not None and self._current.index < 0:
            return self._lines.say("anything_else")
        return self._lines.help(self._question.id)

    def _take_typed(self, state: CandidateState) -> None:
        """An answer was handed in, with what was said aloud before it, or more of one."""
        more = self._answering.typed is not None
        self._answering.typed = _with_spoken(self._answering.typed or "", self._typed, state)
        self._answering.typed_s = self._now_s
        self._typed.clear()
        if more:
            return
        self._answering.handed_s = self._now_s
        self._phase = "deciding"
        because = Because("typed_answer", "typed", "handed in", "handed in")
        given = self._answering.acknowledged.given
        data = AcknowledgeData("nod", 0.4, 1)
        # where it is understood, what she says goes by what it says
        line = "" if given or self._understands else self._lines.short("typed")
        self._act("acknowledge", because, line, data=data)

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
        move = self._decided(state, answer)
        if self._remark(state, move):
            return
        if move is not None:
            self._perform(state, move)
            return
        if answering.ladder.offered and answer.words < 6 and (answer.speech_s or 0.0) < MOVED_ON_S:
            self._advance(state, because, lead=self._lines.short("moves_on"))
            return
        if current is not None and current.index < 0:
            self._advance(state, because)
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
        self._ask_follow_up(follow_up.when, text, text, why)

    def _ask_follow_up(
        self, about: str, bare: str, text: str, because: Because, attitude: Attitude | None = None
    ) -> None:
        """One more question about the answer."""
        asked = () if self._current is None else self._current.conditions
        conditions = (*asked, about)
        asked_id = f"{self._question.id}/{about}"
        self._ask(_Asked(self._index, about, asked_id, bare, conditions), text, because, attitude)

    def _decided(self, state: CandidateState, answer: Answer) -> Move | None:
        """What she does after what she understood; None where only its length can tell."""
        answering, current = self._answering, self._current
        told = self._understood
        if not self._understands or current is None:
            return None
        if told is not None and not _covers(told, answer.text):
            told = None
        offered = answering.offered
        if offered is None and answering.ladder.offered:
            offered = "move_on"
        if offered is None and current.index < 0:
            offered = "more"  # she has asked for questions: "no, thank you" is no thanks
        reply = Reply(
            state.t_s,
            None if current.index < 0 else self._question,
            current.id,
            current.text,
            current.conditions,
            answer.text,
            answer.speech_s,
            answer.complete,
            answer.confidence,
            told,
            self._transcript.stretches,
            answering.typed is not None,
            offered,
        )
        if not current.follow_up and current.index >= 0:
            length_s = state.t_s - answering.since_s
            self._budget.answered(self._question.usual_answer_s, length_s)
        own = current.index < 0
        fits = (self._budget.another_fits if own else self._agenda.follow_up_fits)(state.t_s)
        fits = fits and not state.part_over
        return self._conduct.decide(reply, fits)

    def _perform(self, state: CandidateState, move: Move) -> None:
        """Does what was decided."""
        current = self._current
        assert current is not None
        if move.kind == "close":
            self._close(move.because, early=move.early, lead=move.say)
        elif move.kind == "next":
            thanks = not move.say and self._answering.typed is None
            thanks = thanks and not self._answering.acknowledged.given
            self._advance(state, move.because, lead=move.say, thanks=thanks)
        elif move.kind == "follow_up":
            text = f"{move.say} {move.ask}".strip()
            self._ask_follow_up(move.follow_up, move.ask, text, move.because, move.attitude)
        elif move.kind == "ask_again":
            text = f"{move.say} {move.ask}".strip()
            self._next = move
            self._ask(replace(current, text=move.ask), text, move.because, move.attitude)
        else:
            self._next = move
            self._previous = None
            if move.say:
                data = SayData("reply")
                self._act("say", move.because, move.say, move.attitude, data)
                self._phase = "asking"
            else:
                self._begin_answer(self._now_s, move.because)

    def _advance(
        self, state: CandidateState, because: Because, lead: str = "", thanks: bool = False
    ) -> None:
        own = self._current is not None and self._current.index < 0
        if state.part_over or own:
            left, of = self._agenda.progress
            self._close(because, early=not own and left < of, lead=lead if own else "")
            return
        number = self._agenda.next(state.t_s, self._conduct.strengths)
        if number is None:
            left, of = self._agenda.progress
            if self._understands and self._settings.conduct.your_questions:
                self._ask_for_questions(because, lead)
            else:
                self._close(because, early=left < of)  # which thanks for all of it
            return
        if not lead and self._understands:
            lead = self._conduct.recall(self._plan.every[number])
        if self._understands and self._agenda.pace(state.t_s) == "short":
            skipped = self._agenda.skipped(number)
            lead = f"{lead} {self._lines.say('skips' if skipped else 'in_short')}".strip()
        self._ask_main(number, because, lead, thanks)
        if thanks:
            self._answering.acknowledged.made(state.t_s)

    def _ask_for_questions(self, because: Because, lead: str) -> None:
        """She asks for the candidate's own questions."""
        line = self._lines.say("your_questions")
        asked = _Asked(-1, "", YOUR_QUESTIONS.id, line)
        self._ask(asked, f"{lead} {line}".strip(), because, "warm")

    def _close(self, because: Because, early: bool, lead: str = "") -> None:
        line = self._lines.early_closing if early else self._lines.closing
        self._act("close", because, f"{lead} {line}".strip(), "warm", CloseData(early))
        self._phase = "closing"


def _with_spoken(before: str, typed: Sequence[str], state: CandidateState) -> str:
    """What was typed, in its place among what was said aloud."""
    if all(text in state.answer for text in (before, *typed)):
        return state.answer
    return " ".join(text for text in (before, *typed) if text)


def _covers(told: Understood, text: str) -> bool:
    """Whether most of what was said had been said when it was understood."""
    return len(told.inquiry.text.split()) >= 0.8 * len(text.split())


YOUR_QUESTIONS = Question(
    "your_questions", ("Do you have any questions for me?",), "your_questions", max_answer_s=60.0
)
"""What stands for a question while the candidate is to ask."""

FOLLOW_UP_S = 15.0
"""Seconds that the answer to a follow-up usually takes: a sentence or two."""

CLEAR_S = 0.45
"""Seconds of silence after which a plain request is met."""
REPEATED_S = 6.0
"""Seconds of speech up to which an answer that cut off her question is no answer to it."""
MOVED_ON_S = 2.0
"""Seconds of speech up to which a reply to her offer to move on takes it up."""

_NO_GESTURE = AcknowledgeData("none", 0.0)
