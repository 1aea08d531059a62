"""The report as PDF, for printing and handing on."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    Image,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from perception.languages import spaces
from scoring.feedback import clock, shown
from scoring.report.analysis import Analysis
from scoring.report.captions import clean
from scoring.report.charts import png
from scoring.report.fonts_pdf import markup, register_fonts, without_spaces
from scoring.report.words import band, day, minutes, readable, title
from scoring.rubric import load
from scoring.voice_impressions import excitement

INK, MUTED, LINE = HexColor("#1e2b3a"), HexColor("#627083"), HexColor("#e4e9ef")
ACCENT, WARM, SOFT = HexColor("#0f766e"), HexColor("#b4640f"), HexColor("#f3f5f8")
PALE = "#7b8899"
"""Of words that the recogniser was unsure of."""
MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN
BANNER = 34 * mm


def _style(name: str, size: float, **more: Any) -> ParagraphStyle:
    more.setdefault("textColor", INK)
    more.setdefault("leading", size * 1.42)
    more.setdefault("fontName", "Report")
    return ParagraphStyle(name, fontSize=size, **more)


HEADED_PT = 130.0
"""Room in points that a heading needs below it, lest it stand alone at the foot of a page."""

STYLES = {
    "body": _style("body", 9.5, spaceAfter=3),
    "h2": _style("h2", 13, fontName="Report-Bold", spaceBefore=14, spaceAfter=6, textColor=ACCENT),
    "h3": _style("h3", 10, fontName="Report-Bold", spaceBefore=5, spaceAfter=1),
    "small": _style("small", 8, textColor=MUTED, spaceAfter=2),
    "how": _style("how", 9, textColor=WARM, leftIndent=8, spaceAfter=4),
    "quote": _style(
        "quote", 9, leftIndent=8, rightIndent=8, backColor=SOFT, borderPadding=5, spaceBefore=6,
        spaceAfter=8,
    ),
    "cell": _style("cell", 8),
    "bold": _style("bold", 8, fontName="Report-Bold"),
    "tiny": _style("tiny", 6.5, textColor=MUTED),
}  # fmt: skip


def _p(text: str, style: str = "body") -> Paragraph:
    return Paragraph(markup(clean(text)), STYLES[style])


def _heading(report: Mapping[str, Any]) -> list[Flowable]:
    answers = [q["answer"] for q in report["questions"] if q["answer"] is not None]
    heading: list[Flowable] = [_p("Question by question", "h2")]
    if any(piece["unsure"] for answer in answers for piece in answer["pieces"]):
        said = "Of paler words the program was unsure; they may not be what you said."
        heading.append(_p(said, "small"))
    return heading


def _said(answer: Mapping[str, Any]) -> str:
    """An answer's words as markup, paler where the recogniser was unsure."""
    if not any(piece["unsure"] for piece in answer["pieces"]):
        return markup(clean(answer["transcript"])) or "(no words were recognised)"
    texts = [piece["text"] for piece in answer["pieces"]]
    return "".join(
        space + (f'<font color="{PALE}">{markup(text)}</font>' if piece["unsure"] else markup(text))
        for space, text, piece in zip(spaces(texts), texts, answer["pieces"], strict=True)
    )


def render_pdf(analysis: Analysis, charts: Mapping[str, Figure]) -> bytes:
    """The whole document; the same bytes for the same session."""
    register_fonts()
    report = analysis.report
    out = io.BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=title(report),
        author="",
        invariant=1,
    )

    def first(canvas: Canvas, _: Any) -> None:
        canvas.saveState()
        canvas.setFillColor(HexColor("#12443f"))
        canvas.rect(0, A4[1] - BANNER, A4[0], BANNER, stroke=0, fill=1)
        canvas.setFillColor(HexColor("#ffffff"))
        canvas.setFont("Report-Bold", 19)
        canvas.drawString(MARGIN, A4[1] - 17 * mm, title(report)[:70])
        canvas.setFont("Report", 9.5)
        canvas.drawString(MARGIN, A4[1] - 25 * mm, _subtitle(report)[:110])
        canvas.restoreState()
        foot(canvas, _)

    def foot(canvas: Canvas, _: Any) -> None:
        canvas.saveState()
        canvas.setFont("Report", 7)
        canvas.setFillColor(MUTED)
        canvas.drawString(MARGIN, 10 * mm, "Practice aid, not for hiring decisions")
        canvas.drawRightString(A4[0] - MARGIN, 10 * mm, str(canvas.getPageNumber()))
        canvas.restoreState()

    height = A4[1] - 2 * MARGIN
    top = height - BANNER + MARGIN - 4 * mm
    document.addPageTemplates(
        [
            PageTemplate(
                "first", [Frame(MARGIN, MARGIN, WIDTH, top, 0, 0, 0, 0)], onPage=first,
                autoNextPageTemplate="later",
            ),
            PageTemplate("later", [Frame(MARGIN, MARGIN, WIDTH, height, 0, 0, 0, 0)], onPage=foot),
        ]
    )  # fmt: skip
    document.build(_story(analysis, charts))
    return out.getvalue()


