"""A part of the servers' CPUs, so that the server is the limit and not the load generator. Needs root."""

import os
import subprocess

from . import throttle

PERIOD_MICROSECONDS = 2000
_V1 = "/sys/fs/cgroup/cpu"


def why_not():
    """None if the group can be made, or the reason why it cannot."""
    if os.geteuid() != 0:
        return "it needs root, for a cgroup"
    if _is_v1():
        return None
    return None if "cpu" in throttle.unified_controllers() else "the cpu controller of cgroups cannot be used"


def _is_v1():
    return os.path.exists(f"{_V1}/cpu.cfs_quota_us")


class Quota:
    """A context manager. `share` is that of each of `cpus` CPUs, in every period of two milliseconds."""

    def __init__(self, share, cpus):
        self._quota = int(share * PERIOD_MICROSECONDS) * cpus
        self.cgroup = os.path.join(_V1 if _is_v1() else throttle.UNIFIED, f"chainserve-bench-cpu-{os.getpid()}")

    def __enter__(self):
        os.mkdir(self.cgroup)
        if _is_v1():
            self._write("cpu.cfs_period_us", PERIOD_MICROSECONDS)
            self._write("cpu.cfs_quota_us", self._quota)
        else:
            self._write("cpu.max", f"{self._quota} {PERIOD_MICROSECONDS}")
        return self

    def _write(self, name, value):
        with open(os.path.join(self.cgroup, name), "w") as file:
            file.write(str(value))

    def __exit__(self, *_):
        subprocess.run(["rmdir", self.cgroup], check=False)
