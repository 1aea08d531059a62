"""Analyses one recording after another: sees it, hears it, writes its session and its report.

Runs in a process of its own, see :mod:`game.app.analyze`; sound is heard in a further one, while
the pictures are looked at. What takes long to load is loaded once for all recordings.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dialogue.types import Feedback, RecruiterAct
from game.app.analysis import Task, start_listener
from game.app.heard_questions import heard
from game.app.named_questions import asked
from game.app.reporting import load_report, versions, write_reports
from game.app.tracks import tracks
from game.app.two_in_one import two_in_one
from game.app.who_asks import Side, candidate_among, interviewers_said, own_words
from game.app.whose_voice import Voices, voices_in
from game.settings import Settings, as_table
from game.sound.mixdown import Mixdown
from perception.clock import FakeClock
from perception.devices import camera_spec
from perception.errors import InputError, WorkerError
from perception.microphone.base import RATE_HZ
from perception.microphone.decoding import read_sound
from perception.microphone.sound_part import SoundPart
from perception.named_file import shown_name
from perception.pipeline.seeing import SeeingSettings, Seen, observe
from perception.process.calls import CallProcess, Tell
from perception.types import Event, HeadGesture, ProsodyReading, VoiceReading, Words
from scoring.functionals import write_functionals
from scoring.record.heard_recruiter import interviewer_spans
from scoring.record.whose_voice import note_of
from scoring.record.writer import SessionWriter

SEEN_SHARE, HEARD_SHARE = 0.7, 0.8
"""Guesses of how much of the work is done when the pictures are, and the sound: for the bar."""

_LOOK_S = 0.1
"""s between two looks at how far the sound is."""

Sounded = VoiceReading | ProsodyReading | Words
Item = Seen | Sounded


class Analyst:
    """Analyses recordings, as the answers of a :class:`~perception.process.calls.CallProcess`.

    Args:
        listener: the process that listens to them; ended by :meth:`close`.
    """

    def __init__(self, listener: CallProcess) -> None:
        self._listener = listener

    def answer(self, tell: Tell, task: Task) -> list[str]:
        """Sees and hears a recording, writes its session folder and its report.

        Args:
            tell: takes the share (0...1) that is done, and what is being done.
            task: which recording, and how.

        Returns:
            Lines for the person: which files there are now.

        Raises:
            InputError: the file is missing, empty, or neither video nor sound.
            StorageError: the folder cannot be written.
            WorkerError: the process that listens was killed.
        """
        pictures, sound, length_s = tracks(task.recording)
        folder = task.folder
        voices = voices_in(task.recording, task.settings.hearing) if sound else None
        writer = SessionWriter(folder, _session(task.recording, task.settings))
        status = "interrupted"
        try:
            items = self._observe(task, pictures, voices, length_s, tell)
            said: list[list[Words]] = []
            if voices is not None:
                items, said, voices = self._sides(task, items, voices, tell)
                heard_s = _keep(task.recording, (voices.candidate,), folder / "candidate.wav")
                length_s = max(length_s, heard_s)  # a head may promise less
                if voices.others:
                    _keep(task.recording, voices.others, folder / "recruiter.wav")
            acts = _asked(task, items, said, length_s)
            if voices is not None and voices.told is None:
                second = _second_voice(folder / "candidate.wav", items, acts)
                items += second
                voices = replace(voices, told=next(iter(second), None))
            for item in sorted([*items, *acts], key=_time):
                if isinstance(item, Event):
                    writer.event(item)
                elif isinstance(item, RecruiterAct):
                    writer.act(item)
                elif isinstance(item, Feedback):
                    writer.progress(item)
                else:
                    writer.reading(item)
            status = "complete"
        finally:
            writer.close(status, length_s)

        def reporting(what: str, share: float) -> None:
            tell((HEARD_SHARE + (1 - HEARD_SHARE) * share, what))

        write_reports(
            folder,
            quiet=True,
            progress=reporting,
            impressions=task.settings.impressions,
        )
        lines = [f"report: {folder / name}" for name in ("report.html", "report.pdf")]
        if voices is not None and voices.told is not None:
            lines.append(note_of(voices.told))
        if task.functionals is not None:
            lines.append(f"functionals: {write_functionals(folder, task.functionals)}")
        return lines

    def close(self) -> None:
        """Ends the process that listens."""
        self._listener.stop(0.0)

    def _observe(
        self, task: Task, pictures: bool, voices: Voices | None, length_s: float, tell: Tell
    ) -> list[Item]:
        sound = voices is not None
        items: list[Item] = []
        listener = self._listener
        if voices is not None:
            hearing = task.settings.hearing
            listener.call(task.recording, hearing, task.vocabulary, voices.candidate)
        else:
            items.append(_missing("microphone", "this recording has no sound"))
        over = not sound
        try:
            if pictures:
                for seen in watch(task.recording, task.settings.seeing):
                    items.append(seen)
                    share = 0.0 if length_s <= 0 else min(1.0, max(0.0, _time(seen) / length_s))
                    tell((SEEN_SHARE * share, "pictures"))
                    over = over or listener.poll()  # takes in how far it is: its pipe would fill
                    if listener.gone:
                        break  # said below; the pictures of an hour would take minutes yet
            else:
                items.append(_missing("camera", "this recording has no pictures"))
            if not over:
                load_report()  # there is nothing else to do until the sound is done
            if sound:
                items += self._heard(task.recording, SEEN_SHARE if pictures else 0.0, tell)
                over = True
        finally:
            if listener.gone or not over:  # it is dead, or at work on what nobody wants any more
                listener.stop(0.0)
                self._listener = start_listener()
        return items

    def _sides(
        self, task: Task, items: list[Item], voices: Voices, tell: Tell
    ) -> tuple[list[Item], list[list[Words]], Voices]:
        """Listens to everybody else, and finds out who is the candidate where nobody chose.

        Args:
            task: which recording, and how.
            items: what was seen, and what is heard of the one who was taken for the candidate.
            voices: which part is whose.
            tell: takes the share that is done.

        Returns:
            What was seen and is heard of the candidate; what each of the others said; which part
            is whose.
        """
        seen = [item for item in items if not isinstance(item, Sounded)]
        heard: list[list[Item]] = [[item for item in items if isinstance(item, Sounded)]]
        heard += [self._of(task, part, tell) for part in voices.others]
        sides = [
            Side(
                tuple(item for item in each if isinstance(item, Words)),
                tuple(item for item in each if isinstance(item, VoiceReading)),
            )
            for each in heard
        ]
        said = own_words(sides)
        parts = [voices.candidate, *voices.others]
        taken, told = 0, voices.told
        if voices.guessed:
            taken, told = candidate_among(voices.guessed, said[: len(voices.guessed)])
        own = [item for item in heard[taken] if not isinstance(item, Words)]
        others = [words for number, words in enumerate(said) if number != taken]
        rest = tuple(part for number, part in enumerate(parts) if number != taken)
        found = Voices(parts[taken], rest, voices.guessed, told)
        tells = [] if told is None else [told]
        return [*tells, *seen, *own, *said[taken]], others, found

    def _of(self, task: Task, part: SoundPart, tell: Tell) -> list[Item]:
        """What is heard on somebody else's part of the sound."""
        listener = self._listener
        listener.call(task.recording, task.settings.hearing, task.vocabulary, part)
        try:
            return self._heard(task.recording, SEEN_SHARE, tell)
        finally:
            if listener.gone:
                self._listener = start_listener()

    def _heard(self, recording: Path, before: float, tell: Tell) -> list[Item]:
        listener = self._listener
        while not listener.poll(_LOOK_S):
            share = float(listener.told or 0.0)
            tell((before + (HEARD_SHARE - before) * share, "sound and words"))
        if listener.gone:
            raise WorkerError(
                f"{recording}: the process that listens to it was killed, perhaps for want of "
                "memory; close other programs and run this again"
            )
        try:
            return list(listener.result())
        except InputError as error:
            return [_missing("microphone", str(error))]


