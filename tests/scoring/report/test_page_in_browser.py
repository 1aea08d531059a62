"""The report's page in a real Chromium: seen, heard, printed, and used by keyboard alone."""

from __future__ import annotations

import importlib.util
import itertools
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scoring.report.html import render_html
from tests.scoring.report.shown_session import ARABIC, advised, written

playwright = pytest.importorskip(
    "playwright.sync_api", reason="needs playwright: pip install playwright==1.65.0"
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
if CHROMIUM is None:
    pytest.skip("needs Chromium: apt-get install chromium", allow_module_level=True)

WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
SEEK_S = 0.2
"""How far from where it was asked to be a recording may be after a seek."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = written(tmp_path_factory.mktemp("page") / "s")
    (folder / "report.html").write_text(render_html(advised(folder)), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--mute-audio"]
        )
        yield browser
        browser.close()


class Shown:
    """A page, what it asked for and what went wrong in it."""

    def __init__(self, browser: Any, file: Path, width: int = 1280) -> None:
        self.page = browser.new_page(
            viewport={"width": width, "height": 844}, reduced_motion="reduce"
        )
        self.asked: list[str] = []
        self.troubles: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("console", lambda m: self.troubles.append(m.text) if m.type == "error" else 0)
        self.page.goto(file.as_uri())

    def ready(self) -> Shown:
        """Waits until the recording can be played."""
        until(
            self.page,
            "player.media.length > 0 && player.media.every(m => m.element.readyState >= 2)",
        )
        return self


@pytest.fixture(scope="module")
def shown(browser: Any, folder: Path) -> Iterator[Shown]:
    shown = Shown(browser, folder / "report.html").ready()
    yield shown
    shown.page.close()


def until(page: Any, expression: str) -> None:
    """Waits until something is so. What waits in the page would need ``eval``, which it forbids."""
    end_s = time.monotonic() + 20.0
    while not page.evaluate(expression):
        assert time.monotonic() < end_s, f"not so within 20 s: {expression}"
        time.sleep(0.05)


def open_all(page: Any) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")


def set_to(page: Any, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_no_serious_fault(shown: Shown, width: int, scheme: str) -> None:
    axe = importlib.util.find_spec("axe_playwright_python")
    if axe is None or axe.origin is None:
        pytest.skip("needs axe: pip install --no-deps axe-playwright-python==0.1.8")
    set_to(shown.page, width, scheme)
    open_all(shown.page)
    if not shown.page.evaluate("'axe' in window"):
        shown.page.evaluate(Path(axe.origin).with_name("axe.min.js").read_text("utf-8"))
    found = shown.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    told = [
        (each["id"], [node["html"][:120] for node in each["nodes"][:3]])
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]
    assert told == []
    assert len(found["passes"]) > 20, "it looked at the page"


@pytest.mark.parametrize("width", [390, 320])
def test_nothing_is_cut_on_a_phone(shown: Shown, width: int) -> None:
    set_to(shown.page, width, "light")
    open_all(shown.page)
    assert shown.page.evaluate("document.documentElement.scrollWidth") == width
    beyond = shown.page.evaluate(
        """() => [...document.querySelectorAll("main *, .player *")]
          .filter(e => !e.closest(".lanes, .unseen, .screen") && e.getClientRects().length)
          .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
          .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert beyond == []


def test_headings_are_in_order_and_people_s_words_have_a_direction(shown: Shown) -> None:
    levels = shown.page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]))"
    )
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels)), levels
    assert shown.page.locator("main").count() == 1
    sides = shown.page.evaluate(
        """text => [...document.querySelectorAll("[dir=auto]")]
          .filter(e => e.textContent.includes(text)).map(e => getComputedStyle(e).direction)""",
        ARABIC,
    )
    assert len(sides) >= 2 and set(sides) == {"rtl"}, "in its card and in the transcript"


