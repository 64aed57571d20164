"""A web server on this machine's loopback: each path has an answer, and every request is written down."""

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Site:
    """`site[path]` = (status, headers, body), or a list of such answers: one a request, the last one for good."""

    def __init__(self, address):
        self.address, self.pages, self.asked = address, {}, []

    def __setitem__(self, path, answers):
        self.pages[path] = list(answers) if isinstance(answers, list) else [answers]

    def url(self, path):
        return self.address + path

    def answer(self, path):
        answers = self.pages.get(path, [(404, {}, b"nothing here")])
        return answers.pop(0) if len(answers) > 1 else answers[0]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        site = self.server.site
        site.asked.append((self.path, dict(self.headers)))
        status, headers, body = site.answer(self.path)
        if status is None:  # hang up without a word
            self.close_connection = True
            return
        whole = isinstance(body, bytes)
        self.send_response(status)
        length = {"Content-Length": str(len(body))} if whole else {"Connection": "close"}
        for name, value in (length | headers).items():
            self.send_header(name, value)
        self.end_headers()
        for part in [body] if whole else body():
            self.wfile.write(part)
            self.wfile.flush()

    def log_message(self, *_):
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that leaves in the middle is what several tests are about."""


@contextmanager
def serving():
    server = _Server(("127.0.0.1", 0), _Handler)
    server.site = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.site
    finally:
        server.shutdown()
        server.server_close()


def drops(part, count, pause):
    """A body that comes drop by drop."""

    def body():
        for _ in range(count):
            yield part
            time.sleep(pause)

    return body