def watch(recording: Path, settings: SeeingSettings) -> Iterator[Seen]:
    """All that is seen in a recording, in order, as fast as it can be."""
    spec = camera_spec(str(recording), loop=False, realtime=False, start_s=0.0, tile=settings.tile)
    assert spec is not None  # only the name "none" gives none
    camera = spec.open(FakeClock())
    try:
        yield from observe(camera, settings)
    finally:
        camera.close()


def _keep(recording: Path, parts: Sequence[SoundPart], wav: Path) -> float:
    """Writes parts of the sound into a session, and gives the length in seconds."""
    mixdown = Mixdown(wav, RATE_HZ)
    length = 0
    for part in parts:
        samples = read_sound(recording, part=part)
        mixdown.add(0.0, samples, RATE_HZ)
        length = max(length, len(samples))
    mixdown.close()
    return length / RATE_HZ


def _asked(
    task: Task, items: list[Item], said: list[list[Words]], length_s: float
) -> list[RecruiterAct | Feedback]:
    """The questions that were named, else those that are heard, as the record of an interview."""
    voices = sorted((i for i in items if isinstance(i, VoiceReading)), key=lambda v: v.t_s)
    if task.questions:
        return asked(task.questions, voices, length_s)
    if any(said):
        return interviewers_said(said)
    return heard([i for i in items if isinstance(i, Words)], voices, length_s)


def _second_voice(wav: Path, items: list[Item], acts: list[RecruiterAct | Feedback]) -> list[Event]:
    """What is said of a second voice in the candidate's own part of the sound."""
    found = two_in_one(
        read_sound(wav),
        sorted((i for i in items if isinstance(i, VoiceReading)), key=lambda v: v.t_s),
        [i for i in items if isinstance(i, Words)],
        interviewer_spans(
            [a for a in acts if isinstance(a, RecruiterAct)],
            [a for a in acts if isinstance(a, Feedback)],
        ),
    )
    return [] if found is None else [found]


def _missing(source: str, message: str) -> Event:
    return Event(0.0, source, "unavailable", {"message": message})


def _time(item: Any) -> float:
    return float(item.t_start_s if isinstance(item, Words | HeadGesture) else item.t_s)


def _session(recording: Path, settings: Settings) -> dict[str, Any]:
    return {
        "id": shown_name(recording.stem),
        "created": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "kind": "analysis",
        "recording": shown_name(recording.name),
        "role": None,
        "persona": None,
        "consent": True,
        "settings": as_table(settings),
        "versions": versions(),
    }
