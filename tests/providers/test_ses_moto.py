"""Amazon SES as moto plays it: what arrives there, and an error in Amazon's own form."""

import email
import email.policy
import logging
from collections.abc import Iterator

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.server import ThreadedMotoServer
from moto.sesv2.models import sesv2_backends
from pydantic import SecretStr
from tests.providers.hostile import hostile_mail, person

from lpdownload.model.delivery import Accepted, Recipient, Refused
from lpdownload.providers.ses import Ses, Settings, open_provider

REGION = "us-east-1"


@pytest.fixture
def provider() -> Iterator[Ses]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    secret = SecretStr("secret")
    provider = open_provider(
        Settings(
            region=REGION,
            access_key_id="AKIDEXAMPLE",
            secret_access_key=secret,
            endpoint_url=f"http://{host}:{port}",
        )
    )
    yield provider
    provider.close()
    server.stop()
    sesv2_backends.reset()


def people() -> list[Recipient]:
    return [person("r-1", "Núñez, Ana", first_name=".Añá"), person("r-2", '"B" \\ 😀', first_name="<b>")]


def test_a_message_from_a_verified_sender_is_taken_as_it_was_built(provider: Ses) -> None:
    amazon = sesv2_backends[DEFAULT_ACCOUNT_ID][REGION]
    amazon.create_email_identity("example.org", None, None, None)
    mail = hostile_mail()
    outcomes = provider.submit(provider.build(mail, people(), "k-1"))
    taken = amazon.core_backend.sent_messages
    assert outcomes == tuple(Accepted(message.id) for message in taken)
    for recipient, message in zip(people(), taken, strict=True):
        assert message.source == "news@example.org"
        parsed = email.message_from_string(message.raw_data, policy=email.policy.default)
        html = parsed.get_body(("html",))
        assert html
        assert html.get_content().split() == mail.content.html.fill(recipient.values).split()
        assert parsed["Subject"] == mail.content.subject.fill(recipient.values)


def test_a_sender_that_is_not_verified_is_refused_with_amazons_words(provider: Ses) -> None:
    outcomes = provider.submit(provider.build(hostile_mail(), people(), "k-1"))
    for outcome in outcomes:
        assert isinstance(outcome, Refused)
        assert "Did not have authority to send" in outcome.reason
        assert "news@example.org" not in outcome.reason
