"""Command ``analyze``: the report of a recorded interview, faster than real time."""

from __future__ import annotations

import argparse
import datetime
import itertools
import multiprocessing
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import av
import av.error

from game.app.heard_as import heard_as
from game.app.reporting import tell_functionals, versions, write_reports
from game.app.vocabulary import stated_vocabulary
from game.progressbar import ProgressBar
from game.settings import Settings, as_table, load_settings, without_impressions
from game.sound.mixdown import Mixdown
from perception.clock import FakeClock
from perception.devices import camera_spec
from perception.errors import InputError, WorkerError
from perception.microphone.base import RATE_HZ
from perception.microphone.decoding import read_sound
from perception.paths import sessions_dir
from perception.pipeline.hearing import SoundObservation, observe_sound
from perception.pipeline.seeing import SeeingSettings, Seen, observe
from perception.process.interrupt import interrupt_held_back, interrupt_postponed
from perception.types import Event, HeadGesture, ProsodyReading, VoiceReading, Words
from perception.voice.functionals import create_functionals
from scoring.record.writer import SessionWriter

SOUND_SHARE = 0.15
"""Guess of the share of the work that is left when the pictures are done, for the progress bar."""

Item = Seen | VoiceReading | ProsodyReading | Words


def analyze(options: argparse.Namespace) -> int:
    """Writes a session folder with its report for each recording.

    Returns:
        Exit status 0.

    Raises:
        InputError: a recording cannot be read; those before it are done by then.
        ModelError: the back-end of ``--functionals`` is not installed.
    """
    if options.functionals:
        create_functionals(options.functionals)  # better told now than after the work
    settings = heard_as(load_settings(options.settings), options)
    if options.no_emotion:
        settings = without_impressions(settings)
    for recording in options.recordings:
        folder = _folder(options, recording)
        analyze_recording(recording, folder, settings, options.quiet)
        if options.functionals:
            tell_functionals(folder, options.functionals, options.quiet)
    return 0


def _folder(options: argparse.Namespace, recording: Path) -> Path:
    if options.out is None:
        stamp = datetime.datetime.now().strftime("%Y-%m-%d-%H%M%S")
        return sessions_dir() / f"analysis-{recording.stem}-{stamp}"
    out: Path = options.out
    return out if len(options.recordings) == 1 else out / recording.stem


def analyze_recording(
    recording: Path, folder: Path, settings: Settings, quiet: bool = False
) -> None:
    """Sees and hears a recording, writes its session folder and its report.

    Args:
        recording: any video or sound file that PyAV reads.
        folder: of the session; must not exist or be empty.
        settings: as for a live interview.
        quiet: show no progress.

    Raises:
        InputError: the file is missing, empty, or neither video nor sound.
        StorageError: the folder cannot be written.
        WorkerError: the process that listens was killed.
    """
    pictures, sound, length_s = _tracks(recording)
    writer = SessionWriter(folder, _session(recording, settings))
    status = "interrupted"
    try:
        with ProgressBar(f"analyzing {recording.name}", quiet) as bar:
            items = _observe(recording, settings, pictures, sound, length_s, bar)
            for item in sorted(items, key=_time):
                if isinstance(item, Event):
                    writer.event(item)
                else:
                    writer.reading(item)
        if sound:
            wav = Mixdown(folder / "candidate.wav", RATE_HZ)
            wav.add(0.0, read_sound(recording), RATE_HZ)
            wav.close()
        status = "complete"
    finally:
        writer.close(status, length_s)
    write_reports(folder, quiet)


def _tracks(recording: Path) -> tuple[bool, bool, float]:
    """Whether there are pictures and sound, and how long the recording is in seconds."""
    if not recording.is_file():
        raise InputError(f"{recording}: no such file; check the path")
    try:
        with av.open(str(recording)) as container:
            videos = [s for s in container.streams.video if s.codec_context is not None]
            audios = list(container.streams.audio)
            length = container.duration
    except (av.error.FFmpegError, ValueError):
        raise InputError(
            f"{recording}: not a recording that can be read; give a video with sound"
        ) from None
    if not videos and not audios:
        raise InputError(f"{recording}: has neither pictures nor sound; give a video with sound")
    return bool(videos), bool(audios), 0.0 if length is None else length / av.time_base


def _observe(
    recording: Path,
    settings: Settings,
    pictures: bool,
    sound: bool,
    length_s: float,
    bar: ProgressBar,
) -> list[Item]:
    items: list[Item] = []
    # sound is heard in a process of its own, so that both cores work
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=_end_on_interrupt) as pool:
        heard: Future[SoundObservation] | None = None
        if sound:
            with interrupt_held_back():
                terms = stated_vocabulary(settings.hearing.speech)
                heard = pool.submit(observe_sound, recording, settings.hearing, None, terms)
        else:
            items.append(_missing("microphone", "this recording has no sound"))
        if pictures:
            for seen in watch(recording, settings.seeing):
                items.append(seen)
                if _was_killed(heard):
                    break  # said below; the pictures of an hour would take minutes yet
                if length_s > 0:
                    bar.set_progress(
                        (1 - SOUND_SHARE) * min(1.0, _time(seen) / length_s), "pictures"
                    )
        else:
            items.append(_missing("camera", "this recording has no pictures"))
        if heard is not None:
            bar.set_progress(1 - SOUND_SHARE, "sound and words")
            try:
                items += heard.result().heard
            except InputError as error:
                items.append(_missing("microphone", str(error)))
            except BrokenProcessPool:
                raise WorkerError(
                    f"{recording}: the process that listens to it was killed, perhaps for want of "
                    "memory; close other programs and run this again"
                ) from None
    return items


def _was_killed(heard: Future[SoundObservation] | None) -> bool:
    return heard is not None and heard.done() and isinstance(heard.exception(), BrokenProcessPool)


def _end_on_interrupt() -> None:
    """Has Ctrl-C end the process that hears, once it is set up, without a word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def watch(recording: Path, settings: SeeingSettings) -> Iterator[Seen]:
    """All that is seen in a recording, in order, as fast as it can be."""
    spec = camera_spec(str(recording), loop=False, realtime=False, start_s=0.0)
    assert spec is not None  # only the name "none" gives none
    camera = spec.open(FakeClock())
    try:
        seen = observe(camera, settings)
        with interrupt_postponed():  # in it the models' packages are imported
            first = list(itertools.islice(seen, 1))
        yield from first
        yield from seen
    finally:
        camera.close()


def _missing(source: str, message: str) -> Event:
    return Event(0.0, source, "unavailable", {"message": message})


def _time(item: Any) -> float:
    return float(item.t_start_s if isinstance(item, Words | HeadGesture) else item.t_s)


def _session(recording: Path, settings: Settings) -> dict[str, Any]:
    return {
        "id": recording.stem,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "kind": "analysis",
        "recording": recording.name,
        "role": None,
        "persona": None,
        "consent": True,
        "settings": as_table(settings),
        "versions": versions(),
    }
