"""Scans: the page levelled, its rules and cells found, figures read twice; what is not sure is in doubt."""

import sys
import zlib
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pypdfium2
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
import scans

from govinfo import read_report
from govinfo.document import Box, Document, Line, ReadError
from govinfo.placing.match import place
from govinfo.placing.placement import Placed, Placement
from govinfo.placing.reading import as_scanned, cells_table
from govinfo.placing.second import place_words
from govinfo.placing.two_readings import _doubted_alone, read_twice
from govinfo.readers import ink as ink_of
from govinfo.readers import pictures, raster
from govinfo.readers import scan as scan_reader
from govinfo.readers.scan import read_picture, read_scan, together
from govinfo.readers.text_layer import needs_ocr
from govinfo.readers.words import Word

SCALE = 200 / 72
PAPER, BLACK = 235, 20


def sheet(height=600, width=900):
    return np.full((height, width), PAPER, np.uint8)


def table(draw, xs=(100, 300, 500, 700), ys=(100, 150, 200, 250)):
    """A sheet with a 3 x 3 table; `draw(line, along)` inks one rule (a view of the sheet, one row of it)."""
    page = sheet()
    for y in ys:
        draw(page[y : y + 2, xs[0] : xs[-1]])
    for x in xs:
        draw(page[ys[0] : ys[-1], x : x + 2].T)
    return page


def solid(line):
    line[:] = BLACK


def dotted(line):
    for start in range(0, line.shape[1], 7):
        line[:, start : start + 3] = BLACK


def dashed(line):
    for start in range(0, line.shape[1], 18):
        line[:, start : start + 11] = BLACK


def grey(line):
    line[:] = PAPER - 45


def shapes(page):
    return [
        [(s.row, s.column, s.rowspan, s.colspan) for s in t] for t in raster.tables(raster.rules(page, SCALE), SCALE)
    ]


NINE = [[(r, c, 1, 1) for r in range(3) for c in range(3)]]


# ------------------------------------------------------------------ the picture


@pytest.mark.parametrize("angle", [-4.0, -0.7, 0.0, 0.3, 2.5])
def test_a_leaning_page_is_levelled_to_a_twentieth_of_a_degree(angle):
    leaning = raster.levelled(table(solid), -angle)
    assert raster.tilt(raster.dark(leaning, SCALE)) == pytest.approx(angle, abs=0.05)


def test_a_box_of_the_levelled_page_is_found_again_on_the_page_as_scanned():
    page = sheet()
    page[100:120, 700:760] = BLACK
    scanned = raster.levelled(page, -1.5)
    x0, y0, x1, y1 = (int(side) for side in raster.as_drawn((700, 100, 760, 120), (900, 600), 1.5))
    assert (scanned[y0:y1, x0:x1] < 128).sum() == pytest.approx((scanned < 128).sum(), rel=0.02)


@pytest.mark.parametrize("style", [solid, dotted, dashed, grey])
def test_rules_of_any_style_close_the_cells_between_them(style):
    assert shapes(table(style)) == NINE


@pytest.mark.parametrize("seed", range(3))
def test_noise_neither_hides_nor_invents_a_rule(seed):
    noise = np.random.default_rng(seed).normal(0, 9, (600, 900))
    assert shapes((table(solid) + noise).clip(0, 255).astype(np.uint8)) == NINE


def test_rules_drawn_double_close_the_cells_between_them():
    page = sheet()
    for y in (100, 150, 200, 250):
        page[y : y + 3, 100:709] = page[y + 6 : y + 9, 100:709] = BLACK
    for x in (100, 300, 500, 700):
        page[100:259, x : x + 3] = page[100:259, x + 6 : x + 9] = BLACK
    assert shapes(page) == NINE


def test_a_low_row_with_a_single_dash_of_each_upright_rule_has_its_cells():
    ys = (100, 136, 161, 197, 233, 258)
    page = sheet()
    for y in ys:
        dashed(page[y : y + 2, 100:700])
    for x in (100, 300, 500, 700):
        for top, bottom in pairwise(ys):
            phase = 6 if bottom - top < 30 else 0
            for start in range(top + phase, bottom - 4, 18):
                page[start : start + 12, x : x + 2] = BLACK
    assert shapes(page) == [[(r, c, 1, 1) for r in range(5) for c in range(3)]]


