"""Readings kept between runs, by the file's content and everything else that a reading depends on."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import tempfile
import time
import warnings
import zlib
from functools import cache
from importlib import metadata, resources
from pathlib import Path

from govinfo.builds.packed import Packed

PART = ".part-"

# Packages whose version can change what is read.
READERS = ("camelot-py", "pypdfium2", "playa-pdf", "opencv-python-headless", "rapidfuzz", "scipy", "pandas")
RECOGNISERS = ("rapidocr", "onnxruntime")  # an extra: what failed without it is read once it is installed


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
    for name in RECOGNISERS:
        digest.update(f"{name}=={_version(name)}\0".encode())
    return digest.hexdigest()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


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


class Shelf:
    """Readings by key, packed: on disk, or in memory those that may change, and all where `disk` is False or full.

    >>> shelf = Shelf(disk=False)
    >>> shelf.put("a", Packed(b"packed", lasting=True))
    >>> shelf.get("a"), shelf.get("b")
    (b'packed', None)
    """

    def __init__(self, disk: bool = True):
        self.disk = self._writable = disk
        self._here: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        """What was put under this key; None where there is nothing, or nothing whole."""
        if name in self._here:
            return self._here[name]
        try:
            data = _place(name).read_bytes() if self.disk else b""
            return data if data and gzip.decompress(data) else None
        except (OSError, EOFError, zlib.error):  # absent or damaged is the same: the file is read again
            return None

    def put(self, name: str, packed: Packed) -> None:
        """Keep a reading; where the disk refuses (full, not writable) a warning says so once and the run goes on."""
        if not (self._writable and packed.lasting):
            self._here[name] = packed.data
            return
        try:
            _write(_place(name), packed.data)
        except OSError as error:
            self._writable, self._here[name] = False, packed.data  # what is there already can still be read
            warnings.warn(f"the cache {folder()} cannot be written ({error}): the next run reads again", stacklevel=2)


def _write(place: Path, data: bytes) -> None:
    """A whole file or none, also where two runs write the same one."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=place.parent, prefix=PART)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(part, place)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise


def swept(age: float = 86_400.0) -> int:
    """Delete what killed runs have left half-written, older than `age` seconds; returns how many files."""
    old = time.time() - age
    parts = [p for p in (folder() / "readings").glob(f"*/{PART}*") if p.stat().st_mtime < old]
    for part in parts:
        part.unlink(missing_ok=True)
    return len(parts)


def _place(name: str) -> Path:
    return folder() / "readings" / name[:2] / f"{name}.json.gz"
