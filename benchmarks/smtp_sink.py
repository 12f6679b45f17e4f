"""A mail server that takes everything and keeps nothing, as fast as it can; in a process of its own.

python benchmarks/smtp_sink.py [PORT]   prints its port once it listens. Postfix's smtp-sink is used instead
where it is installed. It relies on clients that wait for the answer to a message before they go on.
"""

import asyncio
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_REPLIES: Final = {b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 SIZE 30000000\r\n", b"QUIT": b"221 bye\r\n"}
_END: Final = b"\r\n.\r\n"


class _Session(asyncio.Protocol):
    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.tail = b""
        self.in_message = False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        if self.in_message:
            self.tail = (self.tail + data)[-5:] if len(data) < 5 else data[-5:]
            if self.tail == _END:
                self.in_message, self.tail = False, b""
                self.transport.write(b"250 2.0.0 Ok: queued as SINK\r\n")
            return
        *lines, self.tail = (self.tail + data).split(b"\r\n")
        replies = []
        for line in lines:
            if line == b"DATA":
                self.in_message = True
                replies.append(b"354 go on\r\n")
            else:
                replies.append(_REPLIES.get(line[:4], b"250 2.0.0 Ok\r\n"))
        self.transport.write(b"".join(replies))
        if b"QUIT" in lines:
            self.transport.close()


async def _serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Session, "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def sink() -> Iterator[tuple[int, str]]:
    """A sink's port on 127.0.0.1, and its name."""
    if postfix := shutil.which("smtp-sink"):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = int(free.getsockname()[1])
        process = subprocess.Popen([postfix, f"127.0.0.1:{port}", "100"])
        name = "Postfix's smtp-sink"
        _wait_for(port)
    else:
        process = subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE)
        assert process.stdout
        port, name = int(process.stdout.readline()), "a sink in Python"
    try:
        yield port, name
    finally:
        process.terminate()
        process.wait()
        if process.stdout:
            process.stdout.close()


def _wait_for(port: int) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            continue


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