def _subtitle(report: Mapping[str, Any]) -> str:
    parts = [day(report["created"]), minutes(report["duration_s"])]
    if report["persona"]:
        parts.append(f"with {readable(report['persona'])}")
    count = len(report["questions"])
    parts.append(f"{count} question{'' if count == 1 else 's'}")
    return "  ·  ".join(p for p in parts if p)


def _story(analysis: Analysis, charts: Mapping[str, Figure]) -> list[Flowable]:
    report = analysis.report
    story: list[Flowable] = []
    story += _scores(report, charts)
    story += _advice(report)
    title_of_charts: list[Flowable] = [_p("The conversation", "h2")]
    for name, caption in (
        ("timeline", "Who spoke, where you looked (dark: at the recruiter), smiles and nods"),
        ("pace", "Words a minute in each answer; the green band is usual"),
        ("gaze", "Share of time you looked at the recruiter; the mark is what others often do"),
        ("voice", "Loudness and pitch, second by second"),
    ):
        if name in charts:
            block = [*title_of_charts, _p(caption, "small"), _chart(charts[name]), Spacer(0, 6)]
            story.append(KeepTogether(block))
            title_of_charts = []
    story += _questions(report)
    story += _measures(analysis)
    story += _expressions(report, charts)
    story += _voice_impressions(report)
    story.append(_p("About this report", "h2"))
    story += [_p("• " + line, "small") for line in (*report["notes"], *report["disclaimers"])]
    return story


def _chart(figure: Figure) -> Image:
    width, height = figure.get_size_inches()
    return Image(io.BytesIO(png(figure)), WIDTH, WIDTH * height / width)


def _scores(report: Mapping[str, Any], charts: Mapping[str, Figure]) -> list[Flowable]:
    overall = report["scores"]["overall"]
    if overall["value"] is None:
        said = "Overall: not enough to tell."
    else:
        said = (
            f"Overall {overall['value']:.0f} of 100, "
            f"probably between {overall['low']:.0f} and {overall['high']:.0f}."
        )
    story: list[Flowable] = [_p("Scores", "h2"), _p(said)]
    if "scores" in charts:
        story.append(_chart(charts["scores"]))
        story.append(_p("The bars show how sure each score is.", "small"))
    return story


def _when(evidence: list[list[float]]) -> str:
    return "  ".join(clock(start) for start, _ in evidence)


def _advice(report: Mapping[str, Any]) -> list[Flowable]:
    story: list[Flowable] = []
    for heading, items in (
        ("Keep doing", report["strengths"]),
        ("Work on", report["improvements"]),
    ):
        first: list[Flowable] = [_p(heading, "h2")]
        if not items:
            nothing = report["strengths"] and heading == "Work on"
            first.append(_p("Nothing stood out this time." if nothing else "Not enough to tell."))
            story.append(KeepTogether(first))
        for item in items:
            block: list[Flowable] = [*first, _p(item["what"], "h3"), _p(item["why"])]
            first = []
            if item.get("how"):
                block.append(_p(item["how"], "how"))
            if item["evidence"]:
                block.append(_p("at " + _when(item["evidence"]), "small"))
            story.append(KeepTogether(block))
    return story


