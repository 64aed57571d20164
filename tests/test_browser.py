"""What a person sees, in a real browser: JupyterLab runs the first notebook, and the book. Pictures lie in tests/seen."""

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import book

SEEN = ROOT / "tests" / "seen"
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Chinese letters for a machine that has none of its own
FONTS = f"""<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{ROOT / "govinfo" / "figures" / "fonts"}</dir></fontconfig>"""
# every cell stands in the page, seen or not; nothing is asked of the network
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "defer"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
START = 60_000  # milliseconds that JupyterLab, and then its kernel, may take to start on a busy machine
RUN = 60_000  # milliseconds that the notebook may take
ALL_RUN = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].every(p => /\\[\\d+\\]/.test(p.textContent))"
IDLE = "#jp-main-statusbar:has-text('| Idle')"
PICTURES = "figures => figures.map(i => [i.complete, i.naturalWidth, i.naturalHeight])"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    program = next((path for name in NAMES if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip("no Chromium on this machine (Debian, Ubuntu: apt install chromium)")
    SEEN.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        fonts = tmp_path_factory.mktemp("fonts") / "fonts.conf"
        fonts.write_text(FONTS, encoding="utf-8")
        own = os.environ | {"FONTCONFIG_FILE": str(fonts)}
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS, env=own)
        yield browser
        browser.close()


@contextmanager
def jupyterlab(folder):
    """JupyterLab in `folder`, with no settings of the user's; gives its address."""
    home = folder / "home"
    for name, values in SETTINGS.items():
        path = home / "lab" / "user-settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    own = {f"JUPYTER_{kind}_DIR": str(home / where) for kind, where in
           (("CONFIG", ""), ("RUNTIME", "runtime"), ("DATA", "data"))}  # fmt: skip
    own |= {"GOVINFO_CACHE": str(home / "cache"), "JUPYTERLAB_SETTINGS_DIR": str(home / "lab" / "user-settings")}
    call = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"]
    with open(home / "log.txt", "wb") as log:
        lab = subprocess.Popen(call, cwd=folder, env=os.environ | own, stdout=log, stderr=log)
    try:
        yield _address(home, lab)
    finally:
        lab.terminate()
        lab.wait(20)


def _address(home, lab):
    deadline = time.monotonic() + START / 1000
    while time.monotonic() < deadline and lab.poll() is None:
        for path in (home / "runtime").glob("jpserver-*.json"):
            server = json.loads(path.read_text(encoding="utf-8"))
            return f"{server['url']}lab/tree/%s?token={server['token']}"
        time.sleep(0.1)
    pytest.fail(
        "JupyterLab did not start:\n" + (home / "log.txt").read_text(encoding="utf-8", errors="replace")[-3000:]
    )


@pytest.fixture(scope="module")
def quickstart(browser, tmp_path_factory):
    """Notebook 00 in JupyterLab, opened without outputs and all its cells run by the menu."""
    folder = tmp_path_factory.mktemp("公开 报告")
    (folder / "notebooks").mkdir(parents=True)
    notebook = json.loads((ROOT / "notebooks" / "00_quickstart.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell |= {"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {}
    (folder / "notebooks" / "00_quickstart.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (folder / "data" / "raw").mkdir(parents=True)
    for path in (ROOT / "data" / "raw").glob("[gh]*.pdf"):
        shutil.copy(path, folder / "data" / "raw")
    with jupyterlab(folder) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address % "notebooks/00_quickstart.ipynb")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=START)
        page.wait_for_selector(IDLE, timeout=START)
        assert not page.locator(".jp-OutputArea-output").count()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        try:
            page.wait_for_function(ALL_RUN, timeout=RUN)
        finally:
            look(page, "lab_run")
        page.wait_for_selector(IDLE)
        yield page
        page.close()


def look(page, name, at=None):
    """A picture of what is seen now, kept in tests/seen; `at` is scrolled to first."""
    if at is not None:
        at.scroll_into_view_if_needed()
    page.screenshot(path=SEEN / f"{name}.png")


def test_jupyterlab_runs_the_first_notebook_to_its_end_without_an_error(quickstart):
    prompts = quickstart.locator(".jp-CodeCell .jp-InputPrompt").all_text_contents()
    assert prompts == [f"[{count}]:" for count in range(1, len(prompts) + 1)]
    kinds = ", ".join(f"[data-mime-type='application/vnd.jupyter.{kind}']" for kind in ("stderr", "error"))
    assert quickstart.locator(kinds).all_text_contents() == []


def test_the_report_shows_itself_as_a_card(quickstart):
    card = quickstart.locator(".jp-OutputArea-output", has_text="广州市协作办公室 · 2025").first
    look(quickstart, "lab_card", card)
    assert card.is_visible() and "199 ok, 1 cleaned" in card.inner_text() and card.bounding_box()["width"] > 300


def test_cells_cut_out_of_the_page_are_shown_with_what_was_read_in_chinese(quickstart):
    cuts = quickstart.locator(".jp-OutputArea-output figure")
    look(quickstart, "lab_cut_out", cuts.first)
    assert cuts.count() == 2 and cuts.first.is_visible()
    assert "件" in cuts.first.inner_text()
    shown = quickstart.locator(".jp-OutputArea-output figure img").evaluate_all(PICTURES)
    assert all(complete and width > 300 and height > 20 for complete, width, height in shown)


def test_the_page_with_its_cells_is_a_picture(quickstart):
    pictures = quickstart.locator(".jp-RenderedImage.jp-OutputArea-output img")
    look(quickstart, "lab_page", pictures.first)
    assert all(complete and min(width, height) > 400 for complete, width, height in pictures.evaluate_all(PICTURES))
    assert pictures.count() == 1


PHONE = {"width": 390, "height": 844}
WIDER = """() => [...document.querySelectorAll("main p, main li, main h1, main h2, main h3, main h4, #shelf *")]
  .filter(e => e.offsetParent && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.textContent)"""
HIDDEN = "lang => [...document.querySelectorAll('main p[lang], main li[lang]')].filter(e => !e.offsetParent).map(e => e.lang)"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    return book.book(tmp_path_factory.mktemp("书 book"))


def test_no_page_of_the_book_scrolls_sideways_on_a_phone_and_nothing_is_asked_of_the_network(browser, pages):
    page = browser.new_page(viewport=PHONE)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for path in pages:
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path.name
        assert page.evaluate(WIDER) == [], path.name
    assert not [url for url in asked if not url.startswith(("file:", "data:"))]
    page.close()


def test_the_reader_chooses_the_language_and_keeps_it_from_page_to_page(browser, pages):
    page = browser.new_page(viewport=PHONE)
    page.goto(next(path for path in pages if path.stem == "00_quickstart").as_uri())
    assert page.evaluate(HIDDEN) == []
    for lang, name, other in (("zh", "中文", "en"), ("en", "English", "zh")):
        page.get_by_role("button", name=name, exact=True).click()
        look(page, f"book_{lang}")
        hidden = page.evaluate(HIDDEN)
        assert len(hidden) > 20 and set(hidden) == {other}
    page.locator("main a[href^='01_extract.html']").first.click()
    page.wait_for_url("**/01_extract.html?lang=en")
    assert set(page.evaluate(HIDDEN)) == {"zh"}
    page.close()


def test_chinese_letters_are_there_on_a_machine_without_them(browser, pages):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(pages[0].as_uri())
    look(page, "book_index")
    assert page.evaluate("document.fonts.load('16px \"Govinfo Sans SC\"', '中').then(found => found.length)") == 1
    page.close()
