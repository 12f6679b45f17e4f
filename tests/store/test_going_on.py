"""A send that was over and is to go on, while another one of its issue is on its way."""

import pytest
from tests.ledger import begun, check, plan
from tests.people import NOW, put_all

from lpdownload.errors import InvalidInput
from lpdownload.store import sends
from lpdownload.store.database import Database
from lpdownload.store.settle import Settlement, settle


def test_a_send_does_not_go_on_beside_another_one_of_its_issue(database: Database) -> None:
    with database.writing() as connection:
        put_all(connection, ["p1@example.org", "p2@example.org"])
        first = plan(connection)
        settle(connection, begun(connection, first), Settlement(2), NOW, owner=1)
        sends.move(connection, first.id, "done", by="bo", why="", now=NOW)
        second = plan(connection, only_to="accepted")
        with pytest.raises(InvalidInput) as refused:
            sends.move(connection, first.id, "sending", by="bo", why="", now=NOW)
        (finding,) = refused.value.findings
        assert (finding.rule, f"send {second.id}" in finding.message) == ("send-exists", True)
        sends.cancel(connection, second.id, by="bo", why="", now=NOW)
        assert sends.move(connection, first.id, "sending", by="bo", why="", now=NOW).state == "sending"
        check(connection)
