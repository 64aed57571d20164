"""Pages as pictures ready to be recognised: rendered or opened, levelled, their rules and ink told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from govinfo.document import Box, ReadError

from . import ink as ink_of
from . import raster

SCALE = 200 / 72  # pixels a point: pages are recognised at 200 dpi
MAX_FRAMES = 50  # pages of one picture file
FINE = 1.5  # cells are cut out of a rendering this much finer


@dataclass(frozen=True)
class Picture:
    """One page as a levelled grey picture, coarse and fine, its rules taken out of both; `angle` is what it leaned."""

    page: int
    grey: np.ndarray
    fine: np.ndarray
    ink: np.ndarray
    ruled: raster.Rules
    tables: list[list[raster.Slot]]
    angle: float
    scale: float

    @property
    def tilt(self) -> tuple[float, float, float]:
        """The angle, and the page's width and height in points."""
        return self.angle, self.grey.shape[1] / self.scale, self.grey.shape[0] / self.scale

    def box(self, pixels: Sequence[float]) -> Box:
        return Box(self.page, *(round(side / self.scale, 3) for side in pixels))


def rendered(page, scale: float) -> np.ndarray:
    """A pypdfium2 page in grey."""
    return _grey(page.render(scale=scale, grayscale=True).to_numpy())


def _grey(picture: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(picture.reshape(picture.shape[0], picture.shape[1], -1)[:, :, 0])


def opened(path: Path, data: bytes) -> list[tuple[np.ndarray, float]]:
    """The picture, or each page of one with several, in grey, and its resolution in dots an inch."""
    import io

    from PIL import Image, ImageSequence

    try:
        with Image.open(io.BytesIO(data)) as image:
            return [_opened(frame) for frame in islice(ImageSequence.Iterator(image), MAX_FRAMES)]
    except (
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ) as error:  # what Pillow says of broken files
        raise ReadError(
            path, expected="a picture (PNG, JPEG or TIFF) that opens", found=str(error), do="Save it again as PNG."
        ) from error


def _opened(frame) -> tuple[np.ndarray, float]:
    """A Pillow image with transparency as paper; where it names no sensible resolution, that of screens."""
    from PIL import Image

    dpi, seen = float(frame.info.get("dpi", (96, 96))[0]), frame.convert("RGBA")
    grey = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("L")
    return np.asarray(grey), dpi if 50 <= dpi <= 1200 else 96.0


def shown(path: Path, number: int, scale: float):
    """A page of a PDF, or a picture, as a Pillow image in colour, `scale` pixels a point."""
    with path.open("rb") as file:
        is_pdf = b"%PDF-" in file.read(1024)
    if is_pdf:
        import pypdfium2

        with pypdfium2.PdfDocument(path) as pdf:
            return pdf[number - 1].render(scale=scale).to_pil().convert("RGB")
    from PIL import Image

    grey, dpi = opened(path, path.read_bytes())[number - 1]
    size = [round(side * 72 / dpi * scale) for side in grey.shape[::-1]]
    return Image.fromarray(grey).resize(size).convert("RGB")


def enlargement(grey: np.ndarray) -> float:
    """The factor that brings a picture's characters to the height that 9 points have at 200 dpi."""
    import cv2

    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 20)
    heights = [h for _, _, w, h, _, _ in raster.components(ink) if 5 <= h <= 80 and w <= 3 * h]
    return float(np.clip(0.78 * 9 * SCALE / np.median(heights), 0.4, 4.0)) if len(heights) >= 10 else 1.0


def resized(grey: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The picture in another size (width, height)."""
    import cv2

    shrink = size[0] < grey.shape[1]
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA if shrink else cv2.INTER_CUBIC)


def picture(page: int, grey: np.ndarray, fine: np.ndarray, scale: float) -> Picture:
    """A page levelled, with its rules found and taken out; `fine` is the same page FINE times as large."""
    angle = raster.tilt(raster.dark(grey, SCALE))
    grey, fine = raster.levelled(grey, angle), raster.levelled(fine, angle)
    ruled = raster.rules(grey, SCALE)
    tables = raster.tables(ruled, SCALE)
    rules = ink_of.borders([slot for table in tables for slot in table], ruled, SCALE)
    ink = np.where(rules > 0, 0, raster.dark(grey, SCALE)).astype(np.uint8)
    return Picture(page, ink_of.erased(grey, rules), ink_of.erased(fine, rules), ink, ruled, tables, angle, scale)
