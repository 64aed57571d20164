"""Optical character recognition: lines of a page, and single crops, through RapidOCR (extra `govinfo[ocr]`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from ..document import ReadError

INSTALL = "Install it with: pip install 'govinfo[ocr]'"

# One thread, so that results do not hang on the machine; no size limit and no score limit: we judge scores ourselves.
# Crops are padded to 128 pixels, not 320: most hold one digit, and padding is what their recognition costs. Of 297 crops
# of three pages at 150 dpi none was read otherwise, in 40 % of the time (below 100 pixels, dashes were).
OPTIONS = {
    "Global.log_level": "critical",
    "Global.max_side_len": 4000,
    "Global.text_score": 0.0,
    "Global.use_cls": False,
    "Rec.rec_img_shape": [3, 48, 128],
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_COMMA = re.compile(r"(?<=\d)，(?=\d)")
_WIDE, _NARROW = str.maketrans("()", "（）"), str.maketrans("（）", "()")


@dataclass(frozen=True, slots=True)
class Seen:
    """A recognised text: how sure the recogniser is (0 to 1) and its box in pixels."""

    text: str
    score: float
    box: tuple[int, int, int, int]


@cache
def _engine():
    from rapidocr import RapidOCR

    return RapidOCR(params=OPTIONS)


def check_installed(path: Path) -> None:
    """Raises ReadError, which says what to install, where the recogniser is missing."""
    try:
        import onnxruntime  # noqa: F401
        import rapidocr  # noqa: F401
    except ImportError as error:
        found = f"no {error.name} installed"
        raise ReadError(path, expected="a recogniser, since this is a scan", found=found, do=f"{INSTALL}.") from error


def page_lines(grey: np.ndarray) -> list[Seen]:
    """The lines of text that the detector finds on a page, top to bottom as it orders them."""
    result = _engine()(_colour(grey), use_det=True, use_cls=False, use_rec=True)
    if result.boxes is None or result.txts is None:
        return []
    return [
        Seen(as_written(text), float(score), _upright(quad))
        for quad, text, score in zip(result.boxes, result.txts, result.scores, strict=True)
    ]


def crops(pictures: Sequence[np.ndarray]) -> list[tuple[str, float]]:
    """Text and score of each crop, which must hold one line; a crop without text gives ("", 0.0)."""
    if not pictures:
        return []
    result = _engine().recognize_txt([_colour(picture) for picture in pictures])
    return [(as_written(text), float(score) if text else 0.0) for text, score in zip(result.txts, result.scores, strict=True)]


def as_written(text: str) -> str:
    """A recognised text with its brackets and commas as wide as they are usually written beside Chinese, or without it.

    A picture does not tell one width from the other, and two recognitions of the same ink differ in it.

    >>> as_written("22(其中修订16件）"), as_written("1，036")
    ('22（其中修订16件）', '1,036')
    """
    return _COMMA.sub(",", text).translate(_WIDE if _CHINESE.search(text) else _NARROW)


def _colour(grey: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2))


def _upright(quad) -> tuple[int, int, int, int]:
    (x0, y0), (x1, y1) = np.min(quad, axis=0), np.max(quad, axis=0)
    return int(np.floor(x0)), int(np.floor(y0)), int(np.ceil(x1)), int(np.ceil(y1))
