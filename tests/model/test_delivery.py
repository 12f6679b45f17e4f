"""What is handed to a provider."""

from dataclasses import replace
from datetime import datetime

import pytest
from tests.providers.hostile import hostile_mail


def test_a_mail_without_a_time_zone_in_its_date_is_none() -> None:
    with pytest.raises(ValueError, match="time zone"):
        replace(hostile_mail(), date=datetime(2024, 9, 3, 12, 30))  # noqa: DTZ001
