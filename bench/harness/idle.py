"""Holds idle keep-alive connections, each after one request: idle.py PORT COUNT. Ends when its input ends."""

import resource
import socket
import sys


def main():
    port, count = int(sys.argv[1]), int(sys.argv[2])
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    request = b"GET /1k.bin HTTP/1.1\r\nHost: bench\r\n\r\n"
    clients = []
    for _ in range(count):
        client = socket.create_connection(("127.0.0.1", port), timeout=10)
        client.sendall(request)
        received = b""
        while len(received) < 1024 or b"\r\n\r\n" not in received or len(received.partition(b"\r\n\r\n")[2]) < 1024:
            part = client.recv(4096)
            if not part:
                raise SystemExit(f"closed after {len(clients)} connections")
            received += part
        clients.append(client)
    print("ready", flush=True)
    sys.stdin.read()
    # A connection that the server has closed reads as empty, an idle one would block.
    closed = 0
    for client in clients:
        client.setblocking(False)
        try:
            closed += client.recv(1) == b""
        except BlockingIOError:
            pass
    print(f"closed {closed}", flush=True)


main()
