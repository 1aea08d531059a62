"""Commands ``practice`` and ``demo``: from options to an interview."""

from __future__ import annotations

import argparse
import contextlib
import secrets
from dataclasses import replace
from pathlib import Path

from dialogue.conduct.time_budget import questions_for
from dialogue.content.persona import load_persona
from game.app.heard_as import heard_as
from game.app.plan import Candidate, Plan
from game.app.reporting import write_reports
from game.app.session import run
from game.app.session_folders import claim, give_back, new_folder
from game.app.unfinished import offer, unfinished_interview
from game.app.wiring import check_content
from game.bake.cache import ensure_baked
from game.progressbar import ProgressBar
from game.settings import Settings, leaving_out, load_settings, without_impressions
from perception.camera.camera_file import probe
from perception.clock import SessionClock
from perception.devices import camera_spec, microphone_spec
from perception.errors import DeviceError, InputError, RecruiterError
from perception.source import SourceSpec
from perception.source_names import camera_file
from scoring.record.writer import require_free


def practice(options: argparse.Namespace) -> int:
    """Command ``practice``: an interview with the person in front of the machine."""
    settings = _settings(options)
    seed = secrets.randbelow(2**31) if options.seed is None else options.seed
    manner = _manner(options, settings)
    persona = load_persona(options.persona or settings.interview.persona, seed, manner=manner)
    role = options.role or settings.interview.role
    check_content(role, persona, settings)
    _require_free(options.out)
    plan = Plan(
        settings=settings,
        role=role,
        persona=persona,
        questions=_questions(options, settings),
        seed=seed,
        candidate=_candidate(options, settings.seeing.tile),
        folder=options.out or new_folder(),
        claims_folder=options.out is None,
        offscreen=options.offscreen,
        film=options.video,
        voice=options.voice or settings.voice.engine,
        quiet=options.quiet,
        manner=manner,
        files=_own_files(
            role=role,
            persona=options.persona or settings.interview.persona,
            manner=manner,
        ),
    )
    if options.out is None:
        folder = unfinished_interview(plan)
        if folder is not None and offer(plan, folder) == "report":
            write_reports(folder, plan.quiet, impressions=settings.impressions)
            return 0
    return run(plan)


def _require_free(out: Path | None) -> None:
    """Told before anybody has gone through the green room."""
    if out is not None:
        with contextlib.suppress(OSError):  # told by whoever writes there
            require_free(out)


def _own_files(**named: str | None) -> dict[str, str]:
    """Where content of a person's own lies, whatever folder they are in the next time."""
    return {
        name: str(Path(value).resolve())
        for name, value in named.items()
        if value is not None and value.endswith(".toml")
    }


def _settings(options: argparse.Namespace) -> Settings:
    """The settings file, with what the command line says of room, view and impressions.

    Raises:
        InputError: there is no such room.
    """
    settings = heard_as(load_settings(options.settings), options)
    settings = leaving_out(settings, options.leave_out)
    if options.no_emotion:
        settings = without_impressions(settings)
    stage, room, immersion = settings.stage, settings.room, settings.immersion
    green_room = settings.green_room
    if getattr(options, "green_room", None) is not None:
        green_room = replace(green_room, enabled=options.green_room)
    if options.full_screen or options.immersive:
        stage = replace(stage, full_screen=True)
    if options.immersive:
        immersion = replace(immersion, follow=True)
    if options.room is not None:
        try:
            room = replace(room, name=options.room)
        except ValueError as error:
            raise InputError(f"--room {options.room}: {error}") from None
    settings = replace(settings, stage=stage, room=room, immersion=immersion, green_room=green_room)
    return _conducted(settings, options)


def _conducted(settings: Settings, options: argparse.Namespace) -> Settings:
    """With what the command line says of time and mode."""
    conduct = settings.dialogue.conduct
    if options.minutes is not None:
        conduct = replace(conduct, minutes=float(options.minutes))
    if options.mode is not None:
        conduct = replace(conduct, mode=options.mode)
    if options.difficulty is not None:
        conduct = replace(conduct, difficulty=options.difficulty)
    return replace(settings, dialogue=replace(settings.dialogue, conduct=conduct))


