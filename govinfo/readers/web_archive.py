"""Web archives (.mht, .mhtml): the page inside, with the pictures that were saved along with it."""

from __future__ import annotations

import email
import email.policy
import hashlib
from dataclasses import replace
from pathlib import Path

from govinfo.document import Document, ReadError

from .html import read_html


def read_web_archive(path: Path, data: bytes) -> Document:
    """Read the first web page in an archive like one that stands alone; pictures come from the archive, never elsewhere.

    Raises ReadError for an archive without a page.
    """
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    parts = [part for part in message.walk() if not part.is_multipart()]
    pages = [part for part in parts if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    page = pages[0].get_payload(decode=True) if pages else None
    if not page:
        found = f"{len(parts)} parts, none of them a web page"
        raise ReadError(path, expected="a web archive that holds a web page", found=found, do="Save the page again.")
    carried = {}
    for part in parts:
        if part.get_content_maintype() == "image":
            content = part.get_payload(decode=True) or b""
            names = (part.get("Content-Location"), "cid:" + (part.get("Content-ID") or "").strip("<> "))
            carried |= {name.strip(): content for name in names if name}
    return replace(read_html(path, page, carried), sha256=hashlib.sha256(data).hexdigest())
