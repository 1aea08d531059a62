"""Colours, type and small pieces of the printed report."""

from __future__ import annotations

from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, TableStyle

from scoring.report.captions import clean
from scoring.report.fonts_pdf import markup

INK, MUTED, LINE = HexColor("#1e2b3a"), HexColor("#627083"), HexColor("#e4e9ef")
ACCENT, WARM, SOFT = HexColor("#0f766e"), HexColor("#b4640f"), HexColor("#f3f5f8")
PALE = "#7b8899"
"""Of words that the recogniser was unsure of."""
PARTS = {"situation": "#2563a8", "task": "#8a5a00", "action": "#0f766e", "result": "#8b2f6b"}
"""Of the parts of an episode; a letter tells them apart in black and white as well."""
MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN


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


def p(text: str, style: str = "body") -> Paragraph:
    """A paragraph of plain text."""
    return Paragraph(markup(clean(text)), STYLES[style])


def plain() -> TableStyle:
    """Of a table with a hair line under each row."""
    return TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ]
    )
