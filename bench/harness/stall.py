"""Holds clients that ask for a large file and never read it: stall.py PORT COUNT. Ends when its input ends."""

import select
import socket
import struct
import sys

# Set before the connection, so that its window stays small: the server can send a few KiB, and then must wait.
RECEIVE_BYTES = 4096
# That of Ethernet. With the 64 KiB of loopback the kernel buffers megabytes for each client, and a thousand of them
# exhaust its memory for TCP (tcp_mem), which slows every connection of the machine.
SEGMENT_BYTES = 1460
REQUEST = b"GET /100m.bin HTTP/1.1\r\nHost: bench\r\n\r\n"


def connect(port):
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT_BYTES)
    # At the end a reset, not a wait for the rest.
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.settimeout(10)
    client.connect(("127.0.0.1", port))
    client.sendall(REQUEST)
    return client


def main():
    port, count = int(sys.argv[1]), int(sys.argv[2])
    clients = []
    try:
        clients += (connect(port) for _ in range(count))
        for number, client in enumerate(clients):
            # The response has begun. Peeked at, the byte stays in the way of the others.
            if not client.recv(1, socket.MSG_PEEK):
                raise SystemExit(f"the server closed number {number + 1}")
    except OSError as exception:
        raise SystemExit(f"{exception} after {len(clients)} connections")
    print("ready", flush=True)
    sys.stdin.read()
    ends = select.poll()
    for client in clients:
        ends.register(client, select.POLLRDHUP)
    print(f"closed {len(ends.poll(0))}", flush=True)


main()
