"""What the public app has, beside what its documentation says."""

import re
from pathlib import Path

from starlette.routing import Route
from tests.web.site import Site

DOCUMENTED = Path(__file__).parents[2] / "docs" / "public.md"


def test_every_address_that_it_answers_is_documented_and_no_other(app_site: Site) -> None:
    found = {route.path for route in app_site.app.routes if isinstance(route, Route)}
    rows = [
        line.split("|")[1] for line in DOCUMENTED.read_text("utf-8").splitlines() if line.startswith("| `/")
    ]
    told = {path for row in rows for path in re.findall(r"`(/[^`]*)`", row)}
    assert {re.sub(r"\{(\w+)(:\w+)?\}", lambda name: name[1].upper(), path) for path in found} == told


def test_nothing_of_the_staff_s_is_among_them(app_site: Site) -> None:
    for path in (
        "/",
        "/preview",
        "/admin",
        "/sends",
        "/subscribers",
        "/docs",
        "/openapi.json",
        "/.env",
        "/static/",
    ):
        assert app_site.get(path).status_code == 404, path
