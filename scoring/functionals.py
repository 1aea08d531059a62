"""A table of voice functionals per answer, for researchers: ``voice_functionals.csv``."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from perception.errors import InputError, StorageError
from perception.voice.functionals import EGEMAPS, create_functionals
from scoring.measures.sound import answer_sounds
from scoring.measures.speech import spoken
from scoring.record.session import read_session
from scoring.record.writer import write_atomically

FILE = "voice_functionals.csv"

ABOUT = ("session_id", "question_id", "start_s", "end_s", "method")
"""Columns before the functionals; ``method`` is the back-end, with its version where it has one."""


def write_functionals(folder: Path, backend: str = "praat") -> Path:
    """Writes one row per spoken answer into the session folder.

    Cells of what could not be told, or the back-end does not give, are empty.

    Args:
        folder: of a session whose sound was kept.
        backend: a name of :data:`perception.voice.functionals.BACKENDS`.

    Returns:
        The file.

    Raises:
        InputError: the folder holds no session, or no sound of spoken answers.
        ModelError: the back-end's package is missing.
        StorageError: the file cannot be written.
    """
    session = read_session(Path(folder))
    extractor = create_functionals(backend)
    sounds = answer_sounds(session, spoken(session), [])
    if sounds is None:
        raise InputError(
            f"{folder}: no sound of spoken answers in candidate.wav; functionals need a session "
            "that was recorded with consent"
        )
    text = io.StringIO()
    table = csv.DictWriter(text, (*ABOUT, *EGEMAPS), lineterminator="\n")
    table.writeheader()
    for answer, samples, rate_hz in sounds:
        about = {
            "session_id": session.id,
            "question_id": answer.question_id or "",
            "start_s": round(answer.start_s, 3),
            "end_s": round(answer.end_s, 3),
            "method": extractor.name,
        }
        table.writerow({**about, **extractor.extract(samples, rate_hz)})
    path = Path(folder) / FILE
    try:
        write_atomically(path, text.getvalue().encode("utf-8"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(
            f"{path}: cannot be written ({reason}); free some space or check the folder"
        ) from None
    return path
