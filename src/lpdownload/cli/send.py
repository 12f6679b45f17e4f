"""`lpdownload send`: an issue to its readers, now or at a time; or to your own people, to try it out."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from lpdownload.cli import console, issues
from lpdownload.cli.agreeing import agree, dry_run_row, is_asked
from lpdownload.cli.people import JsonOption, open_store
from lpdownload.errors import Finding, InvalidInput

if TYPE_CHECKING:
    from datetime import datetime

    from lpdownload.content.library import Library
    from lpdownload.delivery.gate import Order, Passed
    from lpdownload.delivery.services import Service
    from lpdownload.model.issue import Issue
    from lpdownload.providers.registry import Account
    from lpdownload.store.database import Database

ByOption = Annotated[
    str | None,
    typer.Option("--by", metavar="WHO", help="Who decides; LPDOWNLOAD_APPROVER if not given."),
]
AccountOption = Annotated[
    str | None,
    typer.Option(help="A provider or an account of network.yaml, instead of the newsletter's."),
]
STARTS_BY_A_WORKER = "A worker starts it: `lpdownload worker`, or a crontab as in docs/delivery.md."
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def send(
    issue: Annotated[str, typer.Argument(help="NEWSLETTER/ISSUE such as lpny/2024-09, or its file.")],
    at: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN",
            help='As in "2030-09-18 09:00", in the newsletter\'s time zone. If not given: send_at, or now.',
        ),
    ] = None,
    local: Annotated[
        bool, typer.Option("--local", help="Each reader gets it at that time of their own day.")
    ] = False,
    account: AccountOption = None,
    only_to: Annotated[
        str | None,
        typer.Option(
            metavar="failed|not-reached|accepted",
            help="Once more, to those of an earlier send for whom it failed, whom it did not reach, or who "
            "got it; needs --reason.",
        ),
    ] = None,
    reason: Annotated[str, typer.Option(help="What it is for, for the record.")] = "",
    waive: Annotated[
        list[str] | None,
        typer.Option(
            metavar="approval|identity|quota|quiet-hours|count",
            help="Answer for this yourself; may be repeated.",
        ),
    ] = None,
    by: ByOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Look at everything, and make and send nothing.")
    ] = False,
    yes: YesOption = False,
    test_to: Annotated[
        list[str] | None,
        typer.Option(
            "--test-to",
            metavar="ADDRESS",
            help="Only to this address of the seed list, to try it out; may be repeated.",
        ),
    ] = None,
    as_: Annotated[
        list[str] | None,
        typer.Option("--as", metavar="KEY=VALUE,…", help="A test as a reader with these attributes gets it."),
    ] = None,
    persona: Annotated[
        str | None, typer.Option(help="A test as a made-up reader of network.yaml gets it.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="A test also to addresses that are not on the seed list.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Send an issue to its readers, each once; what became of everybody is shown at the end."""
    _fits_together(
        test_to,
        {"--at": at, "--local": local, "--only-to": only_to, "--waive": waive, "--dry-run": dry_run},
        {"--as": as_, "--persona": persona, "--force": force},
    )
    if test_to:
        from lpdownload.cli.test_send import send_test_to

        send_test_to(issue, test_to, as_=as_, persona=persona, account=account, force=force, as_json=as_json)
        return
    from dataclasses import replace
    from datetime import UTC, datetime

    from lpdownload.delivery.gate import look
    from lpdownload.delivery.plan import plan_send, schedule_send
    from lpdownload.delivery.services import services
    from lpdownload.providers.registry import holds_the_list

    library = issues.open_library([issue])
    key = issues.one(library, issue)
    now = datetime.now(UTC)
    with services(library, account) as opened, open_store(library) as database:
        loaded = _issue(library, key)
        chosen = _account(library, loaded, account)
        order = _order(
            library,
            loaded,
            chosen,
            now,
            at=at,
            local=local,
            only_to=only_to,
            reason=reason,
            waive=waive or [],
            by=by,
        )
        if holds_the_list(chosen.provider):
            from lpdownload.cli.campaigns import send_campaign

            send_campaign(
                library, database, order, now, named=account, dry_run=dry_run, yes=yes, as_json=as_json
            )
            return
        service = opened.of(chosen.name)
        if dry_run or not yes:
            with database.reading() as connection:
                passed = look(library, connection, service.provider, order, now)
            if dry_run:
                _report(order, passed, service, now, as_json)
                return
            if passed.errors:
                raise InvalidInput(passed.findings)
            _ask(database, order, passed, service, is_later=order.starts_at > now)
            order = replace(order, count=None if order.starts_at > now else passed.audience.included)
        plan = plan_send if order.starts_at <= now and not order.local else schedule_send
        made, passed = plan(database, library, service.provider, order, now)
        console.print_findings(passed.findings, stderr=True)
        if made.state == "scheduled":
            from lpdownload.cli.standing import show_send

            show_send(database, made.id, as_json)
            console.note(STARTS_BY_A_WORKER)
            return
        from lpdownload.cli.running import carry_out

        carry_out(library, database, opened, made.id, as_json)


