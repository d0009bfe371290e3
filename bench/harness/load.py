"""Runs wrk against a server and reads what both report."""

import os
import re
import subprocess

from . import processes

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "load.lua")
# Latencies at and above this are told as timeouts by wrk too, and stay in the percentiles.
TIMEOUT_SECONDS = 10


class Machine:
    """Which CPUs serve and which load. Those for polling stay unused by every server that does not poll."""

    def __init__(self, server_cpus, load_cpus, poll_cpus=()):
        self.server_cpus, self.load_cpus, self.poll_cpus = server_cpus, load_cpus, list(poll_cpus)

    def cpus_of(self, server):
        return self.poll_cpus + self.server_cpus if server.polls else self.server_cpus

    @staticmethod
    def divide(workers, polling=False):
        """Servers get the last CPUs, since the first one usually has the interrupts."""
        cpus = sorted(os.sched_getaffinity(0))
        if len(cpus) <= workers:
            raise SystemExit(f"{workers} workers need {workers + 1} CPUs, and this process may use {len(cpus)}.")
        extra = workers if polling and len(cpus) > 2 * workers else 0
        return Machine(cpus[-workers:], cpus[:-workers - extra], cpus[-workers - extra:-workers])


def command(machine, workload, running, seconds, entity_tag, root, connections=None):
    connections = connections or workload.connections
    threads = min(len(machine.load_cpus), connections)
    words = ["taskset", "-c", ",".join(map(str, machine.load_cpus)), "wrk", f"-t{threads}", f"-c{connections}",
             f"-d{seconds}s", "--timeout", f"{TIMEOUT_SECONDS}s", "--latency", "-s", SCRIPT]
    for header in workload.headers(entity_tag):
        words += ["-H", header]
    return words + [running.url(workload.path), "--", *workload.script_arguments(root)]


def start(words):
    return processes.start(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(process, seconds):
    """The figures of the RESULT line."""
    try:
        output, _ = process.communicate(timeout=seconds + 60)
    finally:
        processes.stop(process)
    match = re.search(r"^RESULT (.*)$", output, re.MULTILINE)
    if not match:
        raise RuntimeError(f"wrk failed: {output[-400:]}")
    return {key: int(value) for key, value in (pair.split("=") for pair in match.group(1).split())}


def run(machine, workload, running, seconds, entity_tag, root):
    """One run: what wrk saw, and what the server's processes used meanwhile."""
    words = command(machine, workload, running, seconds, entity_tag, root)
    cpus = machine.cpus_of(running.server)
    busy = processes.cpu_busy_seconds(cpus)
    before = processes.Usage(running.pid)
    result = finish(start(words), seconds)
    after = processes.Usage(running.pid)
    busy = processes.cpu_busy_seconds(cpus) - busy
    return figures(workload, result, before, after, busy, len(cpus))


def figures(workload, result, before, after, busy_seconds, cpus):
    if result["requests"] == 0 and result["bytes"] == 0:
        # A server whose threads all wait, for a slow disk or a client, may answer nobody for seconds: that is a figure.
        if workload.kind in ("cold", "stalled"):
            return {"requests": 0, "rps": 0.0}
        raise RuntimeError("no response was finished")
    cpu = after.cpu_seconds - before.cpu_seconds
    wall = after.wall_seconds - before.wall_seconds
    seconds = result["microseconds"] / 1e6
    # Latencies in microseconds. A wrong status counts as an error; wrk counts every status above 399.
    wrong = abs(result["requests"] - result["status"]) if workload.status > 399 else result["status"]
    run_figures = {
        "requests": result["requests"],
        "rps": result["requests"] / seconds,
        "cpu_us": cpu * 1e6 / max(1, result["requests"]),
        "p50": result["p50"], "p99": result["p99"], "p999": result["p999"],
        "mb_s": result["bytes"] / 1e6 / seconds,
        "cpu_s_gb": cpu / (result["bytes"] / 1e9),
        "busy": cpu / wall / cpus / workload.share,
        "others": max(0.0, busy_seconds - cpu) / wall / cpus,
        # A worker that ended meanwhile takes its time out of this share, though not out of the CPU time.
        "kernel_worker_share": max(0.0, after.kernel_worker_seconds - before.kernel_worker_seconds) / max(cpu, 1e-9),
        "kernel_workers": after.kernel_workers,
        "errors": wrong + result["connect"] + result["read"] + result["write"] + result["timeout"],
    }
    # In ticks of 10 ms: shows that the precise clock and /proc/PID/stat agree.
    run_figures["cpu_ticks_ratio"] = (after.ticks_seconds - before.ticks_seconds) / max(cpu, 1e-9)
    return run_figures
