"""The floor of every delay: sends each datagram back. `python -m benchmarks.call.echo ADDRESS`."""

import socket
import sys

if __name__ == "__main__":
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mine:
        mine.bind((sys.argv[1], 0))
        sys.stdout.write(f"{mine.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            mine.sendto(*mine.recvfrom(2048))
