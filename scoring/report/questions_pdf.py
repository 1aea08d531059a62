"""The questions of the printed report: what was said, understood and missing, and the ratings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Paragraph, Spacer, Table

from perception.languages import spaces
from scoring.feedback import clock
from scoring.report.captions import clean
from scoring.report.fonts_pdf import markup, without_spaces
from scoring.report.styles_pdf import HEADED_PT, PALE, PARTS, STYLES, WIDTH, p, plain
from scoring.report.words import readable, unrated
from scoring.rubric import load

_STATUS = {"told": "told", "unclear": "not clear", "missing": "not told"}


def questions(report: Mapping[str, Any]) -> list[Flowable]:
    """One block for each question."""
    numbers = {q["id"]: n for n, q in enumerate(report["questions"], start=1)}
    story: list[Flowable] = []
    for number, question in enumerate(report["questions"], start=1):
        head = _heading(report) if number == 1 else []
        story += _question(number, question, head, numbers)
    return story


def _question(
    number: int, q: Mapping[str, Any], head: list[Flowable], numbers: Mapping[str, int]
) -> list[Flowable]:
    story: list[Flowable] = []
    tag = f"Question {number}{' · follow-up' if q['follow_up_of'] else ''} · {clock(q['asked_s'])}"
    if q["competency"]:
        tag += f" · {q['competency'].replace('_', ' ')}"
    head += [p(tag, "small"), p(q["question"], "h3")]
    because = q["asked_because"]
    if because is not None:
        quote = f": “{because['quote']}”" if because["quote"] else ""
        head.append(p(f"She asked this because {because['why']}{quote}{_sure(because)}", "small"))
    if q["answer"] is None:
        story.append(KeepTogether(head))
    else:
        # a very long answer may break over pages; the question stays with its beginning
        story.append(CondPageBreak(HEADED_PT))
        style = STYLES["quote"]
        if without_spaces(q["answer"]["transcript"]):
            style = ParagraphStyle("unspaced", style, wordWrap="CJK")
        story += [
            *head,
            Paragraph(_said(q["answer"], q["episode"]), style),
            *_partly_typed(q["answer"]),
            *_understood(q, numbers),
        ]
        story += _ratings(q["ratings"])
    story += [p("• " + line) for line in q["feedback"]]
    story.append(Spacer(0, 8))
    return story


def competencies(report: Mapping[str, Any]) -> list[Flowable]:
    """What the answers showed of each thing that was asked about."""
    found = report["competencies"]
    if not found:
        return []
    rows = [
        [
            p(readable(name), "bold"),
            p(_of_five(c), "cell"),
            p(c["why"] + (f": “{c['quote']}”" if c["quote"] else ""), "cell"),
        ]
        for name, c in found.items()
    ]
    widths = [WIDTH * 0.2, WIDTH * 0.2, WIDTH * 0.6]
    return [
        CondPageBreak(HEADED_PT),
        p("What your answers showed", "h2"),
        Table(rows, widths, style=plain()),
        Spacer(0, 5),
    ]


def _of_five(rating: Mapping[str, Any]) -> str:
    if rating["value"] is None:
        return unrated(rating)
    return f"{rating['value']:.1f} of 5 ({rating['low']:.1f}–{rating['high']:.1f})"


def _partly_typed(answer: Mapping[str, Any]) -> list[Flowable]:
    """Which words were spoken, where others were typed."""
    spoken = answer["spoken"]
    if spoken is None:
        return []
    return [p(f"Partly typed; spoken, and measured as speech: “{spoken['text']}”", "small")]


def _ratings(ratings: Mapping[str, Any]) -> list[Flowable]:
    if not ratings:
        return []
    labels = load("labels")["rating"]
    rows = [
        [
            p(labels[name], "bold"),
            p(_of_five(r), "cell"),
            p(r["why"], "cell"),
        ]
        for name, r in ratings.items()
    ]
    widths = [WIDTH * 0.18, WIDTH * 0.24, WIDTH * 0.58]
    return [Table(rows, widths, style=plain()), Spacer(0, 5)]


def _understood(q: Mapping[str, Any], numbers: Mapping[str, int]) -> list[Flowable]:
    """What was found in an answer and what was not, her notes, and what she was asked."""
    words = load("understood")
    lines: list[Flowable] = []
    if q["parts"]:
        told = [
            f"{words['part'][part['part']]}: {_STATUS[part['status']]}"
            + ("" if part["status"] == "unclear" else _sure(part))
            for part in q["parts"]
        ]
        lines.append(p("  ·  ".join(told), "cell"))
    for missing in q["missing"] or ():
        quote = f": “{missing['quote']}”" if missing["quote"] else ""
        line = f"Missing: {missing['what']}{quote}{_sure(missing)}"
        if missing["follow_up"]:
            line += f"; she asked about it (question {numbers[missing['follow_up']]})"
        if missing["told_then"] is not None:
            line += ", and then you told it" if missing["told_then"] else ", and it stayed open"
        lines.append(p(line, "cell"))
    if q["facts"]:
        lines.append(p("Her notes: " + ", ".join(fact["text"] for fact in q["facts"]), "cell"))
    for asked in q["asked"]:
        line = f"You asked: “{asked['text']}”"
        if asked["answered"] is not None:
            line += f"; she could {'' if asked['answered'] else 'not '}answer that"
        lines.append(p(line + (f": “{asked['reply']}”" if asked["reply"] else ""), "cell"))
    return [*lines, Spacer(0, 4)] if lines else []


def _sure(found: Mapping[str, Any]) -> str:
    sure = found["confidence"]
    return "" if sure is None else f" ({min(99.0, 100 * sure):.0f} % sure)"


def _heading(report: Mapping[str, Any]) -> list[Flowable]:
    answers = [q["answer"] for q in report["questions"] if q["answer"] is not None]
    heading: list[Flowable] = [p("Question by question", "h2")]
    if any(answer["said"] for answer in answers):
        parts = load("understood")["part"].values()
        letters = ", ".join(f"[{part[0]}] {part.lower()}" for part in parts)
        said = (
            f"What the program made of your words, which may be wrong: {letters}; what stands in "
            "⟨ ⟩ is no part of the answer and not rated."
        )
        heading.append(p(said, "small"))
    if any(piece["unsure"] for answer in answers for piece in answer["pieces"]):
        said = "Of paler words the program was unsure; they may not be what you said."
        heading.append(p(said, "small"))
    return heading


def _said(answer: Mapping[str, Any], episode: bool) -> str:
    """An answer's words as markup: what is no part of it marked, and the parts of an episode."""
    if not answer["said"]:
        return _told(answer["transcript"], answer["pieces"]) or "(no words were recognised)"
    runs = answer["said"]
    before = spaces([run["text"] for run in runs])
    return "".join(space + _run(run, episode) for space, run in zip(before, runs, strict=True))


