"""A folder's set of files, replaced as a whole or not at all, whenever a run is killed and however many run at once."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PARTIAL, COMPLETE, REPLACED, LOCK = ".partial-set", ".complete-set", ".replaced-set", ".lock"
SCRATCH = ".pieces-"
LEFT = (PARTIAL, REPLACED, f"{SCRATCH}*")  # by a killed run, that had decided nothing
LAST = "datapackage.json"  # describes the others, and is put in place after them


@contextmanager
def whole_set(folder: str | Path, instead_of: tuple[str, ...] = ()) -> Iterator[Path]:
    """A folder to stage files and folders in, which are put into `folder` together when it is left without an error.

    Everything is staged first and handed to the disk; one rename then decides. A run killed before it leaves the old
    set, one killed after it is finished by the next, and by `finish`. Two runs on one folder wait for each other. What
    stands in `folder` under other names is left alone, but for the names in `instead_of`, which the new set replaces.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder):
        _finish(folder)
        stage = folder / PARTIAL
        stage.mkdir()
        try:
            yield stage
            (stage / REPLACED).write_text("\n".join(instead_of), encoding="utf-8")
            _synchronise(stage)
            os.replace(stage, folder / COMPLETE)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
        _finish(folder)


@contextmanager
def scratch(folder: str | Path) -> Iterator[Path]:
    """A folder for what is needed only until a set is staged; to be used while it is, so that `folder` is locked.

    Its name is its own: a process of a killed run that has not ended yet finds its folder gone, not this one.
    """
    own = Path(tempfile.mkdtemp(dir=folder, prefix=SCRATCH))
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


def finish(folder: str | Path) -> None:
    """Carry out what a killed run had decided, and remove what it has left; nothing where there is nothing to do."""
    if (Path(folder) / COMPLETE).is_dir() or _left(Path(folder)):
        with alone(Path(folder)):
            _finish(Path(folder))


def _finish(folder: Path) -> None:
    """Put a completely staged set in place, and remove the rest; each step may be the last one, and is then taken again."""
    stage, old = folder / COMPLETE, folder / REPLACED
    if stage.is_dir():
        gone = stage / REPLACED
        for name in gone.read_text(encoding="utf-8").split() if gone.exists() else ():
            _aside(folder / name, old)
        gone.unlink(missing_ok=True)
        for path in sorted(stage.iterdir(), key=lambda path: (path.name == LAST, path.name)):
            if path.is_dir():
                _aside(folder / path.name, old)
            os.replace(path, folder / path.name)
        stage.rmdir()
    for left in _left(folder):
        shutil.rmtree(left, ignore_errors=True)


def _left(folder: Path) -> list[Path]:
    return [path for sign in LEFT for path in folder.glob(sign)]


def _aside(path: Path, old: Path) -> None:
    """Move what is to be replaced out of the way: a folder cannot be replaced by renaming."""
    if path.exists():
        old.mkdir(exist_ok=True)
        target = old / path.name
        if target.is_dir():
            shutil.rmtree(target)
        os.replace(path, target)


def _synchronise(stage: Path) -> None:
    """Wait until the disk has every file staged, whoever wrote it: what is decided afterwards must not outlive them."""
    for path in sorted(path for path in stage.rglob("*") if path.is_file()):
        with path.open("r+b") as file:
            os.fsync(file.fileno())


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which the system itself takes back when a process ends, however it ends."""
    with (folder / LOCK).open("a+b") as file:
        if os.name == "nt":
            _lock_on_windows(file)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _lock_on_windows(file) -> None:
    import msvcrt

    while True:
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # waits ten seconds, then raises
            return
        except OSError as error:
            if error.errno != 36:  # EDEADLOCK: still held by another run
                raise
