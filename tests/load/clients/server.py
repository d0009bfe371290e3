"""The server under load, and what can be seen of it from outside."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time

START_SECONDS = 60
REPOSITORY = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))


def publish(directory):
    """Makes the published file, and returns its path."""
    print("publishing", file=sys.stderr, flush=True)
    command = ["dotnet", "publish", f"{REPOSITORY}/src/ChainServe", "-c", "Release", "-o", directory, "-v", "quiet", "-nologo"]
    subprocess.run(command, check=True, stdout=sys.stderr)
    return f"{directory}/chainserve"


class Server:
    def __init__(self, program, root, arguments=(), settings=None, waits=True):
        self.directory = tempfile.mkdtemp(prefix="chainserve-load-")
        self._log = open(f"{self.directory}/log", "wb")
        environment = {key: value for key, value in os.environ.items() if not key.startswith("CHAINSERVE_")}
        environment.update({f"CHAINSERVE_{key}".replace(":", "__"): str(value) for key, value in (settings or {}).items()})
        port = [] if "--port" in arguments else ["--port", "0"]
        self._process = subprocess.Popen(
            [program, "--root", root, "--host", "127.0.0.1", *port, *arguments], cwd=self.directory,
            env=environment, stdout=subprocess.PIPE, stderr=self._log)
        self.port = self.read_port() if waits else None

    @property
    def pid(self):
        return self._process.pid

    @property
    def is_alive(self):
        return self._process.poll() is None

    def log(self):
        with open(f"{self.directory}/log", encoding="utf-8") as file:
            return file.read()

    def resident_kib(self):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def threads(self):
        """Threads of the program; those that the kernel makes for the rings come and go."""
        return sum(1 for task in os.listdir(f"/proc/{self.pid}/task") if not self._is_kernel_worker(task))

    def connections(self):
        """Connections that the server's side has not closed (proc_net_tcp(5)): established, or closed by the client."""
        states = ("01", "08")
        with open("/proc/net/tcp", encoding="ascii") as file:
            lines = [line.split() for line in file.readlines()[1:]]
        return sum(1 for line in lines if int(line[1].split(":")[1], 16) == self.port and line[3] in states)

    @staticmethod
    def aborted_for_memory():
        """Connections that the kernel has reset since its start because all of TCP had used up net.ipv4.tcp_mem."""
        with open("/proc/net/netstat", encoding="ascii") as file:
            names, numbers = [line.split() for line in file if line.startswith("TcpExt:")]
        return int(dict(zip(names, numbers))["TCPAbortOnMemory"])

    def signal(self, number):
        self._process.send_signal(number)

    def stop(self):
        """Stops it, and returns its exit code and the line of its log that sums up."""
        self.signal(signal.SIGTERM)
        try:
            code = self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._log.close()
        return code, ([line for line in self.log().splitlines() if " served " in line] or [""])[-1]

    def kill(self):
        if self.is_alive:
            self._process.kill()
            self._process.wait()

    def _is_kernel_worker(self, task):
        try:
            with open(f"/proc/{self.pid}/task/{task}/comm", encoding="utf-8") as file:
                return file.read().startswith("iou-")
        except OSError:
            return True

    def read_port(self):
        """Waits for the banner, and returns the port that it names."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            line = self._process.stdout.readline().decode()
            found = re.search(r"listening on http://[^/ ]*:(\d+)/", line)
            if found:
                return int(found.group(1))
            if not line:
                break
        raise SystemExit(f"the server did not start: {self.log()}")


def wait_until(condition, seconds, pause=0.2):
    """Waits for a condition, and returns whether it came to hold."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
