"""When the candidate speaks over her: her voice gives way, she holds her line, she yields."""

from __future__ import annotations

from dialogue.interviewing.acts import Acts
from dialogue.interviewing.own_speech import OwnSpeech
from dialogue.interviewing.settings import DialogueSettings
from dialogue.interviewing.standing import Standing
from dialogue.turntaking.turn import TurnView
from dialogue.types import Because, WaitData
from perception.types import CandidateState


class BargeIn:
    """Follows the candidate's speech over hers.

    Args:
        settings: pace of the interview.
        standing: where it stands.
        acts: makes what she does.
        own: her speech.

    Attributes:
        echoed: whether it shows at this tick that she has just yielded to her own voice.
    """

    echoed: bool

    def __init__(
        self, settings: DialogueSettings, standing: Standing, acts: Acts, own: OwnSpeech
    ) -> None:
        self._settings = settings
        self._standing = standing
        self._acts = acts
        self._own = own
        self._yields = 0
        self.echoed = False

    @property
    def spoken_through(self) -> bool:
        """Whether the question has been broken off so often that she speaks it through now."""
        return self._yields >= self._settings.yields_per_question

    def begin_question(self) -> None:
        """A new question is put, which may be broken off as often as any."""
        self._yields = 0

    def step(self, state: CandidateState, view: TurnView) -> None:
        """She falls silent at the candidate's first word over hers, and goes on if no more comes.

        Whether she yields is decided meanwhile, by ``barge_in_s``.
        """
        self.echoed = self._own.echoed(view, state.t_s)
        through = self._standing.phase == "asking" and self.spoken_through
        if not through or self._own.held:
            self._attend(state, view)
        ducked = self._own.duck(state, view, yields=not through)
        if ducked is not None:
            loudness, because = ducked
            data = WaitData(loudness=loudness, act=self._sounding)
            self._acts.make("wait", because, data=data)

    def yield_if_spoken_over(self, state: CandidateState, view: TurnView) -> None:
        """She stops, if they have by now been speaking over her for long enough."""
        if self._own.overlap(state, view) >= self._settings.barge_in_s:
            self.yield_floor(state, view, "barge_in", self._settings.barge_in_s)

    def yield_floor(
        self, state: CandidateState, view: TurnView, rule: str, limit_s: float
    ) -> Because:
        """She stops speaking because the candidate does not.

        Args:
            state: the candidate now.
            view: the same, as a turn.
            rule: by which she does.
            limit_s: seconds of speech over hers that it takes.

        Returns:
            Her reason.
        """
        overlap = self._own.overlap(state, view)
        because = Because(rule, "overlap_s", round(overlap, 3), limit_s)
        data = WaitData(stop=True, stops=self._sounding)
        self._acts.make("wait", because, "", "interested", data)
        self._own.drop(state.t_s, overlap)
        self._yields += 1
        return because

    @property
    def _sounding(self) -> str:
        """Id of the act whose sound has begun; empty without."""
        act = self._own.sounding
        return "" if act is None else act.id

    def _attend(self, state: CandidateState, view: TurnView) -> None:
        s = self._settings
        what = self._own.attend(state, view, s.hold_s, s.hold_quiet_s)
        if what is None:
            return
        overlap = round(self._own.overlap(state, view), 3)
        rule, limit = ("spoken_over", s.hold_s) if what == "hold" else ("only_a_word", s.barge_in_s)
        data = WaitData(hold=what == "hold", resume=what == "resume", act=self._sounding)
        because = Because(rule, "overlap_s", overlap, limit)
        self._acts.make("wait", because, "", "interested", data)
