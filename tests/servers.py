"""A web server on 127.0.0.1 that misbehaves on purpose."""
import contextlib
import hashlib
import http.server
import socket
import ssl
import struct
import sys
import threading
import time

import input_data


class Server(http.server.ThreadingHTTPServer):
    """Answers each path with the behaviours given for it, one a request; the last one stays.

    A behaviour is a function of the request handler. What no behaviour is given for is not found.
    """

    daemon_threads = True

    def __init__(self, tls=None):
        """Make a server of HTTP, or with an `ssl.SSLContext` of HTTPS."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.server_port}/"
        if tls:  # each connection's handshake is then made by its own thread
            self.socket = tls.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False)
        self.behaviours = {}
        self.requests = []  # (path, time) of each
        self.bytes_sent = 0
        self.closing = threading.Event()

    def serve(self, files):
        """Answer with these files, {name: bytes}, as a good server does."""
        for name, body in files.items():
            self.behave(name, whole(body))

    def behave(self, name, *behaviours):
        self.behaviours["/" + name] = list(behaviours)

    def asked_for(self):
        """Return the names that were requested, in order."""
        return [path.lstrip("/") for path, _ in self.requests]

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ssl.SSLError):  # the client does not trust us
            super().handle_error(request, client_address)


class _Handler(http.server.BaseHTTPRequestHandler):

    def do_GET(self):
        path = self.path
        self.server.requests.append((path, time.monotonic()))
        # A request that comes through a proxy names the whole URL.
        behaviours = self.server.behaviours.get("/" + path.rpartition("/")[2], [status(404)])
        behaviour = behaviours.pop(0) if len(behaviours) > 1 else behaviours[0]
        with contextlib.suppress(ConnectionError):  # the client has given up, as it should
            behaviour(self)

    def log_message(self, *args):
        pass

    def start(self, length, code=200, message=None):
        self.send_response(code, message)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()


def whole(body, announce=True):
    def behave(handler):
        handler.start(len(body) if announce else None)
        handler.wfile.write(body)
    return behave


def chunked(body, complete=True):
    """Send the body in chunks of 1000 bytes; without the closing one if it is not complete."""
    def behave(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for start in range(0, len(body), 1000):
            chunk = body[start:start + 1000]
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        if complete:
            handler.wfile.write(b"0\r\n\r\n")
    return behave


def slowly(*pieces, pause):
    """Announce the whole and send it piece by piece, with a pause after each."""
    def behave(handler):
        handler.start(sum(map(len, pieces)))
        for piece in pieces:
            handler.wfile.write(piece)
            if handler.server.closing.wait(pause):
                break
    return behave


def drip(body):
    """Send a byte now and then."""
    return slowly(*(body[place:place + 1] for place in range(len(body))), pause=0.3)


def status(code, message=None):
    return lambda handler: handler.start(0, code, message)


def redirect(location):
    def behave(handler):
        handler.send_response(302)
        handler.send_header("Location", location)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
    return behave


def cut_short(body):
    """Announce the whole body and close after its half."""
    def behave(handler):
        handler.start(len(body))
        handler.wfile.write(body[:len(body) // 2])
    return behave


def stall(body):
    """Send half the body and then nothing, with the connection open."""
    def behave(handler):
        handler.start(len(body))
        handler.wfile.write(body[:len(body) // 2])
        handler.server.closing.wait(60)
    return behave


def silence(handler):
    """Send not even a header."""
    handler.server.closing.wait(60)


def reset(body):
    """Break the connection off after half the body."""
    def behave(handler):
        handler.start(len(body))
        handler.wfile.write(body[:len(body) // 2])
        # Closed without lingering, and before anything shuts it down politely.
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.rfile.close()
        handler.connection.close()
    return behave


def garbage(handler):
    """Speak, but not HTTP."""
    handler.wfile.write(b"220 mail.example.org ready\r\n")


def endless(beginning, announced=None):
    """Send `beginning`, and zeros for as long as somebody listens."""
    def behave(handler):
        handler.start(announced)
        handler.wfile.write(beginning)
        while not handler.server.closing.is_set():
            handler.wfile.write(bytes(2**16))
            handler.server.bytes_sent += 2**16
    return behave


def make_official(monkeypatch, files, *servers):
    """Let MIRRORS be these servers and hold these files, {name: bytes}: no test needs MNIST."""
    for name, body in files.items():
        monkeypatch.setitem(
            input_data.OFFICIAL_FILES, name, (len(body), hashlib.sha256(body).hexdigest()))
    monkeypatch.setattr(input_data, "MIRRORS", [server.url for server in servers])


@contextlib.contextmanager
def running_server(tls=None):
    server = Server(tls)
    thread = threading.Thread(target=server.serve_forever, args=(0.005,))
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
