"""A fuzz target for each reader, and the soak: mutated reports read within limits, every certain value accounted for.

    python benchmarks/fuzz.py [--number 20000] [--seed 1] [--minutes M] [--kinds pdf html archive docx text running]
                              [--jobs 2] [--write]

Reads mutated files as a build does: each by a process of its own, within limits. Counted are files that were read, in
part, or refused with a reason; those that overran or ended their process; and failures that no reader foresaw. Every value
that is not flagged must equal that of the unmutated file, or be what the mutated file shows there by an independent
reading: of a PDF, pdfplumber's (then pdfium's) text in that box; of other formats, the field at the same place of the row
with the same label, found by Python's own parsers. Scans are not among the kinds: recognising a page takes
seconds, and damaged pictures have tests of their own. With `--write` the counts go to benchmarks/soak.json; they do not
depend on `--jobs`.
"""

from __future__ import annotations

import argparse
import json
import quopri
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks")]

import typeset_formats
from independent import shown_in
from mutate import mutated

from govinfo.builds.inputs import Input
from govinfo.builds.limits import Limits, Supervised
from govinfo.builds.packed import unpack
from govinfo.builds.registry import sha256_of

RESULTS = ROOT / "benchmarks" / "soak.json"
KINDS = ("pdf", "html", "archive", "docx", "text", "running")
PDFS = ("pingtan-jsp-2024", "pingtan-gaj-2021", "gz-xzb-2025")
CERTAIN = ("ok", "cleaned", "zero_mark")
LIMITS = Limits(seconds=30, megabytes=1000)
UNFORESEEN = "Please report this file."


def bases(kind: str) -> list[tuple[str, bytes]]:
    """The reports of one kind that are mutated: (ending, content)."""
    if kind == "pdf":
        return [(".pdf", (ROOT / "data" / "raw" / f"{name}.pdf").read_bytes()) for name in PDFS]
    reports = [typeset_formats.invented(seed) for seed in (2, 3, 4)]
    if kind == "html":
        return [(".html", typeset_formats.as_html(raws).encode()) for raws in reports]
    if kind == "archive":
        return [(".mht", as_archive(raws)) for raws in reports]
    if kind == "docx":
        return [(".docx", typeset_formats.as_docx(raws)) for raws in reports]
    if kind == "text":
        return [(".txt", as_text(raws).encode()) for raws in reports]
    return [(".txt", typeset_formats.as_running_text(raws).encode()) for raws in reports]


def as_text(raws: dict[str, str]) -> str:
    """A report as text: a line for each row, fields separated by tabs."""
    parts = [typeset_formats.TITLE, "一、总体情况"]
    for heading, rows in typeset_formats.tables(raws):
        parts += [heading, *("\t".join(text for text, _, _ in row) for row in rows)]
    return "\n".join([*parts, "五、存在的主要问题及改进情况", "六、其他需要报告的事项"])


def as_archive(raws: dict[str, str]) -> bytes:
    """A report as a web archive that holds the page alone."""
    heads = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"',
        "--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
    )
    page = quopri.encodestring(typeset_formats.as_html(raws).encode())
    return "\r\n\r\n".join(heads).encode() + page + b"\r\n--b--\r\n"


def soak(kind: str, numbers: range, seed: int, seconds: float) -> tuple[Counter, dict[int, list[str]]]:
    """Counts over mutated reports of one kind, or as many as `seconds` allow, and what is odd by the report's number."""
    warnings.simplefilter("ignore")
    end = time.monotonic() + seconds
    counts, odd, reader = Counter(), {}, Supervised(LIMITS)
    with tempfile.TemporaryDirectory() as folder:
        originals = [(ending, data, _read(reader, Path(folder), ending, data)[1]) for ending, data in bases(kind)]
        for n in numbers:
            if time.monotonic() > end:
                break
            rng = Random(f"{kind} {seed} {n}")
            original = rng.choice(originals)
            path, reading = _read(reader, Path(folder), original[0], mutated(rng, original[1], kind))
            told = _judged(kind, path, original, reading, counts)
            odd |= {n: [f"{kind} {seed} {n}: {line}" for line in told]} if told else {}
    reader.close()
    return counts, odd


