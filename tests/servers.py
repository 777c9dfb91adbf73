"""A web server on 127.0.0.1 that misbehaves on purpose."""
import contextlib
import gzip
import hashlib
import http.server
import socket
import struct
import threading

import input_data


class Server(http.server.ThreadingHTTPServer):
    """Answers a path, or a name in any folder, with its behaviours, one a request; the last stays.

    A behaviour is a function of the request handler. What no behaviour is given for is not found.
    With an `ssl.SSLContext` it speaks HTTPS.
    """

    daemon_threads = True

    def __init__(self, tls=None):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.server_port}/"
        if tls:  # each connection's handshake is then made by its own thread
            self.socket = tls.wrap_socket(self.socket, True, do_handshake_on_connect=False)
        self.behaviours = {}
        self.requests = []  # their paths
        self.closing = threading.Event()

    def serve(self, files):
        """Answer with these files, {name: bytes}, as a good server does."""
        self.behaviours.update((name, [whole(body)]) for name, body in files.items())

    def behave(self, name, *behaviours):
        self.behaviours[name] = list(behaviours)

    def handle_error(self, request, client_address):
        """Say nothing: the client has given up, as it should, or does not trust us."""


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.lstrip("/")  # through a proxy it is the whole URL
        self.server.requests.append(path)
        name = path.rpartition("/")[2]
        left = self.server.behaviours.get(path, self.server.behaviours.get(name, [status(404)]))
        behaviour = left.pop(0) if len(left) > 1 else left[0]
        behaviour(self)

    def log_message(self, *args):
        pass


def raw(answer):
    return lambda handler: handler.wfile.write(answer)


def status(code, message="Sorry", *headers):
    return raw("\r\n".join([f"HTTP/1.1 {code} {message}", *headers, "", ""]).encode("latin-1"))


def redirect(location):
    return status(302, "Elsewhere", f"Location: {location}")


def slowly(*pieces, pause, announced=None):
    """Announce the whole and send it piece by piece, with a pause after each."""
    def behave(handler):
        status(200, "OK", f"Content-Length: {announced or sum(map(len, pieces))}")(handler)
        for piece in pieces:
            handler.wfile.write(piece)
            if handler.server.closing.wait(pause):
                break
    return behave


def whole(body):
    return slowly(body, pause=0)


def stall(body):
    """Send half the body, and the rest only to somebody who waits for ten minutes."""
    return slowly(body[:len(body) // 2], body[len(body) // 2:], pause=600)


def chunked(body, end=b"0\r\n\r\n"):
    """Send the body in chunks of 1000 bytes, and what tells that it ends there."""
    chunks = (body[start:start + 1000] for start in range(0, len(body), 1000))
    return raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(
        b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + end)


def reset(body):
    """Break the connection off after half the body."""
    def behave(handler):
        slowly(body[:len(body) // 2], pause=0, announced=len(body))(handler)
        # Closed without lingering, before anything shuts it down politely.
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.rfile.close()
        handler.connection.close()
    return behave


def make_official(monkeypatch, files, *servers):
    """Let MIRRORS be these servers and hold these files, {name: bytes}: no test needs MNIST."""
    for name, body in files.items():
        sha256 = hashlib.sha256(gzip.decompress(body)).hexdigest()
        monkeypatch.setitem(input_data.MNIST_SHA256, name[:-len(".gz")], sha256)
    monkeypatch.setattr(input_data, "MIRRORS", [server.url for server in servers])


@contextlib.contextmanager
def running_server(tls=None):
    server = Server(tls)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}).start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
