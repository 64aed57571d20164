"""One document from the web: politely, limited in time, size and redirects, and never from a private network unasked."""

from __future__ import annotations

import ipaddress
import socket
import time
from dataclasses import dataclass
from importlib import metadata

import httpx

AGENT = f"govinfo/{metadata.version('govinfo')} (reads annual reports on government information disclosure)"
ASK_AGAIN = (408, 425, 429, 500, 502, 503, 504)
BY_HAND = "Save the document with a browser and add the file."
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class FetchError(Exception):
    """A document that was not fetched: the message names the address, what was expected, what was found, what to do."""

    def __init__(self, url, *, expected: str, found: str, do: str):
        super().__init__(f"{url}: expected {expected}, found {found}. {do}")


@dataclass(frozen=True)
class Limits:
    """How long, how large, how often. Seconds and bytes."""

    connect: float = 10
    silence: float = 30  # without a byte
    total: float = 180
    size: int = 50_000_000
    redirects: int = 5
    tries: int = 4
    pause: float = 1  # before the second try; twice as long before each further one
    longest_pause: float = 60


@dataclass(frozen=True)
class Fetched:
    """A document as a server gave it; `url` is where it was in the end, after redirects."""

    url: str
    data: bytes
    content_type: str


def fetch(url: str, allow_private: bool = False, limits: Limits = Limits()) -> Fetched:
    """The document at an http or https address.

    A server that is busy, fails or is silent is asked again, after a pause that doubles or that it asked for. Every host,
    those of redirects too, is looked up first, and the connection goes to the address that was checked: one of a private
    network, of this machine or of no network at all is refused unless `allow_private`. Certificates are checked; proxies
    and passwords are not used. Raises FetchError for whatever is not a complete document with status 200.

    >>> fetch("ftp://example.org/a.pdf")
    Traceback (most recent call last):
    govinfo.builds.fetch.FetchError: ftp://example.org/a.pdf: expected an http or https address, found ftp. Save the document ...
    """
    for again in range(limits.tries - 1):
        outcome = _attempt(url, allow_private, limits)
        if isinstance(outcome, Fetched):
            return outcome
        time.sleep(min(max(limits.pause * 2**again, outcome), limits.longest_pause))
    return _attempt(url, allow_private, limits, last=True)


def _attempt(url: str, allow_private: bool, limits: Limits, last: bool = False) -> Fetched | float:
    """The document, or for how many seconds at least to wait before the next try; FetchError where none would help."""
    try:
        with _client(allow_private, limits) as client:
            answer = _answer(client, url, limits)
            if answer.status_code in ASK_AGAIN and not last:
                return _asked_pause(answer)
            return _document(url, answer, limits)
    except (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError) as error:
        if not last:
            return 0.0
        found = f"{type(error).__name__} in each of {limits.tries} tries ({error or 'nothing more is known'})"
        raise FetchError(url, expected="an answer", found=found, do=BY_HAND) from error
    except (httpx.InvalidURL, httpx.DecodingError) as error:
        raise FetchError(url, expected="an address with a document", found=str(error), do=BY_HAND) from error


def _client(allow_private: bool, limits: Limits) -> httpx.Client:
    timeout = httpx.Timeout(limits.silence, connect=limits.connect)
    headers = {"User-Agent": AGENT, "Accept-Encoding": "identity", "Accept": "application/pdf, text/html, */*;q=0.5"}
    return httpx.Client(transport=_Checked(allow_private), timeout=timeout, headers=headers, trust_env=False)


def _answer(client: httpx.Client, url: str, limits: Limits) -> httpx.Response:
    """The answer at the end of the redirects, its head read and its body still to come; bodies on the way are not read."""
    request = client.build_request("GET", url)
    for _ in range(limits.redirects + 1):
        answer = client.send(request, stream=True)
        if answer.next_request is None:
            return answer
        answer.close()
        request = answer.next_request
    raise FetchError(url, expected="a document", found=f"more than {limits.redirects} redirects", do=BY_HAND)


def _document(url: str, answer: httpx.Response, limits: Limits) -> Fetched:
    if answer.status_code != 200:
        found = f"status {answer.status_code} {answer.reason_phrase}".strip()
        raise FetchError(url, expected="a document", found=found, do="Check the address in a browser.")
    announced = answer.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > limits.size:
        raise _too_large(url, f"{int(announced):,} bytes announced", limits)
    started, data = time.monotonic(), bytearray()
    for part in answer.iter_bytes():
        data += part
        if len(data) > limits.size:
            raise _too_large(url, f"{len(data):,} bytes and no end", limits)
        if time.monotonic() - started > limits.total:
            found = f"{len(data):,} bytes and no end"
            raise FetchError(url, expected=f"a document within {limits.total:g} s", found=found, do=BY_HAND)
    return Fetched(str(answer.url), bytes(data), answer.headers.get("Content-Type", ""))


def _too_large(url, found: str, limits: Limits) -> FetchError:
    return FetchError(url, expected=f"at most {limits.size:,} bytes", found=found, do=BY_HAND)


def _asked_pause(answer: httpx.Response) -> float:
    """Seconds of a Retry-After; one that names a date is not followed to the second, the usual pause will do."""
    asked = answer.headers.get("Retry-After", "")
    return float(asked) if asked.isdecimal() else 0.0


class _Checked(httpx.BaseTransport):
    """A connection to the very address that was looked up and checked: a name cannot change its mind in between."""

    def __init__(self, allow_private: bool):
        self.allow_private, self.inner = allow_private, httpx.HTTPTransport(trust_env=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        if url.scheme not in ("http", "https"):
            raise FetchError(url, expected="an http or https address", found=url.scheme or "no scheme", do=BY_HAND)
        if url.userinfo:
            found = "a name or password in it"
            raise FetchError(url.copy_with(userinfo=b""), expected="an open address", found=found, do=BY_HAND)
        addresses = resolve(url.host, url.port or {"http": 80, "https": 443}[url.scheme])
        if not self.allow_private:
            _refuse_private(url, addresses)
        return self._first_that_answers(request, addresses)

    def _first_that_answers(self, request: httpx.Request, addresses: list[str]) -> httpx.Response:
        """The Host header and the name on the certificate stay those of the address as given."""
        for address in addresses:
            there = httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": request.url.host},
            )
            try:
                return self.inner.handle_request(there)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if address == addresses[-1]:
                    raise
        raise AssertionError("a host without an address was looked up")

    def close(self) -> None:
        self.inner.close()


def resolve(host: str, port: int) -> list[str]:
    """Every address of a host, each once, in the system's order; httpx.ConnectError where there is none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpx.ConnectError(f"no address of {host} is known: {error}") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _refuse_private(url: httpx.URL, addresses: list[str]) -> None:
    private = [address for address in addresses if not is_public(address)]
    if private:
        do = "If that is meant, allow it with --allow-private."
        raise FetchError(url, expected="a public address", found=f"{url.host} at {private[0]}", do=do)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also where an IPv6 address only wraps another.

    >>> [is_public(a) for a in ("93.184.216.34", "127.0.0.1", "10.1.2.3", "169.254.169.254", "::ffff:127.0.0.1")]
    [True, False, False, False, False]
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if found.version == 6:
        wrapped = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if found in NAT64:
            wrapped = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        found = wrapped or found
    return found.is_global and not (found.is_multicast or found.is_reserved)
