"""A reading as it is sent between processes and kept: gzipped JSON."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import NamedTuple


class Packed(NamedTuple):
    """A reading as it is kept: gzipped JSON, and whether reading again cannot give another."""

    data: bytes
    lasting: bool


def failed(message: str, lasting: bool = False) -> dict:
    """The reading of a file that could not be read; `lasting` where trying again cannot help."""
    return {"report": {"status": "failed", "message": message}, "lasting": lasting}


def pack(reading: dict) -> Packed:
    """The reading as it is sent and kept; the same reading always gives the same bytes."""
    text = json.dumps(reading, ensure_ascii=False, separators=(",", ":"))
    return Packed(gzip.compress(text.encode("utf-8", "surrogatepass"), 1, mtime=0), reading["lasting"])


def unpack(data: bytes) -> dict:
    """The reading again; ValueError where the bytes are not whole.

    >>> unpack(pack(failed("a.pdf: expected a report, found none.")).data)["report"]["status"]
    'failed'
    """
    try:
        return json.loads(gzip.decompress(data).decode("utf-8", "surrogatepass"))
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"a reading that is not whole ({error})") from error
