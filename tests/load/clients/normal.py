"""A normal client: so many requests a second, each byte of each answer compared, and the time that each took.

A request has a moment at which it is due. Its time counts from that moment, not from when the client got round to it: an
answer that hangs makes those behind it late, and they say so.
"""

import gc
import time

from .wire import Closed, Connection

KEPT_CONNECTIONS = 8


class Sample:
    """What one look at the server gave: seconds per request, of connections that are kept and of new ones; and by how much the
    client itself woke up late, which is the machine's doing."""

    def __init__(self):
        self.kept = []
        self.new = []
        self.late = []
        self.statuses = {}
        self.wrong = []

    @property
    def all(self):
        return self.kept + self.new


def percentile(times, share):
    """The smallest time that so large a share of all is not above."""
    ordered = sorted(times)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)] if ordered else float("nan")


class NormalClient:
    def __init__(self, port, source, content, rate):
        self._port = port
        self._source = source
        self._content = list(content.items())
        self._rate = rate

    def measure(self, seconds):
        """Asks on kept and on new connections in turn, for each file in turn."""
        sample = Sample()
        kept = [None] * KEPT_CONNECTIONS
        gc.collect()
        gc.disable()
        start = time.perf_counter()
        for number in range(int(seconds * self._rate)):
            due = start + number / self._rate
            rest = due - time.perf_counter()
            if rest > 0:
                time.sleep(rest)
                sample.late.append(time.perf_counter() - due)
            name, body = self._content[number // 2 % len(self._content)]
            try:
                if number % 2 == 0:
                    place = number // 2 % KEPT_CONNECTIONS
                    # The first on each is not a request on a connection that was there.
                    is_first = kept[place] is None
                    kept[place] = kept[place] or self._connect()
                    self._judge(sample, name, body, kept[place].ask(f"/{name}"))
                    (sample.new if is_first else sample.kept).append(time.perf_counter() - due)
                else:
                    connection = self._connect()
                    self._judge(sample, name, body, connection.ask(f"/{name}", fields=["Connection: close"]))
                    sample.new.append(time.perf_counter() - due)
                    if connection.socket.recv(1):
                        sample.wrong.append(f"/{name}: bytes behind the last response")
                    connection.close()
            except (OSError, ValueError, Closed) as failure:
                sample.wrong.append(f"/{name}: {type(failure).__name__}: {failure}")
                kept = [None] * KEPT_CONNECTIONS
        gc.enable()
        for connection in kept:
            if connection is not None:
                connection.close()
        return sample

    def _connect(self):
        return Connection(self._port, self._source)

    @staticmethod
    def _judge(sample, name, body, response):
        sample.statuses[response.status] = sample.statuses.get(response.status, 0) + 1
        if response.status != 200 or response.body != body:
            sample.wrong.append(f"/{name}: {response.status}, {len(response.body)} bytes")
