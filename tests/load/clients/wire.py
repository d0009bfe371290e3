"""A client that says what it is told, and reads what the framing promises."""

import socket

TIMEOUT_SECONDS = 60


class Closed(Exception):
    """The connection ended before the response did."""


class Response:
    def __init__(self, status, fields, body):
        self.status = status
        self.fields = fields
        self.body = body

    def field(self, name):
        return self.fields.get(name, "")


class Connection:
    def __init__(self, port, source="127.0.0.1", receive_buffer=0):
        self.socket = socket.socket()
        self.socket.settimeout(TIMEOUT_SECONDS)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if source != "127.0.0.1":
            self.socket.bind((source, 0))
        self.socket.connect(("127.0.0.1", port))
        self._rest = b""

    def send(self, data):
        self.socket.sendall(data)

    def ask(self, target, method="GET", fields=()):
        self.send(request(target, method, fields))
        return self.read(method)

    def read(self, method="GET"):
        while b"\r\n\r\n" not in self._rest:
            self._fill()
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        if not lines[0].startswith("HTTP/1.1 "):
            raise ValueError(f"no status line: {lines[0]}")
        fields = dict(line.split(": ", 1) for line in lines[1:])
        status = int(lines[0][9:12])
        length = 0 if method == "HEAD" or status in (204, 304) else int(fields["Content-Length"])
        return Response(status, fields, self._take(length))

    def close(self):
        self.socket.close()

    def _take(self, length):
        body = bytearray(self._rest[:length])
        self._rest = self._rest[length:]
        while len(body) < length:
            piece = self.socket.recv(min(1 << 20, length - len(body)))
            if not piece:
                raise Closed(f"after {len(body)} of {length} bytes of a body")
            body += piece
        return bytes(body)

    def _fill(self):
        piece = self.socket.recv(65536)
        if not piece:
            raise Closed(f"after {len(self._rest)} bytes of a head")
        self._rest += piece


def request(target, method="GET", fields=()):
    lines = "".join(f"{line}\r\n" for line in fields)
    return f"{method} {target} HTTP/1.1\r\nHost: soak\r\n{lines}\r\n".encode("latin-1")
