"""Faults of an address by itself; tests/check/rules/test_links.py has the cases."""

from hypothesis import given
from hypothesis import strategies as st

from lpdownload.check import address_faults as faults
from lpdownload.check.addresses import split

HOSTS = st.from_regex(r"[a-z][a-z0-9]{0,9}(\.[a-z][a-z0-9]{0,9}){1,3}", fullmatch=True)
PATHS = st.from_regex(r"(/[a-z0-9_-]{0,9}[a-z0-9])*", fullmatch=True)


@given(st.text())
def test_nothing_is_too_odd_to_be_judged(text: str) -> None:
    for url in (text, f"https://{text}", f"mailto:{text}", f"https://example.org/{text}"):
        faults.syntax_fault(url)
        faults.swallowed(url)
        if parts := split(url):
            faults.unwritten(parts)
            faults.unreachable(parts)
            faults.redirector(parts)
            list(faults.personal(url, parts))


@given(HOSTS, PATHS)
def test_a_plain_address_has_no_fault_of_form(host: str, path: str) -> None:
    url = f"https://{host}{path}"
    assert faults.syntax_fault(url) is None
    assert faults.swallowed(url) is None