def shared(kind: str, number: int, seed: int, seconds: float, jobs: int) -> tuple[Counter, list[str]]:
    """The same by several processes, each with a share of the numbers; the counts and lines of all."""
    from joblib import Parallel, delayed

    shares = [range(start, number, jobs) for start in range(jobs)]
    parts = list(Parallel(n_jobs=jobs)(delayed(soak)(kind, share, seed, seconds) for share in shares))
    odd = {n: lines for _, lines in parts for n, lines in lines.items()}
    return sum((counts for counts, _ in parts), Counter()), [line for n in sorted(odd) for line in odd[n]]


def _read(reader: Supervised, folder: Path, ending: str, data: bytes) -> tuple[Path, dict]:
    path = folder / f"f{ending}"
    path.write_bytes(data)
    return path, unpack(reader(Input(path, report_id="f", sha256=sha256_of(path))).data)


def _judged(kind: str, path: Path, original: tuple, reading: dict, counts: Counter) -> list[str]:
    about = reading["report"]
    counts["files"] += 1
    counts[about["status"]] += 1
    message, told = about["message"] or "", []
    if about["status"] == "failed":
        why = (
            "overran" if "was ended" in message and "expected" in message else "ended" if "was ended" in message else ""
        )
        why = "unforeseen" if UNFORESEEN in message else why
        counts[why or "refused with a reason"] += 1
        return [f"{why}: {message}"] if why or "Traceback" in message else []
    before, after = _certain(original[2]), _certain(reading)
    other = {cell: raw for cell, raw in after.items() if before.get(cell, (None,))[0] != raw[0]}
    counts["values"] += len(after)
    counts["equal"] += len(after) - len(other)
    if other:
        wrong = shown_in(kind, path, original[1], {cell: row[1] for cell, row in other.items()}, reading)
        counts["as the mutated file shows"] += len(other) - len(wrong)
        counts["unexplained"] += len(wrong)
        told = [
            f"unexplained: {cell} read {other[cell][0]}, before {before.get(cell, ('nothing',))[0]}" for cell in wrong
        ]
    return told


def _certain(reading: dict) -> dict[str, tuple]:
    """Cell -> (value, row number) where nothing warns; blanks that nothing forces to a number are no value."""
    cells = reading["cells"]
    found = zip(cells["cell"], cells["value"], cells["flag"], strict=True)
    return {c: (v, n) for n, (c, v, flag) in enumerate(found) if flag in CERTAIN and v is not None}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--number", type=int, default=1000, help="mutated files, over all kinds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so long, equally for each kind")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--jobs", type=int, default=1, help="processes, each with a reader of its own")
    parser.add_argument("--write", action="store_true", help="write the counts to benchmarks/soak.json")
    args = parser.parse_args()
    results, odd = {}, []
    for kind in args.kinds:
        share, seconds, begun = args.number // len(args.kinds), 60 * args.minutes / len(args.kinds), time.monotonic()
        counts, told = shared(kind, share, args.seed, seconds, args.jobs)
        results[kind], odd = dict(sorted(counts.items())), odd + told
        print(kind, results[kind], f"{counts['files'] / (time.monotonic() - begun):.1f} files a second", flush=True)
        print("\n".join(told[:40]), flush=True)
    whole = {
        name: sum(one.get(name, 0) for one in results.values())
        for name in sorted({n for r in results.values() for n in r})
    }
    written = {
        "asked for": args.number,
        "seed": args.seed,
        "limits": {"seconds": LIMITS.seconds, "megabytes": LIMITS.megabytes},
        "all": whole,
        **results,
        "odd": odd[:200],
    }
    if args.write:
        RESULTS.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if any(whole.get(name) for name in ("unexplained", "unforeseen", "ended")) else 0


if __name__ == "__main__":
    sys.exit(main())