def _fits_together(
    test_to: list[str] | None, of_a_send: Mapping[str, object], of_a_test: Mapping[str, object]
) -> None:
    """A test goes out at once, and what is meant for one must not mail everybody."""
    wrong = [name for name, given in (of_a_send if test_to else of_a_test).items() if given]
    if wrong:
        why = "a test goes out at once, only to its addresses" if test_to else "only a test has it"
        raise typer.BadParameter(f"{', '.join(wrong)} {'with' if test_to else 'without'} --test-to: {why}")


def _issue(library: "Library", key: str) -> "Issue":
    from lpdownload.content.issues import load_issue
    from lpdownload.model.segment import original_of

    original = original_of(key)
    if original != key:
        message = f"{key} is a translation: it goes out with {original}, to those who read its language"
        raise InvalidInput([Finding("translation", message, f"lpdownload send {original}")])
    return load_issue(library, key).issue


def _account(library: "Library", issue: "Issue", name: str | None) -> "Account":
    from lpdownload.providers.account import account_for
    from lpdownload.settings import load_settings

    settings = library.settings or load_settings(library.root)
    return account_for(settings, library.network, issue.newsletter, name)


def _order(
    library: "Library",
    issue: "Issue",
    account: "Account",
    now: "datetime",
    *,
    at: str | None,
    local: bool,
    only_to: str | None,
    reason: str,
    waive: list[str],
    by: str | None,
) -> "Order":
    """What was asked for; InvalidInput for what cannot be."""
    from typing import get_args

    from lpdownload.delivery.gate import WAIVABLE, Order
    from lpdownload.delivery.schedule import moment_given, moment_written
    from lpdownload.delivery.services import pace_of
    from lpdownload.model.ledger import FollowUp

    findings: list[Finding] = []
    if only_to is not None and only_to not in get_args(FollowUp):
        findings.append(Finding("only-to", f"not a group: {only_to}", ", ".join(get_args(FollowUp))))
    if only_to is not None and not reason:
        findings.append(Finding("reason", "a further send needs a reason", '--reason "the link was wrong"'))
    unknown = [word for word in waive if word not in WAIVABLE]
    if unknown:
        findings.append(Finding("waive", f"nothing to waive: {', '.join(unknown)}", ", ".join(WAIVABLE)))
    if findings:
        raise InvalidInput(findings)
    if at is not None:
        starts_at = moment_given(at, issue.newsletter.timezone)
    else:
        starts_at = max(now, moment_written(issue) or now) if only_to is None else now
    if at is not None and (now - starts_at).total_seconds() > 60:
        hint = "leave --at out to send now"
        raise InvalidInput([Finding("past", f"that was {starts_at:%Y-%m-%d %H:%M} UTC, in the past", hint)])
    return Order(
        key=issue.key,
        account=account,
        pace=pace_of(library, account.name),
        starts_at=max(starts_at, now),
        by=who(library, by),
        late=str(issue.written.late),
        local=local or issue.written.local,
        only_to=only_to,  # type: ignore[arg-type]  # it is one of them
        why=reason,
        waived=frozenset(waive),
    )


def who(library: "Library", by: str | None) -> str:
    """Who decides something, for the record: as given, the setting's, or the user of this machine."""
    import getpass

    return by or (library.settings.approver if library.settings else None) or getpass.getuser()


def _ask(
    database: "Database", order: "Order", passed: "Passed", service: "Service", *, is_later: bool
) -> None:
    from lpdownload.model.redact import redacted
    from lpdownload.store.audience import first_people

    if not is_asked(is_later=is_later):
        return
    issue, audience = passed.asked.loaded.issue, passed.audience
    with database.reading() as connection:
        some = [redacted(email) for email in first_people(connection, passed.asked.question, 3)]
    lines = [
        ("Issue", f"{issue.key}, {issue.newsletter.name}"),
        ("From", f"{issue.sender.name} <{issue.sender.email}>"),
        ("Through", f"{order.account.name}{'' if service.provider.capabilities.delivers else ', a folder'}"),
        ("Approved", passed.approved or "not at all"),
        ("Segment", audience.segment or "every subscriber"),
        ("People", f"{audience.included:,} of {audience.candidates:,}: {', '.join(some)}, …"),
        *(
            ("Without", f"{people:,} {reason.replace('_', ' ')}")
            for reason, people in audience.excluded.items()
        ),
    ]
    agree(lines, passed.findings, audience.included)


def _report(order: "Order", passed: "Passed", service: "Service", now: "datetime", as_json: bool) -> None:
    """Of a dry run."""
    audience, issue = passed.audience, passed.asked.loaded.issue
    capabilities = service.provider.capabilities
    if as_json:
        row = dry_run_row(order, capabilities, issue, audience, passed.digests, passed.findings)
        variants = [
            {"language": variant.language, "segments": sorted(variant.segments)}
            for variant in passed.variants
        ]
        console.print_json(row | {"variants": variants})
    else:
        when = "now" if order.starts_at <= now else f"at {order.starts_at:%Y-%m-%d %H:%M} UTC"
        console.say(
            f"{order.key} would go to {audience.included:,} of {audience.candidates:,} people {when}, "
            f"through {order.account.name}, in {len(passed.variants)} variants"
        )
        for reason, people in audience.excluded.items():
            console.say(f"  without {people:,} {reason.replace('_', ' ')}")
        console.print_findings(passed.findings)
    if passed.errors:
        raise typer.Exit(console.EXIT_FINDINGS)
