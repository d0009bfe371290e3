"""Clients that pull files from a server that is killed or replaced under them, and judge every byte that came."""

import random
import socket
import threading
import time

from clients import site
from clients.wire import TIMEOUT_SECONDS, request

# Those that nobody changes; the long ones are cut in their midst.
NAMES = ["empty.bin", "one.bin", "small.bin", "medium.bin", "full.bin", "spliced.bin", "copied.bin", "large.bin", "huge.bin"]
WEIGHTS = [1, 1, 8, 8, 8, 8, 8, 4, 1]
REFUSED_PAUSE_SECONDS = 0.02
WRONG_MAX = 20


class Puller(threading.Thread):
    """Asks on a connection that it keeps, or on one for each request, until it is told to stop."""

    def __init__(self, port, seed, content, stop, answers):
        super().__init__(daemon=True)
        self._port = port
        self._dice = random.Random(seed)
        self._content = content
        self._told = stop
        self._answers = answers
        self._keeps = self._dice.random() < 0.5
        self.counts = {"whole": 0, "cut": 0, "refused": 0, "ended before an answer": 0, "bytes": 0}
        self.wrong = []
        self.failed = []

    def run(self):
        while not self._told.is_set():
            try:
                connection = socket.create_connection(("127.0.0.1", self._port), TIMEOUT_SECONDS)
            except OSError as error:
                self._fail("refused", f"connect: {error}")
                time.sleep(REFUSED_PAUSE_SECONDS)
                continue
            with connection:
                while self._pull(connection) and not self._told.is_set():
                    pass

    def _pull(self, connection):
        """One request, and whether the connection goes on."""
        name = self._dice.choices(NAMES, WEIGHTS)[0]
        expected = self._content[name][0]
        head, body = b"", b""
        try:
            connection.sendall(request(f"/{name}", fields=[] if self._keeps else ["Connection: close"]))
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65536)
                if not piece:
                    raise ConnectionError("the connection ended")
                head += piece
            head, _, body = head.partition(b"\r\n\r\n")
            body = bytearray(body)
            while len(body) < len(expected):
                piece = connection.recv(1 << 18)
                if not piece:
                    raise ConnectionError("the connection ended")
                body += piece
        except OSError as error:
            self._judge_cut(name, head, body, expected, error)
            return False
        self.counts["bytes"] += len(body)
        if not head.startswith(b"HTTP/1.1 200 ") or body != expected:
            self._note(f"{name}: {bytes(head[:80])!r} and {len(body)} bytes of which some are wrong")
            return False
        self.counts["whole"] += 1
        with self._answers.get_lock():
            self._answers.value += 1
        return b"\r\nConnection: close" not in head

    def _judge_cut(self, name, head, body, expected, error):
        """What came of a response that was cut is the beginning of the right one."""
        self.counts["bytes"] += len(body)
        start = b"HTTP/1.1 200 "
        if head[:len(start)] != start[:len(head)] or body != expected[:len(body)]:
            self._note(f"{name}, cut: {bytes(head[:80])!r} and {len(body)} bytes of which some are wrong")
        what = "cut" if head else "ended before an answer"
        self._fail(what, f"{name} after {len(body)} of {len(expected)} bytes: {error}")

    def _note(self, line):
        if len(self.wrong) < WRONG_MAX:
            self.wrong.append(line)

    def _fail(self, what, line):
        self.counts[what] += 1
        if len(self.failed) < WRONG_MAX:
            self.failed.append(line)


def run(port, seed, threads, stop, answers, results):
    """A process of them."""
    content = site.versions()
    pullers = [Puller(port, f"{seed} {number}", content, stop, answers) for number in range(threads)]
    for puller in pullers:
        puller.start()
    for puller in pullers:
        puller.join()
    counts = {what: sum(puller.counts[what] for puller in pullers) for what in pullers[0].counts}
    results.put((counts, [line for puller in pullers for line in puller.wrong],
                 [line for puller in pullers for line in puller.failed]))
