"""A web server on 127.0.0.1 that misbehaves as it is told.

An answer is a list of steps: bytes are sent, a number is a pause in seconds, and an Event or a
Barrier of threading is waited for.
"""
import http.server
import threading
import time

NEVER = threading.Event()


class Server(http.server.ThreadingHTTPServer):
    """Has `files`, {path: bytes}, while its context lasts. With `tls` it speaks HTTPS.

    `answers` is {path: [answer to the first request, to the second, ...]}; the last one is
    repeated. `requests` are the paths that were asked for.
    """

    daemon_threads = True

    def __init__(self, files=None, tls=None):
        super().__init__(("127.0.0.1", 0), _Handler)
        if tls:  # each connection's own thread makes its handshake
            self.socket = tls.wrap_socket(self.socket, True, do_handshake_on_connect=False)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.server_port}/"
        self.answers = {}
        self.requests = []
        self.serve(files or {})

    def serve(self, files):
        """Serve these files, {path: bytes}."""
        self.answers.update({path: [whole(body)] for path, body in files.items()})

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.005}).start()
        return self

    def __exit__(self, *exception):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """Say nothing: the client has gone, as it should, or does not trust us."""


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.lstrip("/")
        self.server.requests.append(path)
        answers = self.server.answers.get(path, [status(404)])
        for step in answers.pop(0) if len(answers) > 1 else answers[0]:
            if isinstance(step, bytes):
                self.wfile.write(step)
            elif isinstance(step, float):
                time.sleep(step)
            else:
                step.wait(60 if step is NEVER else 600)

    def log_message(self, *arguments):
        pass


def status(code, message="Sorry", *headers):
    return ["\r\n".join([f"HTTP/1.1 {code} {message}", *headers, "", ""]).encode("latin-1")]


def whole(body):
    return [*status(200, "OK", f"Content-Length: {len(body)}"), body]


def cut_off(body):
    head, body = whole(body)
    return [head, body[:len(body) // 2]]


def dripping(body):
    """Send a byte every tenth of a second."""
    return [status(200)[0], *[0.1, b"!"] * 600]
