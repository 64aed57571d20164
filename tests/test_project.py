"""The project around the code: dependencies declared once and pinned once, nothing of one machine in any file."""

import json
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRA = "test"
DECLARED = [Requirement(r) for r in sum(PROJECT["optional-dependencies"].values(), PROJECT["dependencies"])]
PINS = [
    Requirement(line)
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
PLATFORMS = [
    {"sys_platform": system, "os_name": "nt" if system == "win32" else "posix", "python_version": version}
    for system in ("linux", "darwin", "win32")
    for version in ("3.11", "3.12", "3.13")
]


def pinned(platform):
    """Name -> version on one platform."""
    environment = default_environment() | platform | {"python_full_version": platform["python_version"] + ".0"}
    chosen = [pin for pin in PINS if pin.marker is None or pin.marker.evaluate(environment)]
    names = [canonicalize_name(pin.name) for pin in chosen]
    assert len(names) == len(set(names)), f"pinned twice on {platform}"
    return dict(zip(names, [str(pin.specifier) for pin in chosen], strict=True))


def project_files():
    """What git would commit; without git, everything outside the folders that hold no source."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode("utf-8").split("\0")
        return [ROOT / name for name in listed if name and (ROOT / name).is_file()]
    except (OSError, subprocess.CalledProcessError):
        skipped = re.compile(r"(^|/)(\.(?!ci/|gitignore$)|html/|build/|__pycache__/)")
        return [p for p in ROOT.rglob("*") if p.is_file() and not skipped.search(p.relative_to(ROOT).as_posix())]


def installed(name, extras=()):
    """Every distribution that `name` needs here, with its requirements followed."""
    found, waiting = {}, [(canonicalize_name(name), extras)]
    while waiting:
        name, extras = waiting.pop()
        for text in metadata.requires(name) or []:
            requirement = Requirement(text)
            wanted = [{"extra": extra} for extra in (*extras, "")]
            if requirement.marker and not any(requirement.marker.evaluate(e) for e in wanted):
                continue
            needed = canonicalize_name(requirement.name)
            if (needed, *requirement.extras) not in found:
                found[(needed, *requirement.extras)] = metadata.version(needed)
                waiting.append((needed, tuple(requirement.extras)))
    return {key[0]: version for key, version in found.items()}


@pytest.mark.parametrize("pin", PINS, ids=lambda pin: pin.name)
def test_a_pin_is_one_exact_version_and_nothing_else(pin):
    assert re.fullmatch(r"==[0-9][0-9A-Za-z.]*", str(pin.specifier)) and not pin.url and not pin.extras


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda p: f"{p['sys_platform']}-{p['python_version']}")
def test_every_declared_dependency_is_pinned_to_a_version_it_allows(platform):
    pins = pinned(platform)
    for requirement in DECLARED:
        name = canonicalize_name(requirement.name)
        assert name in pins, f"{name} is declared in pyproject.toml and not pinned in constraints.txt"
        assert pins[name].removeprefix("==") in requirement.specifier, f"{name}{pins[name]} against {requirement}"


def test_every_package_needed_here_is_pinned_and_installed_at_its_pin():
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    pins = pinned(default_environment() | {"python_version": version})
    for name, version in installed("govinfo", (EXTRA,)).items():
        assert name in pins, f"{name} is needed and not pinned in constraints.txt"
        assert pins[name] == f"=={version}", f"{name} {version} is installed, constraints.txt says {pins[name]}"


def test_what_is_installed_is_what_pyproject_declares_now():
    declared = {canonicalize_name(r.name) for r in DECLARED}
    recorded = {canonicalize_name(Requirement(r).name) for r in metadata.requires("govinfo")}
    assert declared <= recorded, "pyproject.toml has changed: run make again"


def test_the_conda_environment_is_python_and_pip_and_the_rest_by_pip():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["name"] == PROJECT["name"]
    assert [c for c in environment["channels"] if c != "nodefaults"] == ["conda-forge"]
    python, pip, rest = environment["dependencies"]
    assert python == "python" + PROJECT["requires-python"] and pip == "pip"
    assert rest == {"pip": ["-c constraints.txt", f"-e .[{EXTRA}]"]}


def test_make_and_continuous_integration_install_the_same():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f'-e ".[{EXTRA}]" -c constraints.txt' in makefile
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1] == "make test"


def test_the_citation_names_the_version_and_the_licence_of_the_project():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (citation["version"], citation["license"]) == (PROJECT["version"], PROJECT["license"])


def test_no_file_names_a_path_of_one_machine_or_the_address_of_a_package_index():
    folders = "work|tmp|root|home|Users"
    indexes = "|".join(["-index" + "-url", r"pypi\.org/" + "simple", "python" + "hosted"])
    forbidden = re.compile(rf"(?<![\w.~}}/])/({folders})/[A-Za-z.]|{indexes}")
    for path in project_files():
        if path.suffix in {".pdf", ".ttf", ".png"}:
            continue
        found = forbidden.search(path.read_text(encoding="utf-8"))
        assert not found, f"{path.relative_to(ROOT)}: {found and found[0]}"


def test_notebooks_are_committed_as_run_from_top_to_bottom_without_errors():
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = [c for c in cells if c["cell_type"] == "code" and "".join(c["source"]).strip()]
        assert [c["execution_count"] for c in code] == list(range(1, len(code) + 1)), path.name
        assert not [o for c in code for o in c["outputs"] if o["output_type"] == "error"], path.name
