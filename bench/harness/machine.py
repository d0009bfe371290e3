"""What a result must name to be understood later."""

import os
import platform
import re
import subprocess

from .servers import REPOSITORY


def cpu():
    with open("/proc/cpuinfo") as file:
        match = re.search(r"^model name\s*:\s*(.+)$", file.read(), re.MULTILINE)
    return match.group(1).strip() if match else platform.machine()


def results_name(workers):
    words = f"{cpu()}-{platform.release()}" + (f"-{workers}w" if workers > 1 else "")
    return re.sub(r"[^\w.-]+", ".", words.replace("(R)", "").replace("(TM)", "")).strip(".")


def describe(machine, directory):
    """Lines of (what, value)."""
    with open("/proc/meminfo") as file:
        memory = int(re.search(r"MemTotal:\s+(\d+)", file.read()).group(1)) / (1 << 20)
    virtual = _output(["systemd-detect-virt", "--vm"])
    return [
        ("CPU", f"{cpu()}, {os.cpu_count()} CPUs" + (f", virtual ({virtual})" if virtual not in ("", "none") else "")),
        ("Kernel", f"{platform.system()} {platform.release()}"),
        ("Memory", f"{memory:.0f} GiB"),
        ("File system of the content", _output(["stat", "-f", "-c", "%T", directory])),
        ("CPUs", f"servers on {_list(machine.server_cpus)}, load on {_list(machine.load_cpus)}"
                 + (f", polling on {_list(machine.poll_cpus)}" if machine.poll_cpus else "")),
        ("Load average at the start", "%.2f, %.2f, %.2f" % os.getloadavg()),
        ("wrk", (re.search(r"wrk (?:\S+/)?([\d.]+\S*)", _output(["wrk", "-v"])) or [None, "?"])[1]),
        ("ChainServe at", _output(["git", "-C", REPOSITORY, "describe", "--always", "--dirty"])),
    ]


def _list(cpus):
    return "CPU " + ", ".join(map(str, cpus))


def _output(command):
    try:
        result = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return ""
    return (result.stdout or result.stderr).strip()
