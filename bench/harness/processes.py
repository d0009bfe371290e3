"""Starts and ends processes, and reads what they cost.

CPU time is the process clock of the kernel: user and system time in nanoseconds of every thread in the thread group,
ended ones too. It is the same sum as utime+stime of /proc/PID/stat, without the rounding to 10 ms. The kernel workers
of io_uring (iou-wrk-*) are threads of the process that owns the ring, so that their time is in it; `Usage` also reads
them one by one, so that a reader sees what share they have.
"""

import ctypes
import os
import resource
import signal
import subprocess
import threading
import time

PR_SET_PDEATHSIG = 1
CLOCK_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
OPEN_FILES_WANTED = 65536

_libc = ctypes.CDLL(None, use_errno=True)
_running = []


def raise_open_files():
    """10,000 idle connections need more descriptors than the usual limit; root may also raise the hard one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in ((OPEN_FILES_WANTED, max(hard, OPEN_FILES_WANTED)), (hard, hard)):
        if soft >= OPEN_FILES_WANTED:
            return
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, limit)
            return
        except (ValueError, PermissionError):
            continue


def open_files():
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def start(command, cgroup=None, **options):
    """Starts a process that ends with this one, in its own session so that Ctrl-C reaches only the harness."""

    def prepare():
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if cgroup is not None:
            with open(os.path.join(cgroup, "cgroup.procs"), "w") as file:
                file.write(str(os.getpid()))

    process = subprocess.Popen(command, start_new_session=True, preexec_fn=prepare, **options)
    _running.append(process)
    return process


def stop(process, seconds=15):
    """SIGTERM, then SIGKILL to it and to the children it had, by their ids."""
    if process.poll() is None:
        family = tree(process.pid)
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            for pid in family:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            process.wait()
    if process in _running:
        _running.remove(process)


def stop_all():
    for process in list(_running):
        stop(process, seconds=3)


def tree(pid):
    """The process and its descendants."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                parents.setdefault(int(_stat_fields(f"/proc/{entry}/stat")[1]), []).append(int(entry))
            except OSError:
                continue
    found, pending = [], [pid]
    while pending:
        current = pending.pop()
        found.append(current)
        pending += parents.get(current, [])
    return found


def threads(pid):
    """The ids of all threads of the process and its descendants."""
    return {int(task) for member in tree(pid) for task in os.listdir(f"/proc/{member}/task")}


def _stat_fields(path):
    """The fields behind the command name, which may itself hold spaces: state is [0], ppid [1], utime [11]."""
    with open(path) as file:
        return file.read().rpartition(")")[2].split()


class Usage:
    """What a server's processes have used so far."""

    def __init__(self, pid):
        self.wall_seconds = time.monotonic()
        self.cpu_seconds = 0.0
        self.ticks_seconds = 0.0
        self.kernel_worker_seconds = 0.0
        self.kernel_workers = 0
        for member in tree(pid):
            # CPUCLOCK_SCHED of another process, as clock_getcpuclockid(3) encodes it.
            self.cpu_seconds += time.clock_gettime((~member << 3) | 2)
            fields = _stat_fields(f"/proc/{member}/stat")
            self.ticks_seconds += (int(fields[11]) + int(fields[12])) / CLOCK_TICKS_PER_SECOND
            for fields in _kernel_workers(member):
                self.kernel_workers += 1
                self.kernel_worker_seconds += (int(fields[11]) + int(fields[12])) / CLOCK_TICKS_PER_SECOND


def _kernel_workers(pid):
    """The stat fields of each. A thread that polls for submissions (iou-sqp-*) is none of them."""
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/comm") as file:
                if file.read().startswith("iou-wrk-"):
                    yield _stat_fields(f"/proc/{pid}/task/{task}/stat")
        except OSError:
            continue


class PeakOfKernelWorkers:
    """A context manager that counts the kernel workers of a server five times a second; `count` is the largest."""

    def __init__(self, pid):
        self.count = 0
        self._members = tree(pid)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self):
        while True:
            try:
                self.count = max(self.count, sum(1 for member in self._members for _ in _kernel_workers(member)))
            except OSError:
                # The server has ended, which is told elsewhere.
                return
            if self._end.wait(0.2):
                return

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()


def memory_kib(pid, field):
    """VmHWM (peak), VmRSS or RssAnon, summed over the server's processes."""
    total = 0
    for member in tree(pid):
        with open(f"/proc/{member}/status") as file:
            for line in file:
                if line.startswith(field + ":"):
                    total += int(line.split()[1])
    return total


def cpu_busy_seconds(cpus):
    """Seconds that these CPUs have been busy for anyone, soft interrupts and stolen time included."""
    busy = 0
    names = {f"cpu{cpu}" for cpu in cpus}
    with open("/proc/stat") as file:
        for line in file:
            fields = line.split()
            if fields and fields[0] in names:
                user, nice, system, _, _, irq, softirq, steal = map(int, fields[1:9])
                busy += user + nice + system + irq + softirq + steal
    return busy / CLOCK_TICKS_PER_SECOND
