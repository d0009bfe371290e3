"""What the servers are asked for."""

import itertools

from . import content

_numbers = itertools.count()


class Workload:
    """One kind of load. `kind` says how it is measured: requests, large, start, idle, stalled, cold or
    docroot."""

    def __init__(self, name, title, connections, path="/1k.bin", status=200, kind="requests", close=False, mode=None,
                 conditional=False, share=1.0, site=None):
        self.name, self.title, self.connections = name, title, connections
        self.path, self.status, self.kind = path, status, kind
        self.close, self.mode, self.conditional = close, mode, conditional
        # Of the server's CPUs: what it may use of them.
        self.share = share
        # Where the paths are from. Those of the encoded site are asked for with `Accept-Encoding`.
        self.site = site

    @property
    def is_encoded(self):
        return self.site == content.ENCODED

    def headers(self, entity_tag):
        headers = []
        if self.close:
            headers.append("Connection: close")
        if self.conditional:
            headers.append(f"If-None-Match: {entity_tag}")
        if self.is_encoded:
            headers.append("Accept-Encoding: gzip, br")
        return headers

    def script_arguments(self, root):
        if self.mode == "paths":
            return ["paths", content.requests_file(root, self.site)]
        if self.mode == "names":
            # A new prefix for each run: no server has seen any of these names.
            return ["names", f"none-{next(_numbers)}"]
        return []


def _plural(connections):
    return f"{connections:,} connection" + ("s" if connections > 1 else "")


def _kept_alive():
    for size, title in (("1k", "1 KiB"), ("10k", "10 KiB"), ("100k", "100 KiB")):
        for connections in (1, 64, 256, 1000):
            yield Workload(f"{size}-{connections}", f"{title}, keep-alive, {_plural(connections)}", connections,
                           f"/{size}.bin")


def _limited():
    """With a whole CPU, wrk on another one is the limit, and the server sleeps and wakes for every few requests."""
    for connections in (64, 256):
        yield Workload(f"limited-{connections}", f"1 KiB, {_plural(connections)}, half of a CPU for the server",
                       connections, share=0.5)


def _large():
    for size, title in (("1m", "1 MiB"), ("100m", "100 MiB")):
        for connections in (1, 16):
            yield Workload(f"{size}-{connections}", f"{title}, {_plural(connections)}", connections, f"/{size}.bin",
                           kind="large")


ALL = [
    *_kept_alive(),
    *_limited(),
    Workload("site", f"Mixed site, {content.SITE_FILES:,} files of 0.5–300 KiB, Zipf, 64 connections", 64,
             mode="paths", site=content.SITE),
    Workload("encoded", "The same with a .gz beside each file, asked for with Accept-Encoding, 64 connections", 64,
             "/encoded/page.html", mode="paths", site=content.ENCODED),
    Workload("close", "1 KiB, connection per request, 64 at a time", 64, close=True),
    *_large(),
    Workload("404-new", "404 of ever new names, 64 connections", 64, "/none", 404, mode="names"),
    Workload("404-known", "404 of one name, 64 connections", 64, "/none", 404),
    Workload("304", "304 to If-None-Match, 64 connections", 64, status=304, conditional=True),
    Workload("idle", "1 KiB, 64 busy connections beside 10,000 idle ones", 64, kind="idle"),
    Workload("stalled", "1 KiB, 64 busy connections beside 1,000 clients that do not read what they asked for", 64,
             kind="stalled"),
    Workload("cold", "1 KiB, 64 connections, while 32 clients read cold files from a disk of 10 MB/s", 64,
             kind="cold"),
    Workload("start", "Start to first response", 1, kind="start"),
    Workload("docroot", "Start to first response with 1,000,000 files, and with ten", 1, kind="docroot"),
]
BY_NAME = {workload.name: workload for workload in ALL}


def select(names):
    """Full names, or the part before the dash: `1k` is all of 1k-1, 1k-64, 1k-256 and 1k-1000."""
    chosen = []
    for name in names:
        found = [workload for workload in ALL if name in (workload.name, workload.name.split("-")[0])]
        if not found:
            raise SystemExit(f"no workload {name}; there are: {' '.join(BY_NAME)}")
        chosen += [workload for workload in found if workload not in chosen]
    return chosen or ALL