def _run(run: Mapping[str, Any], episode: bool) -> str:
    words = load("understood")
    told = _told(run["text"], run["pieces"])
    if not run["answers"]:
        act = markup(words["act"][run["act"]])
        return f'<font color="{PALE}">⟨<i>{act}:</i> {told}⟩</font>'
    part = run["part"]
    if episode and part in PARTS:
        letter = words["part"][part][0]
        return f'<font color="{PARTS[part]}"><b>[{letter}]</b> {told}</font>'
    return told


MOST_WORDS = 4000
"""Of a stretch of an answer; a paragraph of more takes minutes to break into lines."""


def _told(text: str, pieces: Sequence[Mapping[str, Any]]) -> str:
    """Words as markup, paler where the recogniser was unsure; of very many the first."""
    words = text.split()
    if len(words) > MOST_WORDS:
        shown = markup(clean(" ".join(words[:MOST_WORDS])))
        return f"{shown} … ({len(words) - MOST_WORDS} more words stand in report.html)"
    if not any(piece["unsure"] for piece in pieces):
        return markup(clean(text))
    texts = [piece["text"] for piece in pieces]
    return "".join(
        space + (f'<font color="{PALE}">{markup(text)}</font>' if piece["unsure"] else markup(text))
        for space, text, piece in zip(spaces(texts), texts, pieces, strict=True)
    )
