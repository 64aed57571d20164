"""The process that reads: one file after another as told on its input, without network; it ends when its input does."""

from __future__ import annotations

import faulthandler
import gc
import json
import os
import sys
from importlib import import_module
from pathlib import Path

from govinfo.builds.inputs import Input
from govinfo.builds.limits import forget_parent_signals
from govinfo.builds.packed import pack

COLLECT = 4  # readings; left alone, the collector lets a hundred megabytes of dead pages pile up
OFFLINE = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
           "socket.gethostbyname", "socket.gethostbyaddr")  # fmt: skip


def main() -> None:
    """Read what `limits.Supervised` asks for; arguments: the function that reads (module:name), seconds a file may take."""
    forget_parent_signals()
    asked, answers = _channels()
    module, name = sys.argv[1].split(":")
    home = import_module(module)
    call = getattr(home, name)
    getattr(home, "prepare", lambda: None)()
    sys.addaudithook(_no_network)
    answers.write(b"ready\n")
    answers.flush()
    gc.collect()
    gc.freeze()  # what was imported is never garbage: looking only at what came later costs a hundredth of a reading
    with open(os.devnull, "w") as nowhere:
        for number, line in enumerate(asked):
            # should the supervisor itself be gone: a watch that no lock of the interpreter can hold up
            faulthandler.dump_traceback_later(2 * float(sys.argv[2]) + 60, exit=True, file=nowhere)
            _answer(answers, call(_input(json.loads(line))))
            faulthandler.cancel_dump_traceback_later()
            if number % COLLECT == 0:
                gc.collect()


def _channels():
    """Input and answers on descriptors of their own: what a library prints must not come between."""
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return asked, answers


def _no_network(event: str, arguments: tuple) -> None:
    if event in OFFLINE:
        raise PermissionError(f"{event}: nothing is fetched while a report is read")


def _input(about: dict) -> Input:
    return Input(**about | {"path": Path(about["path"])})


def _answer(answers, reading: dict) -> None:
    packed = pack(reading)
    head = {"size": len(packed.data), "lasting": packed.lasting}
    answers.write(json.dumps(head).encode("ascii") + b"\n" + packed.data)
    answers.flush()
