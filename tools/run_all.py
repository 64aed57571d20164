"""The whole job, as `make` does it: data/processed from data/raw, then the notebooks as HTML."""

from __future__ import annotations

import os
import sys

import run_notebooks

from govinfo import cli


def main() -> int:
    os.chdir(run_notebooks.ROOT)
    print("data/raw -> data/processed", flush=True)
    status = cli.main(["build"])
    if status == 2:
        return status
    run_notebooks.main([])
    print("Done. Look at html/index.html (the notebooks) and data/processed (the tables).")
    return status


if __name__ == "__main__":
    sys.exit(main())