def test_every_chip_word_and_mark_seeks_to_its_moment(shown: Shown) -> None:
    set_to(shown.page, 1280, "light")
    open_all(shown.page)
    off = shown.page.evaluate(
        """async () => {
          const found = [], seen = new Set();
          const still = () => player.media.every(m => !m.element.seeking);
          for (const element of document.querySelectorAll("[data-t]")) {
            const kind = element.className || element.tagName, t = Number(element.dataset.t);
            if (seen.has(kind + t)) continue;
            seen.add(kind + t);
            element.click();
            player.pause();
            for (let i = 0; i < 100 && !still(); i++) await new Promise(r => setTimeout(r, 10));
            for (const m of player.media) {
              if (t < m.start || t >= m.end - 0.1) continue;
              found.push([kind, m.element.tagName, m.element.currentTime + m.shift - t]);
            }
          }
          return found;
        }"""
    )
    assert {kind for kind, _, _ in off} >= {"at", "SPAN", "mark", "mark dot"}
    assert sum(tag == "AUDIO" for _, tag, _ in off) > 100
    assert sum(tag == "VIDEO" for _, tag, _ in off) > 50
    late = [each for each in off if abs(each[2]) > SEEK_S]
    assert late == []


def test_the_seek_bar_and_a_click_on_a_row_seek(shown: Shown) -> None:
    page = shown.page
    set_to(page, 1280, "light")
    page.locator(".seek").fill("12.5")
    assert page.evaluate("player.now()") == pytest.approx(12.5, abs=0.02)
    track = page.locator(".lane.you .track")
    box = track.bounding_box()
    track.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    middle = page.evaluate("page.duration_s / 2")
    assert page.evaluate("player.now()") == pytest.approx(middle, abs=0.2)


def test_picture_and_sounds_play_in_step_and_words_light_up(shown: Shown) -> None:
    page = shown.page
    set_to(page, 1280, "light")
    open_all(page)
    page.evaluate("player.seek(8)")
    page.locator(".play").click()
    until(page, "player.now() > 9")
    times = page.evaluate("player.media.map(m => m.element.currentTime + m.shift)")
    assert page.locator(".play").get_attribute("aria-label") == "Pause"
    lit = page.evaluate("[...document.querySelectorAll('.word-now')].map(e => e.textContent)")
    line = page.locator(".transcript li.now .text").inner_text()
    page.keyboard.press("k")
    assert page.locator(".play").get_attribute("aria-label") == "Play"
    assert len(times) == 3 and max(times) - min(times) < SEEK_S
    assert lit and lit[0] in line
    assert page.locator(".now-said b").inner_text() in line
    page.locator(".speed select").select_option("1.5")
    assert page.evaluate("player.media.every(m => m.element.playbackRate === 1.5)")
    page.locator(".speed select").select_option("1")
    page.locator("body").click(position={"x": 5, "y": 5})
    before = page.evaluate("player.now()")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("player.now()") - before == pytest.approx(5, abs=0.1)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_keyboard_alone_reaches_every_control(shown: Shown, width: int) -> None:
    page = shown.page
    set_to(page, width, "light")
    open_all(page)
    sought = page.evaluate(
        """() => {
          const all = [...document.querySelectorAll(
            "a[href], button, input, select, summary, audio[controls], [tabindex='0']")];
          window.sought = all.filter(e => e.getClientRects().length && e.tabIndex >= 0);
          document.activeElement?.blur();
          return window.sought.length;
        }"""
    )
    page.evaluate(
        """() => {
          window.reached = new Set(); window.dim = [];
          document.addEventListener("focusin", event => {
            reached.add(event.target);
            const style = getComputedStyle(event.target);
            if (style.outlineStyle === "none" && !event.target.matches("audio")) {
              dim.push(event.target.outerHTML.slice(0, 100));
            }
          });
        }"""
    )
    for _ in range(sought + 40):
        page.keyboard.press("Tab")
    missed = page.evaluate(
        "sought.filter(e => !reached.has(e)).map(e => e.outerHTML.slice(0, 100))"
    )
    assert sought > 60 and missed == []
    assert page.evaluate("dim") == [], "where the focus is can be seen"
    rows = page.locator(".lanes [role=toolbar]")
    assert rows.count() == 3
    for row in rows.all():
        marks = row.locator(".mark")
        marks.first.focus()
        for _ in range(marks.count() - 1):
            page.keyboard.press("ArrowRight")
        assert marks.last.evaluate("mark => mark === document.activeElement")
        page.keyboard.press("Enter")
        moment = float(marks.last.get_attribute("data-t"))
        assert page.evaluate("player.now()") == pytest.approx(moment, abs=0.02)


