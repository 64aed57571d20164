"""The command line: govinfo build, govinfo extract, govinfo add."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

READ_ALL, NOT_ALL, WRONG_CALL = 0, 1, 2
AGAIN = "Make room for it, or name another folder, and run again: what was read is kept in the cache."
NAMED = 5  # files named of those that were passed over
DESCRIPTION = (
    "Annual reports on government information disclosure (政府信息公开工作年度报告): from PDF to checked tables."
)
EXAMPLES = """
examples:
  govinfo build                            data/raw -> data/processed
  govinfo build reports tables --jobs 4    your own folder of reports -> tables/
  govinfo build reports tables --parquet   a Parquet dataset, for very many reports
  govinfo extract a.pdf b.pdf --out tables
  govinfo add https://www.example.gov.cn/report.html b.pdf    originals -> my_reports/, unchanged and on record

exit status: 0 every input was read; 1 something was not (the rest is written, reports.csv and standard error say why);
2 the call itself was wrong (nothing that was named is there, no folder can be made to write to). Readings are kept in the folder named by GOVINFO_CACHE; deleting it loses nothing.
"""


def parser() -> argparse.ArgumentParser:
    form = argparse.RawDescriptionHelpFormatter
    top = argparse.ArgumentParser("govinfo", description=DESCRIPTION, epilog=EXAMPLES, formatter_class=form)
    top.add_argument("--version", action="version", version=f"govinfo {metadata.version('govinfo')}")
    commands = top.add_subparsers(dest="command", required=True, metavar="build | extract | add")
    build = commands.add_parser("build", help="all reports of a folder into one set of tables")
    build.add_argument(
        "raw", nargs="?", default="data/raw", metavar="RAW", help="folder of reports (default: %(default)s)"
    )
    build.add_argument("out", nargs="?", default="data/processed", metavar="OUT", help="default: %(default)s")
    extract = commands.add_parser("extract", help="the same tables for the files named")
    extract.add_argument("files", nargs="+", metavar="FILE")
    extract.add_argument("--out", required=True, metavar="DIR", help="folder for the tables")
    add = commands.add_parser(
        "add", help="take originals (web addresses or files) into a folder, and say what they hold"
    )
    add.add_argument("items", nargs="+", metavar="URL-or-FILE")
    add.add_argument("--to", default="my_reports", metavar="DIR", help="folder for them (default: %(default)s)")
    add.add_argument("--allow-private", action="store_true", help="fetch from this machine and private networks too")
    for command in (build, extract):
        _options(command)
    return top


def _options(command: argparse.ArgumentParser) -> None:
    """What both commands may be told about how they work."""
    command.add_argument("--jobs", type=_jobs, metavar="N", help="processes (default: one a core)")
    command.add_argument("--parquet", action="store_true", help="write a Parquet dataset, partitioned by year, not CSV")
    command.add_argument(
        "--excel-safe", action="store_true", help="an apostrophe before texts that a spreadsheet would run"
    )
    command.add_argument(
        "--cluster",
        default="",
        metavar="ADDRESS",
        help="read on a Dask cluster: tcp://host:port, or local for one of N",
    )
    command.add_argument(
        "--timeout", type=_positive, metavar="SECONDS", default=120, help="a file (default: %(default)s)"
    )
    command.add_argument("--memory", type=_positive, metavar="MB", default=2000, help="a file (default: %(default)s)")


def _positive(text: str) -> float:
    if not re.fullmatch(r"\d+(\.\d+)?", text) or not float(text):
        raise argparse.ArgumentTypeError(f"expected a number above 0, found {text!r}")
    return float(text)


def _jobs(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, found {text!r}")
    return int(text)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status (2 for a wrong call is raised as SystemExit by argparse)."""
    for stream in (sys.stdout, sys.stderr):  # a file name that the terminal cannot show must not end the run
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    args = parser().parse_args(argv)
    if args.command == "add":
        return add(args.items, Path(args.to), args.allow_private)
    return run(args.raw if args.command == "build" else args.files, Path(args.out), args)


