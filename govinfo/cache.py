"""Readings kept between runs, by the file's content and everything else that a reading depends on."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tempfile
import warnings
import zlib
from functools import cache
from importlib import metadata, resources
from pathlib import Path

# Packages whose version can change what is read.
READERS = ("camelot-py", "pypdfium2", "pdfminer.six", "opencv-python-headless", "rapidfuzz", "scipy", "pandas")


def folder() -> Path:
    """GOVINFO_CACHE, or the user's cache folder of the platform. Deleting it loses nothing."""
    from platformdirs import user_cache_path

    return Path(os.environ.get("GOVINFO_CACHE") or user_cache_path("govinfo", appauthor=False))


@cache
def program() -> str:
    """A fingerprint of this program: its own files and the versions of the packages it reads with."""
    files = sorted(_files(resources.files("govinfo")))
    digest = hashlib.sha256()
    for name, data in files:
        digest.update(f"{name}\0{hashlib.sha256(data).hexdigest()}\0".encode())
    for name in READERS:
        digest.update(f"{name}=={metadata.version(name)}\0".encode())
    return digest.hexdigest()


def _files(place, above: str = ""):
    """Name and content of the program's code and rules; fonts change no reading."""
    for item in place.iterdir():
        name = f"{above}/{item.name}"
        if item.is_dir():
            yield from _files(item, name)
        elif item.name.endswith((".py", ".toml")):
            yield name, item.read_bytes()


def key(**parts) -> str:
    """The key of a reading: whatever it depends on, by name, and the program itself.

    >>> key(sha256="a", row=None) == key(row=None, sha256="a") != key(sha256="b", row=None)
    True
    """
    return hashlib.sha256(json.dumps([program(), parts], sort_keys=True, default=str).encode()).hexdigest()


def load(name: str) -> dict | None:
    """What was stored under this key; None where there is nothing, or nothing whole."""
    try:
        return json.loads(gzip.decompress(_place(name).read_bytes()))
    except (OSError, EOFError, zlib.error, ValueError):  # absent or damaged is the same: the file is read again
        return None


def store(name: str, reading: dict) -> None:
    """Keep a reading; where that is impossible (disk full, folder not writable) a warning says so and the run goes on."""
    place = _place(name)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=place.parent, prefix=".part-")
        with os.fdopen(handle, "wb") as file:
            file.write(gzip.compress(json.dumps(reading, ensure_ascii=False).encode("utf-8"), 1, mtime=0))
        os.replace(part, place)
    except OSError as error:
        warnings.warn(f"the cache {folder()} cannot be written ({error}): the next run reads again", stacklevel=2)


def _place(name: str) -> Path:
    return folder() / "readings" / name[:2] / f"{name}.json.gz"
