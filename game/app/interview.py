"""A live interview, frame by frame: from readings to acts to the picture.

Nothing in a frame blocks. Everything that reaches the fusion and the dialogue is recorded in the
order in which it reached them, so that a replay can do the same again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable
from typing import Literal, ParamSpec

from dialogue.behaviour.planner import BehaviourPlanner
from dialogue.conduct.note_record import NoteRecord
from dialogue.manager import DialogueManager
from dialogue.types import Progress, RecruiterAct, answer_begins_s
from dialogue.understanding.record import understood_in
from dialogue.understanding.understander import Understood
from game.app.understanding import LiveUnderstanding
from game.behaviour.recruiter import Recruiter
from game.scene.immersion import HeadWindow
from game.scene.room import Room
from game.sound.ambience import Ambience
from game.sound.speaker import Speaker
from game.stage.frame_governor import STEPS, Change
from perception import troubles
from perception.clock import Clock
from perception.errors import StorageError
from perception.fusion import Fusion, Input
from perception.pipeline.senses import Senses
from perception.types import Cue, Event, Words
from scoring.record.writer import SessionWriter

P = ParamSpec("P")

OPEN_WITHIN_S = 60.0
"""s that the microphone is waited for before she asks without it."""

_SAID_AFTER_S = 2.0
"""s of opening it after which the screen says so."""

BEHAVIOUR_EVERY_S = 0.5  # a line of the record holds the sync points of about this long


class Interview:
    """One interview under way; a scene of :class:`game.app.runner.Runner`.

    Attributes:
        storage_error: why the record ends early, where it does.

    Args:
        clock: session time.
        room: picture and overlays.
        recruiter: plays the acts.
        manager: decides the acts.
        planner: plans what carries them out.
        fusion: joins the readings.
        writer: keeps the record.
        senses: see and hear the candidate.
        speaker: whose loss is told.
        ambience: the room's own sounds; None for none.
        window: moves the view with the candidate's head; None for a view that stands still.
        understanding: understands what is said; None where the dialogue has to do without.
        untold: kinds of trouble that the screen does not tell, because the candidate asked to have
            left out what they are about.
    """

    def __init__(
        self,
        clock: Clock,
        room: Room,
        recruiter: Recruiter,
        manager: DialogueManager,
        planner: BehaviourPlanner,
        fusion: Fusion,
        writer: SessionWriter,
        senses: Senses,
        speaker: Speaker,
        ambience: Ambience | None = None,
        window: HeadWindow | None = None,
        understanding: LiveUnderstanding | None = None,
        untold: Collection[str] = (),
    ) -> None:
        self._clock = clock
        self._room = room
        self._recruiter = recruiter
        self._manager = manager
        self._planner = planner
        self._fusion = fusion
        self._writer = writer
        self._senses = senses
        self._speaker = speaker
        self._ambience = ambience
        self._window = window
        self._understanding = understanding
        self._untold = frozenset(untold)
        self._typed: list[str] = []
        self._typing: list[int] = []
        self._turns = 0
        self._begun_s: float | None = None
        self._opening: Literal["unknown", "opening", "said", "over"] = "unknown"
        self._cued = False
        self._unheard: dict[str, str | None] = {}
        self._attitude = ""
        self._notes = NoteRecord()
        self.storage_error: StorageError | None = None
        room.on_typed(self._typed.append, lambda text: self._typing.append(len(text)))

    def announce_missing(self, source: str, message: str) -> None:
        """Records and shows that a signal is missing from the start."""
        self._take(Event(self._clock.now(), source, "unavailable", {"message": message}))

    def announce_end_of_part(self, message: str) -> None:
        """Records that nothing more will come from the candidate; she then closes politely."""
        self._take(Event(self._clock.now(), "candidate", "part_over", {"message": message}))

    def step(self, t_s: float) -> bool:
        """One frame: takes what came, lets the dialogue decide, and draws."""
        if self._begun_s is None:
            self._begun_s = t_s
        self._follow_opening(t_s, t_s - self._begun_s)
        for item in self._arrivals(t_s):
            self._take(item)
        understood = self._understood(t_s)
        feedback = self._recruiter.take_feedback()
        for told in feedback:
            self._guard(self._writer.progress, told)
        state = self._fusion.state(t_s)
        self._guard(self._writer.tick, t_s)
        acts = self._manager.step(state, feedback, understood)
        self._record_mood(t_s)
        for event in self._notes.events(t_s, self._manager.notes):
            self._guard(self._writer.event, event)
        self._perform(acts, t_s)
        if self._window is not None:
            self._room.follow(self._window.advance(t_s, state.face))
        self._draw(t_s)
        return not self._manager.finished or self._recruiter.delivery.busy

    def drain(self) -> None:
        """Records what still comes from workers after the last frame, without acting on it."""
        self._record_behaviour(self._clock.now(), all_of_it=True)
        for item in self._arrivals(self._clock.now()):
            if isinstance(item, Event):
                self._guard(self._writer.event, item)
            else:
                self._guard(self._writer.reading, item)

    def note_storage_error(self, error: StorageError) -> None:
        """Keeps and shows the first reason why something is no longer recorded."""
        if self.storage_error is None:
            self.storage_error = error
            self._room.notice(str(error), "record")

    def draw_more_simply(self, change: Change) -> None:
        """Draws as a step of the frame governor says, and records that."""
        self._room.stage.simplify(change.step)
        if self._senses.seeing is not None:
            self._senses.seeing.spare_body(change.step >= STEPS.index("body_spared"))
        data = {"step": STEPS[change.step], "frames_per_s": round(change.frames_per_s, 1)}
        if change.step:
            data["message"] = (
                "this computer is busy, so the picture is drawn more simply; "
                "you are heard and seen as before"
            )
        kind = "simpler" if change.step else "restored"
        self._guard(self._writer.event, Event(self._clock.now(), "picture", kind, data))

    def _follow_opening(self, t_s: float, since_s: float) -> None:
        """Has the dialogue know while the candidate cannot be heard yet."""
        late = since_s > OPEN_WITHIN_S
        if not self._cued and (self._senses.open or late):
            self._cued = True
            # a little ahead, so that both senses have the cue before its time has come
            self._senses.cue(Cue("begin", t_s + 0.3))
        if self._opening == "over":
            return
        hearing = self._senses.hearing
        if hearing is None or hearing.listening or late:
            if self._opening != "unknown":
                self._take(Event(t_s, "microphone", "settled"))
                self._room.clear_notice("opening")
            self._opening = "over"
        elif self._opening == "unknown":
            self._opening = "opening"
            self._take(Event(t_s, "microphone", "opening"))
        elif self._opening == "opening" and since_s > _SAID_AFTER_S:
            self._opening = "said"
            self._room.notice("your microphone is being opened; one moment, please", "opening")

    # -- in ------------------------------------------------------------------------------------

    def _arrivals(self, t_s: float) -> Iterable[Input]:
        yield from self._senses.poll()
        yield from self._heard("loudspeaker", self._speaker.trouble(), t_s)
        yield from self._heard("recruiter_voice", self._recruiter.voice_trouble, t_s)
        typed, self._typed[:] = list(self._typed), []
        for text in typed:
            yield Words(t_s, t_s, text, source="typed")
        typing, self._typing[:] = list(self._typing), []
        if typing:
            yield Event(t_s, "candidate", "typing", {"characters": typing[-1]})

    def _understood(self, t_s: float) -> list[Understood]:
        """What was understood since the last frame."""
        if self._understanding is None:
            return []
        found = []
        for event in self._understanding.step(t_s, self._manager.inquiry):
            self._take(event)
            understood = understood_in(event)
            if understood is not None:
                found.append(understood)
        return found

    def _heard(self, source: str, trouble: str | None, t_s: float) -> Iterable[Event]:
        """Whether she is still heard, told once when that changes."""
        before = self._unheard.get(source)
        self._unheard[source] = trouble
        if trouble is not None and before is None:
            yield Event(t_s, source, "lost", {"message": trouble})
        elif trouble is None and before is not None:
            yield Event(
                t_s, source, "restored", {"message": f"the {source.replace('_', ' ')} is back"}
            )

    def _take(self, item: Input) -> None:
        self._fusion.add(item)
        if isinstance(item, Event):
            self._guard(self._writer.event, item)
            self._mind_trouble(item)
        else:
            self._guard(self._writer.reading, item)

    def _mind_trouble(self, event: Event) -> None:
        message = str(event.data.get("message", ""))
        if event.kind in self._untold:
            return
        if event.kind in troubles.LIVE:
            self._room.notice(message or f"{event.source}: {event.kind}", event.source)
        elif event.kind in troubles.OVER:
            self._room.clear_notice(event.source)
        unheard = event.source == "microphone" and event.kind in troubles.UNHEARD
        if unheard or event.kind == "unclear":
            self._room.offer_typing()

    # -- out -----------------------------------------------------------------------------------

    def _record_mood(self, t_s: float) -> None:
        """Records her mood each time another attitude shows; for readers, a replay works it out."""
        mood = self._manager.mood
        if mood.attitude != self._attitude:
            self._attitude = mood.attitude
            data = dataclasses.asdict(mood)
            self._guard(self._writer.event, Event(t_s, "dialogue", "mood", data))

    def _perform(self, acts: tuple[RecruiterAct, ...], t_s: float) -> None:
        for act in acts:
            self._guard(self._writer.act, act)
            begins_s = answer_begins_s(act)
            if begins_s is not None:
                self._fusion.begin_answer(begins_s)
                turn = {"question": act.question_id, "index": self._turns}
                self._senses.cue(Cue("turn", t_s, turn))
                self._turns += 1
            elif act.text:
                self._senses.cue(Cue("recruiter_speaks", t_s, {"text": act.text, "kind": act.kind}))
            if act.kind == "close":
                self._senses.cue(Cue("close", t_s))
        self._recruiter.play([self._planner.plan(act) for act in acts], t_s)
        if acts:
            self._recruiter.prepare(self._manager.upcoming())

    def _draw(self, t_s: float) -> None:
        room, recruiter = self._room, self._recruiter
        recruiter.gaze.candidate = room.direction_to_candidate()
        pose = recruiter.advance(t_s)
        if recruiter.delivery.storage_error is not None:
            self.note_storage_error(recruiter.delivery.storage_error)
        for block in recruiter.blocks:
            data = dataclasses.asdict(block)
            event = Event(t_s, "game", "block", data)
            self._guard(self._writer.event, event)
        recruiter.blocks.clear()
        if self._ambience is not None:
            self._ambience.hear(recruiter.noises)
            self._ambience.keep_playing(t_s)
            if self._ambience.storage_error is not None:
                self.note_storage_error(self._ambience.storage_error)
        recruiter.noises.clear()
        self._record_behaviour(t_s)
        line = recruiter.delivery.line
        room.caption(line.act.text if line is not None else None, t_s)
        number, of = self._manager.progress
        room.progress(number, of, t_s - (self._begun_s or 0.0))
        if self._senses.seeing is not None:
            room.self_view(self._senses.seeing.thumbnail(), t_s)
        room.draw(pose)
        recruiter.shown(self._clock.now())

    def _record_behaviour(self, t_s: float, all_of_it: bool = False) -> None:
        """Records which sync points have passed, a few times a second, and what is not shown."""
        realizer = self._recruiter.realizer
        told = realizer.told
        if told and (all_of_it or realizer.warnings or t_s - told[0].t_s >= BEHAVIOUR_EVERY_S):
            passed = [
                [each.block, each.behaviour, each.point, round(each.t_s, 3)]
                for each in told
                if isinstance(each, Progress)
            ]
            told.clear()
            if passed:
                event = Event(t_s, "game", "behaviour", {"passed": passed})
                self._guard(self._writer.event, event)
        while realizer.warnings:
            warning = dataclasses.asdict(realizer.warnings.popleft())
            event = Event(t_s, "game", "behaviour", {"warning": warning})
            self._guard(self._writer.event, event)

    def _guard(self, write: Callable[P, object], *args: P.args, **more: P.kwargs) -> None:
        """Writes to the record; a full disk ends the recording, not the interview."""
        try:
            write(*args, **more)
        except StorageError as error:
            self.note_storage_error(error)
