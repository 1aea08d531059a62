"""What is said in the real recordings, out of their manifest."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from perception.errors import InputError
from perception.speech.word_error_rate import plain_words

READ_SPEECH = (
    "speech/sb_spk1_snt1.wav",
    "speech/whisper_jfk.flac",
    "speech/librispeech_61-70968-0000.flac",
    "speech/lj_LJ050-0131.wav",
    "speech/librispeech_2412-153948-0000.flac",
)
"""The clean set: five readers, close microphones and one hall."""

_HESITATIONS = frozenset(("um", "uh", "er"))
"""Counted by another figure: recognisers differ in whether they write them down."""


def transcripts(data_dir: Path) -> dict[str, str]:
    """Recordings of speech whose words are known: path below ``data_dir`` to plain words.

    The manifest gives the words between quotation marks; the last quotation is the transcript.

    Raises:
        InputError: the manifest is missing.
    """
    manifest = data_dir / "manifest.csv"
    if not manifest.is_file():
        raise InputError(f"{manifest}: no such file; give the folder of the real recordings")
    spoken: dict[str, str] = {}
    with manifest.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            if not row[0].startswith("speech/") or not row[0].endswith((".wav", ".flac")):
                continue
            quoted = re.findall(r'"([^"]+)"', row[2])
            text = quoted[-1].replace("yknow", "you know") if quoted else ""
            words = [word for word in plain_words(text) if word not in _HESITATIONS]
            if words:
                spoken[row[0]] = " ".join(words)
    return spoken
