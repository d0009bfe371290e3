"""Attackers. Each is a process, or some, that gives way to everybody else; it says how it fared when it is told to end.

They stand on the same CPUs as the server. Under SCHED_IDLE any other thread takes the CPU from them at once; what the kernel
does for them (a connection over the loopback device is made and ended in the time of whoever asks) still costs.
"""

import errno
import multiprocessing
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

from .wire import request

READY_SECONDS = 20
RAMP_SECONDS = 1
STEP_SECONDS = 0.5
BIND_ADDRESS_NO_PORT = 24
IDLE_PROCESSES = 5
FLOOD_ADDRESSES = 200
HALF_CLOSED_REQUESTS = 600
AT_ONCE = "connected at once"


def give_way():
    os.nice(19)
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def add(total, fared):
    for what, count in fared.items():
        known = total.get(what, 0)
        total[what] = max(known, count) if what == AT_ONCE else known + count


class SlowHttpTest:
    """Debian's slowhttptest in one of its modes, started again whenever it has no connection left."""

    def __init__(self, port, path, mode, connections):
        self._work = tempfile.mkdtemp(prefix="slowhttptest-")
        self._command = [
            "slowhttptest", *mode, "-c", str(connections), "-r", str(connections), "-i", "1", "-l", "60", "-p", "5", "-g",
            "-o", f"{self._work}/report", "-u", f"http://127.0.0.1:{port}{path}"]
        self._process = multiprocessing.Process(target=self._run, daemon=True)
        self._results = multiprocessing.Queue()
        self._process.start()

    def wait(self):
        time.sleep(RAMP_SECONDS)

    def end(self):
        os.kill(self._process.pid, signal.SIGTERM)
        fared = self._results.get(timeout=60)
        self._process.join()
        shutil.rmtree(self._work)
        return fared

    def _run(self):
        # Nothing of the parent's may be in the way of a signal.
        stopped = []
        signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
        give_way()
        fared = {"runs": 0, AT_ONCE: 0}
        while not stopped:
            tool = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while tool.poll() is None and not stopped:
                time.sleep(0.05)
            if tool.poll() is None:
                tool.send_signal(signal.SIGINT)
            tool.wait()
            add(fared, self._read())
        self._results.put(fared)

    def _read(self):
        """Of each second: how many have been closed, are being connected, are connected."""
        try:
            with open(f"{self._work}/report.csv", encoding="ascii") as file:
                rows = [[int(value) for value in line.split(",")] for line in file.readlines()[1:] if line.strip()]
        except OSError:
            return {}
        return {"runs": 1, AT_ONCE: max((row[3] for row in rows), default=0)}


class _Many:
    """Processes that run one function, until they are told to stop, and count."""

    def __init__(self, targets):
        self._stop = multiprocessing.Event()
        self._ready = multiprocessing.Semaphore(0)
        self._results = multiprocessing.Queue()
        self._processes = [multiprocessing.Process(target=self._run, args=target, daemon=True) for target in targets]
        for process in self._processes:
            process.start()

    def wait(self):
        for _ in self._processes:
            self._ready.acquire(timeout=READY_SECONDS)

    def end(self):
        self._stop.set()
        total = {}
        for _ in self._processes:
            add(total, self._results.get(timeout=60))
        for process in self._processes:
            process.join()
        return total

    def _run(self, function, *arguments):
        give_way()
        self._results.put(function(self._stop, self._ready, *arguments))


def _open(port, source):
    connection = socket.socket()
    connection.settimeout(5)
    connection.setsockopt(socket.IPPROTO_IP, BIND_ADDRESS_NO_PORT, 1)
    connection.bind((source, 0))
    connection.connect(("127.0.0.1", port))
    return connection


