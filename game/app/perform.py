"""Command ``perform``: plays behaviour blocks out of a file of BML 1.0."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import secrets
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from dialogue.behaviour.bml import read_bml
from dialogue.behaviour.bml_write import feedback_xml
from dialogue.content.persona import Persona, load_persona
from dialogue.types import (
    BehaviourBlock,
    BehaviourWarning,
    Prediction,
    Progress,
    RecruiterAct,
    Spoken,
)
from game.app.runner import Filming, Runner
from game.bake.cache import ensure_baked
from game.behaviour.delivery import LEAD_S
from game.behaviour.emphasis import emphasised_words
from game.behaviour.players import Active
from game.behaviour.recruiter import Recruiter
from game.pose import Pose
from game.progressbar import ProgressBar
from game.scene.room import Room
from game.settings import Settings, load_settings, room_of
from game.sound.film import Film
from game.sound.mixdown import Mixdown
from game.sound.session_sounds import FILM_RATE_HZ, sound_of
from game.sound.speaker import Speaker, choose_speaker
from game.stage.base import Stage
from game.voice.base import RenderedSpeech, Renderer, voice_of
from perception.clock import Clock, FakeClock, SessionClock
from perception.errors import InputError, StorageError
from perception.interrupt import interrupt_postponed, interrupt_says

TAIL_S = 0.8
"""Seconds that are shown after the last movement."""

Told = Progress | BehaviourWarning | Prediction


class Performer(Recruiter):
    """A recruiter who plays written blocks in place of acts.

    Args:
        persona: who she is.
        renderer: her voice.
        speaker: plays it.
        seed: small movement draws from it.
        mixdown: collects what she said.
    """

    def __init__(
        self,
        persona: Persona,
        renderer: Renderer,
        speaker: Speaker,
        seed: int,
        mixdown: Mixdown | None = None,
    ) -> None:
        super().__init__(persona, renderer, speaker, seed, mixdown)
        self._spoken: dict[str, Active] = {}

    def send(self, block: BehaviourBlock, t_s: float) -> None:
        """Takes a block at ``t_s``; its speech has to be rendered."""
        if block.composition == "REPLACE":
            self.delivery.stop(t_s)
        spoken = {}
        for behaviour in block.behaviours:
            if behaviour.kind == "speech":
                rendered = self._renderer.get(str(behaviour.attributes["text"]))
                words = tuple((word.text, word.start_s, word.end_s) for word in rendered.words)
                spoken[behaviour.id] = Spoken(rendered.duration_s, words)
        self.realizer.play(block, t_s, spoken=spoken, lead_s=LEAD_S)

    def advance(self, t_s: float) -> Pose:
        """Moves on to session time ``t_s``, and speaks what is due."""
        speeches = self.realizer.speeches
        for speech in sorted(speeches, key=lambda each: each.times["start"]):
            if speech.times["start"] - LEAD_S <= t_s + 1e-6:
                speeches.remove(speech)
                name = f"{speech.block}:{speech.behaviour.id}"
                text = str(speech.behaviour.attributes["text"])
                self._spoken[name] = speech
                self.delivery.say(RecruiterAct(t_s, "say", text, id=name))
        return super().advance(t_s)

    def _line_starts(self, act: RecruiterAct, rendered: RenderedSpeech, due_s: float) -> None:
        now = self._now_s if self._now_s is not None else due_s
        self._breathing.speak(now, rendered.duration_s)
        self.realizer.sounds(self._spoken.pop(act.id), due_s)

    @property
    def idle(self) -> bool:
        """Whether nothing moves or sounds any more of what was sent."""
        return not self.realizer.busy and not self.delivery.busy


class Teller:
    """Tells what becomes of the blocks: on the screen, and as feedback in a file.

    Args:
        quiet: print warnings only.
        feedback: JSON lines where its name ends in .json or .jsonl, BML's XML otherwise; None for
            none.
        character: who plays.

    Raises:
        StorageError: the file cannot be written.
    """

    def __init__(self, quiet: bool, feedback: Path | None, character: str) -> None:
        self._quiet = quiet
        self._character = character
        self._path = feedback
        self._json = feedback is not None and feedback.suffix.lower() in (".json", ".jsonl")
        self._file: TextIO | None = None
        if feedback is not None:
            try:
                self._file = open(feedback, "w", encoding="utf-8")  # noqa: SIM115 (closed below)
            except OSError as error:
                raise StorageError(
                    f"--feedback {feedback}: cannot be written ({error.strerror}); name another"
                ) from None
            if not self._json:
                self._write('<?xml version="1.0" encoding="UTF-8"?>\n<feedback>')

    def write(self, told: Told) -> None:
        """Takes one message."""
        if isinstance(told, BehaviourWarning):
            print(f"warning: {told}", flush=True)
        elif isinstance(told, Progress) and not self._quiet:
            name = f"{told.block}:{told.behaviour}" if told.behaviour else told.block
            print(f"{told.t_s:8.3f}  {name}:{told.point}", flush=True)
        if self._json:
            kind = {Progress: "progress", Prediction: "prediction"}.get(type(told), "warning")
            self._write(json.dumps({"feedback": kind, **dataclasses.asdict(told)}))
        elif self._file is not None:
            self._write(f"  {feedback_xml(told, self._character)}")

    def close(self) -> None:
        """Ends the file."""
        if self._file is not None and not self._file.closed:
            if not self._json:
                self._write("</feedback>")
            self._file.close()

    def _write(self, line: str) -> None:
        if self._file is None:
            return
        try:
            self._file.write(line + "\n")
            self._file.flush()
        except OSError as error:
            raise StorageError(
                f"{self._path}: cannot be written ({error.strerror}); free some space"
            ) from None


def perform(options: argparse.Namespace) -> int:
    """Command ``perform FILE``: status 0 when it was played to its end, 130 when broken off.

    Raises:
        InputError: the file is no BML, or holds nothing that can be played.
        StorageError: film, sound or feedback cannot be written.
    """
    settings = load_settings(options.settings)
    seed = secrets.randbelow(2**31) if options.seed is None else options.seed
    persona = load_persona(options.persona or settings.interview.persona, seed)
    document = read_bml(options.file)
    blocks, others = _cast(document.blocks, persona)
    folder, film, feedback = _outputs(options)
    with contextlib.ExitStack() as open_things:
        if folder is None:
            folder = Path(open_things.enter_context(tempfile.TemporaryDirectory()))
        teller = Teller(options.quiet, feedback, persona.name)
        open_things.callback(teller.close)
        for warning in (*document.warnings, *others):
            teller.write(warning)
        if not blocks:
            raise InputError(f"{options.file}: no block in it can be played; see the warnings")
        if not options.offscreen or film is not None:
            with ProgressBar("preparing the recruiter", options.quiet) as bar:
                ensure_baked(persona.identity, bar.set_progress)
        voice = voice_of(persona, options.voice or settings.voice.engine)
        if voice.notice and not options.quiet:
            print(voice.notice)
        lines = _lines(blocks)
        stressed = emphasised_words(blocks)
        renderer = Renderer(
            voice,
            max(settings.voice.cached_lines, len(lines)),
            lambda text: stressed.get(text, ()),
        )
        open_things.callback(renderer.close)
        for line in lines:
            renderer.get(line, 60.0)
        show = _Show(settings, persona, options.offscreen, film, folder, open_things)
        performer = Performer(persona, renderer, show.speaker, seed, show.mixdown)
        return show.play(blocks, performer, teller)


def _cast(
    blocks: Sequence[BehaviourBlock], persona: Persona
) -> tuple[list[BehaviourBlock], list[BehaviourWarning]]:
    """Blocks of the one who plays: the persona where she is named, else whoever is named first."""
    named = [block.character for block in blocks if block.character]
    own = {persona.name, persona.display_name}
    who = next((name for name in named if name in own), named[0] if named else "")
    played, others = [], []
    for block in blocks:
        if block.character in ("", who):
            played.append(block)
        else:
            message = f"it is meant for '{block.character}' and '{who}' plays"
            others.append(BehaviourWarning(block.id, "", "BLOCK_DROPPED", message))
    return played, others


def _outputs(options: argparse.Namespace) -> tuple[Path | None, Path | None, Path | None]:
    """Folder, film and feedback file, as the options say."""
    folder, film, feedback = options.out, options.video, options.feedback
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            film = film or folder / "performance.mp4"
            feedback = feedback or folder / "feedback.jsonl"
        for path in (film, feedback):
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"{error.filename}: cannot be written ({error.strerror}); name another folder"
        ) from None
    return folder, film, feedback


def _lines(blocks: Sequence[BehaviourBlock]) -> list[str]:
    """Everything that is said, each line once."""
    texts = [
        str(behaviour.attributes["text"])
        for block in blocks
        for behaviour in block.behaviours
        if behaviour.kind == "speech"
    ]
    return list(dict.fromkeys(texts))


class _Show:
    """Where it is played: in a window, in a film, or nowhere but in the feedback."""

    def __init__(
        self,
        settings: Settings,
        persona: Persona,
        offscreen: bool,
        film: Path | None,
        folder: Path,
        open_things: contextlib.ExitStack,
    ) -> None:
        picture = settings.picture
        self.room: Room | None = None
        self._film: Film | None = None
        self._folder = folder
        self.mixdown: Mixdown | None = None
        live = False
        if not offscreen or film is not None:
            size = (picture.window_width, picture.window_height)
            if offscreen:
                size = (picture.width, picture.height)
            mode = "offscreen" if offscreen else "auto"
            stage = Stage(*size, mode=mode, title="Interview room", settings=settings.stage)  # type: ignore[arg-type]
            open_things.callback(stage.close)
            if stage.driver.note and not offscreen:
                print(f"{stage.driver.note}: drawing offscreen")
            room = room_of(settings, persona)
            self.room = Room(stage, persona.identity, settings.view, self_view=False, room=room)
            live = stage.windowed
            if film is not None:
                stage.keep_pictures(True)
                self._film = Film(film, *stage.size, settings.film)
                open_things.callback(self._film.close)  # who leaves at once leaves no half
                self.mixdown = Mixdown(folder / "recruiter.wav", FILM_RATE_HZ)
        self._live = live
        self._clock: Clock = SessionClock(time.monotonic()) if live else FakeClock()
        self.speaker = choose_speaker(settings.interview.speaker if live else "silent", self._clock)
        open_things.callback(self.speaker.close)
        self._step_s = 1.0 / (settings.film.fps if self._film else picture.frames_per_s)

    def play(self, blocks: Sequence[BehaviourBlock], performer: Performer, teller: Teller) -> int:
        """Plays blocks to their end."""
        filming, room = None, self.room
        if self._film is not None and room is not None:
            filming = Filming(self._film, room.picture, wait=not self._live)
        window_open = None if room is None else lambda: room.open
        runner = Runner(self._clock, window_open, self._step_s, filming)
        try:
            with interrupt_says(self._kept):
                scene = Performance(blocks, performer, teller, room, self._step_s)
                return 0 if runner.run(scene) else 130
        finally:
            with interrupt_postponed():
                self._finish()

    def _kept(self) -> str:
        film = self._film
        return "nothing was filmed" if film is None else f"what was filmed is kept in {film.path}"

    def _finish(self) -> None:
        if self._film is None or self.mixdown is None:
            return
        self.mixdown.close(self._clock.now())
        self._film.close(sound_of(self._film, self._folder), FILM_RATE_HZ)


class Performance:
    """A scene in which written blocks are played, and told as they pass.

    Args:
        blocks: with their times from the beginning.
        performer: plays them.
        teller: told what becomes of them.
        room: where she is drawn; None where nobody sees her.
        frame_s: seconds from frame to frame.
    """

    def __init__(
        self,
        blocks: Sequence[BehaviourBlock],
        performer: Performer,
        teller: Teller,
        room: Room | None,
        frame_s: float,
    ) -> None:
        self._waiting = deque(sorted(blocks, key=lambda block: block.t_s))
        self._performer = performer
        self._teller = teller
        self._room = room
        self._frame_s = frame_s
        self._begin_s: float | None = None
        self._over_s: float | None = None

    def step(self, t_s: float) -> bool:
        """One frame; see :class:`game.app.runner.Scene`."""
        performer, waiting = self._performer, self._waiting
        if self._begin_s is None:
            self._begin_s = t_s
        while waiting and self._begin_s + waiting[0].t_s <= t_s + 1e-6:
            performer.send(waiting.popleft(), t_s)
        self._draw(t_s)
        for told in _told(performer):
            self._teller.write(told)
        if self._over_s is None and not waiting and performer.idle:
            self._over_s = t_s + TAIL_S
        return self._over_s is None or t_s + self._frame_s < self._over_s

    def _draw(self, t_s: float) -> None:
        performer, room = self._performer, self._room
        if room is None:
            performer.advance(t_s)
            return
        performer.gaze.candidate = room.direction_to_candidate()
        pose = performer.advance(t_s)
        line = performer.delivery.line
        room.caption(line.act.text if line is not None else None, t_s)
        room.draw(pose)


def _told(performer: Performer) -> list[Told]:
    """What there is to tell since the last frame; warnings come first."""
    performer.take_feedback()
    performer.blocks.clear()
    realizer = performer.realizer
    told: list[Told] = [*realizer.warnings, *realizer.told]
    realizer.warnings.clear()
    realizer.told.clear()
    return told
