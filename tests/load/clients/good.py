"""Good clients: each byte of each response is held against the versions of its file; one tag never names two bodies."""

import gzip
import json
import random
import threading
import time

from . import site
from .wire import Connection, request

WRONG_MAX = 20


class GoodClient(threading.Thread):
    """Asks for anything in any way, one request after the other, until it is told to stop."""

    def __init__(self, port, seed, content, stop, pause):
        super().__init__(daemon=True)
        self._port = port
        self._dice = random.Random(seed)
        self._content = content
        self._stopped = stop
        self._pause = pause
        self._tags = {}
        self._connection = None
        self._siblings = {(name, coding): [site.coded(known, coding) for known in content[name]]
                          for name in site.CODED for coding in site.CODINGS}
        self.counts = {}
        self.bytes = 0
        self.wrong = []

    def run(self):
        kinds = [self._whole] * 6 + [self._range] * 3 + [self._head, self._ranges, self._condition, self._condition,
                                                         self._coded, self._coded, self._list, self._missing,
                                                         self._redirect, self._pipeline, self._half_closed]
        while not self._stopped.is_set() and len(self.wrong) < WRONG_MAX:
            kind = self._dice.choice(kinds)
            try:
                kind()
            except Exception as failure:  # Whatever a good client does not expect is wrong.
                self._fail(f"{kind.__name__}: {type(failure).__name__}: {failure}")
                self._leave()
            time.sleep(self._dice.uniform(0, self._pause))
        self._leave()

    def _ask(self, target, method="GET", fields=(), what=None):
        closes = self._dice.random() < 0.2
        if self._connection is None:
            self._connection = Connection(self._port)
        response = self._connection.ask(target, method, [*fields, *(["Connection: close"] if closes else [])])
        self._count(what or method.lower())
        self.bytes += len(response.body)
        if closes != (response.field("Connection") == "close"):
            self._fail(f"{target}: a connection that should {'end' if closes else 'go on'}")
        if closes:
            if self._connection.socket.recv(1):
                self._fail(f"{target}: bytes behind the last response")
            self._leave()
        return response

    def _leave(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def _fail(self, what):
        self.wrong.append(f"{time.strftime('%T')} {what}")

    def _expect(self, condition, what, response):
        if not condition:
            self._fail(f"{what}: {response.status}, {len(response.body)} bytes, {response.fields}")

    def _pick(self):
        # A huge file takes as long as a thousand others.
        return self._dice.choice([name for name in site.LENGTHS if name != "huge.bin" or self._dice.random() < 0.05])

    def _judge(self, name, response, versions, coding=""):
        self._expect(response.status == 200 and response.body in versions, f"{name} {coding}", response)
        tag = response.field("ETag")
        if tag.startswith('"') and response.body:
            known = self._tags.setdefault((name, coding, tag), hash(response.body))
            self._expect(known == hash(response.body), f"{name}: {tag} names two bodies", response)

    def _whole(self):
        name = self._pick()
        self._judge(name, self._ask(f"/{name}"), self._content[name])

    def _head(self):
        name = self._pick()
        response = self._ask(f"/{name}", "HEAD")
        lengths = [str(len(known)) for known in self._content[name]]
        self._expect(response.status == 200 and response.field("Content-Length") in lengths, f"HEAD {name}", response)

    def _range(self):
        name = self._pick()
        start = self._dice.randrange(200_000 if self._dice.random() < 0.5 else 2_000)
        end = start + self._dice.randrange(300_000)
        suffix = self._dice.random() < 0.2
        field = f"bytes=-{end}" if suffix else f"bytes={start}-{end}"
        response = self._ask(f"/{name}", fields=[f"Range: {field}"], what="range")
        right = False
        for known in self._content[name]:
            first = max(0, len(known) - end) if suffix else start
            last = len(known) if suffix else min(len(known), end + 1)
            if first < last:
                said = f"bytes {first}-{last - 1}/{len(known)}"
                right |= (response.status == 206 and response.field("Content-Range") == said
                          and response.body == known[first:last])
            else:
                # No byte of an empty file has a place that Content-Range could name.
                right |= response.status == (200 if suffix and end else 416)
        self._expect(right, f"{name} {field}", response)

    def _ranges(self):
        name = self._dice.choice(["medium.bin", "large.bin", "change-large.bin", "change-full.bin"])
        response = self._ask(f"/{name}", fields=["Range: bytes=0-99,9000-9999,-500"], what="several ranges")
        kind, _, boundary = response.field("Content-Type").partition("; boundary=")
        self._expect(response.status == 206 and kind == "multipart/byteranges", f"{name}, parts", response)
        parts = [part.partition(b"\r\n\r\n")[2] for part in (b"\r\n" + response.body).split(f"\r\n--{boundary}".encode())]
        sent = parts[1:-1]
        expected = [[known[:100], known[9000:10000], known[-500:]] for known in self._content[name]]
        self._expect(sent in expected, f"{name}, bytes of parts", response)

    def _condition(self):
        name = self._pick()
        tag = self._ask(f"/{name}", "HEAD").field("ETag")
        if self._dice.random() < 0.5:
            response = self._ask(f"/{name}", fields=[f"If-None-Match: {tag}"], what="condition")
            if response.status == 304 and response.field("ETag") in (tag, tag.removeprefix("W/")):
                return
        else:
            response = self._ask(f"/{name}", fields=["Range: bytes=1-9", f"If-Range: {tag}"], what="condition")
            if response.status == 206 and response.body in [known[1:10] for known in self._content[name]]:
                return
            if response.status == 416 and len(self._content[name][0]) <= 1:
                return
        # It has changed since, or its tag was a weak one.
        self._expect(name in site.CHANGING or tag.startswith("W/"), f"{name}, condition {tag}", response)
        self._judge(name, response, self._content[name])

    def _coded(self):
        name = self._dice.choice(site.CODED)
        coding = self._dice.choice(list(site.CODINGS))
        response = self._ask(f"/{name}", fields=[f"Accept-Encoding: {coding}"], what="coded")
        given = response.field("Content-Encoding")
        self._expect(response.field("Vary") == "Accept-Encoding", f"{name}, Vary", response)
        if not given and name in site.CHANGING:
            # Its sibling is older than it is for a moment.
            self._judge(name, response, self._content[name])
            return
        self._expect(given == coding, f"{name}, {coding}", response)
        self._judge(name, response, self._siblings[name, coding], coding)
        if coding == "gzip":
            self._expect(gzip.decompress(response.body) in self._content[name], f"{name}, decoded", response)

    def _list(self):
        response = self._ask("/list/?format=json", what="listing")
        names = [entry["name"] for entry in json.loads(response.body)["entries"]] if response.status == 200 else []
        self._expect(sorted(names) == site.LISTED, "listing", response)

    def _missing(self):
        response = self._ask(f"/nothing-{self._dice.randrange(100_000)}", what="missing")
        self._expect(response.status == 404 and b"<h1>404</h1>" in response.body, "missing", response)

    def _redirect(self):
        response = self._ask("/list", what="redirect")
        self._expect(response.status == 308 and response.field("Location") == "/list/", "redirect", response)

    def _pipeline(self):
        names = [self._pick() for _ in range(5)]
        if self._connection is None:
            self._connection = Connection(self._port)
        self._connection.send(b"".join(request(f"/{name}") for name in names))
        for name in names:
            response = self._connection.read()
            self._count("pipelined")
            self.bytes += len(response.body)
            self._judge(name, response, self._content[name])

    def _half_closed(self):
        name = self._pick()
        connection = Connection(self._port)
        connection.send(request(f"/{name}"))
        connection.socket.shutdown(1)
        response = connection.read()
        self._count("half closed")
        self._judge(name, response, self._content[name])
        self._expect(connection.socket.recv(1) == b"", f"{name}, end behind a half-closed connection", response)
        connection.close()


def run(port, seed, threads, pause, stop, results):
    """A process of good clients."""
    content = site.versions()
    clients = [GoodClient(port, f"{seed} {number}", content, stop, pause) for number in range(threads)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    counts = {}
    for client in clients:
        for what, count in client.counts.items():
            counts[what] = counts.get(what, 0) + count
    results.put((counts, sum(client.bytes for client in clients), [wrong for client in clients for wrong in client.wrong]))
