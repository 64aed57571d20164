"""The READMEs: both say the same, every command and file they name exists, nothing measured is typed by hand."""

import re
import sys
from pathlib import Path

import pytest

import govinfo
from govinfo import cli
from govinfo.tables import codebook

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import readme

TEXTS = {lang: path.read_text(encoding="utf-8") for lang, path in readme.READMES.items()}
LANGUAGES = pytest.mark.parametrize("lang", sorted(TEXTS))
CODE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(lang):
    """Every command line of the code blocks without a language."""
    blocks = [body for language, body in CODE.findall(TEXTS[lang]) if not language and "->" not in body]
    return [line for body in blocks for line in body.splitlines() if line.strip()]


def statements(lang):
    """The Python of a README without its comments."""
    body = next(body for language, body in CODE.findall(TEXTS[lang]) if language == "python")
    return [re.sub(r"\s+#.*", "", line) for line in body.splitlines()]


def test_both_readmes_have_the_same_sections_commands_and_figures():
    headings = {lang: re.findall(r"^(#+) ", text, re.MULTILINE) for lang, text in TEXTS.items()}
    assert headings["en"] == headings["zh"]
    assert commands("en") == commands("zh")
    assert [line.replace('"en"', '"zh"') for line in statements("en")] == statements("zh")
    assert set(re.findall(r"`[\w./]+`", TEXTS["en"])) == set(re.findall(r"`[\w./]+`", TEXTS["zh"]))
    assert sorted(re.findall(r"\d{4}-\d\d-\d\d", TEXTS["en"])) == sorted(re.findall(r"\d{4}-\d\d-\d\d", TEXTS["zh"]))


@LANGUAGES
def test_every_make_target_named_is_in_the_makefile(lang):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"`make (\w+)`", TEXTS[lang])) | {c.split()[1] for c in commands(lang) if c[:5] == "make "}
    helped = re.findall(r"^# make (\w*)\s+\S", makefile, re.MULTILINE)
    targets = set(re.findall(r"^(\w+):(?! moved)", makefile, re.MULTILINE))
    assert targets == {"all" if not target else target for target in helped}, (
        "the head of the Makefile lists its targets"
    )
    assert targets - {"all"} <= named and "`make`" in TEXTS[lang]
    assert not [target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)]


@LANGUAGES
def test_every_govinfo_command_named_is_one_that_the_program_takes(lang):
    calls = [c.split()[1:] for c in commands(lang) if c.startswith("govinfo ")]
    calls += [call.split() for call in re.findall(r"`govinfo ([^`]+)`", TEXTS[lang])]
    assert {call[0] for call in calls} == {"build", "extract", "add"}
    for call in calls:
        assert cli.parser().parse_args(call).command == call[0]


@LANGUAGES
def test_the_commands_without_make_are_those_of_the_makefile(lang):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    _, install, run = [c for c in commands(lang) if "python" in c]
    assert '-e ".[test]" -c constraints.txt' in install and '-e ".[test]" -c constraints.txt' in makefile
    assert run.split()[1] in makefile and (ROOT / run.split()[1]).is_file()


@LANGUAGES
def test_every_file_named_is_there(lang):
    links = [link for link in re.findall(r"\]\(([^)]+)\)", TEXTS[lang]) if "://" not in link]
    named = re.findall(r"`((?:data/raw|govinfo|tools|LICENSE|CITATION|environment)[\w./-]*\.\w+|LICENSE)`", TEXTS[lang])
    assert "notebooks/images/overview.png" in links and len(named) > 5
    assert not [name for name in {*links, *named} if not (ROOT / name).is_file()]


@LANGUAGES
def test_every_name_of_the_example_exists(lang):
    code = "\n".join(statements(lang))
    compile(code, "README", "exec")
    assert not [name for name in re.findall(r"\bgi\.(\w+)", code) if name not in govinfo.__all__]
    members = {*vars(govinfo.Report), *govinfo.Report.__dataclass_fields__}
    assert not [name for name in re.findall(r"\breport\.(\w+)", code) if name not in members]


@LANGUAGES
def test_the_generated_parts_are_up_to_date(lang):
    assert readme.written(TEXTS[lang], lang) == TEXTS[lang], "run python tools/readme.py"


@LANGUAGES
def test_every_column_and_flag_is_explained(lang):
    names = {column["name"] for table in codebook().values() for column in table["columns"]}
    flags = {"ok", "cleaned", "zero_mark", "missing", "doubt"}
    assert not [name for name in names | flags if f"| `{name}` |" not in TEXTS[lang]]


def test_the_picture_is_small_and_shows_something():
    from PIL import Image

    with Image.open(readme.PICTURE) as image:
        assert image.width > 800 and len(image.convert("L").getcolors(256) or ()) > 50
    assert readme.PICTURE.stat().st_size < 300_000


def test_a_readme_without_a_place_for_a_part_is_told(tmp_path):
    with pytest.raises(ValueError, match="<!-- results -->"):
        readme.written("# nothing here", "en")