_MANNERS = {"friendly": "warm", "demanding": "demanding", "stress": "stressing"}
"""How the recruiter carries herself where only a difficulty is named."""


def _manner(options: argparse.Namespace, settings: Settings) -> str | None:
    """Her manner, where it is not the persona's own."""
    named: str | None = options.manner
    return named or _MANNERS.get(settings.dialogue.conduct.difficulty)


def _questions(options: argparse.Namespace, settings: Settings) -> int:
    """How many questions: as asked for, or as many as suit the time."""
    minutes = settings.dialogue.conduct.minutes
    if options.questions is None and minutes:
        return questions_for(minutes)
    wanted: int = options.questions or settings.interview.questions
    return wanted


def demo(options: argparse.Namespace) -> int:
    """Command ``demo``: the same interview with a synthetic candidate."""
    from game.synthetic.script import load_script

    settings = _settings(options)
    name = getattr(options, "script", "demo")
    script = load_script(name)
    seed = script.seed if options.seed is None else options.seed
    role = options.role or script.role
    manner = _manner(options, settings)
    persona = load_persona(options.persona or script.persona, seed, manner=manner)
    check_content(role, persona, settings)
    _require_free(options.out)
    with ProgressBar("preparing the candidate", options.quiet) as bar:
        ensure_baked(script.identity, bar.set_progress)
    folder = options.out or claim(new_folder("demo"))  # what plays the candidate writes there, too
    microphone = SourceSpec(
        "game.synthetic.senses:SyntheticMicrophone", {"script": name}, "synthetic"
    )
    camera = SourceSpec(
        "game.synthetic.senses:SyntheticCamera",
        {"script": name, "truth": str(folder / "truth.jsonl"), "fps": script.camera_fps},
        "synthetic",
    )
    plan = Plan(
        settings=settings,
        role=role,
        persona=persona,
        questions=options.questions or script.questions,
        seed=seed,
        candidate=Candidate(camera, microphone),
        folder=folder,
        offscreen=True,
        film=None if getattr(options, "no_film", False) else options.video or folder / "room.mp4",
        voice=options.voice or settings.voice.engine,
        quiet=options.quiet,
        kind="demo",
        manner=manner,
        files=_own_files(role=role, persona=options.persona or script.persona, manner=manner),
        extra={"script": name},
    )
    try:
        return run(plan)
    finally:
        if options.out is None:
            give_back(folder)


# -- options to sources --------------------------------------------------------------------------


def _candidate(options: argparse.Namespace, tile: str) -> Candidate:
    camera, microphone = options.camera, options.microphone
    missing: dict[str, str] = {}
    continuous = options.continuous
    filmed = None if camera is None else camera_file(camera)
    own_sound = filmed is not None and microphone is None and probe(filmed).has_sound
    if own_sound:
        microphone, continuous = camera, True
    elif filmed is not None and microphone is None:
        microphone = "none"
        missing["microphone"] = (
            f"{camera} has no sound; give answers with --microphone, or type them in the room"
        )
    seen = camera_spec(camera or "0", loop=not own_sound, await_begin=own_sound, tile=tile)
    if seen is None:
        missing["camera"] = "no camera: the interview goes on without your picture"
    heard: SourceSpec | None = microphone_spec(microphone, continuous=continuous)
    if heard is not None and heard.kind == "none":
        heard = None
        missing.setdefault("microphone", "no microphone: type your answers")
    elif heard is not None and heard.kind == "device":
        why = _no_microphone(heard)
        if why:
            heard, missing["microphone"] = None, why
    return Candidate(seen, heard, missing)


def _no_microphone(spec: SourceSpec) -> str:
    """Why a device cannot be opened, as the line the candidate reads; empty when it can."""
    try:
        device = spec.build()
        device.start(SessionClock())
    except DeviceError as error:
        return str(error)
    except RecruiterError as error:
        return f"{error}; type your answers meanwhile"
    device.close()
    return ""
