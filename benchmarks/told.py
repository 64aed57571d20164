"""How a measurement ends: the result on standard output and, where asked for, in a file."""

from __future__ import annotations

import json
from pathlib import Path


def told(result: dict, path: Path | None) -> dict:
    """Print a result as JSON, write the same to `path` where one is given, and hand the result back."""
    text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
    print(text, end="")
    if path:
        path.write_text(text, encoding="utf-8")
    return result