def test_it_asks_for_nothing_but_its_own_files(shown: Shown, folder: Path) -> None:
    assert shown.asked
    outside = [url for url in shown.asked if not url.startswith((folder.as_uri(), "blob:"))]
    assert outside == [] and shown.troubles == []


def test_printed_it_opens_all_that_is_folded(browser: Any, folder: Path, tmp_path: Path) -> None:
    shown = Shown(browser, folder / "report.html").ready()
    (tmp_path / "page.pdf").write_bytes(shown.page.pdf(format="A4"))
    shown.page.close()
    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext: apt-get install poppler-utils")
    printed = subprocess.run(
        ["pdftotext", tmp_path / "page.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    for text in ("Not enough to tell:", "What was hard about it?", "about this report", "Hear it."):
        assert text.lower() in printed.lower(), text
    assert "Press play" not in printed and "0.75×" not in printed


def test_without_a_recording_a_moment_leads_to_its_line(browser: Any, tmp_path: Path) -> None:
    folder = written(tmp_path / "s", recorded=False)
    (folder / "report.html").write_text(render_html(advised(folder)), encoding="utf-8")
    shown = Shown(browser, folder / "report.html", 390)
    page = shown.page
    assert page.locator(".player").count() == 0
    assert not page.locator(".transcript").is_visible()
    page.locator(".change .at").first.click()
    line = page.locator(".transcript li.flash")
    assert line.count() == 1 and line.is_visible()
    box = line.bounding_box()
    assert 0 <= box["y"] < 844
    assert shown.troubles == [] and len(shown.asked) == 1
    page.close()


def test_a_recording_that_is_gone_is_told(browser: Any, folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "report.html", tmp_path)
    page = Shown(browser, tmp_path / "report.html").page
    until(page, "!player.able()")
    assert "no longer beside this page" in page.locator(".trouble").inner_text()
    page.locator(".change .at").first.click()
    assert page.locator(".transcript li.flash").is_visible()
    page.close()


@pytest.mark.parametrize("sounds", [2, 0])
def test_the_picture_of_an_analysed_file_can_be_added(
    browser: Any, folder: Path, tmp_path: Path, sounds: int
) -> None:
    analysis = advised(folder)
    kept = {**analysis.report["media"], "picture": None, "pictures": [], "original": "me.mp4"}
    kept["sounds"] = kept["sounds"][:sounds]
    page_of = render_html(replace(analysis, report={**analysis.report, "media": kept}))
    (tmp_path / "report.html").write_text(page_of, encoding="utf-8")
    for name in ("candidate.wav", "recruiter.wav"):
        shutil.copy(folder / name, tmp_path)
    shown = Shown(browser, tmp_path / "report.html")
    page = shown.page
    assert page.locator("video.shown").count() == 0
    assert page.locator(".play").is_visible() is bool(sounds)
    page.locator(".choose input").set_input_files(folder / "camera.mp4")
    until(page, "!!player.media.at(-1)?.picture")
    shown.ready()
    assert page.locator(".play").is_visible()
    page.evaluate("player.seek(12)")
    until(page, "player.media.every(m => !m.element.seeking)")
    times = page.evaluate("player.media.map(m => m.element.currentTime + m.shift)")
    assert times == pytest.approx([12.0] * (sounds + 1), abs=SEEK_S)
    assert page.locator("video.shown").is_visible() and not page.locator(".choose").is_visible()
    assert shown.troubles == []
    page.close()
