"""Command ``interviews``: the question banks, for people who choose, read or write one.

``listen`` is in :mod:`game.app.listen`: it alone loads models.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dialogue.content.bank_check import (
    bank_mistakes,
    bank_remarks,
    employer_remarks,
)
from dialogue.content.employer import Employer, brief_path, load_employer
from dialogue.content.script import INTERVIEWS, Interview, Question, load_interview, roles
from perception.errors import InputError, StorageError
from perception.named_file import exists, is_file
from perception.paths import ASSETS
from perception.settings import faults
from perception.toml_files import read_toml

TEMPLATES = ASSETS / "templates"
"""Folder of the files that ``new`` fills in."""

_WIDEST = 100
"""Characters of a line that is read with ease."""


def interviews(options: argparse.Namespace) -> int:
    """Lists, shows, checks or begins question banks, or listens to lines of text.

    Raises:
        InputError: a file has mistakes, or a name is taken.
        ModelError: a model that ``listen`` needs is missing.
        StorageError: a file cannot be written.
    """
    if options.action == "listen":
        from game.app.listen import listen

        return listen(options)
    if options.action == "list":
        print("\n".join(_listing()))
    elif options.action == "show":
        name = options.names[0]
        print("\n".join(_shown(load_interview(name), load_employer(name))))
    elif options.action == "check":
        return _check(options.names, options.quiet)
    else:
        return _new(options.names[0], options.out or Path(), options.quiet)
    return 0


# -- list and show ---------------------------------------------------------------------------------


def _listing() -> list[str]:
    """A table of the roles that ship."""
    rows = [("role", "title", "questions", "employer")]
    for role in roles():
        interview, employer = load_interview(role), load_employer(role)
        told = "none" if employer is None else f"{employer.name}, {employer.place}"
        # the warm-up is one of them
        rows.append((role, interview.title, str(1 + len(interview.questions)), told))
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    return [
        f"{role:<{widths[0]}}  {title:<{widths[1]}}  {count:>{widths[2]}}  {told}"
        for role, title, count, told in rows
    ]


def _shown(interview: Interview, employer: Employer | None) -> Iterator[str]:
    """A bank as a person reads it."""
    yield interview.title
    yield from _wrapped(interview.description)
    yield ""
    yield from _wordings("she greets", interview.greetings)
    for question in (interview.warm_up, *interview.questions):
        yield ""
        yield from _question(question)
    yield ""
    yield from _wordings("she closes", interview.closings)
    yield ""
    if employer is None:
        yield "employer: no brief; to the candidate's questions she says that she will find out"
        return
    yield f"employer: {employer.name}, {employer.place}"
    yield from _wrapped(employer.about)
    for topic in employer.topics:
        yield ""
        others = f" and in {len(topic.asks) - 1} other ways" if topic.asks[1:] else ""
        yield from _wrapped(f'{topic.id}: asked as "{topic.asks[0]}"{others}')
        yield from _wordings("answer", topic.answers)


def _question(question: Question) -> Iterator[str]:
    yield from _wrapped(
        f"{question.id}: {question.competency}, {question.kind}, "
        f"difficulty {question.difficulty}, "
        f"answers up to {question.max_answer_s:g} s",
        first="",
    )
    yield from _wordings("asks", question.text)
    yield from _wordings("in plain words", question.simple)
    yield from _wordings("means", question.explains)
    yield from _wordings("helps", question.help)
    for follow_up in question.follow_ups:
        yield from _wordings(f"follow-up, {follow_up.when}", follow_up.text)
    for term, meaning in question.terms:
        yield from _wordings(f"term, {term}", (meaning,))
    if question.gist:
        yield from _wordings("a good answer", (question.gist,))
    yield from _wordings("expected", question.points)
    for rating, anchor in sorted(question.ratings.items()):
        yield from _wordings(f"worth {rating} of 5", (anchor,))


def _wordings(what: str, lines: Sequence[str]) -> Iterator[str]:
    """Each wording, the first behind what it is; several are told apart by dashes."""
    dash = "- " if len(lines) > 1 else ""
    for number, line in enumerate(lines):
        head = f"  {f'{what}:' if number == 0 else '':<26} "
        yield from _wrapped(line, head + dash, " " * len(head + dash))


def _wrapped(text: str, first: str = "  ", further: str = "  ") -> list[str]:
    width = min(_WIDEST, max(60, shutil.get_terminal_size().columns))
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=further, break_on_hyphens=False
    )


# -- check -----------------------------------------------------------------------------------------


@dataclass
class _Judgement:
    """What there is to say of a file."""

    about: str
    mistakes: list[str]
    remarks: list[str]


def _check(names: Sequence[str], quiet: bool) -> int:
    """Tells all that is wrong with banks and their briefs, and what could be better.

    Raises:
        InputError: something is wrong.
    """
    wrong: list[str] = []
    for name in names:
        bank, brief = _bank_judged(name), _brief_judged(name)
        mistakes = bank.mistakes + brief.mistakes
        lines = [f"  wrong: {each}" for each in mistakes]
        if not quiet:
            lines += [f"  better: {each}" for each in bank.remarks + brief.remarks]
        if lines or not quiet:
            print(f"{name}: {bank.about}; {brief.about}")
            print("\n".join(lines or ["  nothing is wrong with it"]))
        wrong += [name] * len(mistakes)
    if wrong:
        many = "1 mistake" if len(wrong) == 1 else f"{len(wrong)} mistakes"
        where = ", ".join(dict.fromkeys(wrong))
        raise InputError(f"interviews check: {many} in {where}; mend what is told above")
    return 0


def _bank_judged(name: str) -> _Judgement:
    path = Path(name) if name.endswith(".toml") else INTERVIEWS / f"{name}.toml"
    try:
        mistakes = faults(Interview, read_toml(path), path.name, name=path.stem)
        if mistakes:
            return _Judgement("cannot be used", mistakes, [])
        interview = load_interview(name)
    except InputError as error:
        return _Judgement("cannot be used", [str(error)], [])
    about = f"{interview.title}, {1 + len(interview.questions)} questions"
    return _Judgement(about, bank_mistakes(interview), bank_remarks(interview))


def _brief_judged(name: str) -> _Judgement:
    path = brief_path(name)
    if not is_file(path):
        remark = (
            f"no employer's brief ({path.name} beside it); "
            "to the candidate's questions she can only say that she will find out"
        )
        return _Judgement("no employer", [], [remark])
    try:
        mistakes = faults(Employer, read_toml(path), path.name)
        employer = None if mistakes else load_employer(name)
    except InputError as error:
        return _Judgement("no employer", [str(error)], [])
    if employer is None:
        return _Judgement("no employer", mistakes, [])
    about = f"{employer.name}, {len(employer.topics)} topics"
    return _Judgement(about, [], [f"{path.name}: {each}" for each in employer_remarks(employer)])


# -- new -------------------------------------------------------------------------------------------


def _new(name: str, folder: Path, quiet: bool) -> int:
    """Writes a bank and a brief that explain themselves.

    Raises:
        InputError: a file of that name is there.
        StorageError: they cannot be written.
    """
    files = {
        folder / f"{name}.toml": TEMPLATES / "interview.toml",
        folder / f"{name}.employer.toml": TEMPLATES / "employer.toml",
    }
    for path in files:
        if exists(path):
            raise InputError(
                f"interviews new {name}: {path} is there; choose another name or --out"
            )
    bank = next(iter(files))
    title = name.replace("_", " ").replace("-", " ").strip() or name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, template in files.items():
            text = template.read_text(encoding="utf-8")
            path.write_text(
                text.replace("@title@", title).replace("@file@", bank.name), encoding="utf-8"
            )
    except OSError as error:
        raise StorageError(
            f"interviews new {name}: {folder} cannot be written ({error.strerror}); "
            "name another folder with --out"
        ) from None
    if not quiet:
        print(f"{' and '.join(str(path) for path in files)} are there to be filled in")
        print(f"  python3 run.py interviews check {shlex.quote(str(bank))}")
        print(f"  python3 run.py practice --role {shlex.quote(str(bank))}")
    return 0
