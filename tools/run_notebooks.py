"""Run the notebooks in their order and write each as HTML: python tools/run_notebooks.py [--inplace] [NOTEBOOK...]"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import book

from notebooks import series

ROOT = Path(__file__).resolve().parents[1]
HTML = book.HTML
SECONDS_A_CELL = 600


def kernel_of_this_python(name: str = "python3"):
    """A kernel specification that starts the Python running this script, whatever kernels the user has installed."""
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

    class ThisPython(KernelSpecManager):
        def get_kernel_spec(self, kernel_name):
            argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=ERROR"]
            return KernelSpec(argv=argv, display_name=name, language="python")

    return ThisPython()


def execute(path: Path, first: str = "", allow_errors: bool = False):
    """The notebook with its outputs, every cell run from its own folder; raises CellExecutionError where a cell fails.

    `first` is code to run before the first cell; it leaves no trace in the notebook. With `allow_errors` it runs on to
    the end, and errors stand among the outputs (coursework is marked so).
    """
    import nbformat
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=kernel_of_this_python())
    where = {"metadata": {"path": str(path.parent)}}
    if first:
        notebook.cells.insert(0, nbformat.v4.new_code_cell(first))
    options = {"timeout": SECONDS_A_CELL, "record_timing": False, "allow_errors": allow_errors}
    NotebookClient(notebook, km=manager, resources=where, **options).execute()
    if first:
        del notebook.cells[0]
        for cell in (cell for cell in notebook.cells if cell.get("execution_count")):
            _recount(cell)
    return notebook


def _recount(cell) -> None:
    """One less: the cell before the first is gone."""
    cell.execution_count -= 1
    for output in (output for output in cell.outputs if output.get("execution_count")):
        output.execution_count = cell.execution_count


def run(path: Path, html: Path = HTML, inplace: bool = False) -> Path:
    """Execute one notebook and write its page; with `inplace` the outputs also go into the notebook itself."""
    import nbformat

    notebook = execute(path)
    if inplace:
        nbformat.write(notebook, path)
    return book.write(html, path.stem, book.page(notebook, path.stem, path.parent))


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Run the notebooks in their order and write each as HTML.")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of notebooks/")
    parser.add_argument("--inplace", action="store_true", help="write the outputs into the notebooks too")
    args = parser.parse_args(argv)
    for path in args.notebooks or series():
        start = time.perf_counter()
        page = run(path.resolve(), inplace=args.inplace)
        print(f"{path.name} -> {page.parent.name}/{page.name} ({time.perf_counter() - start:.0f} s)", flush=True)
    book.write(HTML, "index", book.index())
    return 0


if __name__ == "__main__":
    sys.exit(main())
