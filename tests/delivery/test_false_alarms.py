"""What does not stop a send, though it looks like much at once."""

from dataclasses import replace

from lpdownload.delivery.breaker import Breaker
from lpdownload.model.ledger import Counts

NOTHING = Counts(1_000_000, 1_000_000, {}, 1_000_000, 0, 0, 0, 0, 0, 0, 0)


def test_reports_of_what_went_out_before_a_pause_are_measured_by_all_who_got_it() -> None:
    before = replace(NOTHING, accepted=500_000, bounced=100)
    breaker = Breaker(before)
    assert not breaker.counted(replace(before, accepted=502_000, bounced=10_000, complained=100))
    assert "bounced" in breaker.counted(replace(before, accepted=502_000, bounced=60_000))


def test_who_resumes_has_answered_for_what_went_wrong_until_then() -> None:
    before = replace(NOTHING, accepted=1_000, refused=400, bounced=300, complained=50)
    assert not Breaker(before).counted(replace(before, accepted=1_500))
