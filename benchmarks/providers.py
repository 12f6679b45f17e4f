"""Recipients handed to each provider: values with signed links, building, and a call to a loopback sink.

Each provider is measured in a process of its own, so that its peak of memory is its own.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import SecretStr

import http_sink
import smtp_sink
from lpdownload.model.content import (
    ONE_CLICK_URL,
    PREFERENCES_URL,
    UNSUBSCRIBE_MAILTO,
    UNSUBSCRIBE_URL,
    WEB_URL,
    Content,
    Pieces,
    Slot,
)
from lpdownload.model.delivery import Accepted, Mail, Recipient
from lpdownload.model.mailbox import Mailbox
from lpdownload.model.mime import standard_headers
from lpdownload.model.token import Tokens
from lpdownload.providers.base import Batch, MessageProvider, cut
from measure import Timing, timing

RUNS: Final = 5
MOST_MEMORY: Final = 150.0
"""MB, whatever the list's size."""
NAMES: Final = ("sendgrid", "mailgun", "resend", "postmark", "smtp")
PEOPLE: Final = {"sendgrid": 100_000, "mailgun": 100_000, "resend": 6_000, "postmark": 6_000, "smtp": 4_000}
A_SECOND: Final = {"sendgrid": 40_000, "mailgun": 40_000, "resend": 3_000, "postmark": 3_000, "smtp": 2_000}
CPU: Final = {"sendgrid": 25e-6, "mailgun": 25e-6}


def timings() -> Iterator[Timing | str]:
    """Seconds for each recipient, on the clock and of CPU, and each process's peak of memory."""
    for name in NAMES:
        command = (sys.executable, str(Path(__file__)), name)
        environ = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
        found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environ).stdout)
        each = sorted(found["clock"])[len(found["clock"]) // 2]
        yield timing(
            f"{name}: a recipient",
            found["clock"],
            1 / A_SECOND[name],
            f"{1 / each:,.0f} a second, {found['note']}",
        )
        memory = f"peak {found['memory']:,.0f} MB of {MOST_MEMORY:,.0f}"
        yield timing(f"{name}: CPU of a recipient", found["cpu"], CPU.get(name), memory)


def _content(size: int) -> Content:
    """About ``size`` bytes of HTML and text with eight slots."""
    html = Slot("first_name", "you", "html")
    row = '<td style="padding:0 24px;font-family:Arial">A meeting on September 3 in the “library”.</td>\n'
    filler = row * (size * 3 // 4 // len(row))
    plain = "A meeting on September 3 in the library.\n" * (size // 4 // 41)
    return Content(
        subject=Pieces(("", ", our September"), (Slot("first_name", "Dear all", "header"),)),
        preheader=Pieces.of("What is on"),
        html=Pieces(
            ("<p>Dear ", f"</p>{filler}<a href='", "'>a</a><a href='", "'>b</a><a href='", "'>c</a>"),
            (
                html,
                Slot(UNSUBSCRIBE_URL, None, "html_url"),
                Slot(PREFERENCES_URL, None, "html_url"),
                Slot(WEB_URL, None, "html_url"),
            ),
        ),
        text=Pieces(
            ("Dear ", f"\n{plain}", "\n"),
            (Slot("first_name", "you", "text"), Slot(UNSUBSCRIBE_URL, None, "url")),
        ),
        headers=standard_headers(
            sender=Mailbox("The Chapter", "news@example.org"),
            reply_to=None,
            list_name="News",
            list_id="news.example.org",
            help_url=None,
            archive_url=None,
            feedback_id="a:b:c:chapter",
            language="en",
            public_url="https://example.org",
        ),
    )


def _people(count: int) -> Iterator[Recipient]:
    tokens = Tokens({1: b"a secret of the benchmark"})
    out, preferences = tokens.signer("lpny", "unsubscribe"), tokens.signer("lpny", "preferences")
    web = tokens.signer("lpny", "web")
    for number in range(count):
        token = out(number)
        values = {
            "first_name": "Ana María",
            ONE_CLICK_URL: f"https://example.org/u/{token}",
            UNSUBSCRIBE_URL: f"https://example.org/unsubscribe/{token}",
            UNSUBSCRIBE_MAILTO: f"out@example.org?subject={token}",
            PREFERENCES_URL: f"https://example.org/preferences/{preferences(number)}",
            WEB_URL: f"https://example.org/read/{web(number)}",
        }
        yield Recipient(f"copy-{number}", Mailbox("Ana Núñez", f"ana{number}@example.org"), values)


def _opened(name: str, stack: ExitStack) -> tuple[MessageProvider, int, str]:
    """With a sink for it; how many calls at once; and a note."""
    key = SecretStr("key")
    if name == "smtp":
        from lpdownload.providers import smtp

        port, sink = stack.enter_context(smtp_sink.sink())
        own = smtp.Settings(host="127.0.0.1", port=port, tls="none", connections=4)
        return smtp.open_provider(own), 4, f"4 connections, {sink}"
    url = stack.enter_context(http_sink.sink())
    if name == "sendgrid":
        from lpdownload.providers import sendgrid

        return sendgrid.open_provider(sendgrid.Settings(api_key=key, base_url=url)), 2, "1,000 a call"
    if name == "mailgun":
        from lpdownload.providers import mailgun

        settings = mailgun.Settings(api_key=key, domain="news.example.org", base_url=url)
        return mailgun.open_provider(settings), 2, "1,000 a call"
    if name == "resend":
        from lpdownload.providers import resend

        return resend.open_provider(resend.Settings(api_key=key, base_url=url)), 2, "100 a call"
    from lpdownload.providers import postmark

    return postmark.open_provider(postmark.Settings(api_key=key, base_url=url)), 2, "500 a call"


def _hand_over(provider: MessageProvider, mail: Mail, count: int, at_once: int) -> None:
    """All of them; no more batches in memory than calls at once, and one. Raises RuntimeError."""
    with ThreadPoolExecutor(at_once) as pool:
        waiting = []
        accepted = 0
        for batch in cut(provider, mail, _people(count), "bench"):
            waiting.append(pool.submit(_accepted, provider.submit, batch))
            if len(waiting) > at_once:
                accepted += waiting.pop(0).result()
        accepted += sum(call.result() for call in waiting)
    if accepted != count:
        raise RuntimeError(f"{accepted} of {count} were accepted")


def _accepted(submit: Callable[[Batch], tuple[object, ...]], batch: Batch) -> int:
    return sum(isinstance(outcome, Accepted) for outcome in submit(batch))


def main(name: str) -> None:
    """Prints JSON: seconds of each recipient by run, and the peak in MB."""
    mail = Mail(_content(60_000), "lpny/2024-09", "send-1", date=datetime.now(UTC))
    count = PEOPLE[name]
    clock, cpu = [], []
    with ExitStack() as stack:
        provider, at_once, note = _opened(name, stack)
        stack.callback(provider.close)
        _hand_over(provider, mail, min(count, 2000), at_once)
        for _ in range(RUNS):
            start, used = time.perf_counter(), time.process_time()
            _hand_over(provider, mail, count, at_once)
            clock.append((time.perf_counter() - start) / count)
            cpu.append((time.process_time() - used) / count)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    memory = peak / (1024 if sys.platform != "darwin" else 1024**2)
    values = next(_people(1)).values
    size = sum(len(pieces.fill(values).encode()) for pieces in (mail.content.html, mail.content.text)) / 1000
    whole = f"{size:.0f} KB of HTML and text, {note}"
    print(json.dumps({"clock": clock, "cpu": cpu, "memory": memory, "note": whole}))


if __name__ == "__main__":
    main(sys.argv[1])
