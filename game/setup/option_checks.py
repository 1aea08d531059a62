"""What is wrong with the options of a command, told before anything is started or installed.

Needs nothing but the standard library, see :mod:`game.setup.commandline`.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from perception.errors import InputError
from perception.named_file import check_file, check_folder, exists, is_folder
from perception.paths import ASSETS
from perception.source_names import camera_file, microphone_files
from perception.toml_files import read_toml

TRAINABLE = (
    "expression",
    "fillers",
    "turns",
    "acts",
    "answers",
    "order",
    "relevance",
    "impressions",
    "hidden",
)
"""Models that ship and that ``models train`` makes."""

WRITTEN = ("acts", "answers", "order", "relevance")
"""Those of them that learn from texts of this project, where nobody is drawn or speaks."""

RESERVED = ("your_questions", "greeting")
"""What a reply may be to besides a bank's questions: see ``interviews listen``."""


def check(options: argparse.Namespace) -> None:
    """Checks what can be known without starting anything: names, ranges, files.

    Raises:
        InputError: naming the option and what would be right.
        SettingsError: the settings file is not TOML.
    """
    given = vars(options)
    if given.get("settings") is not None:
        read_toml(options.settings)
    if options.command == "progress" or given.get("other") is not None:
        _check_pages(options)
    else:
        _check_out(options)
    for option, folder in _NAMED.items():
        if given.get(option) is not None:
            _check_name(f"--{option}", options.__dict__[option], ASSETS / folder)
    if given.get("camera") is not None:
        _check_camera(options.camera)
    if given.get("microphone") is not None:
        _check_microphone(options.microphone)
    if given.get("video") is not None:
        _check_video(options.video)
    _check_recordings(given.get("recordings", ()))
    for name in ("session", "other"):
        if given.get(name) is not None:
            _check_session(given[name])
    own = {
        "perform": _check_perform,
        "models": _check_models,
        "interviews": _check_interviews,
    }
    if options.command in own:
        own[options.command](options)


def _check_out(options: argparse.Namespace) -> None:
    """Checks the folder of a session that is made."""
    given = vars(options)
    if given.get("out") is not None and exists(options.out) and not is_folder(options.out):
        raise InputError(f"--out {options.out}: a file is in the way; name a folder")
    if options.command == "report" and options.json is not None:
        raise InputError("--json belongs to the comparison of two sessions: report FIRST SECOND")


_NAMED = {
    "role": "interviews",
    "persona": "personas",
    "manner": "personas/manners",
    "script": "demo",
}
"""Options that take the name of a file, and the folder of ``assets`` in which it lies."""


def _check_name(option: str, value: str, folder: Path) -> None:
    known = sorted(path.stem for path in folder.glob("*.toml"))
    if value.endswith(".toml"):
        _check_file(option, Path(value))
    elif value not in known and not (option == "--persona" and value == "random"):
        raise InputError(f"{option} {value}: not known; use one of {', '.join(known)}")


def _check_camera(value: str) -> None:
    path = camera_file(value)
    if path is not None:
        _check_file("--camera", path)


def _check_microphone(value: str) -> None:
    if not value:
        raise InputError("--microphone: empty; give a device's name, files, or none")
    for path in microphone_files(value):
        _check_file("--microphone", path)


def _check_file(option: str, path: Path, may_be_empty: bool = False) -> None:
    check_file(path, f"{option} {path}", may_be_empty=may_be_empty)


def _check_recordings(recordings: Sequence[Path]) -> None:
    """Checks a recording that stands alone; of several, none is to keep the others back."""
    if len(recordings) == 1:
        _check_file("RECORDING", recordings[0])


def _check_video(path: Path) -> None:
    if is_folder(path, f"--video {path}"):
        raise InputError(f"--video {path}: a folder; name an .mp4 file in it")
    if path.suffix.lower() != ".mp4":
        raise InputError(f"--video {path}: only MP4 is written; end the name in .mp4")


def _check_perform(options: argparse.Namespace) -> None:
    _check_file("FILE", options.file)
    if options.feedback is not None and is_folder(options.feedback):
        raise InputError(f"--feedback {options.feedback}: a folder; name a file in it")


