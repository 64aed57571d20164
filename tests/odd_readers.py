"""What a process that reads may do, by the name of its file: for tests of what is done about it."""

import os
import socket
import time


def read(one):
    """Do as the file's name says, then hand over its name as the message."""
    DEEDS.get(one.path.stem.split("-")[0], lambda path: None)(one.path)
    return {"report": {"status": "read", "message": one.path.stem}, "lasting": True}


def _hang(path):
    while True:  # busy, so that nothing inside the process could stop it
        time.monotonic()


def _eat(path):
    held = []
    while True:
        held.append(b"x" * 10_000_000)
        time.sleep(0.005)


def _end_once(path):
    """As when somebody else ends the process: a second try goes through."""
    mark = path.with_suffix(".tried")
    if not mark.exists():
        mark.touch()
        os._exit(9)


def _print(path):
    os.write(1, b"noise on the channel of answers\n")
    print("noise")


DEEDS = {
    "hangs": _hang,
    "eats": _eat,
    "ends": lambda path: os._exit(9),
    "once": _end_once,
    "prints": _print,
    "fetches": lambda path: socket.create_connection(("127.0.0.1", 9), timeout=1),
    "slow": lambda path: time.sleep(0.2),
    "interrupted": lambda path: os.kill(os.getpid(), 2),
}


def read_told(one):
    """As `read`, with what went wrong as the message."""
    try:
        return read(one)
    except Exception as error:  # noqa: BLE001  whatever it is, the test asks for it
        return {"report": {"status": "failed", "message": f"{type(error).__name__}: {error}"}, "lasting": False}


def end(one):
    """As when a process is killed."""
    os._exit(9)


def refuse(one):
    """As where a disk is full."""
    raise OSError(28, "No space left on device")
