"""The command line: which commands there are, what they take, and what is wrong with an argument.

Needs nothing but the standard library, because ``run.py`` parses before anything is installed: a
mistyped role must not cost a person ten minutes of set-up first.

Whatever a command does lives behind a ``"module:function"`` in ``COMMANDS`` that takes the parsed
options and returns an exit status.
"""

from __future__ import annotations

import argparse
import difflib
import functools
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import game
from game.setup.option_checks import TRAINABLE, check
from perception.errors import InputError
from perception.paths import ASSETS
from perception.toml_files import read_toml

LONGEST_INTERVIEW = 50
"""Questions: more than anyone has sat through; beyond it is a slip of the finger."""

MOST_JOBS = 256
"""Recordings analysed at a time; beyond it is a slip of the finger."""

FUNCTIONALS = ("praat", "opensmile")
"""Back-ends of ``--functionals``, the usual one first: see ``perception.voice.functionals``."""

LONGEST_MINUTES = 60.0
"""Of an interview: see ``dialogue.conduct.settings``."""

LARGEST_SEED = 2**32 - 1
"""numpy's legacy generators take no larger one."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command of ``run.py``."""

    summary: str
    """Half a line for the list in ``--help``."""
    target: str
    """``"module:function"`` that does it, given the options; returns the exit status."""
    add_options: Callable[[argparse.ArgumentParser], None]
    """Adds what is the command's own."""
    example: str = ""
    """A line to imitate, shown under its ``--help``."""


class _Parser(argparse.ArgumentParser):
    """Raises InputError where argparse would print its usage and exit."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}; see: python3 {self.prog} --help")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Parses and checks a command line.

    Args:
        arguments: what stands after ``run.py``.

    Returns:
        The options, with ``command`` set; None there when no command was given.

    Raises:
        InputError: something is misspelled, missing or does not exist.
        SystemExit: after ``--help`` or ``--version``, with status 0.
    """
    if arguments and not arguments[0].startswith("-"):
        _check_command(arguments[0])
    if arguments and arguments[0] == "test":  # all that follows is pytest's own
        options = argparse.Namespace(command="test", pytest_arguments=list(arguments[1:]))
        if options.pytest_arguments not in (["-h"], ["--help"]):
            return options
    bare = not arguments or (
        arguments[0].startswith("-") and arguments[0] not in ("-h", "--help", "--version")
    )
    # `run.py --seed 3` takes the options of `practice`; which command it means, devices decide
    options = build_parser().parse_args([*(["practice"] if bare else []), *arguments])
    if bare:
        options.command = None
    check(options)
    return options


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    width = min(shutil.get_terminal_size().columns, 100)
    listing = "\n".join(f"  {name:<12}{command.summary}" for name, command in COMMANDS.items())
    parser = _Parser(
        prog="run.py",
        usage="python3 run.py [COMMAND] [OPTIONS]",
        description="Practise job interviews opposite an animated recruiter who sees and hears "
        "you,\nand read afterwards what you did and how to do it better.",
        epilog=f"commands:\n{listing}\n\n"
        "With no command: an interview with you where there is a screen, a camera and a\n"
        "microphone, and otherwise the demo. The first use sets everything up.\n\n"
        "  python3 run.py COMMAND --help    what a command takes\n\n"
        "exit status: 0 done, 2 bad input or settings, 3 a device or model is missing,\n"
        "130 interrupted (what was recorded is kept)",
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, width=width),
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"recruiter-room {game.__version__}")
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", help=argparse.SUPPRESS, parser_class=_Parser
    )
    for name, command in COMMANDS.items():
        sub = commands.add_parser(
            name,
            prog=f"run.py {name}",
            description=command.summary[0].upper() + command.summary[1:] + ".",
            epilog=f"example:\n  python3 run.py {command.example}" if command.example else None,
            formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(
                prog, width=width, max_help_position=34
            ),
            allow_abbrev=False,
        )
        command.add_options(sub)
    return parser


def _check_command(name: str) -> None:
    if name in COMMANDS:
        return
    if name in NOT_YET:
        raise InputError(f"{name} ({NOT_YET[name]}) is not built yet; see: python3 run.py --help")
    close = difflib.get_close_matches(name, COMMANDS, n=1)
    hint = f"did you mean '{close[0]}'?" if close else "see: python3 run.py --help"
    raise InputError(f"unknown command '{name}'; {hint}")


