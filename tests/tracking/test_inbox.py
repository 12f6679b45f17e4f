"""What the mails of our own mailbox change."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection
from tests.people import NOW
from tests.tracking.letters import HOSTILE, bounce, complaint, mail, returned
from tests.tracking.mailed import ANA, BO
from tests.tracking.office import Given, Office

from lpdownload.model.subscription import Evidence
from lpdownload.store import subscribers
from lpdownload.store.database import Database
from lpdownload.store.subscriptions import change
from lpdownload.tracking.inbox import Read, read_inbox
from lpdownload.tracking.mailbox import CannotRead


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def test_a_token_in_the_subject_ends_its_newsletter_whoever_wrote_it(office: Office) -> None:
    found = office.hears(
        mail(office.token(), sender="nobody@example.net", headers={"Auto-Submitted": "auto-generated"})
    )
    assert found == Read(mails=1, left=1)
    assert (office.state(ANA), office.state(BO)) == ("unsubscribed", "active")
    assert office.proofs() == [("unsubscribed", "the token in its subject")]


def test_a_token_of_a_newsletter_that_is_no_more_still_ends_it(office: Office) -> None:
    assert office.hears(mail(office.token()), newsletters=("lab",)).left == 1
    assert office.state() == "unsubscribed"


def test_a_forged_token_or_one_for_another_purpose_ends_nothing_though_from_is_right(office: Office) -> None:
    forged = office.token()[:-1] + ("A" if office.token()[-1] != "A" else "B")
    found = office.hears(mail(forged), mail(office.token(purpose="preferences")), mail("preview"))
    assert found == Read(mails=3, ignored=3)
    assert office.state() == "active"


def test_stop_ends_the_newsletter_that_is_answered_and_says_how_it_is_known(office: Office) -> None:
    with office.database.writing() as connection:
        change(connection, office.numbers[ANA], "lab", "subscribed", Evidence(NOW, "staff"))
    answer = {"In-Reply-To": f"<{office.reference()}@example.org>"}
    assert office.hears(mail("Re: Town Download", "Stop.", headers=answer)).left == 1
    assert (office.state(), office.state(newsletter="lab")) == ("unsubscribed", "active")
    assert ("unsubscribed", "its words and its From alone") in office.proofs()


def test_stop_that_answers_nothing_ends_all_newsletters(office: Office) -> None:
    with office.database.writing() as connection:
        change(connection, office.numbers[ANA], "lab", "subscribed", Evidence(NOW, "staff"))
    assert office.hears(mail("BAJA")).left == 1
    assert (office.state(), office.state(newsletter="lab")) == ("unsubscribed", "unsubscribed")


@pytest.mark.parametrize(
    "sender", ["nobody@example.org", "ana@example.org.example", "ana", "bo@example.com", ""]
)
def test_stop_from_an_address_that_is_no_subscribers_changes_nothing(office: Office, sender: str) -> None:
    assert office.hears(mail("stop", sender=sender)) == Read(mails=1, ignored=1)
    assert (office.state(ANA), office.state(BO)) == ("active", "active")


def test_an_answer_to_somebody_elses_copy_ends_ones_own_newsletters(office: Office) -> None:
    answer = {"References": f"<{office.reference(BO)}@example.org>"}
    office.hears(mail("Re: Town Download", "stop", headers=answer))
    assert (office.state(ANA), office.state(BO)) == ("unsubscribed", "active")


def test_an_out_of_office_reply_changes_nothing_whatever_it_quotes(office: Office) -> None:
    found = office.hears(mail("Automatic reply: Town", "stop"), mail("Re: Town", "Thanks\n> stop"))
    assert found == Read(mails=2, automatic=1, ignored=1)
    assert office.state() == "active"


def test_a_mail_from_before_the_last_change_says_nothing_about_it(office: Office) -> None:
    old = NOW - timedelta(days=30)
    assert office.hears(mail(office.token()), mail("stop"), at=old) == Read(mails=2, again=2)
    assert office.state() == "active"


def test_a_hard_bounce_with_its_token_suppresses_and_once(office: Office) -> None:
    gone = bounce(returned(office.reference(), office.token()))
    assert office.hears(gone) == Read(mails=1, bounced=1)
    assert (office.state(), office.suppressed()) == ("bounced", "bounced")
    assert office.hears(gone) == Read(mails=1, again=1)


@pytest.mark.parametrize("status", ["4.2.2", "5.2.2", "5.7.1", ""])
def test_a_full_mailbox_or_a_policy_is_no_dead_address(office: Office, status: str) -> None:
    assert office.hears(bounce(returned(office.reference(), office.token()), status)).bounced == 1
    assert (office.state(), office.suppressed()) == ("active", None)


def test_a_bounce_without_a_token_counts_as_a_soft_one_and_only_of_its_own_address(office: Office) -> None:
    found = office.hears(bounce(returned(office.reference())), bounce(returned(office.reference(BO)), to=ANA))
    assert found == Read(mails=2, bounced=1, again=1)
    assert (office.state(), office.suppressed(), office.suppressed(BO)) == ("active", None, None)


def test_a_token_vouches_for_its_own_person_only(office: Office) -> None:
    office.hears(bounce(returned(office.reference(BO), office.token(ANA)), to=BO))
    assert (office.suppressed(BO), office.state(BO)) == (None, "active")


def test_a_bounce_whose_message_id_a_provider_changed_is_known_by_its_token(office: Office) -> None:
    assert office.hears(bounce(returned(token=office.token()))) == Read(mails=1, bounced=1)
    assert (office.state(), office.suppressed()) == ("bounced", "bounced")


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_changes_nothing(office: Office, action: str) -> None:
    found = office.hears(bounce(returned(office.reference(), office.token()), "2.0.0", action=action))
    assert found == Read(mails=1, ignored=1)


def test_a_complaint_with_its_token_suppresses(office: Office) -> None:
    assert office.hears(complaint(returned(office.reference(), office.token(), "redacted"))) == Read(
        1, complained=1
    )
    assert (office.state(), office.suppressed()) == ("complained", "complained")


def test_a_complaint_whose_message_id_was_changed_suppresses_too(office: Office) -> None:
    assert office.hears(complaint(returned(token=office.token()))).complained == 1
    assert (office.state(), office.suppressed()) == ("complained", "complained")


def test_a_complaint_without_a_token_ends_the_newsletter_of_its_own_address(office: Office) -> None:
    office.hears(
        complaint(returned(office.reference()), whom=ANA), complaint(returned(office.reference(BO)), whom=ANA)
    )
    assert (office.state(), office.suppressed()) == ("unsubscribed", None)
    assert (office.state(BO), office.suppressed(BO)) == ("active", None)


def test_feedback_that_it_is_no_spam_changes_nothing(office: Office) -> None:
    head = returned(office.reference(), office.token())
    assert office.hears(complaint(head, "not-spam"), complaint(head, "other")) == Read(mails=2, ignored=2)
    assert office.state() == "active"


def test_an_opt_out_of_a_feedback_loop_ends_the_newsletter(office: Office) -> None:
    assert office.hears(complaint(returned(office.reference(), office.token()), "opt-out")).complained == 1
    assert (office.state(), office.suppressed()) == ("unsubscribed", None)


def test_whatever_a_report_quotes_it_takes_effect(office: Office) -> None:
    evil = (b"\x00", "\udcff ¡".encode("utf-8", "surrogatepass"), b"=?utf-7?q?+2AA-?=", b"=?utf-8?q?=00?=")
    for number, words in enumerate(evil):
        head = returned(office.reference(), office.token())
        mailbox = Given(bounce(head, "4.2.2").replace(b"no such user", words), mail("A question"))
        mailbox.validity = number + 1
        assert read_inbox(office.database, ("town",), mailbox).ignored == 1
    assert office.state() == "active"


def test_a_connection_that_breaks_loses_nothing_and_repeats_nothing(office: Office) -> None:
    mails = [mail("A question"), mail(office.token()), mail("Another"), mail(office.token(BO))]

    def breaks(uid: int) -> None:
        if uid == 3:
            raise CannotRead("it hung up")

    with pytest.raises(CannotRead):
        read_inbox(office.database, ("town",), Given(*mails, meanwhile=breaks))
    assert (office.state(ANA), office.state(BO)) == ("unsubscribed", "active")
    assert read_inbox(office.database, ("town",), Given(*mails)) == Read(mails=2, left=1, ignored=1)
    assert (office.state(ANA), office.state(BO)) == ("unsubscribed", "unsubscribed")


def test_a_process_that_dies_within_a_mail_has_not_read_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("lpdownload.tracking.inbox.store.move", dies)
        with pytest.raises(KeyboardInterrupt):
            read_inbox(office.database, ("town",), Given(mail(office.token())))
    assert office.state() == "active"
    assert read_inbox(office.database, ("town",), Given(mail(office.token()))).left == 1


def test_two_that_read_at_the_same_time_do_each_mail_once(office: Office) -> None:
    mails = [mail(office.token()), mail("A question"), mail(office.token(BO))]
    others: list[Read] = []

    def other(uid: int) -> None:
        if uid == 2:
            others.append(read_inbox(office.database, ("town",), Given(*mails)))

    found = read_inbox(office.database, ("town",), Given(*mails, meanwhile=other))
    assert (found, *others) == (Read(mails=1, left=1), Read(mails=2, left=1, ignored=1))


def test_hostile_mails_do_not_keep_the_next_one_from_being_read(office: Office) -> None:
    mailbox = Given(*HOSTILE.values(), mail(office.token()))
    found = read_inbox(office.database, ("town",), mailbox)
    assert (found.mails, found.left) == (len(HOSTILE) + 1, 1)
    assert found.unreadable > 0
    assert office.state() == "unsubscribed"


def test_nobody_who_is_erased_comes_back_by_an_old_mail(office: Office) -> None:
    with office.database.writing() as connection:
        subscribers.erase(connection, ANA, at=NOW, source="staff")
    assert office.hears(mail(office.token()), mail("stop")).left == 0
    with office.database.reading() as connection:
        assert subscribers.find(connection, ANA) is None
        assert _subscriptions_of(connection, office.numbers[ANA]) == {}


def _subscriptions_of(connection: Connection, number: int) -> object:
    from lpdownload.store.subscriptions import subscriptions_of

    return subscriptions_of(connection, number)
