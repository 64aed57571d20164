"""Optical character recognition: lines of a page, and single crops, through RapidOCR (extra `govinfo[ocr]`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from govinfo.certainty import threshold
from govinfo.document import ReadError

INSTALL = "Install it with: pip install 'govinfo[ocr]'"

# Most crops hold one digit, and what their recognition costs is the padding: they are padded to NARROW pixels first (of
# 297 crops of three pages at 150 dpi none was then read otherwise, in 40 % of the time; below 100 pixels, dashes were),
# and to WIDE, the width that the model was made for, where the score is below `ocr.score`: some type scores lower when narrow.
NARROW, WIDE = 128, 320

# One thread, so that results do not hang on the machine; no size limit and no score limit: we judge scores ourselves.
OPTIONS = {
    "Global.log_level": "critical",
    "Global.max_side_len": 4000,
    "Global.text_score": 0.0,
    "Global.use_cls": False,
    "Det.limit_type": "max",
    "Det.limit_side_len": 1280,
    "Rec.rec_batch_num": 1,
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}

_CHINESE = re.compile(r"[\u3400-\u9fff]")
STEMS = ("1", "l", "I", "|")
FILLED, CONTRAST = 0.65, 50  # a bar fills its box, and is darker than the paper by so much of 255
DOTS = (".", "·", "・")
_SHORT = re.compile(r"[-\u2010-\u2015\u2212一ー─_]{1,2}|[.·・]")
_STROKE = re.compile("[一ー―—─]{1,2}")
_COMMA = re.compile(r"(?<=\d)，(?=\d)")
_WIDE, _NARROW = str.maketrans("()", "（）"), str.maketrans("（）", "()")


@dataclass(frozen=True, slots=True)
class Seen:
    """A recognised text: how sure the recogniser is (0 to 1) and its box in pixels."""

    text: str
    score: float
    box: tuple[int, int, int, int]


@cache
def _engine(width: int):
    from rapidocr import RapidOCR

    return RapidOCR(params=OPTIONS | {"Rec.rec_img_shape": [3, 48, width]})


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
    result = _engine(NARROW)(_colour(grey), use_det=True, use_cls=False, use_rec=True)
    if result.boxes is None or result.txts is None:
        return []
    boxes = [_upright(quad) for quad in result.boxes]
    cuts = [_cut(grey, box) for box in boxes]
    read = _measured(_surer(list(zip(result.txts, result.scores, strict=True)), cuts), cuts)
    return [Seen(as_written(text), float(score), box) for (text, score), box in zip(read, boxes, strict=True)]


def crops(pictures: Sequence[np.ndarray]) -> list[tuple[str, float]]:
    """Text and score of each crop, which must hold one line; a crop without text gives ("", 0.0)."""
    if not pictures:
        return []
    read = _measured(_surer(_texts(NARROW, pictures), pictures), pictures)
    return [(as_written(text), float(score) if text else 0.0) for text, score in read]


def _texts(width: int, pictures: Sequence[np.ndarray]) -> list[tuple[str, float]]:
    result = _engine(width).recognize_txt([_colour(picture) for picture in pictures])
    return list(zip(result.txts, result.scores, strict=True))


def _surer(read: list[tuple[str, float]], pictures: Sequence[np.ndarray]) -> list[tuple[str, float]]:
    """What was read, each text with a low score replaced by what the same picture gives at full width."""
    least = threshold("ocr.score")
    low = [i for i, (_, score) in enumerate(read) if score < least]
    again = dict(zip(low, _texts(WIDE, [pictures[i] for i in low]), strict=True)) if low else {}
    return [again.get(i, one) for i, one in enumerate(read)]


def _measured(read: list[tuple[str, float]], pictures: Sequence[np.ndarray]) -> list[tuple[str, float]]:
    """What was read, slashes and dashes held against the shape of their ink."""
    return _dashes(_slashes(read, pictures), pictures)


def _slashes(read: list[tuple[str, float]], pictures: Sequence[np.ndarray]) -> list[tuple[str, float]]:
    """What was read, a lone 1 that leans like a slash made one; where it leans less, in doubt. / is often taken for 1.

    The score is then that of a 1 which is none: what makes sure of the slash is how much its ink leans.
    """
    found = []
    for (text, score), picture in zip(read, pictures, strict=True):
        tilt = lean(picture) if text.strip() in STEMS else 0.0
        if tilt < threshold("ocr.leans"):
            sure = threshold("ocr.score")
            text, score = "/", max(score, sure) if tilt < threshold("ocr.slash") else min(score, sure / 2)
        found.append((text, score))
    return found


def _dashes(read: list[tuple[str, float]], pictures: Sequence[np.ndarray]) -> list[tuple[str, float]]:
    """What was read, a dash or dot whose ink is one level bar made a dash for sure: so short a text often scores low."""
    found = []
    for (text, score), picture in zip(read, pictures, strict=True):
        if _SHORT.fullmatch(text.strip()) and is_bar(picture):
            text, score = "-" if text.strip() in DOTS else text, max(score, threshold("ocr.score"))
        found.append((text, score))
    return found


def is_bar(picture: np.ndarray) -> bool:
    """Whether the ink of a picture is one level bar, much wider than high and filled: a dash, and no figure.

    >>> dash = np.full((20, 20), 255, np.uint8)
    >>> dash[9:11, 5:15] = 0
    >>> is_bar(dash), is_bar(dash.T)
    (True, False)
    >>> dash[14:16, 5:15] = 0  # two bars are the character 二 or a sign of equality
    >>> is_bar(dash)
    False
    """
    ink = picture < (np.median(picture) + picture.min()) / 2
    y, x = np.nonzero(ink)
    if np.median(picture) - picture.min() < CONTRAST:
        return False
    high, wide = int(np.ptp(y)) + 1, int(np.ptp(x)) + 1
    return wide >= threshold("ocr.bar") * high and len(x) >= FILLED * high * wide


def lean(picture: np.ndarray) -> float:
    """How much the ink of a picture is one stroke that leans to the right: -1 a slash, 1 a backslash.

    >>> slash = np.full((20, 20), 255, np.uint8)
    >>> slash[range(4, 16), [13 - row // 2 for row in range(12)]] = 0
    >>> round(lean(slash), 2), round(lean(slash[:, ::-1]), 2), lean(slash[:, :2])
    (-0.99, 0.99, 0.0)
    """
    ink = picture.astype(int)
    y, x = np.nonzero(ink < (int(np.median(ink)) + int(ink.min())) // 2)
    flat = len(x) < 4 or np.ptp(x) == 0 or np.ptp(y) == 0
    return 0.0 if flat else float(np.corrcoef(x, y)[0, 1])


def _cut(grey: np.ndarray, box: tuple[int, int, int, int]) -> np.ndarray:
    x0, y0, x1, y1 = (max(side, 0) for side in box)
    return grey[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]


def as_written(text: str) -> str:
    """A recognised text with its brackets and commas as wide as they are usually written beside Chinese, or without it.

    A picture does not tell one width from the other, nor a stroke alone (一) from a dash, and two recognitions of the same
    ink differ in it.

    >>> as_written("22(其中修订16件）"), as_written("1，036"), as_written("一")
    ('22（其中修订16件）', '1,036', '—')
    """
    if _STROKE.fullmatch(text.strip()):
        return "—"
    return _COMMA.sub(",", text).translate(_WIDE if _CHINESE.search(text) else _NARROW)


def _colour(grey: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2))


def _upright(quad) -> tuple[int, int, int, int]:
    (x0, y0), (x1, y1) = np.min(quad, axis=0), np.max(quad, axis=0)
    return int(np.floor(x0)), int(np.floor(y0)), int(np.ceil(x1)), int(np.ceil(y1))
