"""The data package of data/raw: every file and every column described, in both languages, and valid."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import raw_package

FILES = {resource["path"]: resource for resource in raw_package.package()["resources"]}


def test_every_csv_of_data_raw_is_described():
    assert set(FILES) == {path.relative_to(raw_package.RAW).as_posix() for path in raw_package.RAW.rglob("*.csv")}


def test_every_column_is_described_in_english_and_chinese():
    for resource in FILES.values():
        for field in resource["schema"]["fields"]:
            english, chinese = field["description"].split(" | ")
            assert english.strip() and not chinese.isascii(), f"{resource['path']}: {field['name']}"


def test_the_package_written_is_up_to_date():
    stored = (raw_package.RAW / "datapackage.json").read_text(encoding="utf-8")
    assert stored == raw_package.as_text(), "run python tools/raw_package.py"


def test_frictionless_finds_it_valid():
    from frictionless import Package

    report = Package(str(raw_package.RAW / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])
