"""The report as PDF, for printing and handing on."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
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
    Spacer,
    Table,
)

from scoring.feedback import clock, shown
from scoring.report.analysis import Analysis
from scoring.report.charts import png
from scoring.report.fonts_pdf import register_fonts
from scoring.report.questions import WHOLE
from scoring.report.questions_pdf import competencies, questions
from scoring.report.styles_pdf import HEADED_PT, MARGIN, MUTED, WIDTH, p, plain
from scoring.report.words import band, captions, day, impressed_from, minutes, readable, title
from scoring.rubric import load

BANNER = 34 * mm


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
    count = sum(each["id"] != WHOLE for each in report["questions"])
    if count:
        parts.append(f"{count} question{'' if count == 1 else 's'}")
    return "  ·  ".join(p for p in parts if p)


def _story(analysis: Analysis, charts: Mapping[str, Figure]) -> list[Flowable]:
    report = analysis.report
    story: list[Flowable] = []
    story += _scores(report, charts)
    story += _advice(report)
    title_of_charts: list[Flowable] = [p("The conversation", "h2")]
    for name, caption in captions(analysis.measures.left_out.measures).items():
        if name in charts:
            block = [*title_of_charts, p(caption, "small"), _chart(charts[name]), Spacer(0, 6)]
            story.append(KeepTogether(block))
            title_of_charts = []
    story += competencies(report)
    story += questions(report)
    story += _measures(analysis)
    story += _impressions(report)
    story += _emotion(report, charts)
    story.append(p("About this report", "h2"))
    story += [p("• " + line, "small") for line in (*report["notes"], *report["disclaimers"])]
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
    story: list[Flowable] = [p("Scores", "h2"), p(said)]
    if "scores" in charts:
        story.append(_chart(charts["scores"]))
        story.append(p("The bars show how sure each score is.", "small"))
    story += [
        p(f"{load('labels')['score'][name]}: {one['less_sure']}.", "small")
        for name, one in report["scores"].items()
        if one["less_sure"]
    ]
    return story


def _when(evidence: list[list[float]]) -> str:
    return "  ".join(clock(start) for start, _ in evidence)


def _advice(report: Mapping[str, Any]) -> list[Flowable]:
    story: list[Flowable] = []
    for heading, items in (
        ("Keep doing", report["strengths"]),
        ("Work on", report["improvements"]),
    ):
        first: list[Flowable] = [p(heading, "h2")]
        if not items:
            nothing = report["strengths"] and heading == "Work on"
            first.append(p("Nothing stood out this time." if nothing else "Not enough to tell."))
            story.append(KeepTogether(first))
        for item in items:
            block: list[Flowable] = [*first, p(item["what"], "h3"), p(item["why"])]
            first = []
            if item.get("how"):
                block.append(p(item["how"], "how"))
            if item["evidence"]:
                block.append(p("at " + _when(item["evidence"]), "small"))
            story.append(KeepTogether(block))
    return story


def _emotion(report: Mapping[str, Any], charts: Mapping[str, Figure]) -> list[Flowable]:
    """How somebody may have come across, where anything of that was recorded."""
    found = report["emotion"]
    if found is None:
        return []
    block: list[Flowable] = [p(load("emotion")["say"]["title"], "h2"), p(found["said"])]
    if "emotion" in charts:
        block += [_chart(charts["emotion"]), p(impressed_from(found), "small")]
    return [KeepTogether([*block, p(found["disclaimer"], "small")])]


def _impressions(report: Mapping[str, Any]) -> list[Flowable]:
    """How somebody may come across, where that was asked for."""
    if "impressions" not in report:
        return []
    labels = load("labels")["impression"]
    rows = []
    for name, each in report["impressions"].items():
        told = "not enough to tell"
        if each["value"] is not None:
            told = f"{each['value']:.0f} ({each['low']:.0f} – {each['high']:.0f})"
        rows.append([p(labels[name], "cell"), p(told, "cell"), p(each["basis"], "tiny")])
    table = Table(rows, [WIDTH * share for share in (0.24, 0.2, 0.56)], style=plain())
    return [
        CondPageBreak(HEADED_PT),
        p("How it may come across to judges", "h2"),
        p(load("disclaimers")["impressions"], "small"),
        table,
    ]


def _measures(analysis: Analysis) -> list[Flowable]:
    labels = load("labels")
    rows: list[list[Flowable]] = [[p(t, "bold") for t in ("Measure", "Value", "Usual", "Measured")]]
    for group, names in labels["group"].items():
        rows.append([p(group, "h3"), p("", "cell"), p("", "cell"), p("", "cell")])
        for name in names:
            m = analysis.measures[name]
            usual = band(m.norm)
            rows.append(
                [
                    p(labels["measure"][name], "cell"),
                    p(shown(m), "bold" if m.value is not None else "cell"),
                    p(f"{usual} ({m.norm.source})" if m.norm else "", "tiny"),
                    p(f"{100 * m.coverage:.0f} %", "cell"),
                ]
            )
    widths = [WIDTH * share for share in (0.34, 0.19, 0.35, 0.12)]
    table = Table(rows, widths, style=plain(), repeatRows=1)
    return [
        CondPageBreak(HEADED_PT),
        p("All measures", "h2"),
        table,
        p(
            "A measure without a “usual” band has no published one: it is neither good nor bad.",
            "small",
        ),
    ]
