"""The register of a folder of reports."""

import pytest

from govinfo.builds.registry import COLUMNS, RegistryError, check_registry, load_sources, sha256_of


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"one")
    (tmp_path / "b.pdf").write_bytes(b"two")
    rows = [f"{name},x,{sha256_of(tmp_path / name)}" for name in ("a.pdf", "b.pdf")]
    (tmp_path / "sources.csv").write_text("\n".join(["file,agency,sha256", *rows]) + "\n", encoding="utf-8")
    return tmp_path


def test_unaltered_files_pass_even_when_every_file_must_be_listed(folder):
    check_registry(folder)
    check_registry(folder, strict=True)


def test_an_altered_file_is_refused_by_name_with_both_check_sums_and_what_to_do(folder):
    expected = sha256_of(folder / "b.pdf")
    (folder / "b.pdf").write_bytes(b"twO")
    with pytest.raises(RegistryError) as error:
        check_registry(folder)
    text = str(error.value)
    assert "b.pdf" in text and "a.pdf" not in text
    assert expected in text and sha256_of(folder / "b.pdf") in text
    assert "Restore" in text


def test_a_missing_file_is_refused_by_name(folder):
    (folder / "a.pdf").unlink()
    with pytest.raises(RegistryError, match="a.pdf: expected a file .* found no file"):
        check_registry(folder)


def test_every_problem_is_told_at_once(folder):
    (folder / "a.pdf").unlink()
    (folder / "b.pdf").write_bytes(b"")
    with pytest.raises(RegistryError) as error:
        check_registry(folder)
    assert "a.pdf" in str(error.value) and "b.pdf" in str(error.value)


def test_a_users_own_file_is_allowed_unless_the_check_is_strict(folder):
    (folder / "mine.pdf").write_bytes(b"mine")
    check_registry(folder)
    with pytest.raises(RegistryError, match="mine.pdf: expected a row"):
        check_registry(folder, strict=True)


def test_a_row_without_check_sum_asks_only_that_the_file_is_there(folder):
    (folder / "sources.csv").write_text("file\na.pdf\n", encoding="utf-8")
    check_registry(folder)


def test_a_folder_without_register_gives_an_empty_frame_with_all_columns(tmp_path):
    sources = load_sources(tmp_path)
    assert sources.empty and list(sources.columns) == list(COLUMNS)
    check_registry(tmp_path)


def test_columns_that_the_register_lacks_are_empty_text_and_those_it_adds_are_kept(folder):
    (folder / "sources.csv").write_text("file,shelf\na.pdf,3\n", encoding="utf-8")
    row = load_sources(folder).iloc[0]
    assert row["agency"] == "" and row["shelf"] == "3"


def test_a_register_saved_with_a_byte_order_mark_is_read(folder):
    (folder / "sources.csv").write_text("file\na.pdf\n", encoding="utf-8-sig")
    assert list(load_sources(folder)["file"]) == ["a.pdf"]


def test_a_file_listed_twice_is_refused(folder):
    (folder / "sources.csv").write_text("file\na.pdf\na.pdf\n", encoding="utf-8")
    with pytest.raises(RegistryError, match="a.pdf twice"):
        load_sources(folder)


def test_a_register_without_file_column_says_what_to_add(folder):
    (folder / "sources.csv").write_text("name\na.pdf\n", encoding="utf-8")
    with pytest.raises(RegistryError, match="column named file, found name"):
        load_sources(folder)
