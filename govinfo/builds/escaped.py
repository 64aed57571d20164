"""Text that an agency wrote, made fit to stand in a web page: it can neither run nor turn the text around it."""

from __future__ import annotations

import html
import re

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def escape(text: str) -> str:
    r"""HTML that shows a text, without control characters and marks of writing direction.

    >>> escape("<b>A & B\u202e")
    '&lt;b&gt;A &amp; B'
    """
    return html.escape(_UNSEEN.sub("", text))
