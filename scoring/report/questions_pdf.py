"""The questions of the printed report: what was said, understood and missing, and the ratings."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from perception.languages import spaces
from scoring.feedback import clock
from scoring.feedback.wording import capital
from scoring.report.captions import clean
from scoring.report.fonts_pdf import right_to_left
from scoring.report.words import readable, unrated
from scoring.report.writing_pdf import Written, of_runs, quoted, written
from scoring.rubric import load

Entry = dict[str, Any]

_STATUS = {"told": "told", "unclear": "not clear", "missing": "not told"}

MOST_WORDS = 20_000
"""Of an answer: two hours of talk, thirty pages. Of a longer one the first are printed."""


def questions(report: Mapping[str, Any]) -> list[Entry]:
    """One entry for each question."""
    numbers = {q["id"]: n for n, q in enumerate(report["questions"], start=1)}
    who = report["recruiter"]
    return [_question(n, q, numbers, who) for n, q in enumerate(report["questions"], start=1)]


def heading(report: Mapping[str, Any]) -> list[str]:
    """What is said before the questions, of marks that stand in them."""
    answers = [q["answer"] for q in report["questions"] if q["answer"] is not None]
    told = []
    if any(answer["said"] for answer in answers):
        parts = load("understood")["part"].values()
        letters = ", ".join(f"[{part[0]}] {part.lower()}" for part in parts)
        told.append(
            f"What the program made of your words, which may be wrong: {letters}; what stands in "
            "⟨ ⟩ is no part of the answer and not rated."
        )
    if any(piece["unsure"] for answer in answers for piece in answer["pieces"]):
        told.append("Of paler words the program was unsure; they may not be what you said.")
    return told


def _question(
    number: int, q: Mapping[str, Any], numbers: Mapping[str, int], who: Mapping[str, Any]
) -> Entry:
    tag = f"Question {number}{' · follow-up' if q['follow_up_of'] else ''} · {clock(q['asked_s'])}"
    if q["competency"]:
        tag += f" · {q['competency'].replace('_', ' ')}"
    because, why = q["asked_because"], ""
    if because is not None:
        quote = f": {quoted(because['quote'])}" if because["quote"] else ""
        why = (
            f"{capital(who['subject'])} asked this because {because['why']}{quote}{_sure(because)}"
        )
    answer = q["answer"]
    return {
        "tag": written(tag),
        "question": written(q["question"]),
        "because": written(why),
        "answer": None if answer is None else _said(q, answer),
        "spoken": written("" if answer is None else _partly_typed(answer)),
        "understood": [] if answer is None else [written(t) for t in _understood(q, numbers, who)],
        "ratings": [] if answer is None else ratings(q["ratings"], load("labels")["rating"]),
        "feedback": [written(line) for line in q["feedback"]],
    }


def competencies(report: Mapping[str, Any]) -> list[Entry]:
    """What the answers showed of each thing that was asked about."""
    found = report["competencies"]
    return ratings(found, {name: readable(name) for name in found})


def ratings(found: Mapping[str, Mapping[str, Any]], names: Mapping[str, str]) -> list[Entry]:
    """Ratings from 1 to 5 with what tells so.

    Args:
        found: ratings by name.
        names: what each is called.
    """
    rows = []
    for name, rating in found.items():
        quote = f": {quoted(rating['quote'])}" if rating.get("quote") else ""
        said = unrated(rating)
        if rating["value"] is not None:
            said = f"{rating['value']:.1f} of 5 ({rating['low']:.1f}–{rating['high']:.1f})"
        rows.append(
            {
                "name": written(names.get(name, readable(name))),
                "value": rating["value"],
                "low": rating["low"],
                "high": rating["high"],
                "said": said,
                "why": written(f"{rating['why']}{quote}"),
            }
        )
    return rows


def _partly_typed(answer: Mapping[str, Any]) -> str:
    """Which words were spoken, where others were typed."""
    spoken = answer["spoken"]
    if spoken is None:
        return ""
    return f"Partly typed; spoken, and measured as speech: {quoted(spoken['text'])}"


def _understood(
    q: Mapping[str, Any], numbers: Mapping[str, int], who: Mapping[str, Any]
) -> Iterator[str]:
    """What was found in an answer and what was not, the recruiter's notes, and what the candidate
    asked."""
    words = load("understood")
    if q["parts"]:
        told = [
            f"{words['part'][part['part']]}: {_STATUS[part['status']]}"
            + ("" if part["status"] == "unclear" else _sure(part))
            for part in q["parts"]
        ]
        yield "  ·  ".join(told)
    for missing in q["missing"] or ():
        quote = f": {quoted(missing['quote'])}" if missing["quote"] else ""
        line = f"Missing: {missing['what']}{quote}{_sure(missing)}"
        if missing["follow_up"]:
            line += f"; {who['subject']} asked about it (question {numbers[missing['follow_up']]})"
        if missing["told_then"] is not None:
            line += ", and then you told it" if missing["told_then"] else ", and it stayed open"
        yield line
    if q["facts"]:
        yield f"{capital(who['possessive'])} notes: " + ", ".join(
            fact["text"] for fact in q["facts"]
        )
    for asked in q["asked"]:
        line = f"You asked: {quoted(asked['text'])}"
        if asked["answered"] is not None:
            line += f"; {who['subject']} could {'' if asked['answered'] else 'not '}answer that"
        yield line + (f": {quoted(asked['reply'])}" if asked["reply"] else "")


def _sure(found: Mapping[str, Any]) -> str:
    sure = found["confidence"]
    return "" if sure is None else f" ({min(99.0, 100 * sure):.0f} % sure)"


def _said(q: Mapping[str, Any], answer: Mapping[str, Any]) -> Written:
    """An answer's words, with marks: what is no part of it, the parts of an episode, words of which
    the recogniser was unsure, and those that count."""
    if not answer["said"]:
        runs = _pieces(answer["transcript"], answer["pieces"])
    else:
        runs = []
        texts = [run["text"] for run in answer["said"]]
        for space, run in zip(spaces(texts), answer["said"], strict=True):
            if space:
                runs.append({"text": space})
            runs += _run(run, q["episode"])
    runs = _highlighted(runs, answer["transcript"], q.get("highlights") or ())
    return of_runs(_first(runs) or [{"text": "(no words were recognised)"}])


def _run(run: Mapping[str, Any], episode: bool) -> list[Entry]:
    words = load("understood")
    told = _pieces(run["text"], run["pieces"])
    if not run["answers"]:
        label = f"{words['act'][run['act']]}:"
        if right_to_left(run["text"]):
            label = f"\u2068{label}\u2069"  # with a direction of its own amid the words
        head = {"text": f"⟨{label} ", "aside": True}
        return [head, *({**each, "beside": True} for each in told), {"text": "⟩", "aside": True}]
    part = run["part"]
    if not (episode and part in words["part"]):
        return told
    letter = {"text": f"[{words['part'][part][0]}] ", "aside": True, "part": part}
    return [letter, *({**each, "part": part} for each in told)]


def _pieces(text: str, pieces: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """Words in runs, marked where the recogniser was unsure."""
    if not any(piece["unsure"] for piece in pieces):
        return [{"text": clean(text)}]
    told: list[Entry] = []
    texts = [piece["text"] for piece in pieces]
    for space, piece in zip(spaces(texts), pieces, strict=True):
        told += [{"text": space}] if space else []
        told.append({"text": piece["text"], "pale": True} if piece["unsure"] else dict(piece))
        told[-1].pop("unsure", None)
    return told


def _highlighted(runs: list[Entry], text: str, found: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """Runs cut where words that count begin and end, those words marked with their ``kind``.

    Args:
        runs: of the answer; ``aside`` marks what is none of its words.
        text: transcript in which the places are counted.
        found: ``highlights`` of the report.
    """
    said = "".join(run["text"] for run in runs if not run.get("aside"))
    kinds: dict[int, str] = {}
    for each in found:
        start, end = each.get("start"), each.get("end")
        if type(start) is int and type(end) is int and 0 <= start < end <= len(text):
            kinds.update(dict.fromkeys(range(start, end), str(each.get("kind"))))
    if not kinds or said != text:
        return runs
    cut: list[Entry] = []
    place = 0
    for run in runs:
        if run.get("aside"):
            cut.append(run)
            continue
        places = range(place, place + len(run["text"]))
        for kind, group in itertools.groupby(places, kinds.get):
            chars = list(group)
            part = {**run, "text": text[chars[0] : chars[-1] + 1]}
            cut.append({**part, "kind": kind} if kind else part)
        place = places.stop
    return cut


def _first(runs: list[Entry]) -> list[Entry]:
    """Runs of at most so many words as anybody prints."""
    left, told = MOST_WORDS, []
    for run in runs:
        words = run["text"].split(" ")
        if len(words) > left:
            told.append({**run, "text": " ".join(words[:left])})
            return [*told, {"text": " … (the rest stands in report.html)", "aside": True}]
        left -= len(words)
        told.append(run)
    return [run for run in told if run["text"]]
