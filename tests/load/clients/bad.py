"""Slow and hostile clients. They judge nothing but that no file from outside the root comes back."""

import random
import socket
import struct
import threading
import time

from .wire import Connection, request

STEP_SECONDS = 0.5

PATHS = ["/../../../../etc/passwd", "/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2f..%2fetc/passwd", "//etc/passwd",
         "/list/../../../etc/passwd", "/%00", "/list%2f01.txt", "/.hidden", "/" + "a/" * 2000, "/" + "%41" * 2000, "*",
         "/small.bin%00.txt", "/\\..\\..\\etc\\passwd", "http://soak/../../etc/passwd"]
GARBAGE = [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(200)), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
           b"GET / HTTP/9.9\r\n\r\n", b"GET /\r\n\r\n", b"\r\n" * 3000, b"G" * 20_000, b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
           b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
           b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 500 + b"\r\n", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"]


class Crowd(threading.Thread):
    """So many connections of one kind; one that has ended is replaced."""

    def __init__(self, port, stop, count, greeting, step, receive_buffer=0):
        super().__init__(daemon=True)
        self._port = port
        self._stopped = stop
        self._count = count
        self._greeting = greeting
        self._step = step
        self._receive_buffer = receive_buffer
        self.ended = 0
        self.wrong = []

    def run(self):
        connections = []
        while not self._stopped.is_set():
            while len(connections) < self._count and not self._stopped.is_set():
                try:
                    connection = Connection(self._port, receive_buffer=self._receive_buffer)
                    connection.send(self._greeting)
                    connection.socket.setblocking(False)
                    connections.append(connection)
                except OSError:
                    break
            connections = [connection for connection in connections if self._goes_on(connection)]
            self._stopped.wait(STEP_SECONDS)
        for connection in connections:
            connection.close()

    def _goes_on(self, connection):
        try:
            if self._step(connection.socket):
                return True
        except BlockingIOError:
            return True
        except OSError:
            pass
        connection.close()
        self.ended += 1
        return False


def _silent(connection):
    return connection.recv(4096) != b""


def _say_a_byte(connection):
    try:
        if connection.recv(4096) == b"":
            return False
    except BlockingIOError:
        pass
    return connection.send(b"a") > 0


def _read_a_little(connection):
    return connection.recv(100) != b""


def _never_read(connection):
    # A send finds out whether the server has ended it; a blank line is no request.
    return connection.send(b"\r\n") > 0


class Vandal(threading.Thread):
    """One connection after the other, each with another evil."""

    def __init__(self, port, seed, stop):
        super().__init__(daemon=True)
        self._port = port
        self._dice = random.Random(seed)
        self._stopped = stop
        self.ended = 0
        self.wrong = []

    def run(self):
        kinds = [self._reset, self._garbage, self._path, self._ranges, self._pipeline, self._leave]
        while not self._stopped.is_set():
            try:
                connection = Connection(self._port)
                connection.socket.settimeout(20)
                self._dice.choice(kinds)(connection)
                connection.close()
            except OSError:
                pass
            self.ended += 1
            time.sleep(self._dice.uniform(0, 0.05))

    def _read_to_end(self, connection, most=1 << 20):
        received = b""
        while len(received) < most:
            piece = connection.socket.recv(65536)
            if not piece:
                break
            received += piece
        if b"root:x:" in received:
            self.wrong.append(f"a file from outside the root: {received[:300]}")
        return received

    def _reset(self, connection):
        connection.send(request(self._dice.choice(["/huge.bin", "/large.bin", "/small.bin", "/nothing"])))
        connection.socket.recv(self._dice.choice([1, 100, 100_000]))
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _garbage(self, connection):
        connection.send(self._dice.choice([*GARBAGE, self._dice.randbytes(self._dice.randrange(1, 5_000))]))
        connection.socket.shutdown(socket.SHUT_WR)
        self._read_to_end(connection)

    def _path(self, connection):
        connection.send(request(self._dice.choice(PATHS), fields=["Connection: close"]))
        self._read_to_end(connection)

    def _ranges(self, connection):
        ranges = ",".join(f"{start}-{start + self._dice.randrange(1, 9)}" for start in range(0, 6_000, self._dice.choice([4, 100])))
        connection.send(request("/large.bin", fields=[f"Range: bytes={ranges}", "Connection: close"]))
        self._read_to_end(connection, most=1 << 16)

    def _pipeline(self, connection):
        connection.send(request(self._dice.choice(["/small.bin", "/medium.bin", "/nothing"])) * self._dice.randrange(100, 300))
        self._read_to_end(connection, most=self._dice.choice([1, 50_000, 2_000_000]))

    def _leave(self, connection):
        connection.send(request("/large.bin")[: self._dice.randrange(1, 40)])


def run(port, seed, stop, results):
    """A process of bad clients."""
    slow_head = b"GET / HTTP/1.1\r\nHost: soak\r\nX-Slow: "
    slow_body = b"POST / HTTP/1.1\r\nHost: soak\r\nContent-Length: 60000\r\n\r\n"
    crowds = [
        Crowd(port, stop, 40, b"", _silent),
        Crowd(port, stop, 20, request("/small.bin"), _silent),
        Crowd(port, stop, 30, slow_head, _say_a_byte),
        Crowd(port, stop, 30, slow_body, _say_a_byte),
        Crowd(port, stop, 30, request("/huge.bin"), _read_a_little, receive_buffer=4096),
        Crowd(port, stop, 10, request("/huge.bin"), _never_read, receive_buffer=4096),
    ]
    clients = crowds + [Vandal(port, f"{seed} {number}", stop) for number in range(3)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    results.put(({"ended": sum(client.ended for client in clients)}, 0,
                 [wrong for client in clients for wrong in client.wrong]))
