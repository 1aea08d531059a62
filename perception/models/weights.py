"""Downloadable weights: what there is, where it lies, how to fetch and check it.

Weights lie in ``$RECRUITER_MODELS``, else in ``$XDG_DATA_HOME/recruiter/models``
(``~/.local/share/recruiter/models``). A download goes to ``NAME.part`` and takes its name only when
its checksum is right, so a file that bears its name is whole.
"""

from __future__ import annotations

import hashlib
import http.client
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from perception.errors import InputError, ModelError, StorageError
from perception.models.modelfile import MODELS
from perception.paths import models_dir

Progress = Callable[[int, int], None]
State = Literal["present", "missing", "partial", "damaged"]

_CHUNK_BYTES = 1 << 18
_TIMEOUT_S = 20.0
_WHISPER_HOST = "https://openaipublic.azureedge.net/main/whisper/models"


@dataclass(frozen=True, slots=True)
class Weights:
    """One downloadable file."""

    name: str
    what: str
    """What it is for, one line for a person."""
    url: str
    sha256: str
    size_bytes: int
    """About; the server's word counts while fetching."""
    file_name: str
    licence: str


def _whisper(size: str, sha256: str, size_bytes: int, what: str) -> Weights:
    # The publisher's address carries the checksum as a folder.
    url = f"{_WHISPER_HOST}/{sha256}/{size}.pt"
    return Weights(f"whisper-{size}", what, url, sha256, size_bytes, f"whisper-{size}.pt", "MIT")


_ALL = (
    _whisper(
        "tiny.en",
        "d3dd57d32accea0b295c96e26691aa14d8822fac7d9d27d5dc00b4ca2826dd03",
        75_600_000,
        "for openai-whisper: English, quick",
    ),
    _whisper(
        "base.en",
        "25a8566e1d0c1e2231d1c762132cd20e0f96a85d16145c3a00adf5d1ac670ead",
        145_300_000,
        "for openai-whisper: English, better",
    ),
    _whisper(
        "tiny",
        "65147644a518d12f04e32d6f3b26facc3f8dd46e5390956a9424a650c0ce22b9",
        75_600_000,
        "for openai-whisper: 99 languages, quick",
    ),
    _whisper(
        "base",
        "ed3a0b6b1c0edf879ad9b11b1af5a0e6ab5db9205f891f668f8b0e6c6326e34e",
        145_300_000,
        "for openai-whisper: 99 languages, better",
    ),
    Weights(
        "face-landmarker",
        'another mesh of the face ([seeing.face] backend = "landmarker")',
        "https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/"
        "float16/1/face_landmarker.task",
        "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
        3_758_596,
        "face_landmarker.task",
        "Apache-2.0",
    ),
)