def _number(least: float, most: float, what: str) -> Callable[[str], float]:
    """Makes an argparse type: a number in a range, with a plain message."""

    def convert(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(
                f"{text} is out of range; {what}: {least:g} to {most:g}"
            )
        return value

    return convert


def _whole(least: int, most: int, what: str) -> Callable[[str], int]:
    """Makes an argparse type: a whole number in a range, with a plain message."""

    def convert(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{value} is out of range; {what}: {least} to {most}")
        return value

    return convert


def _jobs(text: str) -> int:
    return 0 if text == "auto" else _whole(0, MOST_JOBS, "jobs")(text)


def _cues(text: str) -> tuple[str, ...]:
    """Names of cues, separated by commas; empty for none."""
    known = _known_cues()
    names = [name for part in text.split(",") if (name := part.strip().lower())]
    for name in names:
        if name not in (*known, "none"):
            raise argparse.ArgumentTypeError(
                f"{name} is no cue; use some of {', '.join(known)}, or none"
            )
    if not names:
        raise argparse.ArgumentTypeError(f"empty; use some of {', '.join(known)}, or none")
    return tuple(dict.fromkeys(name for name in names if name != "none"))


@functools.cache
def _known_cues() -> tuple[str, ...]:
    return tuple(read_toml(ASSETS / "rubrics" / "leave_out.toml")["cue"])


def _add_leave_out(parser: argparse.ArgumentParser, unless: str = "") -> None:
    parser.add_argument(
        "--leave-out",
        type=_cues,
        metavar="CUE,…",
        help="cues that are neither measured nor scored, as if the rubric had never held them: "
        f"{', '.join(_known_cues())}; or none{unless}",
    )


def _add_shared(parser: argparse.ArgumentParser) -> None:
    shared = parser.add_argument_group("of all commands that make a session")
    shared.add_argument("--out", type=Path, metavar="DIR", help="the session folder itself")
    shared.add_argument(
        "--seed",
        type=_whole(0, LARGEST_SEED, "seed"),
        metavar="N",
        help="what everything random is drawn from",
    )
    shared.add_argument("--settings", type=Path, metavar="FILE", help="settings, as TOML")
    shared.add_argument("--quiet", action="store_true", help="say only what went wrong")


def _add_interview(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--role",
        metavar="NAME|FILE",
        help="the job: " + _names("interviews") + ", or a TOML file of your own",
    )
    parser.add_argument(
        "--persona",
        metavar="NAME|FILE",
        help="the recruiter: " + _names("personas") + ", random, or a TOML file of your own",
    )
    parser.add_argument(
        "--manner",
        metavar="NAME|FILE",
        help="how she carries herself, instead of her own way: "
        + _names("personas/manners")
        + ", or a TOML file of your own",
    )
    parser.add_argument(
        "--questions",
        type=_whole(1, LONGEST_INTERVIEW, "questions"),
        metavar="N",
        help="how many questions she asks",
    )
    parser.add_argument(
        "--minutes",
        type=_number(1.0, LONGEST_MINUTES, "minutes"),
        metavar="N",
        help="how long it is to take, 1 to 60; to keep it she goes deeper or leaves questions out",
    )
    parser.add_argument(
        "--mode",
        choices=("adaptive", "structured"),
        help="adaptive: follow-ups, and questions by how well the answers go; structured: the same "
        "questions in the same order for everybody",
    )
    parser.add_argument(
        "--difficulty",
        choices=("friendly", "usual", "demanding", "stress"),
        help="how hard it is made: which questions, and the recruiter's manner where --manner does "
        "not say it",
    )
    parser.add_argument(
        "--camera",
        metavar="INDEX|FILE|none",
        help="a camera, a video that plays the candidate's part in real time, or no camera",
    )
    parser.add_argument(
        "--microphone",
        metavar="NAME|FILE|none",
        help="a microphone, recorded answers (several files, separated by commas, are given one "
        "per question), or none: answers are typed",
    )
    parser.add_argument(
        "--continuous",
        action="store_true",
        help="play recorded answers straight through instead of one per question",
    )
    _add_speech(parser)
    _add_no_emotion(parser)
    _add_leave_out(parser)
    parser.add_argument(
        "--voice",
        metavar="NAME",
        help="the recruiter's voice, or your own: piper:FILE.onnx, kokoro:FOLDER",
    )
    parser.add_argument("--room", metavar="NAME", help="where: corporate, startup, university")
    parser.add_argument("--offscreen", action="store_true", help="open no window")
    parser.add_argument("--full-screen", action="store_true", help="fill the screen")
    parser.add_argument(
        "--immersive",
        action="store_true",
        help="fill the screen and let the view follow your head, as through a window",
    )
    parser.add_argument(
        "--video", type=Path, metavar="FILE", help="write what the candidate sees and hears, as MP4"
    )
    _add_shared(parser)


def _add_speech(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--speech-to-text",
        metavar="NAME",
        help="recogniser: auto, faster-whisper, whisper, whisper:FILE, pocketsphinx, none",
    )
    parser.add_argument(
        "--language", metavar="CODE", help="that is spoken: en, de, fr ..., or auto to find it out"
    )
    parser.add_argument(
        "--cv",
        type=Path,
        metavar="FILE",
        help="a CV (text, PDF or DOCX), whose names and terms are listened for",
    )


def _add_no_emotion(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-emotion",
        action="store_true",
        help="report behaviour alone: no impression of how face, voice and words may come across",
    )


def _add_practice(parser: argparse.ArgumentParser) -> None:
    _add_interview(parser)
    own = parser.add_argument_group("of practice")
    own.add_argument(
        "--green-room",
        choices=("auto", "yes", "no"),
        help="a minute before the interview in which camera, face, gaze and microphone are tried; "
        "auto: for a person at a window",
    )


def _add_demo(parser: argparse.ArgumentParser) -> None:
    _add_interview(parser)
    own = parser.add_argument_group("of demo")
    own.add_argument(
        "--script",
        default="demo",
        metavar="NAME|FILE",
        help="what plays: " + _names("demo") + ", or a TOML file of your own",
    )
    own.add_argument("--no-film", action="store_true", help="write no film of the room")


def _names(folder: str) -> str:
    names = sorted(path.stem for path in (ASSETS / folder).glob("*.toml"))
    return ", ".join(names) or f"a file of assets/{folder}"


def _add_analyze(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "recordings",
        nargs="+",
        type=Path,
        metavar="RECORDING",
        help="an interview as a video with sound; with several, --out names the place of their "
        "session folders",
    )
    parser.add_argument(
        "--questions",
        type=Path,
        metavar="FILE",
        help="what was asked in it, one question a line behind its time (1:32 Why this job?); "
        "without, what an interviewer is heard to ask, or else all that is said is one answer",
    )
    parser.add_argument(
        "--face",
        metavar="PLACE",
        help="where the candidate is, if several people are in the picture: left, right, top, "
        "bottom, middle, top-left ..., or a part of it as LEFT,TOP,WIDTH,HEIGHT in shares "
        "(0.5,0,0.5,1) or pixels; only that part is looked at",
    )
    parser.add_argument(
        "--channel",
        metavar="NAME",
        help="where the candidate is heard, if people are on channels of their own: left, "
        "right, a number from 1, mid, side, or mix for all",
    )
    parser.add_argument(
        "--track",
        type=int,
        metavar="N",
        help="the sound track of the candidate, from 1, if the file has several",
    )
    _add_speech(parser)
    _add_no_emotion(parser)
    _add_leave_out(parser)
    _add_functionals(parser)
    _add_impressions(parser)
    parser.add_argument(
        "--jobs",
        type=_jobs,
        default=1,
        metavar="N",
        help="recordings that are analysed at a time; 0 or auto: one per core, where the memory "
        "allows it; one alone has its pictures and its sound on two cores already",
    )
    _add_shared(parser)


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("session", type=Path, metavar="SESSION", help="folder of a session")
    parser.add_argument(
        "other",
        nargs="?",
        type=Path,
        metavar="LATER",
        help="folder of a later session: compare the two instead, and write comparison.html and "
        "comparison.json into it, or where --out and --json say",
    )
    _add_json(parser, "of two sessions")
    _add_shared(parser)
    _add_no_emotion(parser)
    _add_leave_out(parser, "; as the session was made, if you do not say")
    _add_functionals(parser)
    _add_impressions(parser)


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sessions",
        nargs="+",
        type=Path,
        metavar="SESSION",
        help="folders of sessions, or a folder that holds some",
    )
    parser.add_argument(
        "--format",
        choices=("csv", "parquet", "both"),
        default="both",
        help="of the tables; both by default",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="for the tables; the session's own folder, if there is one session",
    )
    parser.add_argument("--quiet", action="store_true", help="say only what went wrong")


def _add_progress(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sessions",
        nargs="?",
        type=Path,
        metavar="DIR",
        help="folder that holds session folders; where sessions usually go, if you do not say",
    )
    parser.add_argument(
        "--kind",
        choices=("practice", "demo", "analysis"),
        help="those of one kind only: practised here, with a synthetic candidate, or analyzed "
        "recordings; all but the synthetic ones, if you do not say",
    )
    parser.add_argument(
        "--again",
        action="store_true",
        help="measure sessions again from their records where another version of this program or "
        "other rubrics made their report, so that they can be compared; takes seconds for each",
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="the page; DIR/progress.html by default"
    )
    _add_json(parser, "of progress")
    parser.add_argument("--quiet", action="store_true", help="say only what went wrong")


def _add_json(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument(
        "--json",
        type=Path,
        metavar="FILE",
        help=f"{what}: the same as JSON; beside the page by default",
    )


def _add_functionals(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--functionals",
        nargs="?",
        choices=FUNCTIONALS,
        const=FUNCTIONALS[0],
        help="write eGeMAPS functionals of each answer's voice to voice_functionals.csv as well",
    )


def _add_impressions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--impressions",
        action="store_true",
        help="say how it may come across to judges, too, for researchers; not fit for hiring "
        "decisions",
    )


def _add_session(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("session", type=Path, metavar="SESSION", help="folder of a session")
    _add_shared(parser)


def _add_replay(parser: argparse.ArgumentParser) -> None:
    _add_session(parser)
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="supposed",
        metavar="NAME=VALUE[@FROM-TO]",
        help="what she would have done had a cue been otherwise (fillers_per_min=2, "
        "gaze_on_screen=0.4, smile=0.8@60-75; times in seconds); give it several times for "
        "several cues, or one that there is not for a list of them",
    )


def _add_perform(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=Path,
        metavar="FILE.bml",
        help="blocks of BML 1.0: one <bml>, several, or several within a root; to begin with: "
        "assets/behaviours/greeting.bml, assets/behaviours/all_features.bml",
    )
    parser.add_argument(
        "--persona",
        metavar="NAME|FILE",
        help="who plays: " + _names("personas") + ", random, or a TOML file of your own",
    )
    parser.add_argument(
        "--voice",
        metavar="NAME",
        help="the recruiter's voice, or your own: piper:FILE.onnx, kokoro:FOLDER",
    )
    parser.add_argument(
        "--offscreen",
        action="store_true",
        help="open no window; without a film nothing is drawn, and only the feedback is told",
    )
    parser.add_argument(
        "--video", type=Path, metavar="FILE", help="write what is seen and heard, as MP4"
    )
    parser.add_argument(
        "--feedback",
        type=Path,
        metavar="FILE",
        help="write what became of the blocks: JSON lines (.jsonl) or BML's own XML",
    )
    _add_shared(parser)


def _add_interviews(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        nargs="?",
        choices=("list", "show", "check", "new", "listen"),
        default="list",
        help="the roles there are; one as a person reads it; what is wrong with a file; a file to "
        "fill in; what she understands of lines of text, as JSON",
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME|FILE",
        help="show: a role or a file; check: files; new: a name; listen: files of lines, or - for "
        "what is typed or piped in, which is usual",
    )
    parser.add_argument("--quiet", action="store_true", help="say only what went wrong")
    own = parser.add_argument_group("of new")
    own.add_argument("--out", type=Path, metavar="DIR", help="where to; the current folder else")
    own = parser.add_argument_group("of listen")
    own.add_argument(
        "--role", metavar="NAME|FILE", help="the job that is talked of: " + _names("interviews")
    )
    own.add_argument(
        "--question",
        metavar="ID",
        help="the question to which the lines reply, by its id in the role's bank, or "
        "your_questions, greeting; a line may tell its own: "
        '{"text": "...", "role": "nurse", "question": "handover"}',
    )


def _add_models(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        nargs="?",
        choices=("list", "get", "check", "train"),
        default="list",
        help="what is known and here; fetch; compare the checksum; make the models that ship",
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"which weights; 'all' for all; train: {' or '.join(TRAINABLE)}",
    )
    parser.add_argument("--quiet", action="store_true", help="say only what went wrong")
    own = parser.add_argument_group("of train")
    own.add_argument("--out", type=Path, metavar="DIR", help="where to; assets/models by default")
    own.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="rated interviews that impressions learns from: MIT's (scores.csv, transcripts.csv, "
        "prosodic_features.csv) or ChaLearn First Impressions V2's (annotation_training.pkl, "
        "transcription_training.pkl)",
    )
    own.add_argument(
        "--people",
        type=_whole(2, 1000, "people"),
        metavar="N",
        help="how many invented people are drawn, or speak",
    )
    own.add_argument(
        "--sittings",
        type=_whole(1, 1000, "sittings"),
        metavar="N",
        help="how often each sits for pictures, or says something",
    )


