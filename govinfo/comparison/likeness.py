"""Likeness of prose: how alike two reports read, which passages they share, and how much of a text is reused.

All measures look at letters and digits only (Chinese or Latin); spaces, line breaks and punctuation do not count.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from govinfo.builds.escaped import escape
from govinfo.comparison.indicators import COLUMNS

GRAM = 5  # letters of an n-gram: longer than a word, shorter than a set phrase
PASSAGE = 13  # letters from which a common run of text counts as a shared passage
HASHES = 256  # of a MinHash signature: standard error of a similarity at most 0.031


def letters(text: str) -> tuple[str, list[int]]:
    """The letters and digits of a text, full-width ones as plain, and where in the text each stands.

    >>> letters("２０２４年，公开 12 件。")
    ('2024年公开12件', [0, 1, 2, 3, 4, 6, 7, 9, 10, 12])
    """
    kept = [(i, c) for i, c in enumerate(text) if unicodedata.category(c)[0] in "LN"]
    return "".join(unicodedata.normalize("NFKC", c)[:1] for _, c in kept), [i for i, _ in kept]


def ngrams(text: str, n: int = GRAM) -> set[str]:
    """All runs of n letters of a text; empty where it has fewer."""
    run, _ = letters(text)
    return {run[i : i + n] for i in range(len(run) - n + 1)}


def similarity(a: str, b: str, n: int = GRAM) -> float:
    """Jaccard's index of two texts' n-grams: 1 = the same, 0 = nothing in common; NaN where a text has none.

    >>> similarity("依法公开政府信息", "依法公开政府信息。")
    1.0
    """
    first, second = ngrams(a, n), ngrams(b, n)
    return len(first & second) / len(first | second) if first and second else float("nan")


def signature(text: str, n: int = GRAM, hashes: int = HASHES) -> np.ndarray:
    """The MinHash signature of a text: `hashes` numbers; two signatures agree in about as many as their texts are alike.

    The same on every machine. A text without n-grams raises ValueError. Source: Broder 1997, "On the resemblance and
    containment of documents", SEQUENCES '97.
    """
    grams = ngrams(text, n)
    if not grams:
        raise ValueError(f"signature: the text has fewer than {n} letters")
    codes = np.array([zlib.crc32(gram.encode()) for gram in sorted(grams)], dtype=np.uint64)
    constants = _constants(2 * hashes).reshape(2, hashes, 1)
    with np.errstate(over="ignore"):
        return ((constants[0] | np.uint64(1)) * codes + constants[1]).min(axis=1)


def _constants(count: int) -> np.ndarray:
    """Fixed, well mixed 64-bit numbers (splitmix64; Steele, Lea & Flood 2014), independent of any library's generator."""
    with np.errstate(over="ignore"):
        z = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def alike(texts: Mapping[str, str], least: float = 0.3, n: int = GRAM, hashes: int = HASHES) -> pd.DataFrame:
    """The pairs of texts at least `least` alike, most alike first: columns a, b, estimate, similarity.

    `estimate` is MinHash's, over all pairs; `similarity` is exact, computed for the pairs found (and for those within two
    standard errors below `least`, so that few are lost). Texts with fewer than n letters are left out.
    """
    names = [name for name, text in texts.items() if ngrams(text, n)]
    if len(names) < 2:
        return pd.DataFrame(columns=["a", "b", "estimate", "similarity"])
    signatures = np.stack([signature(texts[name], n, hashes) for name in names])
    margin, rows = 2 * np.sqrt(least * (1 - least) / hashes), []
    for i, name in enumerate(names[:-1]):
        estimates = (signatures[i + 1 :] == signatures[i]).mean(axis=1)
        for j in np.flatnonzero(estimates >= least - margin):
            other = names[i + 1 + j]
            rows.append((name, other, float(estimates[j]), similarity(texts[name], texts[other], n)))
    pairs = pd.DataFrame(rows, columns=["a", "b", "estimate", "similarity"])
    kept = pairs[pairs["similarity"] >= least]
    return kept.sort_values(["similarity", "a", "b"], ascending=[False, True, True], ignore_index=True)


def passages(a: str, b: str, least: int = PASSAGE) -> pd.DataFrame:
    """The runs of at least `least` letters that two texts share, in the order of `a`, none overlapping in `a`.

    Columns: `a0, a1, b0, b1` (where in either text as given: text[a0:a1]), `letters` (length), `text` (as in `a`). At
    each place the longest run wins; of equally long ones in `b` the first.
    """
    (first, where_a), (second, where_b) = letters(a), letters(b)
    rows = []
    for start, there, length in _runs(first, second, least):
        a0, a1 = where_a[start], where_a[start + length - 1] + 1
        b0, b1 = where_b[there], where_b[there + length - 1] + 1
        rows.append((a0, a1, b0, b1, length, a[a0:a1]))
    return pd.DataFrame(rows, columns=["a0", "a1", "b0", "b1", "letters", "text"])


