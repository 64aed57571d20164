"""Fetching one document: what is asked for, what is waited for, and what is refused, against a server on the loopback."""

import gzip
import socket

import pytest
from loopback import drops, serving

from govinfo.builds import fetch as fetching
from govinfo.builds.fetch import AGENT, FetchError, Limits, fetch, is_public

QUICK = Limits(connect=1, silence=0.2, total=0.5, size=10_000, redirects=3, tries=3, pause=0.01)
PDF = {"Content-Type": "application/pdf"}


@pytest.fixture
def site():
    with serving() as site:
        yield site


def get(site, path):
    return fetch(site.url(path), allow_private=True, limits=QUICK)


def test_a_document_comes_unchanged_with_its_type_and_the_project_names_itself(site):
    site["/a.pdf"] = (200, PDF, b"%PDF-1.7\r\n\x00\xff")
    found = get(site, "/a.pdf")
    assert (found.data, found.content_type, found.url) == (
        b"%PDF-1.7\r\n\x00\xff",
        "application/pdf",
        site.url("/a.pdf"),
    )
    (_, headers), *rest = site.asked
    assert headers["User-Agent"] == AGENT and "govinfo" in AGENT and not rest


def test_a_redirect_is_followed_and_the_last_address_is_told(site):
    site["/old"] = (302, {"Location": "/new"}, b"moved")
    site["/new"] = (200, {}, b"here")
    assert get(site, "/old").url == site.url("/new")


@pytest.mark.parametrize("target", ["/loop", "/other"])
def test_a_circle_of_redirects_ends_after_the_number_allowed(site, target):
    site["/loop"], site["/other"] = (302, {"Location": target}, b""), (302, {"Location": "/loop"}, b"")
    with pytest.raises(FetchError, match="more than 3 redirects"):
        get(site, "/loop")
    assert len(site.asked) == QUICK.redirects + 1


@pytest.mark.parametrize("target", ["file:///etc/hostname", "ftp://127.0.0.1/a"])
def test_a_redirect_to_anything_but_http_is_refused(site, target):
    site["/a"] = (302, {"Location": target}, b"")
    with pytest.raises(FetchError, match="expected an http or https address, found (file|ftp)"):
        get(site, "/a")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_is_busy_is_asked_again_and_not_for_ever(site, status):
    site["/a"] = [(status, {}, b""), (status, {}, b""), (200, {}, b"here")]
    assert get(site, "/a").data == b"here" and len(site.asked) == 3
    site["/b"] = (status, {}, b"")
    with pytest.raises(FetchError, match=f"found status {status}"):
        get(site, "/b")
    assert len(site.asked) == 6


def test_the_pause_doubles_and_is_at_least_what_the_server_asks_for_within_reason(site, monkeypatch):
    pauses = []
    monkeypatch.setattr(fetching.time, "sleep", pauses.append)
    site["/a"] = [(503, {}, b""), (503, {}, b""), (503, {"Retry-After": "7"}, b""), (200, {}, b"here")]
    fetch(site.url("/a"), allow_private=True, limits=Limits(pause=2))
    site["/b"] = [(503, {"Retry-After": "86400"}, b""), (503, {"Retry-After": "Wed, 21 Oct"}, b""), (200, {}, b"here")]
    fetch(site.url("/b"), allow_private=True, limits=Limits(pause=2))
    assert pauses == [2, 4, 8, 60, 4]


@pytest.mark.parametrize("status", [403, 404, 410, 304, 204])
def test_an_answer_that_is_no_document_is_said_at_once(site, status):
    site["/a"] = (status, {}, b"")
    with pytest.raises(FetchError, match=rf"/a: expected a document, found status {status}.*Check the address"):
        get(site, "/a")
    assert len(site.asked) == 1


def test_a_document_announced_as_too_large_is_not_read(site):
    site["/a"] = (200, {"Content-Length": "10001"}, drops(b"x", 1, 0))
    with pytest.raises(FetchError, match="expected at most 10,000 bytes, found 10,001 bytes announced"):
        get(site, "/a")


def test_a_document_that_turns_out_too_large_is_left_off_packed_or_not(site):
    site["/plain"] = (200, {}, drops(b"x" * 4000, 9, 0))
    site["/packed"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 20_000))
    for path in ("/plain", "/packed"):
        with pytest.raises(FetchError, match="expected at most 10,000 bytes"):
            get(site, path)


def test_a_server_that_drips_is_left_after_the_time_allowed(site):
    site["/a"] = (200, {}, drops(b"x", 20, 0.1))
    with pytest.raises(FetchError, match="expected a document within 0.5 s, found [1-9] bytes and no end"):
        get(site, "/a")


def test_a_silent_server_is_asked_as_often_as_allowed(site):
    site["/a"] = (200, {}, drops(b"x", 2, 1))
    with pytest.raises(FetchError, match="ReadTimeout in each of 3 tries"):
        get(site, "/a")
    assert len(site.asked) == 3