WEIGHTS: dict[str, Weights] = {weights.name: weights for weights in _ALL}
"""Name to weights."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """A model that this project trained; made anew by ``models train``."""

    path: Path
    what: str
    """What it is for, one line for a person."""


SHIPPED = (
    Shipped(MODELS / "face.npz", "expression and head pose from a face's landmarks"),
    Shipped(MODELS / "eyes.npz", "gaze and lids from pictures of both eyes"),
    Shipped(MODELS / "fillers.npz", "filled pauses from sounds that a voice holds"),
    Shipped(MODELS / "acts.npz", "what a candidate does and tells, from words"),
    Shipped(MODELS / "answers.npz", "what an answer holds and lacks"),
    Shipped(MODELS / "relevance.npz", "how far an answer takes up what was asked"),
    Shipped(MODELS / "order.npz", "whether words run as language does"),
    Shipped(MODELS / "turns.npz", "whether an answer is over, from its words and pauses"),
    Shipped(MODELS / "impressions.npz", "how judges may have rated (--impressions)"),
)
"""Models that lie in the repository and are never fetched."""


@dataclass(frozen=True, slots=True)
class WeightsState:
    """Where one file stands on this machine."""

    weights: Weights
    path: Path
    state: State


def list_weights() -> list[WeightsState]:
    """All known weights and whether they are here; checksums are not computed (see ``check``)."""
    return [_state(weights) for weights in WEIGHTS.values()]


def path_of(name: str) -> Path | None:
    """Where the weights lie; None when they are not (wholly) here.

    Raises:
        InputError: no weights of that name.
    """
    state = _state(_known(name))
    return state.path if state.state == "present" else None


def check(name: str) -> WeightsState:
    """Compares the checksum of one file.

    Returns:
        Its state, "damaged" when the file is not what it should be.

    Raises:
        InputError: no weights of that name.
        StorageError: the file cannot be read.
    """
    found = _state(_known(name))
    if found.state != "present" or _sha256(found.path) == found.weights.sha256:
        return found
    return WeightsState(found.weights, found.path, "damaged")


def get(name: str, progress: Progress | None = None, source: Path | None = None) -> Path:
    """Fetches one file, going on where an earlier try broke off, and checks it.

    Args:
        name: key of ``WEIGHTS``.
        progress: called with bytes done and bytes in all.
        source: take the file from here instead of the network, for machines that are offline.

    Returns:
        The file. One that is here and whole is not fetched again.

    Raises:
        InputError: no such name, or no such source.
        ModelError: no network, or what came is not the file it should be.
        StorageError: the disk is full or the folder cannot be written.
    """
    weights = _known(name)
    path = models_dir() / weights.file_name
    if check(name).state == "present":
        return path
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if source is None:
            _download(weights, part, progress)
        else:
            _copy(weights, source, part)
        _accept(weights, part, path)
    except OSError as error:
        raise StorageError(
            f"{path.parent}: cannot be written ({error.strerror}); free some space or set "
            "RECRUITER_MODELS to another folder"
        ) from None
    return path


def _known(name: str) -> Weights:
    if name not in WEIGHTS:
        raise InputError(f"weights '{name}': unknown; use one of {', '.join(WEIGHTS)}")
    return WEIGHTS[name]


def _state(weights: Weights) -> WeightsState:
    path = models_dir() / weights.file_name
    state: State = "missing"
    if path.is_file():
        state = "present" if path.stat().st_size > 0 else "damaged"
    elif path.with_name(path.name + ".part").is_file():
        state = "partial"
    return WeightsState(weights, path, state)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise StorageError(f"{path}: cannot be read ({error.strerror}); check it") from None


def _copy(weights: Weights, source: Path, part: Path) -> None:
    if not source.is_file():
        raise InputError(f"{source}: no such file; check the path")
    if _sha256(source) != weights.sha256:
        raise ModelError(f"{source}: is not {weights.name} (checksum differs); fetch it again")
    shutil.copyfile(source, part)


def _accept(weights: Weights, part: Path, path: Path) -> None:
    if _sha256(part) != weights.sha256:
        part.unlink()
        raise ModelError(
            f"{weights.name}: what {weights.url} gave is not the expected file (checksum differs); "
            "try again, or from another network"
        )
    part.replace(path)


def _download(weights: Weights, part: Path, progress: Progress | None) -> None:
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(weights.url)
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        reply = urllib.request.urlopen(request, timeout=_TIMEOUT_S)
    except urllib.error.HTTPError as error:
        status = error.code
        error.close()
        if status == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # all of it is here; the checksum decides
        raise ModelError(
            f"{weights.name}: {weights.url} answers {status}; try again later"
        ) from None
    except (urllib.error.URLError, TimeoutError, http.client.HTTPException) as error:
        raise _no_network(weights, error) from None
    with reply:
        resumed = reply.status == http.client.PARTIAL_CONTENT
        have = have if resumed else 0
        total = have + int(reply.headers.get("Content-Length") or weights.size_bytes - have)
        with part.open("ab" if resumed else "wb") as file:
            while chunk := _next_chunk(weights, reply):
                file.write(chunk)
                have += len(chunk)
                if progress is not None:
                    progress(have, max(have, total))
    if have < total and reply.headers.get("Content-Length"):
        raise ModelError(
            f"{weights.name}: the connection ended after {have} of {total} bytes; "
            f"go on with: python3 run.py models get {weights.name}"
        )


def _next_chunk(weights: Weights, reply: IO[bytes]) -> bytes:
    try:
        return reply.read(_CHUNK_BYTES)
    except http.client.IncompleteRead as error:
        return error.partial
    except (TimeoutError, ConnectionError) as error:
        raise _no_network(weights, error) from None


def _no_network(weights: Weights, error: Exception) -> ModelError:
    reason = getattr(error, "reason", error)
    host = weights.url.split("/")[2]
    return ModelError(
        f"{weights.name}: {host} cannot be reached ({reason}); connect to the network, or put the "
        f"file at {models_dir() / weights.file_name}"
    )
