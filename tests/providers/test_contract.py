"""The contract over every provider of family A that speaks HTTP."""

import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.providers.contract import (
    FAULTS,
    HTML,
    PEOPLE,
    calls_expected,
    holds,
    mail,
    people,
    recipient,
    refused_by_name,
    submitted,
    tells_nothing_secret,
)
from tests.providers.dialects import DIALECTS, Dialect
from tests.providers.loopback import Answer, Loopback

from lpdownload.model.delivery import Accepted, InDoubt, Mail, Outcome, Recipient, Refused, Throttled
from lpdownload.model.mailbox import Mailbox
from lpdownload.providers import registry
from lpdownload.providers.base import Batch, Capabilities, Check, MessageProvider, Told, TooLarge, cut
from lpdownload.providers.http import ATTEMPTS, Caller
from lpdownload.settings import PROVIDERS

OWN_SERVERS = {"smtp", "outbox"}


def _patience() -> dict[str, object]:
    """Caller's own defaults."""
    found: dict[str, object] | None = Caller.__init__.__kwdefaults__
    assert found
    return found


@pytest.fixture(autouse=True)
def impatient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same code with less patience where nobody answers; and no proxy of this machine's."""
    asked: dict[str, object] = getattr(getattr(request.node, "callspec", None), "params", {})
    monkeypatch.setitem(_patience(), "idle_seconds", 0.2 if asked.get("name") == "no answer" else 20.0)
    monkeypatch.setitem(_patience(), "sleep", lambda _: None)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(params=DIALECTS, ids=lambda dialect: dialect.name)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    found = request.param
    assert isinstance(found, Dialect)
    return found


@pytest.fixture
def server(dialect: Dialect) -> Iterator[Loopback]:
    with Loopback(dialect.taken) as server:
        yield server


@pytest.fixture
def provider(dialect: Dialect, server: Loopback) -> Iterator[MessageProvider]:
    provider = dialect.opened(server.url)
    yield provider
    provider.close()


def test_every_provider_that_takes_messages_is_under_the_contract() -> None:
    messages = {name for name in PROVIDERS if registry.capabilities_of(name).family == "messages"}
    assert {dialect.name for dialect in DIALECTS} == messages - OWN_SERVERS


def test_a_batch_that_is_taken_is_accepted_for_everybody(
    server: Loopback, dialect: Dialect, provider: MessageProvider
) -> None:
    batch, outcomes = submitted(server, provider)
    assert [type(outcome) for outcome in outcomes] == [Accepted] * len(PEOPLE)
    assert all(isinstance(outcome, Accepted) and outcome.provider_id for outcome in outcomes)
    assert b"".join(asked.body for asked in server.asked) == b"".join(batch.parts)
    assert len(server.asked) == (len(PEOPLE) if dialect.a_call_each else 1)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_outcome_for_everybody_and_is_repeated_only_where_it_may_be(
    server: Loopback, dialect: Dialect, provider: MessageProvider, name: str
) -> None:
    fault = FAULTS[name]
    batch, outcomes = submitted(server, provider, fault.answer)
    holds(fault, dialect, batch, outcomes)
    tells_nothing_secret(outcomes)
    expected = calls_expected(fault, dialect, provider)
    if fault.answer.breaks == "before the body":
        assert server.dropped == expected
    else:
        assert len(server.asked) == expected
        reached = batch.parts if dialect.a_call_each and not fault.stops else batch.parts[:1]
        assert {asked.body for asked in server.asked} == set(reached)


@pytest.mark.parametrize("name", ["", "400", "401", "429, come back later", "reset after the body"])
def test_what_is_told_in_the_middle_is_what_is_answered_in_the_end(
    server: Loopback, dialect: Dialect, provider: MessageProvider, name: str
) -> None:
    heard: list[tuple[int, Outcome, int]] = []
    batch = provider.build(mail(), people(), "key-1")
    server.script.extend([FAULTS[name].answer] * ATTEMPTS * len(PEOPLE) if name else [])
    outcomes = provider.submit(
        batch, told=lambda index, outcome: heard.append((index, outcome, threading.get_ident()))
    )
    told = {index: outcome for index, outcome, _ in heard}
    assert len(told) == len(heard)
    assert told == {index: outcomes[index] for index in told}
    assert {thread for *_, thread in heard} <= {threading.get_ident()}
    if dialect.a_call_each and not name:
        assert told.keys() == {*range(len(PEOPLE))}
    if not dialect.a_call_each:
        assert not told, "one answer settles the whole batch"


