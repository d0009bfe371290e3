"""What is more than one run of wrk: starting, clients that are held, cold reads, counted system calls."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

from . import load, processes
from .servers import Running

IDLE_CONNECTIONS_WANTED = 10_000
STALLED_CLIENTS = 1000
COLD_CLIENTS = 32
_SCRIPTS = os.path.dirname(os.path.abspath(__file__))


def start_to_first_response(servers, setting):
    """Round 0 is a warm-up: the program must be in the page cache."""

    def measure(server):
        milliseconds, memory, command = _started(server, setting, "start", setting.root)
        return {"start_ms": milliseconds, "start_mib": memory}, command

    return _starts("start", servers, setting, measure)


def start_with_many_files(servers, setting, many, few):
    """The same at two document roots: one of a million files, then one of ten."""

    def measure(server):
        milliseconds, memory, command = _started(server, setting, "docroot", many)
        small, _, _ = _started(server, setting, "docroot", few)
        return {"start_ms": milliseconds, "start_small_ms": small, "start_ratio": milliseconds / small,
                "start_mib": memory}, command

    return _starts("docroot", servers, setting, measure)


def _starts(workload, servers, setting, measure):
    results = {server.name: {"title": server.title, "rounds": {}, "failure": None, "load": "one GET"}
               for server in servers}
    for round_number in range(setting.runs + 1):
        for server in servers:
            result = results[server.name]
            if result["failure"] is not None:
                continue
            try:
                figures, result["command"] = measure(server)
            except RuntimeError as exception:
                result["failure"] = str(exception)
                print(f"  {workload}: {server.title} FAILED: {exception}", file=sys.stderr)
                continue
            if round_number > 0:
                result["rounds"][str(round_number - 1)] = figures
                print(f"  {workload} {round_number} {server.name:20} {figures['start_ms']:7.1f} ms", file=sys.stderr,
                      flush=True)
    return results


def _started(server, setting, workload, root):
    """Milliseconds from the start of the process to its first response, MiB at that moment, and the command."""
    directory = os.path.join(setting.directory, workload, server.name)
    with Running(server, directory, root, setting.machine.cpus_of(server), setting.workers) as running:
        milliseconds = running.wait("/1k.bin") * 1000
        return milliseconds, processes.memory_kib(running.pid, "VmHWM") / 1024, " ".join(running.command)


def idle_connections():
    """ChainServe's table has two files for each connection, so that a limit of 20,000 is a little too low for all."""
    return min(IDLE_CONNECTIONS_WANTED, (processes.open_files() - 1024) // 2)


@contextlib.contextmanager
def _holding(script, count, what, machine, running):
    """Clients of a script that print "ready" once they are held, and at the end how many of them the server closed."""
    holder = processes.start([*_pin(machine), sys.executable, os.path.join(_SCRIPTS, script), str(running.port),
                              str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             text=True)
    try:
        line = holder.stdout.readline()
        if line.strip() != "ready":
            output = (line + holder.stdout.read())[-100:].strip()
            raise RuntimeError(f"{count} {what} could not be opened: {output}")
        time.sleep(0.5)
        yield
        holder.stdin.close()
        closed = re.search(r"closed (\d+)", holder.stdout.read())
        if closed is None or int(closed.group(1)) > 0:
            raise RuntimeError(f"of {count} {what} the server closed "
                               f"{closed.group(1) if closed else 'an unknown number'}")
    finally:
        processes.stop(holder)
    # The server sees the ends of all these connections; they must not be in the next server's run.
    time.sleep(0.5)


def _pin(machine):
    return ["taskset", "-c", ",".join(map(str, machine.load_cpus))]


def _memory_before(running):
    """KiB without any held client: those of the first round, since memory may stay after one."""
    if not hasattr(running, "memory_before"):
        running.memory_before = processes.memory_kib(running.pid, "RssAnon")
    return running.memory_before


def beside_idle_connections(machine, workload, running, seconds, entity_tag, root):
    """Adds what the idle connections cost while nobody is busy: memory each, and CPU."""
    memory_before = _memory_before(running)
    count = idle_connections()
    with _holding("idle.py", count, "idle connections", machine, running):
        memory = processes.memory_kib(running.pid, "RssAnon") - memory_before
        before = processes.Usage(running.pid)
        time.sleep(max(1, seconds / 2))
        after = processes.Usage(running.pid)
        figures = load.run(machine, workload, running, seconds, entity_tag, root)
    figures["idle_connections"] = count
    figures["idle_kib"] = memory / count
    figures["idle_cpu"] = (after.cpu_seconds - before.cpu_seconds) / (after.wall_seconds - before.wall_seconds)
    return figures


def _compare(figures, quiet, metrics):
    """Adds the quiet figures and the ratios to them. A run in which no response was finished has neither."""
    for metric in metrics:
        if metric in quiet:
            figures[f"quiet_{metric}"] = quiet[metric]
            if metric in figures:
                figures[f"{metric}_to_quiet"] = figures[metric] / (quiet[metric] or 1)


def beside_stalled_clients(machine, workload, running, seconds, entity_tag, root):
    """The same hot load twice: alone, then beside clients that asked for a large file and do not read it."""
    memory_before = _memory_before(running)
    quiet = load.run(machine, workload, running, seconds, entity_tag, root)
    with (processes.PeakOfKernelWorkers(running.pid) as workers,
          _holding("stall.py", STALLED_CLIENTS, "stalled clients", machine, running)):
        memory = processes.memory_kib(running.pid, "RssAnon") - memory_before
        figures = load.run(machine, workload, running, seconds, entity_tag, root)
    figures["stalled_workers"] = workers.count
    figures["stalled_kib"] = memory / STALLED_CLIENTS
    _compare(figures, quiet, ("p99", "cpu_us"))
    return figures


def beside_cold_reads(machine, workload, running, seconds, entity_tag, root, throttle):
    """The same hot load twice: alone, then beside clients whose files must come from the slow disk."""
    quiet = load.run(machine, workload, running, seconds, entity_tag, root)
    throttle.forget()
    cold = load.start([*_pin(machine), "wrk", "-t1", f"-c{COLD_CLIENTS}", f"-d{seconds + 2}s", "-s", load.SCRIPT,
                       running.url("/cold/000.bin"), "--", "paths", throttle.requests_file])
    try:
        time.sleep(0.5)
        figures = load.run(machine, workload, running, seconds, entity_tag, root)
        cold_bytes = load.finish(cold, seconds + 2)
    finally:
        processes.stop(cold)
    _compare(figures, quiet, ("p99",))
    figures["cold_mb_s"] = cold_bytes["bytes"] / cold_bytes["microseconds"]
    return figures


def system_calls_per_1000(machine, workload, running, entity_tag, root, seconds=1):
    """A run of its own, since tracing slows every call; the count is not disturbed by that."""
    with tempfile.NamedTemporaryFile("r", suffix=".strace") as output:
        attach = [word for pid in processes.tree(running.pid) for word in ("-p", str(pid))]
        tracer = processes.start(["strace", "-f", "-c", "-U", "calls,name", "-o", output.name, *attach],
                                 stderr=subprocess.DEVNULL)
        try:
            time.sleep(0.5)
            words = load.command(machine, workload, running, seconds, entity_tag, root)
            result = load.finish(load.start(words), seconds)
            tracer.send_signal(signal.SIGINT)
            tracer.wait(20)
        finally:
            processes.stop(tracer)
        calls = sum(int(match.group(1)) for match in re.finditer(r"^\s*(\d+)\s+(?!total)\w+\s*$", output.read(),
                                                                 re.MULTILINE))
    return calls * 1000 / max(1, result["requests"])