def run(paths: str | list[str], out: Path, args: argparse.Namespace) -> int:
    """Read, write, report: what was read goes to standard output, what was not to standard error."""
    from govinfo.builds.build import Options, build
    from govinfo.builds.inputs import NoReports, passed_over
    from govinfo.builds.limits import Limits
    from govinfo.builds.parquet import ParquetMissing
    from govinfo.builds.pool import ClusterError
    from govinfo.builds.registry import RegistryError
    from govinfo.checks.review import ReviewError

    if file := _in_the_way(out):
        return _say(f"{file}: expected a folder to write to, found a file", WRONG_CALL)
    try:
        limits = Limits(args.timeout, args.memory)
        outcome = build(paths, out, Options(args.jobs, limits, args.cluster, args.parquet, args.excel_safe))
    except (NoReports, RegistryError, ReviewError, ClusterError, ParquetMissing) as error:
        return _say(str(error), WRONG_CALL)
    except OSError as error:
        return _say(f"{error.filename or out}: nothing was written: {error.strerror or error}. {AGAIN}", NOT_ALL)
    except KeyboardInterrupt:
        return _say("stopped; nothing was written, and what was read is kept in the cache", NOT_ALL)
    for message in outcome.stale:
        _say(message)
    for status, message, source in outcome.unread:
        _say(f"{status}: {_located(message, source)}")
    if others := passed_over(paths):
        _say(_not_tried(others))
    print(f"{outcome.summary} -> {out}")
    return NOT_ALL if outcome.unread else READ_ALL


def _in_the_way(folder: Path) -> Path | None:
    """The file that stands where a folder, or one above it, is to be."""
    return next((path for path in (folder, *folder.parents) if path.exists() and not path.is_dir()), None)


def _not_tried(files: list[Path]) -> str:
    """Files that were passed over, in one line: the first few by name."""
    names = ", ".join(path.as_posix() for path in files[:NAMED])
    more = f" and {len(files) - NAMED} more" if len(files) > NAMED else ""
    return f"not tried because of their ending: {names}{more}. If one is a report: govinfo extract FILE --out DIR"


def add(items: list[str], folder: Path, allow_private: bool) -> int:
    """Take originals into a folder: what they hold goes to standard output, what was refused to standard error."""
    from govinfo.builds.add import add
    from govinfo.builds.registry import RegistryError

    if file := _in_the_way(folder):
        return _say(f"{file}: expected a folder to add to, found a file", WRONG_CALL)
    complete = True
    try:
        for one in add(items, folder, allow_private):
            complete &= one.report is not None and one.report.status == "read"
            if one.report is None:
                _say(f"refused: {one.message}")
            else:
                print("\n  ".join(_told(one)), flush=True)
    except RegistryError as error:
        return _say(str(error), WRONG_CALL)
    return READ_ALL if complete else NOT_ALL


def _told(one) -> list[str]:
    """What became of an original and what was read in it, line by line."""
    report = one.report
    failed = report.findings[report.findings["outcome"] == "fail"]
    doubts, errors = (report.cells["flag"] == "doubt").sum(), (failed["severity"] == "error").sum()
    counts = f"{len(report.cells)} cells, {doubts} in doubt; {errors} findings, {len(failed) - errors} questions"
    about = f"{report.agency or 'agency unknown'}, {report.year or 'year unknown'}, form {report.form}: {report.status}"
    return [
        f"{one.outcome}: {one.path}",
        *filter(None, [one.message, report.message]),
        f"{about}, {counts}",
        *failed["message"],
    ]


def _located(message: str, source: str) -> str:
    """The message with the whole path in place of the file's name at its start, or before it."""
    name = Path(source).name
    return source + message.removeprefix(name) if message.startswith(name) else f"{source}: {message}"


def _say(text: str, status: int = NOT_ALL) -> int:
    print(f"govinfo: {text}", file=sys.stderr)
    return status
