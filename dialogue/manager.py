"""The interview as it runs: a step per tick, the candidate's state in, the recruiter's acts out.

What she does in each phase stands here; how she does it, in the parts of
:mod:`dialogue.interviewing`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dialogue.conduct.mood import MoodState
from dialogue.conduct.notes import Note
from dialogue.content.employer import Employer
from dialogue.content.persona import Persona
from dialogue.content.planning import InterviewPlan, plan_of
from dialogue.content.script import Interview
from dialogue.content.wording import Wording
from dialogue.interviewing.parts import InterviewParts
from dialogue.interviewing.settings import DialogueSettings
from dialogue.interviewing.standing import Phase
from dialogue.reacting.suppositions import Supposition
from dialogue.turntaking.turn import TurnView
from dialogue.types import Because, Feedback, RecruiterAct
from dialogue.understanding.understander import Inquiry, Understood
from perception.calibration import VoiceBaseline
from perception.types import CandidateState


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
        left_out: names of cues (:data:`dialogue.reacting.cues.CUES`, and ``silence_s``) that the
            candidate asked to have left out: she neither reacts to them nor remarks on them. Whose
            turn it is she still tells from speech and silence.
        fillers: what counts as one, as ``[fillers]`` of ``cues.toml`` has it; that which ships
            where None.
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
        left_out: Collection[str] = (),
        fillers: Mapping[str, Any] | None = None,
    ) -> None:
        self._settings = s = settings or DialogueSettings()
        if isinstance(interview, InterviewPlan):
            plan = interview
        else:
            plan = plan_of(
                interview,
                questions,
                seed,
                s.conduct.mode == "structured",
                s.conduct.difficulty,
            )
        self._first = min(max(0, start_at), len(plan.questions) - 1)
        parts = InterviewParts(
            plan,
            persona,
            s,
            seed,
            first=self._first,
            wording=wording,
            voice=voice,
            employer=employer,
            understands=understands,
            supposed=supposed,
            left_out=left_out,
            fillers=fillers,
        )
        self._budget, self._agenda = parts.budget, parts.agenda
        self._lines, self._mood = parts.lines, parts.mood
        self._turn, self._reactions = parts.turn, parts.reactions
        self._standing, self._acts = parts.standing, parts.acts
        self._own, self._barge_in = parts.own, parts.barge_in
        self._inquiries, self._typed = parts.inquiries, parts.typed
        self._opening, self._withdrawal = parts.opening, parts.withdrawal
        self._back = parts.back
        self._asking, self._answering = parts.asking, parts.answering
        self._silence_help, self._showing = parts.silence_help, parts.showing
        self._hand_over, self._advancing = parts.hand_over, parts.advancing
        self._moving_on, self._notes = parts.moving_on, parts.conduct.notes
        self._begun = False

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
        standing = self._standing
        standing.now_s = state.t_s
        self._acts.begin_tick()
        if not self._begun:
            self._begin(state.t_s)
        self._inquiries.add(understood)
        self._mood.step(state.t_s)
        self._own.add_feedback(feedback, state.t_s)
        view = self._turn.step(state)
        self._answering.transcript.add_words(state.words)
        self._typed.add(state)
        self._barge_in.step(state, view)
        listened = standing.phase in ("listening", "deciding")
        standing.answer.acknowledged.follow(view)
        self._step_phase(state, view)
        if not self.finished:
            # the view of a tick that opens or ends an answer speaks of the answer before
            listening = listened and standing.phase in ("listening", "deciding")
            strength, longest_s = self._inquiries.strength, self._answering.longest_s
            self._showing.step(state, view, listening, self._own.speaking, strength, longest_s)
        self._inquiries.step(state, view, standing, self._typed.waiting, self._own.speaking)
        return self._acts.made

    @property
    def inquiry(self) -> Inquiry | None:
        """What is to be understood at present, as it stands; None for nothing.

        Whoever holds the manager has it understood, whenever it has changed, and hands the reply to
        :meth:`step`; a reply to an older one is welcome, too.
        """
        return self._inquiries.inquiry

    @property
    def mood(self) -> MoodState:
        """Her mood, and the attitude that shows of it."""
        return self._mood.state

    @property
    def notes(self) -> tuple[Note, ...]:
        """What she has noted of the candidate's answers."""
        return self._notes.all

    @property
    def finished(self) -> bool:
        """Whether she has said her last word."""
        return self._standing.phase == "finished"

    @property
    def phase(self) -> Phase:
        """Where the interview stands."""
        return self._standing.phase

    @property
    def question_id(self) -> str | None:
        """Id of the question in progress; a follow-up's is "question/condition"."""
        return self._standing.question_id

    @property
    def progress(self) -> tuple[int, int]:
        """Number of the question in progress, from 1 (0 before the first), and of how many."""
        done, of = self._agenda.progress
        return (0 if self._standing.asked is None else done), of

    @property
    def plan(self) -> InterviewPlan:
        """The questions of this interview."""
        return self._standing.plan

    def upcoming(self) -> tuple[str, ...]:
        """Texts that she may say next, likeliest first, so that a voice can render them ahead."""
        standing = self._standing
        if standing.asked is None:
            return self._lines.upcoming(-1, self._first)
        following = self._agenda.likely_next
        index = None if standing.candidate_asks else standing.index
        remark = self._reactions.remark
        first = () if remark is None else (remark.text,)
        return first + self._lines.upcoming(index, following, self._agenda.last_is_next)

    def _begin(self, t_s: float) -> None:
        self._begun = True
        self._turn.begin(t_s)
        self._budget.begin(t_s)
        self._opening.begin(t_s)

    # One method per phase.

    def _step_phase(self, state: CandidateState, view: TurnView) -> None:
        phase = self._standing.phase
        if state.nobody and phase not in ("closing", "finished"):
            if not self._own.speaking:  # she breaks off no sentence, and waits for nobody
                because = Because("part_over", "nobody", None, None)
                self._asking.close(because, early=True)
        elif phase == "settling":
            self._opening.settle(state)
        elif phase == "greeting":
            self._greet(state, view)
        elif phase == "asking":
            self._finish_asking(state, view)
        elif phase == "listening":
            self._listen(state, view)
        elif phase == "deciding":
            self._decide(state, view)
        elif phase == "closing" and not self._own.speaking:
            self._standing.phase = "finished"

    def _greet(self, state: CandidateState, view: TurnView) -> None:
        greeted = self._opening.greeted(state, view)
        if greeted is not None:
            because, reply = greeted
            self._advancing.first(because, reply)

    def _finish_asking(self, state: CandidateState, view: TurnView) -> None:
        s = self._settings
        if not self._own.speaking:
            because = Because("question_asked", "own_speech", "ended", "ended")
            self._answering.begin(state.t_s, because)
            return
        if self._withdrawal.unheard(state, view):
            return
        overlap_s = self._own.overlap(state, view)
        if self._barge_in.spoken_through or overlap_s <= 0:
            return
        if self._withdrawal.resumable(state, overlap_s):
            if overlap_s >= s.resume_barge_in_s:
                self._withdrawal.let_go_on(state, view)
        elif overlap_s >= s.barge_in_s:
            share = self._own.share(state.t_s)
            ran_on = self._standing.answer.cut_short
            because = self._barge_in.yield_floor(state, view, "barge_in", s.barge_in_s)
            self._answering.begin(state.t_s - overlap_s, because)
            self._standing.answer.must_repeat = share < s.heard_share
            self._standing.answer.ran_on = ran_on

    def _listen(self, state: CandidateState, view: TurnView) -> None:
        answer = self._standing.answer
        if self._own.saying:
            self._barge_in.yield_if_spoken_over(state, view)
        elif self._typed.waiting:
            self._typed.take(state)
        elif self._back.waits(state, view):
            pass  # what was said while the microphone was away is not known: silence tells nothing
        elif "microphone" in state.trouble:
            if not self._typed.offer(state):
                self._help(state, self._settings.typing_patience)
        elif answer.hardly_begun(view):
            self._asking.repeat_after_retreat(view)
        elif view.heard and not state.typing:  # who goes on in writing has not finished
            self._hear_out(state, view)
        elif state.part_over and state.t_s - answer.since_s >= self._settings.part_over_s:
            limit_s = self._settings.part_over_s
            because = Because("part_over", "silence_s", round(limit_s, 3), limit_s)
            self._asking.close(because, early=True)
        else:
            self._help(state)

    def _hear_out(self, state: CandidateState, view: TurnView) -> None:
        """Listens to an answer until it is over, or too long."""
        if self._answering.cut_in(state, view):
            return
        if view.over or self._hand_over.clear_request(state, view):
            self._standing.answer.over_s = None
            self._standing.phase = "deciding"
            self._take_floor(state, view)
        elif view.ended:
            self._hand_over.first_sound(view)

    def _decide(self, state: CandidateState, view: TurnView) -> None:
        answer = self._standing.answer
        if answer.cut_short:
            because = self._hand_over.after_cutting_in(state, view)
            if because is not None:
                so_far = self._hand_over.so_far(state, view)
                self._moving_on.after_cutting_in(state, so_far, because)
        elif answer.typed is not None and self._typed.goes_on(state, view):
            self._typed.take(state)
        elif answer.typed is not None:
            said = None if self._own.saying else self._hand_over.typed_answer(state)
            if said is not None:
                because = Because("typed_answer", "typed", "handed in", "handed in")
                self._moving_on.after(state, said, because)
        elif view.talking:
            self._answering.go_on(view)
        elif self._typed.waiting:
            self._typed.take(state)
        elif not state.typing:
            self._hand_over.late_sound(view)
            over = view.over or self._hand_over.clear_request(state, view)
            if not self._own.saying and over:
                self._take_floor(state, view)

    # Steps that phases share.

    def _take_floor(self, state: CandidateState, view: TurnView) -> None:
        said = self._hand_over.answer(state, view)
        if said is not None:
            self._moving_on.after(state, said, view.because(floor=True))

    def _help(self, state: CandidateState, patience: float = 1.0) -> None:
        """Nothing is said: the ladder of silence."""
        moves_on = self._silence_help.step(state, patience * self._standing.answer.patience)
        if moves_on is not None:
            because, lead = moves_on
            self._advancing.advance(state, because, lead)
