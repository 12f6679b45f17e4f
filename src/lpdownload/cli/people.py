"""`lpdownload subscribers`: one person at a time, and how many there are."""

from typing import TYPE_CHECKING, Annotated

import typer

from lpdownload.cli import console, issues
from lpdownload.errors import Finding, InvalidInput

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from lpdownload.content.library import Library
    from lpdownload.model.address import Address
    from lpdownload.model.subscriber import Subscriber
    from lpdownload.model.subscription import Evidence
    from lpdownload.store.database import Database

app = typer.Typer(help="The people who get the newsletters.", no_args_is_help=True)

EmailArgument = Annotated[str, typer.Argument(help="The mail address.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]
NewsletterOption = Annotated[
    list[str] | None,
    typer.Option("--newsletter", "-n", metavar="NEWSLETTER", help="Folder name; may be repeated."),
]
SourceOption = Annotated[
    str, typer.Option(help="Where this comes from, for the consent record: a form, a call, a meeting.")
]


def open_store(library: "Library") -> "Database":
    """The newsroom's database, with its schema."""
    from lpdownload.store.database import open_database

    url = library.settings.database_url if library.settings else None
    return open_database(library.root, url.get_secret_value() if url else None)


def address_given(text: str) -> "Address":
    """The address a command was given; InvalidInput if it is none."""
    from lpdownload.model.address import BadAddress, address_of

    try:
        return address_of(text)
    except BadAddress as error:
        raise InvalidInput(
            [Finding("bad-email", f"not a mail address: {error}", "as in ana@example.org")]
        ) from None


def known(connection: "Connection", address: "Address") -> "Subscriber":
    """The person with that address; InvalidInput if there is none."""
    from lpdownload.store import subscribers

    found = subscribers.find(connection, address.key)
    if found is None:
        raise InvalidInput([unknown_subscriber()])
    return found


def unknown_subscriber() -> Finding:
    """Without the address: what is said may be kept in a log."""
    hint = "lpdownload subscribers add, or look for a slip of the keyboard"
    return Finding("unknown-subscriber", "there is no subscriber with this address", hint)


def newsletters_given(library: "Library", names: list[str] | None) -> tuple[str, ...]:
    """The newsletters a command names, each once; InvalidInput for those that do not exist."""
    from lpdownload.content.references import unknown

    chosen = tuple(dict.fromkeys(names or ()))
    there_are = library.newsletter_names
    wrong = [unknown("newsletter", name, there_are) for name in chosen if name not in there_are]
    if wrong:
        raise InvalidInput(wrong)
    return chosen


def evidence(source: str) -> "Evidence":
    """Something that happens now, because a person at the keyboard says so."""
    from datetime import UTC, datetime

    from lpdownload.model.subscription import Evidence

    return Evidence(datetime.now(UTC), source)


@app.command()
def show(email: EmailArgument, as_json: JsonOption = False) -> None:
    """Everything that is known about a person: attributes, subscriptions, consent, what was mailed."""
    from lpdownload.store import subscribers, suppressions

    address = address_given(email)
    with open_store(issues.open_library([])) as database, database.reading() as connection:
        person = subscribers.find(connection, address.key)
        if person is None:
            reason = suppressions.reason_of(connection, address.key)
            finding = unknown_subscriber()
            if reason:
                finding = Finding(
                    finding.rule, f"{finding.message}; it is suppressed: {reason}", finding.hint
                )
            raise InvalidInput([finding])
        record = subscribers.consent_of(connection, person.id)
    rows = [
        {
            "at": _moment(entry.evidence.at),
            "newsletter": entry.newsletter,
            "what": entry.what,
            "source": entry.evidence.source,
            "proof": entry.evidence.proof,
        }
        for entry in record
    ]
    if as_json:
        subscriptions = {
            name: {"state": state, "since": _moment(since)}
            for name, (state, since) in person.subscriptions.items()
        }
        console.print_json(
            {
                "email": person.email,
                "attributes": dict(person.attributes),
                "subscriptions": subscriptions,
                "suppressed": person.suppressed,
                "received": list(person.received),
                "added": _moment(person.created_at),
                "import": person.import_id,
                "consent": rows,
            }
        )
        return
    console.say(person.email)
    if person.suppressed:
        console.say(f"  suppressed: {person.suppressed}; gets nothing")
    for name, value in person.attributes.items():
        console.say(f"  {name}: {value if isinstance(value, str) else ', '.join(value)}")
    console.say("")
    if not person.subscriptions:
        console.say("No subscription.")
    for name, (state, since) in person.subscriptions.items():
        console.say(f"  {name}: {state} since {_moment(since)}")
    if person.received:
        console.say(f"\nReceived: {', '.join(person.received)}")
    console.say("\nConsent:")
    for row in rows:
        proof = f" ({row['proof']})" if row["proof"] else ""
        console.say(
            f"  {row['at']}  {row['newsletter'] or 'everything'}: {row['what']}, {row['source']}{proof}"
        )


def _moment(moment: "datetime") -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@app.command()
def add(
    email: EmailArgument,
    source: SourceOption,
    newsletter: NewsletterOption = None,
    attribute: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="An attribute; may be repeated.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Add a person who asked for it; of one who is known, set attributes and add subscriptions.

    Whoever left a newsletter is not subscribed to it again: only they themselves can do that.
    """
    from lpdownload.audience.attributes import attributes_given
    from lpdownload.store import subscribers, subscriptions, suppressions

    library = issues.open_library([])
    address = address_given(email)
    names = newsletters_given(library, newsletter)
    attributes = attributes_given(library.network, attribute or [])
    said = evidence(source)
    with open_store(library) as database, database.writing() as connection:
        reason = suppressions.reason_of(connection, address.key)
        if reason:
            hint = "lpdownload subscribers lift, if the person asks for it"
            raise InvalidInput([Finding("suppressed", f"the address is suppressed: {reason}", hint)])
        person = subscribers.find(connection, address.key)
        if person is None:
            number, is_new = subscribers.add(connection, address, attributes, said.at), True
        else:
            number, is_new = person.id, False
            if attributes:
                subscribers.set_attributes(connection, number, attributes)
        states = subscriptions.subscriptions_of(connection, number)
        left = [name for name in names if name in states and states[name][0] not in {"active", "pending"}]
        if left:
            message = f"the person left {', '.join(left)}, and can only come back by asking for it themselves"
            raise InvalidInput([Finding("left", message, "leave it out of --newsletter")])
        started = [
            name for name in names if subscriptions.change(connection, number, name, "subscribed", said)
        ]
    if as_json:
        console.print_json({"new": is_new, "subscribed": started, "attributes": sorted(attributes)})
    else:
        console.say(
            f"{'Added' if is_new else 'Known already'}; subscribed to {', '.join(started) or 'nothing new'}."
        )


@app.command()
def unsubscribe(
    email: EmailArgument,
    newsletter: NewsletterOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="From everything, for good: the address is suppressed.")
    ] = False,
    source: SourceOption = "asked the newsroom",
    as_json: JsonOption = False,
) -> None:
    """End a person's subscriptions, at once."""
    from lpdownload.store import subscribers, subscriptions, suppressions

    if not newsletter and not everything:
        console.note("Which newsletter? Name one with --newsletter, or say --all.")
        raise typer.Exit(2)
    library = issues.open_library([])
    address = address_given(email)
    said = evidence(source)
    with open_store(library) as database, database.writing() as connection:
        person = subscribers.find(connection, address.key)
        if person is None and not everything:
            raise InvalidInput([unknown_subscriber()])
        names = (
            tuple(person.subscriptions) if everything and person else newsletters_given(library, newsletter)
        )
        ended = [
            name
            for name in names
            if person and subscriptions.change(connection, person.id, name, "unsubscribed", said)
        ]
        suppressed = everything and suppressions.suppress(
            connection, address.key, "unsubscribed", at=said.at, source=source
        )
        if suppressed and person:
            subscriptions.record(connection, person.id, None, "unsubscribed", said)
    if as_json:
        console.print_json({"unsubscribed": ended, "suppressed": bool(suppressed)})
    else:
        console.say(f"Unsubscribed from {', '.join(ended) or 'nothing that was active'}.")
        if everything:
            console.say("The address is suppressed: nothing is mailed to it any more.")


@app.command()
def suppress(email: EmailArgument, source: SourceOption, as_json: JsonOption = False) -> None:
    """Never mail an address again, whoever asks."""
    from lpdownload.store import suppressions

    address = address_given(email)
    said = evidence(source)
    with open_store(issues.open_library([])) as database, database.writing() as connection:
        is_new = suppressions.suppress(connection, address.key, "staff", at=said.at, source=source)
    if as_json:
        console.print_json({"suppressed": is_new})
    else:
        console.say("Suppressed." if is_new else "It was suppressed already.")


@app.command()
def lift(email: EmailArgument, source: SourceOption, as_json: JsonOption = False) -> None:
    """Take a suppression away, because the person asked for it. Subscriptions stay as they are."""
    from lpdownload.store import subscribers, subscriptions, suppressions

    address = address_given(email)
    said = evidence(source)
    with open_store(issues.open_library([])) as database, database.writing() as connection:
        reason = suppressions.lift(connection, address.key)
        person = subscribers.find(connection, address.key)
        if reason and person:
            subscriptions.record(connection, person.id, None, "lifted", said)
    if as_json:
        console.print_json({"lifted": reason})
    else:
        console.say(f"Lifted; the reason was: {reason}." if reason else "It was not suppressed.")


@app.command()
def erase(
    email: EmailArgument,
    source: SourceOption = "asked the newsroom",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Forget a person for good. Only a salted hash stays, so that no import brings the address back."""
    from lpdownload.store import subscribers

    address = address_given(email)
    if not yes:
        console.confirm("Everything that is known about this person will be deleted. Go on?")
    said = evidence(source)
    with open_store(issues.open_library([])) as database, database.writing() as connection:
        was_known = subscribers.erase(connection, address.key, at=said.at, source=source)
    if as_json:
        console.print_json({"erased": was_known})
    else:
        console.say("Erased." if was_known else "Nobody was known by it; it is suppressed all the same.")


@app.command()
def stats(as_json: JsonOption = False) -> None:
    """How many people, subscriptions and suppressions there are."""
    from lpdownload.model.subscription import STATES
    from lpdownload.store import subscribers, subscriptions, suppressions

    with open_store(issues.open_library([])) as database, database.reading() as connection:
        people = subscribers.count(connection)
        by_newsletter = subscriptions.counts(connection)
        suppressed = suppressions.counts(connection)
    if as_json:
        console.print_json({"people": people, "subscriptions": by_newsletter, "suppressions": suppressed})
        return
    console.say(f"{people:,} people")
    if by_newsletter:
        console.print_table(
            [console.Column("Newsletter"), *(console.Column(state, right=True) for state in STATES)],
            [
                [name, *(f"{states.get(state, 0):,}" for state in STATES)]
                for name, states in by_newsletter.items()
            ],
        )
    if suppressed:
        console.say("Suppressed: " + ", ".join(f"{count:,} {reason}" for reason, count in suppressed.items()))