def test_a_cell_without_a_rule_inside_spans_rows_or_columns():
    page = table(solid)
    page[102:150, 298:304] = PAPER  # the upper left side between the first two columns
    page[198:204, 502:700] = PAPER  # the rule under the last cell of the middle row
    (found,) = shapes(page)
    assert (0, 0, 1, 2) in found and (1, 2, 2, 1) in found and len(found) == 7


def test_a_character_below_the_end_of_a_rule_does_not_continue_it():
    page = table(solid)
    page[202:250, 298:304] = PAPER  # the last row has no rule between its first two columns
    for x in (292, 300, 308):
        page[212:240, x : x + 2] = BLACK
    (found,) = shapes(page)
    assert (2, 0, 1, 2) in found and len(found) == 8


def test_a_line_of_small_type_is_no_rule():
    page = table(solid)
    for x in range(310, 490, 9):
        page[120:129, x : x + 6] = BLACK
        page[123:126, x + 2 : x + 4] = PAPER
    assert shapes(page) == NINE


def test_a_shaded_field_is_no_rule_and_hides_none():
    page = table(solid)
    page[102:150, 102:698][page[102:150, 102:698] == PAPER] = PAPER - 30
    assert shapes(page) == NINE


def test_a_long_stroke_inside_a_cell_is_part_of_a_character():
    page = table(solid)
    page[125:127, 130:200] = BLACK
    assert shapes(page) == NINE


def test_rules_one_way_alone_make_no_table():
    page = sheet()
    for y in (100, 150, 200):
        page[y : y + 2, 100:700] = BLACK
    assert shapes(page) == []


def test_an_empty_cell_has_no_line_and_dust_is_none():
    ink = np.zeros((100, 200), np.uint8)
    ink[50, 100] = 255
    assert ink_of.lines_of_ink(ink, (0, 0, 200, 100), SCALE) == []
    ink[30:48, 90:100] = ink[60:78, 90:100] = 255
    assert len(ink_of.lines_of_ink(ink, (0, 0, 200, 100), SCALE)) == 2


# ------------------------------------------------------------------ which pages


@pytest.mark.parametrize("report_id", ["hongze-2023", "pingtan-2019", "shbgt-2025", "pingtan-czj-2022"])
def test_a_digital_page_needs_no_recognition(report_id):
    with pypdfium2.PdfDocument(scans.pdf_of(report_id)) as pdf:
        assert [needs_ocr(page) for page in pdf] == [""] * len(pdf)


@pytest.mark.parametrize(
    ("reason", "make"),
    [
        ("laid over a picture", scans.with_ocr_layer),
        ("drawn, not written", scans.with_outlined_figures),
        ("without Unicode meaning", scans.with_garbage_text),
        ("not Chinese", lambda report_id, page: scans.with_garbage_text(report_id, page, private=False)),
    ],
)
def test_a_page_that_only_pretends_to_hold_text_is_found_out(reason, make):
    with pypdfium2.PdfDocument(make("hongze-2023", 2)) as pdf:
        assert reason in needs_ocr(pdf[0])


def test_a_picture_alone_needs_recognition_and_a_blank_page_does_not(tmp_path):
    path = scans.scan("hongze-2023", tmp_path, 100, pages=(2,))
    with pypdfium2.PdfDocument(path) as pdf, pypdfium2.PdfDocument.new() as blank:
        assert needs_ocr(pdf[0]) == "no text"
        assert needs_ocr(blank.new_page(595, 842)) == ""


def test_without_the_recogniser_the_message_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    path = scans.scan("hongze-2023", tmp_path, 72, pages=(2,))
    with pytest.raises(ReadError, match=r"hongze-2023-72\.pdf.*(rapidocr|onnxruntime).*pip install 'govinfo\[ocr\]'"):
        read_scan(path)


