"""Set the facsimiles of data/raw (and of tests/data) from the figures and facts that lie beside them.

    python tools/make_facsimiles.py                          set all again and write their check sums
    python tools/make_facsimiles.py --only pingtan-czj-2019  some, by pattern
    python tools/make_facsimiles.py --import-facts FOLDER    first take over newly collected facts, then set all

A run on the same files gives the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import tomllib
import zlib
from fnmatch import fnmatch
from pathlib import Path

import pandas as pd
from facts_import import import_facts, read, write
from typeset import Part, Report, typeset
from typeset_layout import Layout
from typeset_prose import clauses, joined
from typeset_table import Tables, plain_table

from govinfo.form import load_form

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = (ROOT / "data" / "raw", ROOT / "tests" / "data")
NUMBERS = "一二三四五六七八九十"


def design() -> dict:
    """The layouts, parts and quirks of facsimiles.toml."""
    return tomllib.loads((ROOT / "tools" / "facsimiles.toml").read_text(encoding="utf-8"))


def quirks_of(report_id: str, book: dict) -> dict:
    """What one report prints or lays out otherwise: the quirks whose patterns match, later ones adding to earlier."""
    merged: dict = {"labels": {}, "repeat_labels": {}, "headings": {}, "notes": {}, "knobs": {}, "sentences": {}}
    for quirk in book["quirk"]:
        if any(fnmatch(report_id, pattern) for pattern in quirk["reports"]):
            for key, value in quirk.items():
                merged[key] = {**merged[key], **value} if key in merged and isinstance(value, dict) else value
    merged["labels"] = {k: v or None for k, v in merged["labels"].items()}
    return merged


def layout_of(report_id: str, book: dict, quirks: dict) -> Layout:
    """The report's layout: named by a quirk, or chosen by the check sum of its id."""
    names = sorted(book["layouts"])
    name = quirks.get("layout", names[_sum(report_id) % len(names)])
    knobs = {**book["layouts"][name], **quirks["knobs"]}
    for key in ("section_start", "break_before"):
        knobs[key] = tuple(tuple(v) if isinstance(v, list) else v for v in knobs.get(key, ()))
    return Layout(**knobs, footer=book["footer"])


def versions_of(cells: dict[str, str], form: str) -> dict[str, str]:
    """The form that each section follows: 二 the one that has all its cells, 三 and 四 as the source says."""
    t2 = [cell for cell in cells if cell.startswith("t2.")]
    fitting = [v for v in ("2021", "2019") if all(cell in load_form(v) for cell in t2)]
    if not fitting:
        raise ValueError(f"no form has all of these cells: {t2}")
    return {"t2": fitting[0], "t3": form, "t4": form}


def report_of(source: pd.Series, cells: dict[str, str], claims: pd.DataFrame, book: dict, quirks: dict) -> Report:
    """What the report says, from its row of sources.csv, its figures and the claims of its prose."""
    said = clauses(claims, quirks["sentences"])
    parts, number = [], 0
    for key in quirks.get("order", book["order"]["usual"]):
        if key == "restart":
            number = 0
            continue
        parts.append(_part(NUMBERS[number], key, source, said, book, quirks))
        number += 1
    tables = Tables(versions_of(cells, source["form"]), cells, quirks["labels"], quirks["repeat_labels"])
    return Report(_title(source, book, quirks), tuple(parts), tables, closing=_closing(source, quirks))


def _part(number: str, key: str, source: pd.Series, said: dict, book: dict, quirks: dict) -> Part:
    part, section = book["part"][key], book["part"][key].get("section", "")
    prose = _prose(part, said, book) + _own_words(part, source)
    if part.get("opening"):
        opening = quirks.get("opening", book["opening"])
        prose.insert(0, opening.format(agency=source["agency"], year=source["year"]))
    table = quirks.get("fee_table") if key == "other" else part.get("table")
    return Part(
        heading=f"{number}、{quirks['headings'].get(key, part['heading'])}",
        prose=() if section else tuple(prose or ["无。"]),
        section=section,
        notes=(quirks["notes"][key],) if key in quirks["notes"] else (),
        other_tables=(plain_table(table),) if table else (),
        after=tuple(prose) if section else (),
    )


def _prose(part: dict, said: dict, book: dict) -> list[str]:
    """The part's paragraphs: one a topic, each topic once a report, numbered where there are several."""
    topics = [(book["topic"][t], said.pop(t, [])) for t in part.get("topics", ())]
    texts = [(t["lead"], joined(facts) if facts else t["empty"]) for t, facts in topics if facts or t["empty"]]
    if len(texts) > 1:
        return [f"（{NUMBERS[k]}）{lead}。{text}" for k, (lead, text) in enumerate(texts)]
    return [text for _, text in texts]


def _own_words(part: dict, source: pd.Series) -> list[str]:
    """Fixed sentences without facts, one of several wordings for each agency."""
    wordings = part.get("wordings", [[]])
    return wordings[_sum(source["agency_id"]) % len(wordings)]


def _sum(text: str) -> int:
    """A check sum that stays the same from run to run and machine to machine."""
    return zlib.crc32(text.encode())


def _title(source: pd.Series, book: dict, quirks: dict) -> str:
    usual = book["titles"][_sum(source["agency_id"]) % len(book["titles"])]
    pattern = quirks.get("title", usual)
    return pattern.format(agency=source["agency"], year=source["year"])


def _closing(source: pd.Series, quirks: dict) -> tuple[str, ...]:
    signature = quirks.get("signature", source["agency"])
    if not signature or not source["published"]:
        return ()
    year, month, day = source["published"].split("-")
    return signature, f"{year}年{int(month)}月{int(day)}日"


def make(folder: Path, only: str = "*") -> list[str]:
    """Set the facsimiles of one folder and write their check sums into its sources.csv; returns the files set."""
    book, sources = design(), read(folder / "sources.csv")
    figures, narrative = read(folder / "figures.csv"), read(folder / "narrative.csv")
    made = []
    for at, source in sources.iterrows():
        if source["kind"] != "facsimile" or not fnmatch(source["report_id"], only):
            continue
        own = figures[figures["report_id"] == source["report_id"]]
        quirks = quirks_of(source["report_id"], book)
        claims = narrative[narrative["report_id"] == source["report_id"]]
        report = report_of(source, dict(zip(own["cell"], own["raw"], strict=True)), claims, book, quirks)
        pdf = typeset(report, layout_of(source["report_id"], book, quirks)).pdf
        (folder / source["file"]).write_bytes(pdf)
        sources.loc[at, "sha256"] = hashlib.sha256(pdf).hexdigest()
        made.append(source["file"])
    write(sources, folder / "sources.csv")
    return made


def main() -> None:
    """Set what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--import-facts", type=Path, metavar="FOLDER", help="take over the facts of FOLDER first")
    parser.add_argument("--only", default="*", metavar="PATTERN", help="report ids to set")
    arguments = parser.parse_args()
    if arguments.import_facts:
        import_facts(arguments.import_facts, *FOLDERS)
    for folder in FOLDERS:
        made = make(folder, arguments.only)
        size = sum((folder / name).stat().st_size for name in made) / 1e6
        print(f"{folder.relative_to(ROOT)}: {len(made)} PDFs, {size:.1f} MB")


if __name__ == "__main__":
    main()