def _add_doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    parser.add_argument("--mend", action="store_true", help="go through the whole set-up again")
    parser.add_argument("--quiet", action="store_true", help="list only what does not work")


def _add_bench(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="which; all when none is named")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table as JSON, too")
    parser.add_argument("--quick", action="store_true", help="a smaller sample, under a minute")
    parser.add_argument("--quiet", action="store_true", help="print no progress")
    parser.add_argument(
        "--faults", action="store_true", help="list what was not as it should be, too"
    )
    parser.add_argument(
        "--show",
        nargs="?",
        type=int,
        const=20,
        metavar="N",
        help="of conversation: print N whole transcripts (20) instead of figures",
    )


def _add_test(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "pytest_arguments", nargs="*", metavar="ARGUMENT", help="handed on to pytest"
    )


COMMANDS: dict[str, Command] = {
    "practice": Command(
        "an interview with the person in front of the machine",
        "game.app.practice:practice",
        _add_practice,
        "practice --questions 3",
    ),
    "demo": Command(
        "the same interview with a synthetic candidate; needs no devices",
        "game.app.practice:demo",
        _add_demo,
        "demo --out out/demo --video out/demo/room.mp4",
    ),
    "analyze": Command(
        "the report of recorded interviews, faster than real time",
        "game.app.analyze:analyze",
        _add_analyze,
        "analyze interview.mp4 --out out/interview",
    ),
    "replay": Command(
        "decide a recorded session again and compare the acts",
        "game.app.replay:replay",
        _add_replay,
        "replay out/demo --set fillers_per_min=2",
    ),
    "report": Command(
        "write a report again from its record; compare two",
        "game.app.commands:report",
        _add_report,
        "report out/demo\n  python3 run.py report sessions/first sessions/second",
    ),
    "progress": Command(
        "all sessions over time: what changed, what to practise next",
        "game.app.progress:progress",
        _add_progress,
        "progress",
    ),
    "export": Command(
        "measures, scores and ratings of sessions as CSV and Parquet",
        "game.app.export:export",
        _add_export,
        "export sessions --out tables",
    ),
    "perform": Command(
        "play behaviour blocks (BML 1.0) in the room",
        "game.app.perform:perform",
        _add_perform,
        "perform assets/behaviours/greeting.bml --persona mei",
    ),
    "interviews": Command(
        "question banks: list, show, check, new; listen to lines of text",
        "game.app.interviews:interviews",
        _add_interviews,
        "interviews show nurse",
    ),
    "models": Command(
        "weights: list, get, check; train those that ship",
        "game.app.commands:models",
        _add_models,
        "models get whisper-base.en",
    ),
    "doctor": Command(
        "what works on this machine, and how to mend the rest",
        "game.app.doctor:doctor",
        _add_doctor,
    ),
    "bench": Command(
        "measure this machine and this program beside the aims",
        "game.bench.table:bench",
        _add_bench,
        "bench room seeing --quick",
    ),
    "test": Command(
        "run the tests; further arguments go to pytest",
        "game.app.commands:test",
        _add_test,
        "test -k turn",
    ),
}
"""Name to command, in the order of ``--help``."""


def target_of(options: argparse.Namespace) -> str:
    """``module:function`` that carries out what was asked.

    Training is a workshop of its own, and of two reports none is written.
    """
    if options.command == "models" and options.action == "train":
        return "game.training.command:train_models"
    if options.command == "report" and options.other is not None:
        return "game.app.progress:compare_two"
    return COMMANDS[options.command].target


NOT_YET: dict[str, str] = {
    "portal": "accounts and web pages",
    "study": "controlled studies",
    "kiosk": "the booth at a fair",
}
"""Commands that are promised and do not exist yet."""
