"""Scans made from the project's own facsimiles: pictures of pages, and PDFs that only pretend to hold text."""

from __future__ import annotations

import csv
import io
from functools import cache
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw"
FONT = ROOT / "govinfo" / "figures" / "fonts" / "GovinfoSansSC-Regular.ttf"
SKEW = 0.8  # degrees, at most, either way
NOISE = 9.0  # standard deviation of the sensor's noise, of 255
QUALITY = 70  # of the JPEG


@cache
def _figures() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    with (RAW / "figures.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["report_id"], {})[row["cell"]] = row["raw"]
    return found


def truth(report_id: str) -> dict[str, str]:
    """Cell id -> text as printed, for one facsimile."""
    return _figures()[report_id]


def pdf_of(report) -> Path | bytes:
    """The PDF of a facsimile named by its id; a path or the bytes of another PDF are what they are."""
    return RAW / f"{report}.pdf" if isinstance(report, str) else report


def picture(report, page: int, dpi: int, seed: int = 0, skew: float | None = None, noise: float = NOISE):
    """One page as a scanner gives it (a grey Pillow image): skewed, soft, noisy, on greyish paper."""
    import pypdfium2
    from PIL import Image, ImageFilter

    rng = np.random.default_rng([seed, page, dpi])
    with pypdfium2.PdfDocument(pdf_of(report)) as pdf:
        image = pdf[page - 1].render(scale=2 * dpi / 72, grayscale=True).to_pil().convert("L")
    turned = rng.uniform(-SKEW, SKEW) if skew is None else skew
    image = image.rotate(turned, resample=Image.Resampling.BICUBIC, fillcolor=255)
    image = image.resize((image.width // 2, image.height // 2), Image.Resampling.BOX)
    image = image.filter(ImageFilter.GaussianBlur(0.5))
    paper, ink = rng.uniform(225, 250), rng.uniform(10, 60)
    levels = ink + np.asarray(image, float) / 255 * (paper - ink) + rng.normal(0, noise, image.size[::-1])
    return Image.fromarray(levels.clip(0, 255).astype("uint8"))


def scan(report, folder: Path, dpi: int, seed: int = 0, pages: tuple[int, ...] | None = None, **knobs) -> Path:
    """A facsimile (or any PDF) as an image-only PDF in `folder`."""
    images = [picture(report, page, dpi, seed, **knobs) for page in pages or all_pages(report)]
    path = Path(folder) / f"{report if isinstance(report, str) else 'scan'}-{dpi}.pdf"
    images[0].save(path, save_all=True, append_images=images[1:], resolution=dpi, quality=QUALITY)
    return path


def all_pages(report) -> tuple[int, ...]:
    import pypdfium2

    with pypdfium2.PdfDocument(pdf_of(report)) as pdf:
        return tuple(range(1, len(pdf) + 1))


def jpeg(image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def with_picture(stream: bytes, size: tuple[int, int], filter: str = "DCTDecode", bits: int = 8) -> bytes:
    """A PDF of one page that is a picture; nothing is checked, so that what the page says of it may be wrong."""
    from hostile import _file

    about = f"/Width {size[0]} /Height {size[1]} /ColorSpace /DeviceGray /BitsPerComponent {bits} /Filter /{filter}"
    page = b"/MediaBox [0 0 595 250] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >>"
    return _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R " + page + b" >>",
            b"<< /Length 28 >>\nstream\nq 595 0 0 250 0 0 cm /I Do Q\nendstream",
            f"<< /Type /XObject /Subtype /Image {about} /Length {len(stream)} >>\nstream\n".encode()
            + stream
            + b"\nendstream",
        ]
    )


# ------------------------------------------------------------------ PDFs that pretend


def with_ocr_layer(report_id: str, page: int, dpi: int = 200) -> bytes:
    """A scanned page under an invisible layer of text in which every 0 was recognised as O and every 1 as l."""
    image = picture(report_id, page, dpi)

    def draw(canvas, word, height, name):
        text = canvas.beginText(word.box.x0, height - word.box.y1)
        text.setFont(name, word.size * 0.7)
        text.setTextRenderMode(3)
        text.textOut(word.text.replace("0", "O").replace("1", "l"))
        canvas.drawText(text)

    return _redrawn(report_id, page, FONT, draw, image)


def with_outlined_figures(report_id: str, page: int) -> bytes:
    """A page whose labels are text and whose figures are drawn as shapes."""
    from fontTools.pens.basePen import BasePen
    from fontTools.ttLib import TTFont

    font = TTFont(FONT)
    glyphs, letters, em = font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm

    class Outline(BasePen):
        """Draws a glyph into a path of reportlab."""

        def __init__(self, path):
            super().__init__(glyphs)
            self._moveTo = lambda p: path.moveTo(*p)
            self._lineTo = lambda p: path.lineTo(*p)
            self._curveToOne = lambda a, b, c: path.curveTo(*a, *b, *c)
            self._closePath = path.close

    def draw(canvas, word, height, name):
        size = word.size * 0.7
        if not word.text.strip("0123456789.,-"):
            canvas.saveState()
            canvas.translate(word.box.x0, height - word.box.y1 + 0.3 * size)
            canvas.scale(size / em, size / em)
            for char in word.text:
                path = canvas.beginPath()
                glyphs[letters[ord(char)]].draw(Outline(path))
                canvas.drawPath(path, stroke=0, fill=1)
                canvas.translate(glyphs[letters[ord(char)]].width, 0)
            canvas.restoreState()
        else:
            _write(canvas, word, height, name)

    return _redrawn(report_id, page, FONT, draw)


def with_garbage_text(report_id: str, page: int, private: bool = True) -> bytes:
    """A page in a font whose characters have private codes, or those of other Chinese characters: it only looks right."""
    from fontTools.ttLib import TTFont

    font = TTFont(FONT)
    table = font.getBestCmap()
    first = 0xE000 if private else 0x6500
    code = {char: first + index for index, char in enumerate(sorted(table))}
    for subtable in font["cmap"].tables:
        subtable.cmap = {code[char]: name for char, name in table.items()}
    for kind in (1, 4, 6):  # reportlab tells fonts apart by name
        font["name"].setName(f"Garbage{first}", kind, 3, 1, 0x409)
        font["name"].setName(f"Garbage{first}", kind, 1, 0, 0)
    out = io.BytesIO()
    font.save(out)
    out.seek(0)

    def draw(canvas, word, height, name):
        _write(canvas, word, height, name, "".join(chr(code.get(ord(char), first)) for char in word.text))

    return _redrawn(report_id, page, out, draw)


def _write(canvas, word, height: float, name: str, text: str | None = None) -> None:
    size = word.size * 0.7
    canvas.setFont(name, size)
    canvas.drawString(word.box.x0, height - word.box.y1 + 0.3 * size, word.text if text is None else text)


def _redrawn(report_id: str, page: int, font, draw, image=None) -> bytes:
    """One page of a facsimile set again: its cells as rectangles (or a picture in their place), its words by `draw`."""
    import pypdfium2
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    from govinfo.readers.pdf import read_pdf
    from govinfo.readers.words import page_words

    with pypdfium2.PdfDocument(pdf_of(report_id)) as pdf:
        (width, height), words = pdf[page - 1].get_size(), page_words(pdf[page - 1], page)
    name = f"Scan{len(pdfmetrics.getRegisteredFontNames())}"  # a name once used keeps its first font
    pdfmetrics.registerFont(TTFont(name, font))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(width, height), invariant=1)
    if image:
        canvas.drawImage(ImageReader(io.BytesIO(jpeg(image))), 0, 0, width, height)
    else:
        for cell in (cell for grid in read_pdf(pdf_of(report_id)).grids for cell in grid.cells if grid.page == page):
            canvas.rect(cell.box.x0, height - cell.box.y1, cell.box.x1 - cell.box.x0, cell.box.y1 - cell.box.y0)
    for word in words:
        draw(canvas, word, height, name)
    canvas.save()
    return out.getvalue()