def test_a_document_cut_off_is_not_taken_for_whole(site):
    site["/a"] = (200, {"Content-Length": "100", "Connection": "close"}, drops(b"x" * 10, 1, 0))
    with pytest.raises(FetchError, match="in each of 3 tries"):
        get(site, "/a")
    site["/b"] = [(None, {}, b""), (200, {}, b"here")]
    assert get(site, "/b").data == b"here"


def test_a_port_where_nobody_listens_is_said():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/a"
        with pytest.raises(FetchError, match="expected an answer, found ConnectError"):
            fetch(url, allow_private=True, limits=QUICK)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.8", "192.168.1.1", "169.254.169.254",
                                  "0.0.0.0", "2130706433", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"])  # fmt: skip
def test_a_private_address_is_refused_unless_asked_for_however_it_is_written(host):
    with pytest.raises(FetchError, match="expected a public address.*--allow-private"):
        fetch(f"http://{host}:9/a", limits=QUICK)


def pretend(monkeypatch, *answers):
    """Name servers that give these addresses, one list a question, the last for good; returns what was asked."""
    asked, left, real = [], list(answers), socket.getaddrinfo

    def getaddrinfo(host, port, *rest, **more):
        if host[0].isdigit():
            return real(host, port, *rest, **more)
        asked.append(host)
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(fetching.socket, "getaddrinfo", getaddrinfo)
    return asked


def connections(monkeypatch):
    """Where connections go; none is made."""
    made = []

    def create_connection(address, *_, **__):
        made.append(address[0])
        raise ConnectionRefusedError("not in this test")

    monkeypatch.setattr("httpcore._backends.sync.socket.create_connection", create_connection)
    return made


def test_a_name_that_changes_its_address_after_the_check_gets_no_connection_elsewhere(monkeypatch):
    asked, made = pretend(monkeypatch, ["93.184.216.34"], ["127.0.0.1"]), connections(monkeypatch)
    with pytest.raises(FetchError, match="found ConnectError"):
        fetch("http://example.gov.cn/a", limits=Limits(tries=1))
    assert asked == ["example.gov.cn"] and made == ["93.184.216.34"]


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    pretend(monkeypatch, ["93.184.216.34", "10.0.0.8"])
    with pytest.raises(FetchError, match="found example.gov.cn at 10.0.0.8"):
        fetch("http://example.gov.cn/a")


def test_a_redirect_from_a_public_to_a_private_address_is_refused(site, monkeypatch):
    site["/a"] = (302, {"Location": "http://inner.example/secret"}, b"")
    monkeypatch.setattr(
        fetching, "resolve", lambda host, port: ["10.0.0.8" if host == "inner.example" else "127.0.0.1"]
    )
    monkeypatch.setattr(fetching, "is_public", lambda address: address == "127.0.0.1")
    with pytest.raises(FetchError, match="secret: expected a public address, found inner.example at 10.0.0.8"):
        fetch(site.url("/a"))


def test_the_host_named_is_the_host_asked_though_the_connection_goes_to_its_address(site, monkeypatch):
    site["/a"] = (200, {}, b"here")
    pretend(monkeypatch, ["127.0.0.1"])
    port = site.address.rpartition(":")[2]
    assert fetch(f"http://gk.example.cn:{port}/a", allow_private=True).data == b"here"
    assert site.asked[0][1]["Host"] == f"gk.example.cn:{port}"


def test_the_next_address_of_a_host_is_tried_where_the_first_gives_no_connection(site, monkeypatch):
    site["/a"] = (200, {}, b"here")
    pretend(monkeypatch, ["127.0.0.99", "127.0.0.1"])
    port = site.address.rpartition(":")[2]
    assert fetch(f"http://gk.example.cn:{port}/a", allow_private=True).data == b"here"


def test_a_password_in_an_address_is_neither_used_nor_repeated():
    with pytest.raises(FetchError) as raised:
        fetch("http://user:geheim@127.0.0.1/a", allow_private=True)
    assert "an open address" in str(raised.value)


@pytest.mark.parametrize("url", ["http://", "https:///a", "http://[::1", "gopher://x/", "http://a b/"])
def test_an_address_that_is_none_is_said(url):
    with pytest.raises(FetchError):
        fetch(url, allow_private=True, limits=Limits(tries=1))


def test_no_address_of_a_special_network_is_public():
    special = (
        "100.64.0.1 192.0.2.1 224.0.0.1 240.0.0.1 255.255.255.255 ::1 :: fe80::1%eth0 fc00::1 2002:7f00:1:: ff02::1"
    )
    assert not [address for address in special.split() if is_public(address)]
    assert is_public("2606:2800:220:1::1") and is_public("114.114.114.114")