def _questions(report: Mapping[str, Any]) -> list[Flowable]:
    labels = load("labels")["rating"]
    story: list[Flowable] = []
    for number, q in enumerate(report["questions"], start=1):
        head: list[Flowable] = _heading(report) if number == 1 else []
        tag = f"Question {number} · {clock(q['asked_s'])}"
        if q["competency"]:
            tag += f" · {q['competency']}"
        head += [_p(tag, "small"), _p(q["text"], "h3")]
        if q["answer"] is not None:
            said = _said(q["answer"])
            # a very long answer may break over pages; the question stays with its beginning
            story.append(CondPageBreak(HEADED_PT))
            style = STYLES["quote"]
            if without_spaces(q["answer"]["transcript"]):
                style = ParagraphStyle("unspaced", style, wordWrap="CJK")
            story += [*head, Paragraph(said, style)]
            rows = [
                [
                    _p(labels[name], "bold"),
                    _p(
                        "not enough to tell"
                        if r["value"] is None
                        else f"{r['value']:.1f} of 5 ({r['low']:.1f}–{r['high']:.1f})",
                        "cell",
                    ),
                    _p(r["why"], "cell"),
                ]
                for name, r in q["ratings"].items()
            ]
            story.append(Table(rows, [WIDTH * 0.18, WIDTH * 0.24, WIDTH * 0.58], style=_plain()))
            story.append(Spacer(0, 5))
        else:
            story.append(KeepTogether(head))
        story += [_p("• " + line) for line in q["feedback"]]
        story.append(Spacer(0, 8))
    return story


def _expressions(report: Mapping[str, Any], charts: Mapping[str, Figure]) -> list[Flowable]:
    found = report["expressions"]
    if found is None:
        return []
    share = f"Share of the time, as probabilities; measured {100 * found['coverage']:.0f} % of it"
    average = (
        f"On average {found['valence']:+.2f} between unpleasant (−1) and pleasant (1), and "
        f"{found['arousal']:+.2f} between calm (−1) and excited (1)."
    )
    return [
        KeepTogether(
            [
                _p("How your face may have looked to others", "h2"),
                _p(found["disclaimer"], "small"),
                _p(share, "small"),
                _chart(charts["expressions"]),
                _p(average.replace("-", "−"), "small"),
            ]
        )
    ]


def _voice_impressions(report: Mapping[str, Any]) -> list[Flowable]:
    found = report["voice_impressions"]
    if found is None:
        return []
    rows = [[_p(title, "bold") for title in ("Answer", "Excited (−1 to 1)", "")]]
    for each in found["answers"]:
        arousal = f"{each['arousal']:+.2f} ({each['low']:+.2f} – {each['high']:+.2f})"
        rows.append(
            [
                _p(f"{clock(each['start_s'])} {each['question']}", "small"),
                _p(arousal.replace("-", "−"), "small"),
                _p(excitement(each["arousal"]), "small"),
            ]
        )
    table = Table(rows, colWidths=[0.5 * WIDTH, 0.22 * WIDTH, 0.28 * WIDTH], style=_plain())
    return [
        KeepTogether([_p("How your voice may have sounded to others", "h2")]),
        _p(found["disclaimer"], "small"),
        table,
    ]


def _plain() -> TableStyle:
    return TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ]
    )


def _measures(analysis: Analysis) -> list[Flowable]:
    labels = load("labels")
    rows: list[list[Flowable]] = [
        [_p(t, "bold") for t in ("Measure", "Value", "Usual", "Measured")]
    ]
    for group, names in labels["group"].items():
        rows.append([_p(group, "h3"), _p("", "cell"), _p("", "cell"), _p("", "cell")])
        for name in names:
            m = analysis.measures[name]
            usual = band(m.norm)
            rows.append(
                [
                    _p(labels["measure"][name], "cell"),
                    _p(shown(m), "bold" if m.value is not None else "cell"),
                    _p(f"{usual} ({m.norm.source})" if m.norm else "", "tiny"),
                    _p(f"{100 * m.coverage:.0f} %", "cell"),
                ]
            )
    widths = [WIDTH * share for share in (0.34, 0.19, 0.35, 0.12)]
    table = Table(rows, widths, style=_plain(), repeatRows=1)
    return [
        CondPageBreak(HEADED_PT),
        _p("All measures", "h2"),
        table,
        _p(
            "A measure without a “usual” band has no published one: it is neither good nor bad.",
            "small",
        ),
    ]
