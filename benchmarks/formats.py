"""How long a report takes by format: the same figures as digital PDF, web page, DOCX, text and run-together text; scans apart.

    python benchmarks/formats.py [--sample 12] [--repeats 5]

Interleaved in one run, so that the shares of the PDF's time mean something on any machine; scans (at 200 dpi, all pages)
only where the recogniser is installed. Prints a table and writes formats.json beside this file.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from run import RAW, RESULTS, environment

from govinfo import read_report
from govinfo.builds.inputs import find_inputs
from govinfo.document import ReadError
from govinfo.readers.recognise import check_installed

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import scans
import typeset_formats

FORMATS = {
    "html": typeset_formats.as_html,
    "docx": typeset_formats.as_docx,
    "text": typeset_formats.as_tabs,
    "run-together text": typeset_formats.as_running_text,
}


def typeset(report_id: str, folder: Path) -> dict[str, Path]:
    """A facsimile and its figures in every other format, as files."""
    raws, paths = typeset_formats.figures()[report_id], {"pdf": RAW / f"{report_id}.pdf"}
    for name, write in FORMATS.items():
        content = write(raws)
        paths[name] = folder / f"{report_id}.{name.split('-')[0]}"
        paths[name].write_bytes(content if isinstance(content, bytes) else content.encode())
    return paths


def seconds(reports: list[str], repeats: int, folder: Path) -> dict[str, float]:
    """Median over the reports of the median time of each format, after a warm-up."""
    taken: dict[str, list[float]] = {}
    for report in reports:
        paths, runs = typeset(report, folder), {}
        for turn in range(repeats + 1):
            for name, path in paths.items():
                start = time.perf_counter()
                read_report(path)
                if turn:
                    runs.setdefault(name, []).append(time.perf_counter() - start)
        for name, times in runs.items():
            taken.setdefault(name, []).append(statistics.median(times))
    return {name: round(statistics.median(times), 4) for name, times in taken.items()}


def scanned(reports: list[str], folder: Path) -> dict | None:
    """Seconds of scanned pages, processor time beside: None where the recogniser is not installed."""
    try:
        check_installed(RAW)
    except ReadError as error:
        print(f"scans left out: {error.found}", file=sys.stderr)
        return None
    read_report(scans.scan(reports[0], folder, 200, pages=(2,)))
    pages, wall, processor = 0, time.perf_counter(), time.process_time()
    for report in reports:
        pages += read_report(scans.scan(report, folder, 200)).document.n_pages
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return {
        "reports": len(reports),
        "pages": pages,
        "a page": round(wall / pages, 2),
        "processor": round(processor / pages, 2),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=12, help="reports of each format")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--scans", type=int, default=2, help="reports that are also read as scans")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    reports = sorted(one.report_id for one in find_inputs(RAW) if (one.row or {}).get("kind") == "facsimile")
    chosen = random.Random(args.seed).sample(reports, args.sample)
    with tempfile.TemporaryDirectory() as folder:
        found = seconds(chosen, args.repeats, Path(folder))
        scan = scanned(chosen[: args.scans], Path(folder)) if args.scans else None
    for name, taken in found.items():
        print(f"{name:20} {taken:8.4f} s a report {taken / found['pdf']:7.2f} of the PDF's")
    if scan:
        print(f"{'scan, 200 dpi':20} {scan['a page']:8.2f} s a page, processor time {scan['processor']:.2f} s")
    told = {"environment": environment(), "reports": len(chosen), "seconds": found, "scan": scan}
    text = json.dumps(told, ensure_ascii=False, indent=1)
    RESULTS.with_name("formats.json").write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
