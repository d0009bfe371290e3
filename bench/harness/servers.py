"""The servers that are compared, each as a careful operator would set it up for static files.

Alike in all: no access log unless the name says so, `.gz` siblings where a server knows them, keep-alive without a
limit of requests, idle connections kept for ten minutes, room for 16,384 connections (fewer where the limit of open
files is low), as many workers as asked for, plain HTTP on 127.0.0.1.
"""

import os
import re
import shutil
import socket
import subprocess
import time

from . import processes

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REPOSITORY = os.path.dirname(BENCH)
# Taken out of the environment, where the server would refuse it as a setting that it does not know.
CHAINSERVE = os.environ.pop("CHAINSERVE_EXECUTABLE", os.path.join(BENCH, "out", "chainserve"))
# A build from before a change, to compare with: the server `chainserve-before`.
BEFORE = os.environ.pop("CHAINSERVE_BEFORE", os.path.join(BENCH, "out", "before", "chainserve"))
KESTREL = os.path.join(BENCH, "kestrel", "bin", "Release", "net10.0", "Kestrel")
IDLE_SECONDS = 600
FIRST_PORT = 18500

MIME_TYPES = """types {
  text/html html; text/css css; text/javascript js; application/json json; image/svg+xml svg;
  image/png png; image/jpeg jpg; font/woff2 woff2; application/octet-stream bin;
}"""

NGINX = """daemon off;
worker_processes {workers};
worker_rlimit_nofile {files};
pid {directory}/nginx.pid;
error_log {directory}/error.log crit;
events {{ worker_connections {connections}; }}
http {{
  {types}
  access_log {log};
  gzip_static on;
  log_not_found off;
  sendfile on;
  tcp_nopush {nopush};
  keepalive_timeout {idle}s;
  keepalive_requests 1000000000;
  {cache}
  client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/proxy;
  fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi;
  scgi_temp_path {directory}/scgi;
  server {{ listen 127.0.0.1:{port} backlog=4096; root {root}; }}
}}
"""

# Valid for one second, as the facts that ChainServe keeps: both see a changed file equally soon.
NGINX_CACHE = "open_file_cache max=100000 inactive=60s; open_file_cache_valid 1s; open_file_cache_errors on;"

H2O = """listen: {{ host: 127.0.0.1, port: {port} }}
num-threads: {workers}
max-connections: {connections}
http1-request-timeout: {idle}
error-log: {directory}/error.log
pid-file: {directory}/h2o.pid
hosts:
  default:
    paths:
      "/":
        file.dir: {root}
        file.send-compressed: ON
"""

# lighttpd counts the requests of a connection in 16 bits: 65,535 is its largest limit.
LIGHTTPD = """server.bind = "127.0.0.1"
server.port = {port}
server.document-root = "{root}"
server.errorlog = "{directory}/error.log"
server.max-connections = {connections}
server.max-fds = {files}
server.max-worker = {lighttpd_workers}
server.listen-backlog = 4096
server.max-keep-alive-requests = 65535
server.max-keep-alive-idle = {idle}
mimetype.assign = ( ".html" => "text/html", ".css" => "text/css", ".js" => "text/javascript",
  ".json" => "application/json", ".svg" => "image/svg+xml", ".png" => "image/png", ".jpg" => "image/jpeg",
  ".woff2" => "font/woff2", ".bin" => "application/octet-stream" )
"""

CADDY = """{{
  admin off
  auto_https off
  servers {{
    timeouts {{
      idle {idle}s
    }}
  }}
  log {{
    output discard
  }}
}}
http://:{port} {{
  bind 127.0.0.1
  root * {root}
  file_server {{
    precompressed gzip
  }}
}}
"""


class Server:
    """One server, or one way to set a server up."""

    def __init__(self, name, title, program, package, version, command, configuration=None, **values):
        self.name, self.title = name, title
        self.program, self.package = program, package
        self.version_command, self.command = version, command
        self.configuration, self.values = configuration, values
        self.environment = values.pop("environment", {})
        # Runs only when it is named; and has a thread of the kernel that wants a CPU beside each worker's.
        self.is_extra, self.polls = values.pop("is_extra", False), values.pop("polls", False)

    @property
    def is_here(self):
        return shutil.which(self.program) is not None

    def version(self):
        result = subprocess.run(self.version_command or [self.program, "--version"], capture_output=True, text=True)
        match = re.search(r"(?:AspNetCore\.App |\b)(\d+\.\d+[\w.+-]*)", result.stdout + result.stderr)
        return match.group(1) if match else "?"

    def fill(self, directory, root, port, workers):
        """The values that the command and the configuration file are filled with."""
        # Zero is one process for lighttpd; one would be a parent with a child.
        lighttpd_workers = 0 if workers == 1 else workers
        files = processes.open_files()
        return dict(program=shutil.which(self.program), file=os.path.join(directory, "configuration"), port=port,
                    directory=directory, root=root, workers=workers, lighttpd_workers=lighttpd_workers,
                    files=files, connections=min(16384, files - 1024),
                    idle=IDLE_SECONDS, idle_milliseconds=IDLE_SECONDS * 1000, types=MIME_TYPES, **self.values)


def _nginx(name, title, nopush, cache, log="off", **values):
    return Server(name, title, "nginx", "nginx-light", ["nginx", "-v"], "{program} -p {directory} -c {file}", NGINX,
                  nopush=nopush, cache=cache, log=log, **values)


