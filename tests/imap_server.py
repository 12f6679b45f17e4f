"""A real IMAP server on 127.0.0.1 with one empty mailbox: pymap, in a thread of this process."""

import asyncio
import ssl
import threading
from argparse import ArgumentParser
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import trustme
from imapclient import IMAPClient
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer, IMAPService
from pysasl.hashing import BuiltinHash

USER, PASSWORD = "unsubscribe@example.org", "correct horse"
_PATIENCE: Final = 30.0


class ImapServer:
    """Speaks TLS from the first byte, or after STARTTLS; ``authority`` has signed its certificate."""

    def __init__(
        self, folder: Path, tls: Literal["tls", "starttls"] = "tls", *, name: str = "127.0.0.1"
    ) -> None:
        self.tls = tls
        self.ca_file = folder / "authority.pem"
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.ca_file))
        self._certificate = authority.issue_cert(name)
        self._chain, self._key = folder / "chain.pem", folder / "key.pem"
        with self._chain.open("wb") as chain:
            for blob in self._certificate.cert_chain_pems:
                chain.write(blob.bytes())
        self._certificate.private_key_pem.write_to_path(str(self._key))
        self.port = 0
        self._up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def environ(self, **more: str) -> dict[str, str]:
        """The variables that lead to its mailbox; ``more`` without their prefix."""
        given = {"HOST": "127.0.0.1", "PORT": str(self.port), "TLS": self.tls, "USERNAME": USER}
        given |= {"PASSWORD": PASSWORD, "CA_FILE": str(self.ca_file)} | more
        return {f"LPDOWNLOAD_IMAP_{name}": value for name, value in given.items()}

    def deliver(self, *mails: bytes, at: datetime | None = None) -> None:
        with self.client() as client:
            for mail in mails:
                client.append("INBOX", mail, msg_time=at or datetime.now(UTC))

    def count(self, folder: str = "INBOX") -> int:
        with self.client() as client:
            return int(client.select_folder(folder, readonly=True)[b"EXISTS"])

    def flags(self) -> list[bytes]:
        """Of all mails in the inbox."""
        with self.client() as client:
            client.select_folder("INBOX", readonly=True)
            found = client.get_flags(client.search())
            return sorted({flag for flags in found.values() for flag in flags} - {b"\\Recent"})

    def renew(self) -> None:
        """The inbox is made anew with the same mails: other UIDs, another UIDVALIDITY."""
        with self.client() as client:
            client.select_folder("INBOX")
            mails = client.fetch(client.search(), ["INTERNALDATE", "RFC822"])
            client.normalise_times = False
            client.create_folder("Old")
            client.rename_folder("INBOX", "Old/inbox")  # RFC 9051, 6.3.6: leaves an empty new one
            for mail in mails.values():
                client.append("INBOX", mail[b"RFC822"], msg_time=mail[b"INTERNALDATE"].astimezone(UTC))

    def client(self) -> IMAPClient:
        context = ssl.create_default_context(cafile=self.ca_file)
        is_tls = self.tls == "tls"
        client = IMAPClient("127.0.0.1", self.port, ssl=is_tls, ssl_context=context if is_tls else None)
        if not is_tls:
            client.starttls(context)
        client.login(USER, PASSWORD)
        return client

    def __enter__(self) -> "ImapServer":
        self._thread.start()
        if not self._up.wait(_PATIENCE):
            raise RuntimeError("the IMAP server did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(_PATIENCE)

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        parser = ArgumentParser()
        IMAPService.add_arguments(parser)
        parser.set_defaults(skip_services=[], passlib_cfg=None, debug=False)
        DictBackend.add_subparser("dict", parser.add_subparsers())
        own = ["--no-tls"] if self.tls == "tls" else ["--cert", str(self._chain), "--key", str(self._key)]
        own += ["--host", "127.0.0.1", "dict", "--demo-user", USER, "--demo-password", PASSWORD]
        backend, config = await DictBackend.init(parser.parse_args(own), hash_context=BuiltinHash(rounds=1))
        config.apply_context()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._certificate.configure_cert(context)
        answer = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(backend.login, config))
        async with AsyncExitStack() as stack:
            await backend.start(stack)
            server = await asyncio.start_server(
                answer, "127.0.0.1", 0, ssl=context if self.tls == "tls" else None
            )
            self.port = server.sockets[0].getsockname()[1]
            self._up.set()
            await self._over.wait()
            server.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