def _check_session(path: Path) -> None:
    named = f"SESSION {path}"
    check_folder(path, named, advice="name the folder of a session")
    if not any(exists(path / name) for name in _RECORD):
        raise InputError(
            f"{named}: none of {', '.join(_RECORD)} in it; name the folder of a session"
        )


_RECORD = ("session.json", "events.jsonl", "readings.jsonl")
"""Files of a session; what one of them tells is still worth a report without the others."""


def _check_pages(options: argparse.Namespace) -> None:
    """Checks the files that progress and a comparison write."""
    if options.json is not None and is_folder(options.json):
        raise InputError(f"--json {options.json}: a folder; name a file in it")
    if options.out is not None and options.json is not None and options.out == options.json:
        raise InputError(f"--json {options.json}: is the page of --out; name another file")
    asked = [name for name in _OF_ONE_REPORT if vars(options).get(name)]
    if asked:
        raise InputError(
            f"--{asked[0].replace('_', '-')}: belongs to the report of one session, and two are "
            "compared as they were reported"
        )
    folder = vars(options).get("sessions")
    if folder is not None:
        check_folder(folder, f"DIR {folder}", advice="name the folder that holds sessions")


_OF_ONE_REPORT = ("no_emotion", "leave_out", "functionals", "impressions", "settings", "seed")


def _check_models(options: argparse.Namespace) -> None:
    if options.action == "train":
        if len(options.names) != 1 or options.names[0] not in TRAINABLE:
            named = f"{' '.join(options.names)} is not known" if options.names else "which?"
            raise InputError(f"models train: {named}; use one of {', '.join(TRAINABLE)}")
        if options.names[0] in WRITTEN and (options.people or options.sittings):
            raise InputError(
                f"models train {options.names[0]}: learns from texts; "
                "leave --people and --sittings out"
            )
        _check_data(options)
    elif options.action != "list" and not options.names:
        raise InputError(f"models {options.action}: name the weights; see: python3 run.py models")


def _check_data(options: argparse.Namespace) -> None:
    """Checks the folder of rated interviews, which one model learns from and no other."""
    if options.names[0] != "impressions":
        if options.data is not None:
            raise InputError("--data belongs to models train impressions")
        return
    if options.people or options.sittings:
        raise InputError(
            "models train impressions: learns from interviews that were held; "
            "leave --people and --sittings out"
        )
    if options.data is None:
        raise InputError(
            "models train impressions: from what? name a folder of rated interviews with --data"
        )
    check_folder(options.data, f"--data {options.data}", advice="name that of rated interviews")


def _check_interviews(options: argparse.Namespace) -> None:
    action, names = options.action, options.names
    if action != "listen" and (options.role is not None or options.question is not None):
        raise InputError(f"interviews {action}: --role and --question belong to interviews listen")
    if action == "list" and names:
        raise InputError(
            f"interviews list: takes no names; see: python3 run.py interviews show {names[0]}"
        )
    if action == "show" and len(names) != 1:
        raise InputError(
            "interviews show: name one role, or a file; see: python3 run.py interviews list"
        )
    if action == "check" and not names:
        raise InputError("interviews check: name the files, or roles, that are to be checked")
    if action in ("show", "check"):
        for name in names:
            _check_name(f"interviews {action}", name, ASSETS / "interviews")
    if action == "new":
        _check_new(names)
    if action == "listen":
        _check_listen(options)


def _check_new(names: Sequence[str]) -> None:
    if len(names) != 1 or not _SIMPLE_NAME.fullmatch(names[0]):
        raise InputError(
            f"{' '.join(['interviews new', *names])}: give it one name of letters, digits and "
            "underscores, such as night_porter"
        )


def _check_listen(options: argparse.Namespace) -> None:
    for name in options.names:
        if name != "-":
            _check_file("interviews listen", Path(name), may_be_empty=True)
    question = options.question
    if question is not None and options.role is None and question not in RESERVED:
        raise InputError(f"--question {question}: name the role that asks it with --role")


_SIMPLE_NAME = re.compile(r"[A-Za-z0-9_-]+")