def test_refused_credentials_name_the_setting_of_whichever_account(
    server: Loopback, provider: MessageProvider
) -> None:
    _, outcomes = submitted(server, provider, FAULTS["401"].answer)
    assert all("the account's " in getattr(outcome, "reason", "") for outcome in outcomes)
    assert not any("LPDOWNLOAD_" in str(outcome) for outcome in outcomes)


def test_a_refused_connection_leaves_everybody_for_later(dialect: Dialect) -> None:
    with Loopback() as gone:
        url = gone.url
    provider = dialect.opened(url)
    outcomes = provider.submit(provider.build(mail(), people(), "key-1"))
    provider.close()
    assert [type(outcome) for outcome in outcomes] == [Throttled] * len(PEOPLE)


@pytest.mark.parametrize(
    "body", [b"", HTML, b"[]", b"{}", b"null", b"[" * 100_000, b'{"data": [', b"\xff\xfe"]
)
def test_a_200_that_does_not_say_what_was_taken_is_in_doubt(
    server: Loopback, provider: MessageProvider, body: bytes
) -> None:
    _, outcomes = submitted(server, provider, Answer(200, body))
    assert [type(outcome) for outcome in outcomes] == [InDoubt] * len(PEOPLE)
    tells_nothing_secret(outcomes)


