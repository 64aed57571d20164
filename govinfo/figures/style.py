"""How figures look and are kept: the bundled Chinese font, greys that print, alternative text, deterministic files."""

from __future__ import annotations

import functools
import math
import tomllib
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path

import pandas as pd

from govinfo.comparison.intervals import Refused

INK, SOFT, PALE = "#1a1a1a", "#6e6e6e", "#d9d9d9"
ACCENT = "#0072b2"  # Okabe and Ito's blue; every use of it has a second sign: marker, hatch or text
WARM = "#d55e00"  # Okabe and Ito's vermilion, likewise
LOWEST = 2.6  # inches: room for a key, an axis and the foot lines, though there be not one row
SCOPES = {"whole government": "whole_government", "own organ": "own_organ", "": "unknown_scope"}
_RC = {
    "axes.edgecolor": SOFT,
    "axes.grid": False,
    "axes.labelsize": 9,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 10,
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "font.size": 9,
    "hatch.linewidth": 0.6,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "savefig.dpi": 200,
    "svg.fonttype": "path",
    "svg.hashsalt": "govinfo",
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
}


@cache
def font_families() -> list[str]:
    """The bundled fonts' family names, registered with matplotlib, and DejaVu Sans for what they lack.

    Raises FileNotFoundError where the package has lost its fonts: Chinese text would show as boxes.
    """
    from matplotlib import font_manager

    folder = resources.files("govinfo.figures") / "fonts"
    paths = sorted(str(path) for path in folder.iterdir() if path.name.endswith((".ttf", ".otf")))
    if not paths:
        raise FileNotFoundError(f"no font in {folder}: expected a .ttf with Chinese glyphs; install govinfo again")
    names = []
    for path in paths:
        font_manager.fontManager.addfont(path)
        names.append(font_manager.FontProperties(fname=path).get_name())
    return [*dict.fromkeys(names), "DejaVu Sans"]


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads((resources.files("govinfo.figures") / "plots.toml").read_text(encoding="utf-8"))


def words(key: str, lang: str, **fill) -> str:
    """A text of plots.toml in Chinese or English, with its blanks filled.

    >>> words("n_reports", "en", n=12)
    'Rests on 12 reports'
    """
    if lang not in ("zh", "en"):
        raise ValueError(f"lang must be 'zh' or 'en', got {lang!r}")
    return _words()[key][lang].format(**fill)


def has_words(key: str) -> bool:
    """Whether plots.toml has a text of that name."""
    return key in _words()


def figure(draw):
    """Decorate a function that draws into `ax` and returns (Figure, alternative text): it then returns the Figure.

    Inside, text is in the bundled font. With `ax=None` the function makes its own figure; either way the figure is not
    left open in pyplot, so that a notebook shows it once.
    """

    @functools.wraps(draw)
    def drawn(*args, **kwargs):
        import matplotlib.pyplot as plt

        with svg_style():
            fig, text = draw(*args, **kwargs)
            _same_font(fig)
        plt.close(fig)
        fig.alternative_text = text
        return fig

    return drawn


def svg_style():
    """The style in which figures are drawn and written, as a context."""
    import matplotlib

    return matplotlib.rc_context({**_RC, "font.family": font_families()})


def _same_font(fig) -> None:
    """Tick labels are made when a figure is drawn, after the style has gone; so each axis keeps the font itself."""
    for ax in fig.axes:
        ax.tick_params(which="both", labelfontfamily=font_families())


def canvas(ax, height: float, lines=(), panels: int = 1, width: float = 7.2):
    """The axes given, or new ones as wide as a page's text; `height` in inches, and more for each of `lines` (`blocks`)."""
    import matplotlib.pyplot as plt

    if ax is not None:
        return (ax if panels == 1 else ax[0]).figure, ax
    names = [row.name for _, row in lines if row is not None]
    longest = max((max(map(_ems, name.split("\n"))) for name in names), default=0)
    height += len(lines) * (0.2 + 0.1 * max((name.count("\n") for name in names), default=0))
    size = (max(width, 4.6 + 0.112 * longest), max(height, LOWEST))
    fig, ax = plt.subplots(1, panels, figsize=size, layout="constrained")
    fig.made_by_govinfo = True
    return fig, ax


def blocks(rows: pd.DataFrame, lang: str, headings: bool = True) -> list[tuple[str, object]]:
    """The lines of a figure: for each scope a heading (text, None), then its rows ("", row), in their order.

    A row needs `name`. `headings=False` gives the rows alone.
    """
    scope = rows["scope"].where(rows["scope"].isin(SCOPES), "") if "scope" in rows else pd.Series("", rows.index)
    lines = []
    for one, text in SCOPES.items() if headings else ():
        block = rows[scope == one]
        lines += [(f"{words(text, lang)}  n = {len(block)}", None)] * bool(len(block))
        lines += [("", row) for row in block.itertuples(index=False)]
    return lines if headings else [("", row) for row in rows.itertuples(index=False)]


def line_axis(ax, lines) -> None:
    """Names at the left, one a line, and the headings of blocks inside."""
    for y, (heading, row) in enumerate(lines):
        if row is None:
            text = ax.text(0.01, y, heading, transform=ax.get_yaxis_transform(), va="center", color=ACCENT, zorder=4)
            text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})
    placed = [(y, row.name) for y, (_, row) in enumerate(lines) if row is not None]
    ax.set_yticks([y for y, _ in placed], [name for _, name in placed], linespacing=1.1)
    ax.set_ylim(len(lines) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0, pad=7)
    ax.spines["left"].set_visible(False)


def _ems(text: str) -> float:
    """Width of a text in letters' heights: a Chinese letter is about as wide as high, a Latin one about half."""
    return sum(1.0 if ord(letter) > 0x2E7F else 0.52 for letter in text)


