"""A provider that is asked by itself about a send that is over, once its records can be complete."""

from tests.delivery.test_reconcile import mailgun, references
from tests.desk import Desk
from tests.providers.loopback import Loopback
from tests.sending import approve, counts, later, readers, send, shown, through


def test_a_worker_asks_about_what_is_in_doubt_of_a_send_that_is_done(desk: Desk) -> None:
    readers(desk, 3)
    approve(desk)
    known: list[tuple[str, str]] = []
    with Loopback(mailgun(lambda: known)) as service:
        through(desk, "mailgun", service)
        send(desk, code=1)
        known += references(desk)
        desk.run("worker", "--once")
        assert counts(shown(desk))["in_doubt"] == 3  # too early
        later(desk, 121)
        desk.run("worker", "--once")
    assert counts(shown(desk)) == {"candidates": 3, "planned": 3, "accepted": 3}