def _runs(first: str, second: str, least: int) -> list[tuple[int, int, int]]:
    """Common runs as (start in first, start in second, length), greedily from the left of `first`."""
    seeds: dict[str, list[int]] = {}
    for i in range(len(second) - least + 1):
        seeds.setdefault(second[i : i + least], []).append(i)
    runs, i = [], 0
    while i <= len(first) - least:
        found = [(_common(first, i, second, j), -j) for j in seeds.get(first[i : i + least], ())]
        if not found:
            i += 1
            continue
        length, there = max(found)
        runs.append((i, -there, length))
        i += length
    return runs


def _common(first: str, i: int, second: str, j: int) -> int:
    """How many letters agree from here on."""
    most, length = min(len(first) - i, len(second) - j), 0
    while length < most and first[i + length] == second[j + length]:
        length += 1
    return length


def commonplaces(texts: Iterable[str], share: float = 0.5, least: int = PASSAGE) -> set[str]:
    """The runs of `least` letters that stand in more than `share` of the texts: the form's set phrases.

    Give one text an agency, or an agency's own habits count as everybody's.
    """
    every = [ngrams(text, least) for text in texts]
    counts = Counter(gram for grams in every for gram in grams)
    return {gram for gram, count in counts.items() if count > share * len(every)}


def reused(text: str, earlier: str, least: int = PASSAGE, ignore: Iterable[str] = ()) -> tuple[int, int]:
    """How many letters of a text stand in passages shared with an earlier one, and how many letters count at all.

    Letters within a run of `ignore` (see `commonplaces`) count in neither.

    >>> reused("本机关全年没有收到公开申请。", "本机关全年没有收到公开申请", least=5)
    (13, 13)
    """
    (first, _), (second, _) = letters(text), letters(earlier)
    shared, skipped = np.zeros(len(first), bool), np.zeros(len(first), bool)
    for start, _, length in _runs(first, second, least):
        shared[start : start + length] = True
    ignored = set(ignore)
    for size in {len(gram) for gram in ignored}:
        for i in range(len(first) - size + 1):
            if first[i : i + size] in ignored:
                skipped[i : i + size] = True
    return int((shared & ~skipped).sum()), int((~skipped).sum())


def practice(texts: Mapping[str, str], reports: pd.DataFrame, ignore: Iterable[str] = ()) -> pd.DataFrame:
    """The indicators `prose_length` and `prose_reused` of each report, in the columns of `govinfo.comparison.indicators.measure`.

    `texts` maps report_id to prose; an empty one is none. Reuse is measured against the report of the same agency (`agency_id`, else `agency`)
    one year earlier; without one it is missing, and so it is where two reports claim that year or the agency is not known.
    """
    key, ignore = "agency_id" if "agency_id" in reports else "agency", set(ignore)
    texts = {report: text for report, text in texts.items() if text.strip()}
    known = reports[reports[key].fillna("").ne("") & reports["year"].notna()].drop_duplicates([key, "year"], keep=False)
    by_year = {(row[key], int(row["year"])): row["report_id"] for row in known.to_dict("records")}
    rows = []
    for row in reports.to_dict("records"):
        report = row["report_id"]
        last = by_year.get((row[key], int(row["year"]) - 1)) if not pd.isna(row["year"]) else None
        size = len(letters(texts[report])[0]) if report in texts else np.nan
        rows.append((report, "prose_length", size, size, np.nan, "" if report in texts else "no prose"))
        counts = reused(texts[report], texts[last], ignore=ignore) if {report, last} <= set(texts) else None
        value = (counts[0] / counts[1] if counts[1] else np.nan, *counts) if counts else (np.nan,) * 3
        rows.append((report, "prose_reused", *value, "" if counts else "no report of the year before"))
    names = ["report_id", "indicator", "value", "numerator", "denominator", "note"]
    return pd.DataFrame(rows, columns=names).assign(low=np.nan, high=np.nan, method="none", marked=False)[COLUMNS]


def side_by_side(a: str, b: str, least: int = PASSAGE) -> str:
    """Two texts in two columns as HTML, their shared passages marked and numbered alike on both sides."""
    shared = passages(a, b, least)
    left = [(row.a0, row.a1, number) for number, row in enumerate(shared.itertuples(), 1)]
    right = [(row.b0, row.b1, number) for number, row in enumerate(shared.itertuples(), 1)]
    cell = '<td style="vertical-align:top;width:50%;text-align:left;white-space:pre-wrap">{}</td>'
    return "<table><tr>" + "".join(cell.format(_marked(*side)) for side in ((a, left), (b, right))) + "</tr></table>"


def _marked(text: str, spans: list[tuple[int, int, int]]) -> str:
    parts, at = [], 0
    for start, end, number in sorted(spans):
        if start >= at:
            inside = escape(text[start:end])
            parts += [escape(text[at:start]), f"<mark>{inside}</mark><sup>{number}</sup>"]
            at = end
    return "".join([*parts, escape(text[at:])])