def test_a_good_answer_cut_off_is_in_doubt_unless_its_status_said_all(
    server: Loopback, dialect: Dialect, provider: MessageProvider
) -> None:
    batch = provider.build(mail(), people(), "key-1")
    with Loopback(dialect.taken) as other:
        rehearsal = dialect.opened(other.url)
        rehearsal.submit(batch)
        rehearsal.close()
        whole = dialect.taken(other.asked[0])
    half = replace(whole, body=whole.body[: len(whole.body) // 2], promised=len(whole.body) + 10)
    server.script.extend([half] * len(PEOPLE))
    kinds = {type(outcome) for outcome in provider.submit(batch)}
    assert kinds == {InDoubt if dialect.body_matters else Accepted}


def test_an_answer_that_drips_past_the_deadline_is_in_doubt(
    server: Loopback, dialect: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(_patience(), "total_seconds", 0.3)
    server.script.append(Answer(200, b"x" * 100, drip=0.02))
    hurried = dialect.opened(server.url)
    outcomes = hurried.submit(hurried.build(mail(), people(), "key-1"))
    hurried.close()
    assert type(outcomes[0]) is InDoubt
    assert len(outcomes) == len(PEOPLE)
    assert len(server.asked) == 1


@pytest.mark.parametrize("name", [dialect.name for dialect in DIALECTS if dialect.partly])
def test_a_failure_of_one_in_a_200_is_that_ones_alone(name: str) -> None:
    dialect = next(dialect for dialect in DIALECTS if dialect.name == name)
    assert dialect.partly
    with Loopback(dialect.partly) as server:
        provider = dialect.opened(server.url)
        _, outcomes = submitted(server, provider)
        provider.close()
    refused_by_name(outcomes)
    tells_nothing_secret(outcomes)


@pytest.mark.parametrize("name", [dialect.name for dialect in DIALECTS if dialect.a_call_each])
def test_a_call_that_is_refused_leaves_the_calls_for_others_alone(name: str) -> None:
    dialect = next(dialect for dialect in DIALECTS if dialect.name == name)
    calls = iter(range(len(PEOPLE)))
    with Loopback(lambda asked: FAULTS["400"].answer if next(calls) == 1 else dialect.taken(asked)) as server:
        provider = dialect.opened(server.url)
        _, outcomes = submitted(server, provider)
        provider.close()
    refused_by_name(outcomes)


@pytest.mark.parametrize("name", [dialect.name for dialect in DIALECTS if dialect.doubled])
def test_an_answer_that_names_everybody_twice_accepts_nobody_by_guessing(name: str) -> None:
    dialect = next(dialect for dialect in DIALECTS if dialect.name == name)
    assert dialect.doubled
    with Loopback(dialect.doubled) as server:
        provider = dialect.opened(server.url)
        _, outcomes = submitted(server, provider)
        provider.close()
    assert [type(outcome) for outcome in outcomes] == [InDoubt] * len(PEOPLE)


def test_an_answer_sent_twice_is_not_taken_for_the_next_batchs(
    server: Loopback, dialect: Dialect, provider: MessageProvider
) -> None:
    first = provider.build(mail(), people()[:1], "key-1")
    with Loopback(dialect.taken) as other:
        rehearsal = dialect.opened(other.url)
        rehearsal.submit(first)
        rehearsal.close()
        once = dialect.taken(other.asked[0]).wire()
    server.script.append(Answer(raw=once + once, breaks="stays open"))
    assert [type(outcome) for outcome in provider.submit(first)] == [Accepted]
    server.script.append(FAULTS["400"].answer)
    outcomes = provider.submit(provider.build(mail(), people()[1:2], "key-2"))
    again = provider.capabilities.idempotency_hours > 0  # then it is asked once more, over a new connection
    assert [type(outcome) for outcome in outcomes] == [Accepted if again else InDoubt]
    server.script.clear()
    outcomes = provider.submit(provider.build(mail(), people()[2:], "key-3"))
    assert [type(outcome) for outcome in outcomes] == [Accepted]


def test_the_same_arguments_build_the_same_bytes(provider: MessageProvider, dialect: Dialect) -> None:
    again = dialect.opened("http://127.0.0.1:9")
    first, second = (one.build(mail(), people(), "key-1") for one in (provider, again))
    again.close()
    assert first == second
    assert first.digest == second.digest
    assert first.references == ("copy-1", "copy-2", "copy-3")


def test_people_for_whom_no_message_can_be_made_are_told_and_the_others_are_not_harmed(
    server: Loopback, provider: MessageProvider
) -> None:
    nameless = recipient(4, "dee")
    values = {name: value for name, value in nameless.values.items() if name != "first_name"}
    evil = recipient(5, "eve", first_name="Eve\r\nBcc: mallory@example.org")
    batch = provider.build(mail(), [replace(nameless, values=values), *people(), evil], "key-1")
    assert batch.references == ("copy-1", "copy-2", "copy-3")
    assert [reference for reference, _ in batch.unfit] == ["copy-4", "copy-5"]
    tells_nothing_secret([refused for _, refused in batch.unfit])
    assert not any("mallory@" in refused.reason for _, refused in batch.unfit)
    assert [type(outcome) for outcome in provider.submit(batch)] == [Accepted] * 3
    assert not any(b"dee@example.org" in asked.body for asked in server.asked)


def test_a_batch_of_nobody_is_not_submitted(server: Loopback, provider: MessageProvider) -> None:
    nameless = replace(recipient(4, "dee"), values={})
    batch = provider.build(mail(), [nameless], "key-1")
    assert (batch.references, provider.submit(batch), server.asked) == ((), (), [])


def test_cut_fills_calls_to_their_limits_and_no_further(provider: MessageProvider) -> None:
    most = provider.capabilities.most_recipients
    crowd = [recipient(number, f"p{number}") for number in range(2 * most + 1)]
    batches = list(cut(provider, mail(), crowd, "key"))
    assert [len(batch.references) for batch in batches] == [most, most, 1]
    assert [batch.key for batch in batches] == ["key-1", "key-2", "key-3"]
    assert [name for batch in batches for name in batch.references] == [one.reference for one in crowd]


class Shelf:
    """A provider of the test's own: each recipient takes as many bytes as its name has letters."""

    def __init__(self, most_recipients: int, most_bytes: int) -> None:
        self.capabilities = Capabilities(
            "Shelf", "messages", most_recipients=most_recipients, most_bytes=most_bytes
        )

    def refusals(self, mail: Mail) -> tuple[()]:
        del mail
        return ()

    def build(self, mail: Mail, recipients: Sequence[Recipient], key: str) -> Batch:
        del mail
        assert len(recipients) <= self.capabilities.most_recipients
        references, unfit, parts, room = [], [], [], self.capabilities.most_bytes
        for index, one in enumerate(recipients):
            if len(one.to.name) > self.capabilities.most_bytes:
                unfit.append((one.reference, Refused("too large")))
                continue
            room -= len(one.to.name)
            if room < 0:
                raise TooLarge(index)
            references.append(one.reference)
            parts.append(one.to.name.encode())
        return Batch(key, tuple(references), (), tuple(parts), unfit=tuple(unfit))

    def submit(self, batch: Batch, *, told: Told | None = None) -> tuple[Accepted, ...]:
        del told
        return (Accepted(),) * len(batch.references)

    def check(self) -> list[Check]:
        return []

    def close(self) -> None: ...


@given(sizes=st.lists(st.integers(1, 12), max_size=40), most=st.integers(1, 7), most_bytes=st.integers(1, 20))
def test_cut_loses_nobody_doubles_nobody_and_keeps_both_limits(
    sizes: list[int], most: int, most_bytes: int
) -> None:
    crowd = [
        Recipient(f"copy-{number}", Mailbox("x" * size, "a@example.org"), {})
        for number, size in enumerate(sizes)
    ]
    batches = list(cut(Shelf(most, most_bytes), mail(), iter(crowd), "key"))
    told = [name for batch in batches for name in (*batch.references, *(name for name, _ in batch.unfit))]
    assert Counter(told) == Counter(one.reference for one in crowd)
    inside = [name for batch in batches for name in batch.references]
    assert inside == [one.reference for one in crowd if len(one.to.name) <= most_bytes]
    for batch in batches:
        assert len(batch.references) + len(batch.unfit) <= most
        assert sum(map(len, batch.parts)) <= most_bytes
    assert len({batch.key for batch in batches}) == len(batches)


class Jammed(Shelf):
    """Breaks its word: one recipient alone is too many, and not called unfit."""

    def build(self, mail: Mail, recipients: Sequence[Recipient], key: str) -> Batch:
        del mail, recipients, key
        raise TooLarge(0)


def test_cut_does_not_try_for_ever_what_no_call_can_hold() -> None:
    crowd = [Recipient(f"copy-{number}", Mailbox("", "a@example.org"), {}) for number in range(3)]
    with pytest.raises(TooLarge):
        list(cut(Jammed(5, 5), mail(), crowd, "key"))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sizes=st.lists(st.sampled_from([1, 1000, 60_000]), max_size=8))
def test_a_real_batch_stays_below_its_bytes(dialect: Dialect, sizes: list[int]) -> None:
    provider = dialect.opened("http://127.0.0.1:9")
    crowd = [recipient(number, f"p{number}", first_name="x" * size) for number, size in enumerate(sizes)]
    batches = list(cut(provider, mail(), crowd, "key"))
    provider.close()
    told = [name for batch in batches for name in (*batch.references, *(name for name, _ in batch.unfit))]
    assert sorted(told) == sorted(one.reference for one in crowd)
    assert all(sum(map(len, batch.parts)) <= provider.capabilities.most_bytes for batch in batches)


def test_credentials_that_are_not_accepted_are_an_error_of_the_check(
    server: Loopback, provider: MessageProvider
) -> None:
    server.script.extend([FAULTS["401"].answer] * 8)
    found = provider.check()
    assert found
    assert {check.state for check in found} <= {"error", "unknown"}
    assert all(check.remedy for check in found)
    assert not re.search(r"s3cr3t|ana@example", " ".join(check.says for check in found))


@pytest.mark.parametrize("name", ["500", "502 in HTML", "reset after the body", "no answer", "429"])
def test_a_check_never_raises_for_the_network(server: Loopback, provider: MessageProvider, name: str) -> None:
    server.script.extend([FAULTS[name].answer] * 8)
    assert all(check.state != "ok" for check in provider.check())
