"""The pages of progress and of a comparison in a real Chromium, narrow and wide, light and dark."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from game.bench.progress_material import changed
from scoring.progress.compare import compare
from scoring.progress.overview import overview
from scoring.progress.page import comparison_page, progress_page
from scoring.progress.sessions import Shelf
from tests.scoring.progress.people import altered, session, somebody

playwright = pytest.importorskip(
    "playwright.sync_api", reason="needs playwright: pip install playwright==1.65.0"
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
if CHROMIUM is None:
    pytest.skip("needs Chromium: apt-get install chromium", allow_module_level=True)

PAGES = ("progress", "comparison")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both pages of somebody who changed, with advice, stories and doubts."""
    folder = tmp_path_factory.mktemp("pages")
    exercise = {"title": "Breathe", "steps": ["In.", "Out."], "minutes": 3}
    advice = [{"id": "a", "what": "Slow down", "why": "Fast.", "how": "So.", "exercise": exercise}]
    stories = [{"title": "قصة", "competencies": [{"name": "team_work"}]}]
    all_of = []
    for n in range(5):
        person = changed(somebody(), "measures", "speech_rate_wpm", 40.0 * n)
        one = session(person, n, f"2026-03-0{n + 1}T10:00:00+00:00", f"session-2026-03-0{n + 1}")
        one = altered(one, "improvements", to=advice if n != 1 else [{"what": "Look up"}])
        all_of.append(altered(one, "stories", to=stories))
    all_of[1] = altered(all_of[1], "measures", "smile_share", "value", to=None)
    all_of[2] = altered(all_of[2], "measures", "jitter_pct", "doubts", to=["noisy"])
    shelf = Shelf(folder, tuple(all_of), (("broken", "there is no record"),))
    pair = (altered(all_of[0], "role", to="x" * 60), all_of[4])
    pages = (progress_page(overview(shelf), all_of), comparison_page(compare(*pair)))
    for name, text in zip(PAGES, pages, strict=True):
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=PAGES)
def page(browser: Any, folder: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto((folder / f"{request.param}.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    yield page
    assert len(asked) == 1, "nothing but the page itself was asked for"
    page.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(page: Any, width: int, scheme: str) -> None:
    axe = importlib.util.find_spec("axe_playwright_python")
    if axe is None or axe.origin is None:
        pytest.skip("needs axe: pip install --no-deps axe-playwright-python==0.1.8")
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    if not page.evaluate("'axe' in window"):
        page.evaluate(Path(axe.origin).with_name("axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"]] == []
    assert len(found["passes"]) > 10, "it looked at the page"


@pytest.mark.parametrize("width", [390, 320])
def test_nothing_is_cut_on_a_phone(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    beyond = page.evaluate(
        """() => [...document.querySelectorAll("main *")]
          .filter(e => !e.closest(".scroll") && e.getBoundingClientRect().right > innerWidth + 1)
          .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert beyond == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_words_in_pictures_can_be_read_and_stay_inside(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    small = page.evaluate(
        """() => [...document.querySelectorAll("svg text")].filter(t => {
          const box = t.getBoundingClientRect(), whole = t.ownerSVGElement.getBoundingClientRect();
          return box.height < 11 || box.left < whole.left - 1 || box.right > whole.right + 1;
        }).map(t => t.outerHTML)"""
    )
    assert small == []
