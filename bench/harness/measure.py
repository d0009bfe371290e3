"""Measures one workload: starts the servers, warms each, then runs them in turn, A B C A B C."""

import contextlib
import hashlib
import http.client
import os
import re
import sys
import time

from . import load, processes, profile, special
from .servers import Running


class Setting:
    """What stays the same over all workloads."""

    def __init__(self, machine, directory, root, workers, runs, seconds, warm_seconds, strace, profile, throttle,
                 docroots, quota):
        self.machine, self.directory, self.root, self.workers = machine, directory, root, workers
        self.runs, self.seconds, self.warm_seconds = runs, seconds, warm_seconds
        self.strace, self.profile, self.throttle, self.docroots = strace, profile, throttle, docroots
        self.quota = quota


class Contender:
    """One server in one workload, with what was measured of it so far."""

    def __init__(self, server, running, root):
        self.server, self.running, self.root = server, running, root
        self.rounds = {}
        self.failure = None
        self.totals = {}
        self.entity_tag = None
        self.command = ""
        self.load_command = ""

    def result(self):
        return {"title": self.server.title, "rounds": self.rounds, "failure": self.failure, **self.totals,
                "command": self.command, "load": self.load_command}


def workload_results(workload, servers, setting):
    """The results of every server, by name, as they are written to the raw file."""
    if workload.kind == "start":
        return special.start_to_first_response(servers, setting)
    if workload.kind == "docroot":
        return special.start_with_many_files(servers, setting, *setting.docroots)
    cgroup, root = None, setting.root
    if workload.kind == "cold":
        cgroup, root = setting.throttle.cgroup, setting.throttle.root
    if workload.share < 1:
        cgroup = setting.quota.cgroup
    contenders = []
    with contextlib.ExitStack() as stack:
        for server in servers:
            directory = os.path.join(setting.directory, workload.name, server.name)
            running = Running(server, directory, root, setting.machine.cpus_of(server), setting.workers, cgroup)
            contender = Contender(server, running, root)
            contenders.append(contender)
            with _failing(contender, workload):
                stack.enter_context(running)
                running.wait("/1k.bin")
                contender.entity_tag = probe(running, workload, root)
                _warm(contender, workload, setting)
        for round_number in range(setting.runs):
            for contender in contenders:
                if contender.failure is None:
                    with _failing(contender, workload):
                        figures = _measure(contender, workload, setting)
                        contender.rounds[str(round_number)] = figures
                        _tell(workload, contender, round_number, figures)
        for contender in contenders:
            if contender.failure is None:
                with _failing(contender, workload):
                    _finish(contender, workload, setting)
    return {contender.server.name: contender.result() for contender in contenders}


@contextlib.contextmanager
def _failing(contender, workload):
    """A server that fails is left out of the rest of this workload, and the results say so."""
    try:
        yield
    except (RuntimeError, OSError, http.client.HTTPException) as exception:
        process = getattr(contender.running, "process", None)
        ended = process is not None and process.poll() is not None
        # Results name no temporary directories, which a log may.
        text = re.sub(r"/\S*/chainserve-bench-\w+", "$W", str(exception))
        contender.failure = text + (f" (the server ended with {process.returncode})" if ended else "")
        print(f"  {workload.name}: {contender.server.title} FAILED: {contender.failure}", file=sys.stderr)
        if process is not None:
            contender.running.stop()


def probe(running, workload, root):
    """Checks status and body before anything is measured, and returns the entity tag of the file."""
    client = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)

    def get(path, headers):
        client.request("GET", path, headers=headers)
        response = client.getresponse()
        digest = hashlib.sha256()
        while part := response.read(1 << 20):
            digest.update(part)
        return response, digest.digest()

    headers = dict(header.split(": ") for header in workload.headers("")) if workload.is_encoded else {}
    response, digest = get("/1k.bin" if workload.status != 200 else workload.path, headers)
    tag = response.getheader("ETag")
    if workload.status == 200:
        with open(root + workload.path + (".gz" if workload.is_encoded else ""), "rb") as file:
            expected = hashlib.file_digest(file, "sha256").digest()
        if response.status != 200 or digest != expected:
            raise RuntimeError(f"{workload.path} gave {response.status} or another body")
    else:
        response, _ = get(workload.path, {"If-None-Match": tag or ""} if workload.conditional else {})
        if response.status != workload.status:
            raise RuntimeError(f"{workload.path} gave {response.status}, not {workload.status}")
    client.close()
    return tag


def _warm(contender, workload, setting):
    machine, running = setting.machine, contender.running
    load.run(machine, workload, running, setting.warm_seconds, contender.entity_tag, contender.root)
    contender.command = " ".join(running.command)
    words = load.command(machine, workload, running, setting.seconds, contender.entity_tag, contender.root)
    contender.load_command = " ".join(f"'{word}'" if " " in word else word for word in words)


def _measure(contender, workload, setting):
    arguments = (setting.machine, workload, contender.running, setting.seconds, contender.entity_tag, contender.root)
    if workload.kind == "idle":
        return special.beside_idle_connections(*arguments)
    if workload.kind == "stalled":
        return special.beside_stalled_clients(*arguments)
    if workload.kind == "cold":
        return special.beside_cold_reads(*arguments, setting.throttle)
    return load.run(*arguments)


def _finish(contender, workload, setting):
    """What holds for all runs together: peak memory, calls, a profile, and the summary that ChainServe ends with."""
    running = contender.running
    contender.totals["peak_mib"] = processes.memory_kib(running.pid, "VmHWM") / 1024
    if setting.strace:
        contender.totals["system_calls"] = special.system_calls_per_1000(
            setting.machine, workload, running, contender.entity_tag, contender.root)
    if setting.profile and profile.is_wanted(workload, contender.server):
        contender.totals["profile"] = profile.record(
            setting.machine, workload, running, contender.entity_tag, contender.root)
    running.stop()
    contender.totals["enters"] = running.enters_per_1000()


def _tell(workload, contender, round_number, figures):
    latest = {"cpu_us": 0, "p99": 0, "mb_s": 0, "busy": 0, "others": 0, "errors": 0, **figures}
    print(f"  {workload.name} {round_number + 1} {contender.server.name:20} "
          "{rps:10,.0f}/s {cpu_us:9.2f} µs  p99 {p99:7,} µs  {mb_s:7,.0f} MB/s  "
          "busy {busy:4.0%}  others {others:4.0%}  errors {errors}".format(**latest), file=sys.stderr, flush=True)
    time.sleep(0.1)
