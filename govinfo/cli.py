"""The command line: govinfo build, govinfo extract."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

READ_ALL, NOT_ALL, WRONG_CALL = 0, 1, 2
DESCRIPTION = (
    "Annual reports on government information disclosure (政府信息公开工作年度报告): from PDF to checked tables."
)
EXAMPLES = """
examples:
  govinfo build                            data/raw -> data/processed
  govinfo build reports tables --jobs 4    your own folder of reports -> tables/
  govinfo extract a.pdf b.pdf --out tables

exit status: 0 every input was read; 1 something was not (the rest is written, reports.csv and standard error say why);
2 the call itself was wrong. Readings are kept in the folder named by GOVINFO_CACHE; deleting it loses nothing.
"""


def parser() -> argparse.ArgumentParser:
    form = argparse.RawDescriptionHelpFormatter
    top = argparse.ArgumentParser("govinfo", description=DESCRIPTION, epilog=EXAMPLES, formatter_class=form)
    top.add_argument("--version", action="version", version=f"govinfo {metadata.version('govinfo')}")
    commands = top.add_subparsers(dest="command", required=True, metavar="build | extract")
    build = commands.add_parser("build", help="all reports of a folder into one set of tables")
    build.add_argument(
        "raw", nargs="?", default="data/raw", metavar="RAW", help="folder of reports (default: %(default)s)"
    )
    build.add_argument("out", nargs="?", default="data/processed", metavar="OUT", help="default: %(default)s")
    extract = commands.add_parser("extract", help="the same tables for the files named")
    extract.add_argument("files", nargs="+", metavar="FILE")
    extract.add_argument("--out", required=True, metavar="DIR", help="folder for the tables")
    for command in (build, extract):
        command.add_argument("--jobs", type=_jobs, metavar="N", help="processes (default: one a core)")
    return top


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
    return run(args.raw if args.command == "build" else args.files, Path(args.out), args.jobs)


def run(paths: str | list[str], out: Path, jobs: int | None) -> int:
    """Read, write, report: what was read goes to standard output, what was not to standard error."""
    from govinfo.corpus import read_corpus
    from govinfo.inputs import NoReports
    from govinfo.registry import RegistryError
    from govinfo.review import ReviewError

    if out.exists() and not out.is_dir():
        return _say(f"{out}: expected a folder to write to, found a file", WRONG_CALL)
    try:
        corpus = read_corpus(paths, jobs=jobs)
        corpus.write(out)
    except (NoReports, RegistryError, ReviewError) as error:
        return _say(str(error), WRONG_CALL)
    except OSError as error:
        return _say(f"{error.filename or out}: nothing was written: {error.strerror or error}", NOT_ALL)
    except KeyboardInterrupt:
        return _say("stopped; nothing was written, and what was read is kept in the cache", NOT_ALL)
    for message in corpus.review_stale:
        _say(message)
    unread = corpus.reports[corpus.reports["status"] != "read"]
    for row in unread.itertuples():
        _say(f"{row.status}: {_located(row.message, row.source)}")
    print(f"{corpus.summary} -> {out}")
    return NOT_ALL if len(unread) else READ_ALL


def _located(message: str, source: str) -> str:
    """The message with the whole path in place of the file's name at its start, or before it."""
    name = Path(source).name
    return source + message.removeprefix(name) if message.startswith(name) else f"{source}: {message}"


def _say(text: str, status: int = NOT_ALL) -> int:
    print(f"govinfo: {text}", file=sys.stderr)
    return status
