"""A mail service that takes everything over HTTP and keeps nothing, in a process of its own.

python benchmarks/http_sink.py   prints its port once it listens. It answers as SendGrid, Mailgun, Resend or
Postmark would, by the path; a body is counted and dropped.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache


def _answer(path: bytes, items: int) -> tuple[int, bytes]:
    if path == b"/v3/mail/send":
        return 202, b""
    if path == b"/emails/batch":
        return 200, json.dumps({"data": [{"id": f"{number:036}"} for number in range(items)]}).encode()
    if path == b"/email/batch":
        item = {"ErrorCode": 0, "Message": "OK", "MessageID": "0" * 36}
        return 200, json.dumps([item] * items).encode()
    return 200, b'{"id": "<1@news.example.org>", "message": "Queued. Thank you."}'


@lru_cache
def _wire(path: bytes, items: int) -> bytes:
    status, body = _answer(path, items)
    return b"HTTP/1.1 %d OK\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


class _Session(asyncio.Protocol):
    """Items of a JSON array are counted by the reference that each has, ``"copy-``."""

    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.head = b""
        self.left = 0
        self.items = 0
        self.tail = b""

    def data_received(self, data: bytes) -> None:
        if not self.left:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return
            lines = self.head[:end].split(b"\r\n")
            self.path = lines[0].split(b" ")[1]
            lengths = [line[15:] for line in lines if line[:15].lower() == b"content-length:"]
            self.left = int(lengths[0]) if lengths else 0
            data, self.head = self.head[end + 4 :], b""
            self.items, self.tail = 0, b""
        self.left -= len(data)
        if self.path.endswith(b"/batch"):
            self.items += (self.tail + data).count(b'"copy-')
            self.tail = data[-5:]
        if not self.left:
            self.transport.write(_wire(self.path, self.items))


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Session, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def sink() -> Iterator[str]:
    """A sink's address."""
    process = subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE)
    assert process.stdout
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


if __name__ == "__main__":
    asyncio.run(_serve())