def caption(fig, ax, title: str, foot: str, signs=()) -> None:
    """Title and key above, foot lines below: at the figure's edges, or the axes' where these were given by the caller."""
    if not getattr(fig, "made_by_govinfo", False):
        ax.set_title(title, loc="left")
        ax.set_xlabel(f"{ax.get_xlabel()}\n{foot}".strip(), loc="left", fontsize=8)
        if signs:
            ax.legend(handles=signs, loc="lower left", ncols=2, fontsize=7)
        return
    fig.supxlabel(foot, x=0.01, ha="left", fontsize=8, color=SOFT)
    if not signs:
        fig.suptitle(title, x=0.01, ha="left", fontsize=10.5)
        return
    room = fig.get_figwidth() * 72 / max(8 * _ems(one.get_label()) + 46 for one in signs)
    looks = {"alignment": "left", "title_fontsize": 10.5, "borderpad": 0, "borderaxespad": 0.3, "handlelength": 1.6}
    fig.legend(handles=signs, title=title, loc="outside upper left", ncols=min(len(signs), max(1, int(room))), **looks)


def sign(label: str, **looks):
    """One entry of a key: a marker with its meaning."""
    from matplotlib.lines import Line2D

    return Line2D([], [], ls="", label=label, **{"ms": 4.5, **looks})


def wrapped(name: str, width: float = 26) -> str:
    """A long name over as few lines as `width` (in letters' heights) asks for, of about equal length.

    >>> wrapped("Tourism, Culture and Sports Bureau, Pingtan Comprehensive Experimental Zone 2024")
    'Tourism, Culture and Sports Bureau, Pingtan\\nComprehensive Experimental Zone 2024'
    """
    wanted = max(1, math.ceil(_ems(name) / width))
    room = _ems(name) / wanted
    while len(lines := _filled(name.split(" "), room)) > wanted:
        room += 0.5
    return "\n".join(lines)


def _filled(parts: list[str], room: float) -> list[str]:
    """Words put into lines one after the other, a new line where the next word finds no room."""
    lines = parts[:1]
    for word in parts[1:]:
        joined = f"{lines[-1]} {word}"
        lines = [*lines[:-1], joined] if _ems(joined) <= room else [*lines, word]
    return lines


def named(rows: pd.DataFrame, lang: str, year: bool = True) -> pd.DataFrame:
    """The rows with a column `name`: the agency (English where known and asked for) and, if `year`, the report year."""
    name = rows["agency"] if "agency" in rows else pd.Series(pd.NA, rows.index, dtype="str")
    if "report_id" in rows:
        name = name.fillna(rows["report_id"])
    if lang == "en" and "agency_en" in rows:
        name = rows["agency_en"].where(rows["agency_en"].fillna("") != "", name).str.replace("’", "'")
    years = " " + rows["year"].astype("Int64").astype("str") if year and "year" in rows else ""
    return rows.assign(name=(name.astype("str") + years).map(wrapped).astype("str"))


def foot(rows: pd.DataFrame, lang: str, times: int = 1) -> str:
    """On how many reports a figure rests, how many were left out and why, and whether the data are invented."""
    left_out = rows.attrs.get("left_out", {})
    text = words("n_reports", lang, n=times * len(rows))
    reasons = {"no value": "left_out", "open finding": "left_out_marked", "same agency and year": "twice"}
    for reason, name in reasons.items():
        text += words(name, lang, n=left_out[reason]) if left_out.get(reason) else ""
    return origin(rows, lang) + text


def origin(rows: pd.DataFrame, lang: str) -> str:
    """The words that say so where the rows come from the teaching corpus (column `kind`), else ''."""
    return words("teaching", lang) if "kind" in rows and (rows["kind"] == "teaching").any() else ""


def counted(numerator: float, denominator: float) -> str:
    """A rate's cases, "12/34", or a count alone."""
    return f"{numerator:g}" if math.isnan(denominator) else f"{numerator:g}/{denominator:g}"


def shown(value: float, percent: bool) -> str:
    """A value in words: 41.7 % for 0.4167, or four significant digits.

    >>> shown(0.41666, True), shown(12.3456, False)
    ('41.7%', '12.35')
    """
    return f"{100 * value:.1f}%" if percent else f"{value:.4g}"


def percent_axis(axis, percent: bool) -> None:
    """Per cent signs on an axis, where it shows percentages."""
    if percent:
        axis.set_major_formatter(lambda value, _: f"{value:g}%")


@contextmanager
def refusals_shown():
    """Within it, a comparison that is refused ends with its reason shown in both languages, and the notebook goes on."""
    from IPython.display import Markdown, display

    try:
        yield
    except Refused as refused:
        display(Markdown("\n\n".join(f"`{part}`" for part in str(refused).split(" | "))))


def alt(fig) -> str:
    """The alternative text of a figure of `govinfo.figures.plots`: what it shows, in words, with its numbers."""
    return fig.alternative_text


def save(fig, path, **options) -> Path:
    """Write a figure as SVG or PNG, by the name's ending; the same figure gives the same bytes. Returns the path.

    The alternative text goes into the file (SVG description, PNG text chunk). Raises ValueError for another ending.
    """
    path = Path(path)
    description = getattr(fig, "alternative_text", "")
    metadata = {
        ".svg": {"Date": None, "Creator": None, "Description": description},
        ".png": {"Software": None, "Description": description},
    }
    if path.suffix not in metadata:
        raise ValueError(f"{path.name}: expected a name that ends in .svg or .png")
    with svg_style():
        fig.savefig(path, metadata=metadata[path.suffix], **options)
    return path
