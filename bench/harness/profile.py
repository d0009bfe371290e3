"""Where the server's CPU time goes, as perf sees it: a table of text for each server of a workload.

Samples are taken on the server's CPUs and counted when they are of the server's processes, its kernel workers among
them; what else ran there is told as a share. Without a counter in hardware, as in most virtual machines, perf samples
by a timer, which the kernel holds back while interrupts are off: that time shows up where they are enabled again.
"""

import collections
import os
import re
import shutil
import subprocess
import tempfile
import time

from . import load, processes

SECONDS = 2
SAMPLES_PER_SECOND = 999
SYMBOLS = 25
PACKAGE = "linux-perf"
_IDLE = re.compile(r"halt|idle|mwait")
# Where the runtime keeps code that it compiled while it ran.
_COMPILED = re.compile(r"doublemapper|^\[JIT\]|^//anon|^\[anon|^anon")


def is_here():
    return shutil.which("perf") is not None


def is_wanted(workload, server):
    """The others are measured, not explained; and beside idle or cold connections the load is the same."""
    return workload.kind in ("requests", "large") and server.name.startswith(("chainserve", "nginx"))


def record(machine, workload, running, entity_tag, root):
    """The lines of the table, of a run of its own, or one line with the reason why there is none."""
    cpus = ",".join(map(str, machine.cpus_of(running.server)))
    with tempfile.TemporaryDirectory() as directory:
        data = os.path.join(directory, "perf.data")
        wrk = load.start(load.command(machine, workload, running, SECONDS + 2, entity_tag, root))
        try:
            time.sleep(0.5)
            threads = processes.threads(running.pid)
            recorder = subprocess.run(
                ["perf", "record", "-g", "-F", str(SAMPLES_PER_SECOND), "-C", cpus, "--no-buildid-cache", "-o", data,
                 "--", "sleep", str(SECONDS)], capture_output=True, text=True)
            load.finish(wrk, SECONDS + 2)
        finally:
            processes.stop(wrk)
        if recorder.returncode != 0:
            return ["perf failed: " + recorder.stderr.strip().partition("\n")[0].replace(directory, "")]
        report = subprocess.run(
            ["perf", "report", "-i", data, "--stdio", "--children", "-g", "none", "-n", "-t", "|", "--percent-limit",
             "0", "--sort", "pid,dso,sym"], capture_output=True, text=True).stdout
    return table(report, threads)


def table(report, threads):
    """The lines of one table, made of what `perf report` prints; what it calls a pid is the id of a thread."""
    own, with_callees, modes = collections.Counter(), collections.Counter(), collections.Counter()
    idle = foreign = everything = 0
    for line in report.splitlines():
        # The symbol comes last, since it may hold the separator.
        fields = [field.strip() for field in line.split("|", 5)]
        if line.startswith("#") or len(fields) < 6 or not fields[0].endswith("%"):
            continue
        children, samples = float(fields[0][:-1]), int(fields[2])
        thread, name = re.match(r"(-?\d+):(.*)", fields[3]).groups()
        # Kernel workers come and go; their names end in the id of the thread that they work for.
        thread = int(name.removeprefix("iou-wrk-") if name.startswith("iou-wrk-") else thread)
        mode, symbol = fields[5][1:2], fields[5][4:]
        everything += samples
        if thread == 0 and _IDLE.search(symbol):
            idle += samples
        elif thread not in threads:
            foreign += samples
        else:
            row = _name(mode, fields[4], symbol)
            own[row] += samples
            modes["kernel" if mode == "k" else "user"] += samples
            with_callees[row] += children
    mine = sum(own.values())
    if mine == 0:
        return ["perf took no samples of the server"]
    lines = [f"{mine:,} samples: kernel {modes['kernel'] / mine:.0%}, user {modes['user'] / mine:.0%}; of the CPU "
             f"beside them: idle {idle / everything:.0%}, other programs and interrupts {foreign / everything:.0%}",
             "self %  with callees %"]
    for (where, symbol), samples in own.most_common(SYMBOLS):
        # Shares of the server's own samples. Code without names is one row, in which the callers would add up.
        share = with_callees[where, symbol] * everything / mine
        shown = f"{share:14.1f}" if not symbol.startswith("(") else f"{'':14}"
        lines.append(f"{samples * 100 / mine:6.1f}  {shown}  {where:20} {symbol}")
    return lines


def _name(mode, dso, symbol):
    """(where, what). Code compiled ahead of time has no symbols; of a path only the name is kept."""
    if mode == "k":
        where = "kernel" if dso.startswith("[kernel") else "kernel " + dso
    elif _COMPILED.search(dso):
        return "compiled at run time", "(user code)"
    else:
        where = os.path.basename(dso.removesuffix(" (deleted)"))
    return where, "(user code)" if re.match(r"0x|\[unknown\]", symbol) and mode != "k" else symbol
