"""What every test may rely on: an empty cache of its own, and the shared originals where they are at hand."""

import sys
from pathlib import Path
from pkgutil import resolve_name
from types import ModuleType

import pandas as pd
import pytest
from hypothesis import settings
from one_line_reports import fake_read

from govinfo import tables
from govinfo.builds import limits
from govinfo.builds.packed import pack

ROOT = Path(__file__).resolve().parents[1]
settings.register_profile("no clock", deadline=None)  # a machine that is busy with something else fails no test
settings.load_profile("no clock")


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    """No test reads what another, or an earlier run, has left behind."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("GOVINFO_CACHE", str(folder))
    return folder


@pytest.fixture(scope="session")
def shared():
    """The folder of originals and facts beside the project; a test that needs it is skipped where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no folder of originals and facts beside the project")
    return folder


@pytest.fixture
def reader(monkeypatch):
    """The corpus over a reader of one-line files, without processes of their own; counts what was read."""
    read = []
    module = ModuleType("govinfo.report")
    module.read_report = lambda path, **about: read.append(path.name) or fake_read(path, **about)
    module.find = lambda report, *neighbours: pd.DataFrame(columns=tables.columns("findings"))
    monkeypatch.setitem(sys.modules, "govinfo.report", module)
    monkeypatch.setattr(limits.Supervised, "__call__", lambda self, one: pack(resolve_name(self.call)(one)))
    return read
