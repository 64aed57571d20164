"""A file that takes too long, too much memory, or its process with it: what happens to it, and to the others."""

import os
import time

import pytest
from one_line_reports import write

from govinfo.builds import limits
from govinfo.builds.inputs import find_inputs
from govinfo.builds.limits import Limits, Readers, Supervised
from govinfo.builds.packed import unpack
from govinfo.builds.pool import read_files

CALL = "odd_readers:read"
SHORT = Limits(seconds=1.5, megabytes=400)
PATIENT = Limits(seconds=90, megabytes=400)  # a busy machine takes its time to fill the memory


def messages(folder, jobs=2, limits=SHORT):
    return [
        unpack(packed.data)["report"]["message"] for packed in read_files(find_inputs(folder), jobs, limits, call=CALL)
    ]


@pytest.mark.parametrize(
    ("stem", "said"),
    [
        ("hangs", "hangs.pdf: expected to be read within 1.5 seconds, found it still being read"),
        ("eats", "eats.pdf: expected to be read within 400 MB of memory, found that it takes more"),
        ("ends", "ends.pdf: the process that read it was ended (status 9), as happens when memory runs out"),
    ],
)
def test_a_file_that_overruns_or_ends_its_process_fails_alone_and_is_told_what_to_do(tmp_path, stem, said):
    write(tmp_path, a="1", b="2", **{stem: "3"}, z="4")
    found = messages(tmp_path, limits=PATIENT if stem == "eats" else SHORT)
    assert found[2].startswith(said) and found[2].endswith(("leave it out.", "read that."))
    assert found[:2] + found[3:] == ["a", "b", "z"]


def test_an_overrun_costs_no_more_than_its_time(tmp_path):
    write(tmp_path, hangs="1")
    reader = Supervised(Limits(seconds=0.2), CALL)
    reader._running()
    start = time.monotonic()
    reader(find_inputs(tmp_path)[0])
    assert time.monotonic() - start < 5


def test_a_process_that_somebody_ended_is_replaced_and_its_file_read_again(tmp_path):
    write(tmp_path, **{"once-a": "1", "once-b": "2", "c": "3"})
    assert messages(tmp_path) == ["c", "once-a", "once-b"]


def test_no_process_is_started_once_the_readers_were_left(tmp_path):
    """As by a thread that still waits for a reading when a run is stopped."""
    write(tmp_path, a="1", b="2")
    first, second = find_inputs(tmp_path)
    with Readers(call=CALL) as readers:
        assert unpack(readers(first).data)["report"]["message"] == "a"
    readers._idle.clear()
    assert unpack(readers(second).data)["report"]["status"] == "failed"
    assert [reader._process for reader in readers._all] == [None, None]


def test_a_process_gives_way_to_a_new_one_after_so_many_files(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MOST", 2)
    write(tmp_path, a="1", b="2", c="3")
    reader, pids = Supervised(call=CALL), []
    for one in find_inputs(tmp_path):
        reader(one)
        pids.append(reader._process.pid)
    reader.close()
    assert pids[0] == pids[1] != pids[2]


def test_what_a_library_prints_does_not_come_between_the_answers(tmp_path, capfd):
    write(tmp_path, prints="1", z="2")
    assert messages(tmp_path, jobs=1) == ["prints", "z"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(os.name == "nt", reason="signals to oneself end a process there")
def test_an_interrupt_is_for_the_one_who_supervises(tmp_path):
    write(tmp_path, interrupted="1")
    assert messages(tmp_path) == ["interrupted"]


def test_nothing_is_fetched_while_a_file_is_read(tmp_path):
    write(tmp_path, fetches="1")
    (one,) = find_inputs(tmp_path)
    reader = Supervised(SHORT, "odd_readers:read_told")
    message = unpack(reader(one).data)["report"]["message"]
    reader.close()
    assert message == "PermissionError: socket.getaddrinfo: nothing is fetched while a report is read"


def test_readings_come_in_the_order_of_the_files_whatever_the_number_of_processes(tmp_path):
    write(tmp_path, **{f"r{i}": str(i) for i in range(8)})
    assert messages(tmp_path, jobs=1) == messages(tmp_path, jobs=3) == [f"r{i}" for i in range(8)]


def test_a_process_ends_with_the_one_that_supervises_it(tmp_path):
    psutil = pytest.importorskip("psutil")
    write(tmp_path, a="1")
    reader = Supervised(SHORT, CALL)
    reader(find_inputs(tmp_path)[0])
    process = psutil.Process(reader._process.pid)
    reader._process.stdin.close()  # as the system does for one that was killed
    assert process.wait(timeout=20) is not None or not process.is_running()
    reader.close()