def _chainserve(name, title, options="", environment=None, program=CHAINSERVE, **values):
    keep = {"CHAINSERVE_TIMEOUTS__KEEPALIVEMILLISECONDS": "{idle_milliseconds}", **(environment or {})}
    command = "{program} --root {root} --host 127.0.0.1 --port {port} --workers {workers} " + options
    return Server(name, title, program, "", [], command.strip(), environment=keep, **values)


# Without the cache of hot files two of the servers below show the chains themselves.
CANNED_OFF = {"CHAINSERVE_LIMITS__CANNEDBYTESPERWORKER": "0"}

# What an operator may switch on without a rule of their own.
OPTIONS = ("--compress --browse --spa --cors --security-headers --header X-Served-By:bench "
           "--hide *.bak --cache-control max-age=60")

# tcp_nopush makes nginx cheaper for small files and dearer for larger ones, so that both settings are measured.
ALL = [
    _chainserve("chainserve", "ChainServe"),
    _chainserve("chainserve-checked", "ChainServe, canned cache off", "", CANNED_OFF),
    _chainserve("chainserve-immutable", "ChainServe `--immutable`, canned cache off", "--immutable", CANNED_OFF),
    _chainserve("chainserve-poll", "ChainServe `--poll`", "--poll", is_extra=True, polls=True),
    _chainserve("chainserve-before", "ChainServe before the change", program=BEFORE, is_extra=True),
    _chainserve("chainserve-unconfined", "ChainServe `--no-sandbox`", "--no-sandbox", is_extra=True),
    _chainserve("chainserve-options", "ChainServe with options", OPTIONS, is_extra=True),
    _chainserve("chainserve-log", "ChainServe `--access-log FILE`", "--access-log {directory}/access.log",
                is_extra=True),
    _nginx("nginx-log", "nginx, access_log FILE", "off", "", "access.log", is_extra=True),
    _nginx("nginx-log-buffer", "nginx, access_log FILE buffer=64k", "off", "",
           "access.log combined buffer=64k flush=1s", is_extra=True),
    _nginx("nginx", "nginx", "off", ""),
    _nginx("nginx-cache", "nginx + open_file_cache", "off", NGINX_CACHE),
    _nginx("nginx-nopush", "nginx, tcp_nopush on", "on", ""),
    _nginx("nginx-cache-nopush", "nginx + open_file_cache, tcp_nopush on", "on", NGINX_CACHE),
    Server("h2o", "h2o", "h2o", "h2o", [], "{program} -m worker -c {file}", H2O),
    Server("lighttpd", "lighttpd", "lighttpd", "lighttpd", ["lighttpd", "-v"], "{program} -D -f {file}", LIGHTTPD),
    Server("caddy", "Caddy", "caddy", "caddy", ["caddy", "version"],
           "{program} run --adapter caddyfile --config {file}", CADDY,
           environment={"GOMAXPROCS": "{workers}", "HOME": "{directory}", "XDG_DATA_HOME": "{directory}",
                        "XDG_CONFIG_HOME": "{directory}"}),
    # The runtime sizes itself by the CPUs it is pinned to. Its keep-alive of 130 s outlasts every run.
    Server("kestrel", "Kestrel + static files", KESTREL, "", ["dotnet", "--list-runtimes"],
           "{program} {root} http://127.0.0.1:{port}"),
]
BY_NAME = {server.name: server for server in ALL}
DEFAULT = [server.name for server in ALL if not server.is_extra]


class Running:
    """A server that listens; a context manager that leaves no process behind."""

    def __init__(self, server, directory, root, cpus, workers, cgroup=None):
        self.server = server
        self.port = FIRST_PORT + ALL.index(server)
        os.makedirs(directory, exist_ok=True)
        # Servers that give up root must still reach their files.
        os.chmod(directory, 0o777)
        values = server.fill(directory, root, self.port, workers)
        if server.configuration:
            with open(values["file"], "w") as file:
                file.write(server.configuration.format(**values))
        pin = ["taskset", "-c", ",".join(map(str, cpus))]
        self.command = pin + server.command.format(**values).split()
        self._environment = {key: value.format(**values) for key, value in server.environment.items()}
        self._log = os.path.join(directory, "log")
        self._cgroup = cgroup

    def __enter__(self):
        # Another run of the harness, say: its servers would answer for this one.
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", self.port)) == 0:
                raise RuntimeError(f"port {self.port} is in use by another program")
        with open(self._log, "w") as log:
            self.started = time.monotonic()
            self.process = processes.start(
                self.command, self._cgroup, env={**os.environ, **self._environment},
                stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def pid(self):
        return self.process.pid

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def wait(self, path, seconds=20):
        """Until the first response, in seconds from the start of the process."""
        while time.monotonic() - self.started < seconds:
            if self.process.poll() is not None:
                break
            try:
                # A bare socket: an HTTP library would cost more than the fastest server needs to start.
                with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as client:
                    client.sendall(f"GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n".encode())
                    if client.recv(1 << 16):
                        return time.monotonic() - self.started
            except OSError:
                time.sleep(0.0005)
        raise RuntimeError(f"{self.server.title} gave no response: {self.log()[-600:]}")

    def stop(self):
        processes.stop(self.process)

    def log(self):
        with open(self._log) as file:
            return file.read()

    def enters_per_1000(self):
        """From the summary that ChainServe prints when it stops; over all that this process has served."""
        match = re.search(r"served (\d+) requests.*?([\d.,]+) io_uring_enter per 1,000", self.log())
        return float(match.group(2).replace(",", "")) if match and int(match.group(1)) > 0 else None