def _open_many(port, source, count, greetings, shuts_down):
    """So many connections; each says the greeting of its turn, and perhaps that it will say no more."""
    connections, refused = [], 0
    for number in range(count):
        try:
            connection = _open(port, source)
            greeting = greetings[number % len(greetings)]
            if greeting:
                connection.sendall(greeting)
            if shuts_down:
                connection.shutdown(socket.SHUT_WR)
            connections.append(connection)
        except OSError:
            refused += 1
    return connections, refused


def _ended(connection):
    """Whether the server has ended it; what it said is thrown away."""
    try:
        connection.setblocking(False)
        while True:
            if not connection.recv(1 << 16):
                return True
    except BlockingIOError:
        return False
    except OSError:
        return True


def _stay(stop, ready, port, source, count, greetings, drip, shuts_down=False):
    """Opens connections and keeps them, with a byte now and then where there is one to say."""
    connections, refused = _open_many(port, source, count, greetings, shuts_down)
    ready.release()
    while not stop.wait(STEP_SECONDS):
        for connection in connections if drip else ():
            try:
                connection.setblocking(False)
                connection.send(drip)
            except OSError:
                pass
    ended = sum(1 for connection in connections if _ended(connection))
    for connection in connections:
        connection.close()
    return {"opened": len(connections), "not opened": refused, "ended by the server": ended}


def _spread(port, count, network, greetings):
    """From several addresses, each of which has a share."""
    share = count // IDLE_PROCESSES
    return _Many([(_stay, port, f"{network}.{number + 1}", share, greetings, b"") for number in range(IDLE_PROCESSES)])


def idle(port, count):
    """Half of them say nothing at all, half have had an answer."""
    return _spread(port, count, "127.0.2", [b"", request("/small.bin")])


def unfinished(port, count):
    """Each has begun a head, and says no more."""
    return _spread(port, count, "127.0.3", [b"GET /small"])


def half_closed(port, count):
    """Each asks for more than its socket takes, says that it will say no more, and does not read."""
    return _Many([(_stay, port, "127.0.0.1", count, [request("/small.bin") * HALF_CLOSED_REQUESTS], b"", True)])


def slow_body(port, count):
    """A body that goes on, a byte at a time, whatever the server has answered to its head."""
    greeting = request("/small.bin", "POST", ["Content-Length: 60000"])
    return _Many([(_stay, port, "127.0.0.1", count, [greeting], b"a")])


def _ask_for_ranges(stop, ready, port, rate):
    """Requests for as many ranges as fit into a head, and for 16 that reach over the whole file."""
    scattered = ",".join(f"{start}-{start}" for start in range(0, 3000, 2))
    wide = ",".join(f"{start}-90000" for start in range(16))
    fields = [f"Range: bytes={ranges}" for ranges in (scattered, wide)]
    fared = {"range requests": 0}
    ready.release()
    connection = None
    while not stop.wait(1 / rate):
        try:
            connection = connection or _open(port, "127.0.0.1")
            connection.settimeout(5)
            connection.sendall(request("/large.bin", fields=[fields[fared["range requests"] % 2]]))
            while select.select([connection], [], [], 0.01)[0]:
                if not connection.recv(1 << 18):
                    connection = None
                    break
            fared["range requests"] += 1
        except OSError:
            connection = None
    return fared


def ranges(port, rate):
    return _Many([(_ask_for_ranges, port, rate)])


def _flood(stop, ready, port, resets, network):
    """Connects and leaves, as fast as it can."""
    fared = {"opened": 0, "refused": 0, "failed": 0}
    linger = struct.pack("ii", 1, 0)
    ready.release()
    number = 0
    while not stop.is_set():
        number += 1
        try:
            connection = _open(port, f"127.0.{network}.{number % FLOOD_ADDRESSES + 1}")
            if resets:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            connection.close()
            fared["opened"] += 1
        except OSError as failure:
            fared["refused" if failure.errno == errno.ECONNREFUSED else "failed"] += 1
    return fared


def flood(port):
    """One process that closes what it has opened, and one that resets it."""
    return _Many([(_flood, port, False, 3), (_flood, port, True, 4)])
