"""The record of a session: a folder of plain files, written while it happens.

``session.json`` says who, what and how; ``events.jsonl`` holds what happened once;
``readings.jsonl`` what was measured all the time. The lines are those of ``scoring.record.lines``;
reading them back is ``scoring.record.session``.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dialogue.types import Feedback, RecruiterAct
from perception.errors import InputError, StorageError
from perception.file_lock import is_locked, lock_soon
from perception.interrupt import interrupt_postponed
from perception.private_files import private_file, private_folder
from perception.types import Event
from perception.whole_file import whole_file
from scoring.record.lines import (
    EVENTS_FILE,
    FORMAT,
    READINGS_FILE,
    SESSION_FILE,
    Arrival,
    Reading,
    Tick,
    act_event,
    encode,
    plain,
    progress_event,
    time_of,
    to_line,
)

SYNC_INTERVAL_S = 0.5
"""A power cut loses at most this much; a killed process loses nothing that was written."""


def require_free(folder: Path) -> None:
    """Refuses a folder in which something is, so that no session is written over another.

    Raises:
        InputError: it is there and is not an empty folder.
        OSError: it cannot be looked into.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: exists and is not an empty folder; name another with --out")


class SessionWriter:
    """Writes a session as it happens; every line reaches the system before the call returns.

    A failure of the disk raises one ``StorageError``; after that the writer stays silent
    (``broken`` is True, ``dropped`` counts) so that the interview can go on. The files then still
    end with a whole line.

    Args:
        folder: made if it does not exist.
        session: what goes into ``session.json``: id, created, role, persona, seed, versions,
            settings, consent, interview ...; ``status`` is kept here.
        resume: continue an unfinished session; ``session`` then adds to what is on disk, and
            ``last_t_s`` says where session time should go on.

    Raises:
        InputError: the folder holds files already, there is nothing to resume, or another process
            writes there.
        StorageError: it cannot be written.
    """

    def __init__(self, folder: Path, session: Mapping[str, Any], *, resume: bool = False) -> None:
        self.folder = Path(folder)
        self.broken = False
        self.dropped = 0
        self.last_t_s = 0.0
        self.closed = False
        self._n = 0
        self._failure: OSError | None = None
        self._lock = threading.Lock()
        self._stop_sync = threading.Event()
        self.session: dict[str, Any] = dict(session)
        self._files: dict[str, int] = {}
        try:
            with interrupt_postponed():
                self._begin(resume)
        except KeyboardInterrupt:  # nobody else could end what was begun
            self.close("interrupted")
            raise

    def _begin(self, resume: bool) -> None:
        try:
            self._prepare(resume)
            self.session.update(status="running", record_format=FORMAT)
            self._write_session()
        except OSError as error:
            self._close_files()
            raise self._storage_error(error) from None
        except InputError:
            self._close_files()
            raise
        self._sizes = {name: os.fstat(fd).st_size for name, fd in self._files.items()}
        self._syncer = threading.Thread(target=self._sync_often, name="record-sync", daemon=True)
        self._syncer.start()
        self.event(Event(self.last_t_s, "record", "resumed" if resume else "start"))

    def _prepare(self, resume: bool) -> None:
        if resume:
            if not (self.folder / SESSION_FILE).is_file():
                raise InputError(f"{self.folder}: no {SESSION_FILE}, so nothing to resume")
            self._open_files()
            self._take_up()
            return
        require_free(self.folder)
        private_folder(self.folder)
        self._open_files()

    def _open_files(self) -> None:
        """Opens the lines, and holds the folder against every other writer until they are closed.

        Two that begin at the same moment both find it free; the lock is one's.
        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        for name in (EVENTS_FILE, READINGS_FILE):
            self._files[name] = os.open(private_file(self.folder / name), flags)
            if name == EVENTS_FILE and not lock_soon(self._files[name]):
                raise InputError(in_use_message(self.folder))

    def _take_up(self) -> None:
        """Cuts a torn last line off each file and finds where count and time should go on."""
        path = self.folder / SESSION_FILE
        try:
            old = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            raise InputError(f"{path}: not valid JSON, so it cannot be resumed") from None
        newer = newer_version(old)
        if newer:
            raise InputError(f"{self.folder}: {newer}; go on with it there")
        self.session = {**old, **self.session}
        for name in (EVENTS_FILE, READINGS_FILE):
            file = self.folder / name
            if not file.is_file():
                continue
            data = file.read_bytes()
            whole = data[: data.rfind(b"\n") + 1]
            if len(whole) < len(data):
                os.truncate(file, len(whole))
            for line in reversed(whole.splitlines()[-50:]):
                try:
                    last = json.loads(line)
                    n, t_s = int(last["n"]), time_of(last)
                except (ValueError, KeyError, TypeError):
                    continue  # a damaged line; the one before it says as much
                self._n = max(self._n, n + 1)
                self.last_t_s = max(self.last_t_s, t_s)

    def event(self, event: Event) -> None:
        """Appends to ``events.jsonl``."""
        self._append(EVENTS_FILE, event)

    def act(self, act: RecruiterAct) -> None:
        """Appends an act with its reason."""
        self.event(act_event(act))

    def progress(self, feedback: Feedback) -> None:
        """Appends what became of an act."""
        self.event(progress_event(feedback))

    def reading(self, reading: Reading) -> None:
        """Appends to ``readings.jsonl``."""
        self._append(READINGS_FILE, reading)

    def tick(self, t_s: float) -> None:
        """Marks that the main loop looked at the candidate at ``t_s``."""
        self._append(READINGS_FILE, Tick(t_s))

    def part_over(self, t_s: float, source: str = "microphone") -> None:
        """Records that the recorded or scripted candidate has nothing more to play."""
        self.event(Event(t_s, source, "part_over"))

    def amend_session(self, **values: Any) -> None:
        """Adds to ``session.json`` (atomically)."""
        self.session.update(values)
        self._guard(self._write_session)

    def close(self, status: str = "complete", t_s: float | None = None) -> None:
        """Ends the record; a second call does nothing.

        Args:
            status: "complete" or "interrupted".
            t_s: session time of the end; the time of the last line by default.

        Raises:
            StorageError: the disk failed, and nobody was told of it before.
        """
        if self.closed:
            return
        self.closed = True
        end_s = self.last_t_s if t_s is None else t_s
        self.session.update(status=status, duration_s=end_s)
        kind = "end" if status == "complete" else "interrupted"
        try:
            self._append(EVENTS_FILE, Event(end_s, "record", kind, {"status": status}))
            self._stop_sync.set()
            self._syncer.join()
            self._guard(self._sync)
            self._guard(self._write_session)
        finally:
            self._stop_sync.set()
            self._syncer.join()
            self._close_files()

    def __enter__(self) -> SessionWriter:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.close("complete" if kind is None else "interrupted")

    def _append(self, name: str, arrival: Arrival) -> None:
        payload = {"n": self._n, **encode(arrival)}
        line = to_line(payload)
        t_s = time_of(payload)

        def write() -> None:
            if self._failure is not None:
                raise self._failure
            view = memoryview(line)
            while view:
                view = view[os.write(self._files[name], view) :]
            self._sizes[name] += len(line)

        with self._lock:
            if self._guard(write, name):
                self._n += 1
                self.last_t_s = max(self.last_t_s, t_s)

    def _guard(self, write: Any, name: str | None = None) -> bool:
        """Runs ``write``; the first failure is raised, later ones are counted."""
        if self.broken:
            self.dropped += 1
            return False
        try:
            write()
        except OSError as error:
            self.broken = True
            self.dropped += 1
            if name is not None:
                self._cut_back(name)
            raise self._storage_error(error) from None
        return True

    def _cut_back(self, name: str) -> None:
        """Takes half a line off again; where even that fails the reader skips the torn line."""
        try:
            os.ftruncate(self._files[name], self._sizes[name])
        except OSError:
            self.session["torn"] = True

    def _storage_error(self, error: OSError) -> StorageError:
        reason = error.strerror or str(error)
        return StorageError(
            f"{self.folder}: the session cannot be written ({reason}); "
            "free some space or name another folder with --out"
        )

    def _write_session(self) -> None:
        write_atomically(self.folder / SESSION_FILE, pretty(self.session))

    def _sync_often(self) -> None:
        # A thread, because fsync may take longer than a frame may last.
        while not self._stop_sync.wait(SYNC_INTERVAL_S):
            try:
                self._sync()
            except OSError as error:
                self._failure = error  # raised by the next line that is written
                return

    def _sync(self) -> None:
        for fd in self._files.values():
            os.fsync(fd)

    def _close_files(self) -> None:
        for fd in self._files.values():
            os.close(fd)
        self._files = {}


def is_in_use(folder: Path) -> bool:
    """Whether somebody writes a session there now; a process that was killed does not."""
    try:
        fd = os.open(folder / EVENTS_FILE, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError:
        return False
    try:
        return is_locked(fd)
    finally:
        os.close(fd)


def in_use_message(folder: Path) -> str:
    """What a person is told who wants to write there as well."""
    return (
        f"{folder}: this session is being recorded by another run of this program; end that first"
    )


def is_unfinished(folder: Path) -> bool:
    """Whether a session was begun there whose recording never came to its end."""
    return read_meta(folder).get("status") == "running"


def read_meta(folder: Path) -> dict[str, Any]:
    """``session.json`` of a folder; empty where it is not there, or damaged."""
    try:
        meta = json.loads((folder / SESSION_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return meta if isinstance(meta, dict) else {}


def newer_version(meta: Any) -> str:
    """Why a record is not to be written on: a newer program made it; empty where none did.

    Args:
        meta: what ``session.json`` holds.
    """
    made = meta.get("record_format", FORMAT) if isinstance(meta, dict) else FORMAT
    if type(made) is not int or not 0 < made < 1e9:
        return f"recorded in a format that cannot be told (record_format {made!r:.20})"
    if made <= FORMAT:
        return ""
    return (
        f"recorded by a newer version of this program (record format {made}, this one writes "
        f"{FORMAT})"
    )


def pretty(value: Mapping[str, Any]) -> bytes:
    """JSON for people: one key a line, UTF-8."""
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False, default=plain)
    return text.encode("utf-8", errors="backslashreplace") + b"\n"


def write_atomically(path: Path, data: bytes) -> None:
    """Replaces a file as a whole, so that a reader never sees half of it; for the user alone.

    Raises:
        OSError: as the system says; the old file is then still there.
    """
    with whole_file(path) as part, open(private_file(part), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
