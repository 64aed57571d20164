"""Limits of time and memory for reading one file: it is read by a process of its own, which is ended when it overruns."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import Self

from govinfo.builds.inputs import Input
from govinfo.builds.packed import Packed, failed, pack

LOOK = 0.05  # seconds between two looks at a process that reads
START = 120.0  # seconds in which a process must have imported what it reads with
MOST = 400  # files that one process reads: what libraries do not give back goes with it, for 2 % of the time
READ_ONE = "govinfo.builds.readings:read_one"


@dataclass(frozen=True)
class Limits:
    """What reading one file may take: seconds, and megabytes of resident memory of the process that reads it."""

    seconds: float = 120.0
    megabytes: float = 2000.0


USUAL = Limits()


class _Ended(Exception):
    """The process that read has ended; `why` is "time", "memory", or "" where it ended by itself."""

    def __init__(self, why: str, code: int | None):
        super().__init__(why, code)
        self.why, self.code = why, code


class Supervised:
    """Reads one file after another in a process of its own; a file that overruns, or ends the process, fails alone.

    `call` names the function (module:name) that makes a reading of an `Input`. A process that ends by itself may have
    been ended by somebody else, so its file is tried once more. The process is started when it is first needed, gives way
    to a new one after `MOST` files, and ends when this one does, however that ends.
    """

    def __init__(self, limits: Limits = USUAL, call: str = READ_ONE):
        self.limits, self.call, self.over = limits, call, False
        self._process: subprocess.Popen | None = None
        self._files = 0  # that the process has read

    def __call__(self, one: Input) -> Packed:
        for last in (False, True):
            try:
                return self._read(one)
            except _Ended as end:
                if end.why or last or self.over:
                    return pack(failed(_message(one.path.name, end, self.limits)))
        raise AssertionError("unreachable")

    def close(self) -> None:
        """End the process at once, whatever it is doing."""
        process, self._process, self._files = self._process, None, 0
        if process:
            process.kill()
            for stream in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    stream.close()
            process.wait()

    def _read(self, one: Input) -> Packed:
        if self._files >= MOST:
            self.close()
        process = self._running()
        about = {"path": str(one.path), "report_id": one.report_id, "sha256": one.sha256, "row": one.row}
        try:
            with _watched(process, self.limits.seconds, self.limits.megabytes) as watch:
                process.stdin.write(json.dumps(about).encode("ascii") + b"\n")
                process.stdin.flush()
                head = json.loads(process.stdout.readline() or b"null")
                data = process.stdout.read(head["size"]) if head else b""
        except OSError:
            head, data = None, b""
        if not head or len(data) < head["size"]:
            self._give_up(watch.why)
        self._files += 1
        return Packed(data, head["lasting"])

    def _running(self) -> subprocess.Popen:
        if self.over:
            raise _Ended("", None)
        if self._process is None:
            # the same places to import from; in isolation from the current folder, which may hold anything
            code = f"import sys; sys.path[:] = {sys.path!r}; from govinfo.builds.worker import main; main()"
            pipe = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
            run = [sys.executable, "-c", code, self.call, str(self.limits.seconds)]
            self._process = subprocess.Popen(run, **pipe)
            with _watched(self._process, START, float("inf")) as watch:
                hello = self._process.stdout.readline()
            if not hello:
                self._give_up(watch.why)
        return self._process

    def _give_up(self, why: str):
        process = self._process
        self.close()
        raise _Ended(why, process.returncode if process else None)


class Readers:
    """Supervised processes, as many as files are read at once; every thread may call. Ends them when left, and then
    starts no other (`over`): a thread that still waits for one is told that it failed."""

    def __init__(self, limits: Limits = USUAL, call: str = READ_ONE):
        self.limits, self.call, self.over = limits, call, False
        self._idle: list[Supervised] = []
        self._all: list[Supervised] = []

    def __call__(self, one: Input) -> Packed:
        try:
            process = self._idle.pop()  # atomic, as appending is
        except IndexError:
            process = Supervised(self.limits, self.call)
            process.over = self.over
            self._all.append(process)
        try:
            return process(one)
        finally:
            self._idle.append(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        self.over = True
        for process in self._all:
            process.over = True
            process.close()


class _Watch:
    """Ends a process that takes longer or more memory than it may, and remembers `why`."""

    def __init__(self, process: subprocess.Popen, seconds: float, megabytes: float):
        self.process, self.seconds, self.megabytes, self.why = process, seconds, megabytes, ""
        self.done = threading.Event()

    def run(self) -> None:
        end = time.monotonic() + self.seconds
        while not self.done.wait(LOOK):
            self.why = "time" if time.monotonic() > end else "memory" if self._size() > self.megabytes else ""
            if self.why:
                self.process.kill()
                return

    def _size(self) -> float:
        import psutil

        try:
            return psutil.Process(self.process.pid).memory_info().rss / 1e6
        except psutil.Error:  # it has just ended: whoever reads from it will notice
            return 0.0


@contextlib.contextmanager
def _watched(process: subprocess.Popen, seconds: float, megabytes: float):
    watch = _Watch(process, seconds, megabytes)
    thread = threading.Thread(target=watch.run, daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        watch.done.set()
        thread.join()


def _message(name: str, end: _Ended, limits: Limits) -> str:
    if end.why == "time":
        what = f"to be read within {limits.seconds:g} seconds, found it still being read; its reading was ended"
        return f"{name}: expected {what}. If you trust the file, allow more with --timeout; else re-save it or leave it out."
    if end.why == "memory":
        what = f"to be read within {limits.megabytes:g} MB of memory, found that it takes more; its reading was ended"
        return f"{name}: expected {what}. If you trust the file, allow more with --memory; else re-save it or leave it out."
    return (
        f"{name}: the process that read it was ended (status {end.code}), as happens when memory runs out or a library "
        "breaks on a damaged file. Open it, save it again, and read that."
    )


def forget_parent_signals() -> None:
    """For the process that reads: an interrupt from the keyboard is for the one that supervises."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.name != "nt":
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