def test_a_page_that_pretends_gets_the_same_message_without_the_recogniser(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    path = tmp_path / "garbage.pdf"
    path.write_bytes(scans.with_garbage_text("hongze-2023", 2))
    with pytest.raises(ReadError, match=r"garbage\.pdf.*scan.*pip install 'govinfo\[ocr\]'"):
        read_report(path)


# ------------------------------------------------------------------ reading


@pytest.fixture(scope="module")
def recogniser():
    pytest.importorskip("onnxruntime", reason="the extra govinfo[ocr] is not installed")
    pytest.importorskip("rapidocr", reason="the extra govinfo[ocr] is not installed")


@pytest.fixture(scope="module")
def page(recogniser, tmp_path_factory):
    """The second page of a report, scanned at 150 dpi: 三 and 四 of the form of 2019."""
    return read_scan(scans.scan("pingtan-2019", tmp_path_factory.mktemp("scan"), 150, pages=(2,)))


def cells(document, version="2021"):
    table = cells_table("r", dict.fromkeys(("t2", "t3", "t4"), version), *read_twice(document)).set_index("cell")
    return table[table["flag"] != "missing"]


def test_a_scanned_page_gives_every_cell_as_printed_and_none_in_doubt(page):
    found = cells(page, "2019")
    truth = {cell: raw for cell, raw in scans.truth("pingtan-2019").items() if not cell.startswith("t2.")}
    assert dict(found["raw"]) == truth
    assert set(found["flag"]) == {"ok"}


def test_both_readings_of_a_scan_stand_on_their_own(page):
    first, second = place(page.grids), place_words(page.words)
    assert set(first.placed) == set(second.placed)
    assert page.kind == "scan" and "行政复议、行政诉讼情况" in "".join(line.text for line in page.prose)


def test_boxes_turned_back_hold_the_figures_of_the_page_as_scanned(page):
    turned, ink = as_scanned(cells(page, "2019").reset_index(), page), 0
    with pypdfium2.PdfDocument(page.path) as pdf:
        picture = pdf[0].render(scale=2, grayscale=True).to_numpy().squeeze()
    for row in turned.itertuples():
        middle = picture[int(2 * row.y0 + 8) : int(2 * row.y1 - 8), int(2 * row.x0 + 8) : int(2 * row.x1 - 8)]
        ink += (middle < 128).any()
    assert page.tilts and ink == len(turned)


def test_scanned_pages_take_their_place_between_digital_ones(page):
    digital = Document(
        page.path, page.sha256, "pdf", prose=[Line("三", 0), Line("五", 2)], heights={0: 842.0, 2: 842.0}
    )
    joined = together(digital, page)
    assert [line.page for line in joined.prose] == sorted(line.page for line in joined.prose)
    assert (joined.kind, joined.grids, joined.tilts) == ("scan", page.grids, page.tilts) and joined.n_pages == 3


def test_words_of_a_scan_without_a_grid_are_in_doubt_unless_a_sum_confirms_them():
    box, columns = Box(1, 0, 0, 1, 1), ("upheld", "corrected", "other", "pending", "total")
    texts = {"review": "10203", "direct": "00000", "after_review": "0000-"}
    words = {
        f"t4.{g}.{c}": Placed(f"t4.{g}.{c}", t, box, 1.0)
        for g, own in texts.items()
        for c, t in zip(columns, own, strict=True)
    }
    doubted = {cell for cell, p in _doubted_alone(Placement(words), Placement(), set()).placed.items() if p.doubt}
    assert doubted == {cell for cell in words if cell.startswith("t4.after_review.")}
    with_grid = {cell: Placed(cell, "1", box, 1.0) for cell in words}
    assert not any(
        p.doubt for p in _doubted_alone(Placement(with_grid), Placement(versions={"t4": "2021"}), set()).placed.values()
    )


def test_a_figure_without_a_grid_is_sure_where_it_stands_free_and_a_blank_never_is():
    inside, outside = Box(1, 0, 0, 1, 1), Box(1, 5, 5, 6, 6)
    words = {
        "t2.rules.made": Placed("t2.rules.made", "17", inside),
        "t2.rules.valid": Placed("t2.rules.valid", "17", outside),
        "t2.penalty": Placed("t2.penalty", "", inside),
        "t2.fees": Placed("t2.fees", "1800", inside, pieces=2),
    }
    doubted = {c for c, p in _doubted_alone(Placement(words), Placement(), {inside}).placed.items() if p.doubt}
    assert doubted == {"t2.rules.valid", "t2.penalty", "t2.fees"}


def test_a_stroke_much_higher_than_the_words_is_in_doubt_for_it_may_be_a_piece_of_a_rule(monkeypatch):
    monkeypatch.setattr(ink_of, "stands_free", lambda *_: True)
    monkeypatch.setattr(scan_reader, "_pixels", lambda picture, box: box)
    page = SimpleNamespace(ink=None, ruled=None)
    words = [Word(text, Box(1, 0, 0, 9, high), high) for text, high in (("警告", 9), ("17", 9), ("1", 18))]
    seen = scan_reader._free(page, words)
    assert [(word.free, bool(word.doubt)) for word in seen] == [(False, False), (True, False), (False, True)]


def test_a_figure_near_a_dash_of_a_rule_does_not_stand_free():
    ink, none = np.zeros((120, 120), np.uint8), np.zeros((120, 120), np.uint8)
    rules = raster.Rules(none, none, none, none)
    ink[50:68, 60:68] = 255
    assert ink_of.stands_free(ink, rules, (60, 50, 68, 68), SCALE)
    dashes = ink.copy()
    dashes[75:90, 64:66] = 255
    assert not ink_of.stands_free(dashes, rules, (60, 50, 68, 68), SCALE)
    down = none.copy()
    down[75:90, 64:66] = 255  # a dash that was found and taken out of the ink
    assert not ink_of.stands_free(ink, raster.Rules(none, down, none, none), (60, 50, 68, 68), SCALE)


def test_a_stroke_that_fills_a_narrow_cell_is_no_rule():
    page = table(solid, xs=(100, 148, 500, 700))
    page[200:202, 103:148] = PAPER  # the lower two cells of the narrow column are one
    assert len(shapes(page)[0]) == 8
    page[199:203, 110:138] = BLACK  # a character's stroke where the rule beside it runs
    assert len(shapes(page)[0]) == 8


@pytest.mark.parametrize("make", [scans.with_ocr_layer, scans.with_outlined_figures, scans.with_garbage_text])
def test_a_page_that_only_pretends_to_hold_text_is_read_from_its_picture(recogniser, tmp_path, make):
    path = tmp_path / "pretended.pdf"
    path.write_bytes(make("hongze-2023", 2))
    report = read_report(path)
    found = report.cells[report.cells["flag"] != "missing"]
    truth = scans.truth("hongze-2023")
    assert report.document.kind == "scan" and len(found) > 90
    assert dict(zip(found["cell"], found["raw"], strict=True)) == {cell: truth[cell] for cell in found["cell"]}
    assert (found["flag"] == "doubt").mean() <= 0.01


@pytest.fixture(scope="module")
def last_table(recogniser):
    """Table 四 of a scanned page as a picture of its own."""
    image = scans.picture("hongze-2023", 2, 200, skew=0.4)
    width, height = image.size
    return image.crop((int(0.08 * width), int(0.5 * height), int(0.92 * width), int(0.64 * height)))


def read(image, tmp_path):
    path = tmp_path / "table.png"
    image.save(path, dpi=(200, 200))
    return read_picture(path)


def figure_box(document, cell):
    """Pixels of one cell on the picture as it was read, a little inside its rules."""
    angle, *size = document.tilts.get(1, (0.0, 1, 1))
    box = place(document.grids).placed[cell].box
    x0, y0, x1, y1 = (round(side * SCALE) for side in raster.as_drawn((box.x0, box.y0, box.x1, box.y1), size, angle))
    return x0 + 6, y0 + 6, x1 - 6, y1 - 6


def test_a_table_pasted_as_a_picture_is_read_like_a_scan(last_table, tmp_path):
    found = cells(read(last_table, tmp_path)).filter(like="t4.", axis=0)
    truth = scans.truth("hongze-2023")
    assert set(found["flag"]) == {"ok"}
    assert dict(found["raw"]) == {cell: truth[cell] for cell in found.index}


def test_a_picture_is_read_by_its_content_and_shows_where_a_figure_stands(last_table, tmp_path):
    path = tmp_path / "page.pdf"
    last_table.save(path, "JPEG", dpi=(200, 200))
    report = read_report(path)
    assert report.status == "partial" and report.value("t4.review.upheld") == 10
    shown, size = report.page(1, width=600), last_table.size
    assert shown.size == (600, pytest.approx(600 * size[1] / size[0], abs=2))
    assert "t4" not in report.show("t4.review.upheld").caption


def test_every_page_of_a_picture_with_several_is_opened(tmp_path):
    from PIL import Image

    path = tmp_path / "pages.tiff"
    sheets = [Image.new("L", (90, 60), shade) for shade in (250, 100)]
    sheets[0].save(path, save_all=True, append_images=sheets[1:], dpi=(300, 300))
    assert [(grey.shape, int(grey[0, 0]), dpi) for grey, dpi in pictures.opened(path, path.read_bytes())] == [
        ((60, 90), 250, 300.0),
        ((60, 90), 100, 300.0),
    ]


def test_a_figure_wiped_out_is_blank_and_one_scribbled_over_is_in_doubt(last_table, tmp_path):
    from PIL import ImageDraw

    document, image = read(last_table, tmp_path), last_table.copy()
    draw = ImageDraw.Draw(image)
    draw.rectangle(figure_box(document, "t4.review.total"), fill=240)
    x0, y0, x1, y1 = figure_box(document, "t4.after_review.upheld")
    for step in range(0, x1 - x0, 7):
        draw.line((x0 + step, y0, x1 - step, y1), fill=30, width=3)
    found = cells(read(image, tmp_path))
    assert found.at["t4.review.total", "raw"] == ""
    assert found.at["t4.review.total", "flag"] == "zero_mark"
    assert found.at["t4.after_review.upheld", "flag"] == "doubt"
    assert found.at["t4.review.upheld", "raw"] == "10" and found.at["t4.review.upheld", "flag"] == "ok"


def test_letters_that_look_like_digits_are_never_cleaned_into_digits(last_table, tmp_path, monkeypatch):
    from govinfo.readers import scan as module

    monkeypatch.setattr(module, "crops", lambda pictures: [("l0", 0.99)] * len(pictures))
    found = cells(read(last_table, tmp_path)).filter(like="t4.", axis=0)
    assert set(found["flag"]) == {"doubt"}


@pytest.mark.parametrize("skew", [-scans.SKEW, scans.SKEW])
def test_a_table_as_skewed_and_noisy_as_scanners_give_it_is_read_as_printed(recogniser, tmp_path, skew):
    image = scans.picture("hongze-2023", 2, 150, skew=skew, noise=12.0)
    width, height = image.size
    image = image.crop((int(0.08 * width), int(0.5 * height), int(0.92 * width), int(0.64 * height)))
    path = tmp_path / "table.png"
    image.save(path, dpi=(150, 150))
    found = cells(read_picture(path)).filter(like="t4.", axis=0)
    truth = scans.truth("hongze-2023")
    assert len(found) == 15 and dict(found["raw"]) == {cell: truth[cell] for cell in found.index}
    assert (found["flag"] == "doubt").sum() == 0


DAMAGED = {
    "cut off": lambda image: (scans.jpeg(image)[:900], image.size),
    "with bytes changed": lambda image: (scans.jpeg(image).replace(b"\x11", b"\x7f"), image.size),
    "of absurd size": lambda image: (zlib.compress(bytes(100)), (200_000, 200_000), "FlateDecode"),
    "of a depth that there is not": lambda image: (zlib.compress(image.tobytes()), image.size, "FlateDecode", 7),
    "of less than nothing": lambda image: (zlib.compress(image.tobytes()), (-5, 40), "FlateDecode"),
    "of another kind than it says": lambda image: (scans.jpeg(image), image.size, "JPXDecode"),
    "of no bytes": lambda image: (b"", image.size),
}


@pytest.mark.parametrize("how", DAMAGED)
def test_a_scan_whose_picture_is_damaged_is_refused_in_words_or_read_as_printed(last_table, tmp_path, how):
    path, truth = tmp_path / "scan.pdf", scans.truth("hongze-2023")
    path.write_bytes(scans.with_picture(*DAMAGED[how](last_table)))
    try:
        found = read_report(path).cells
    except ReadError as error:
        assert str(error).startswith("scan.pdf: expected") and "found" in str(error)
        return
    sure = found[found["flag"].isin(["ok", "cleaned", "zero_mark"])]
    assert dict(zip(sure["cell"], sure["raw"], strict=True)).items() <= truth.items()


def test_a_point_that_may_be_a_comma_puts_a_figure_in_doubt(last_table, tmp_path, monkeypatch):
    from govinfo.readers import scan as module

    assert module._unsure("7,543", 1.0) == module._unsure("26.32856", 1.0) == module._unsure("0.5", 1.0) == ""
    assert module._entry([((0, 0, 40, 20), ("7.5", 1.0)), ((0, 25, 40, 45), ("43", 1.0))]) == (
        "7.5\n43",
        "a point before three digits, which may be a comma",
    )
    monkeypatch.setattr(module, "crops", lambda pictures: [("7.543", 0.99)] * len(pictures))
    found = cells(read(last_table, tmp_path)).filter(like="t4.", axis=0)
    assert set(found["flag"]) == {"doubt"}


def test_a_picture_that_is_none_is_refused_by_name(recogniser, tmp_path):
    path = tmp_path / "table.png"
    path.write_bytes(b"not a picture")
    with pytest.raises(ReadError, match=r"table\.png.*PNG, JPEG or TIFF"):
        read_picture(path)
