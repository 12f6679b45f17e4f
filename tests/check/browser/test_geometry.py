"""What does not fit is found, and what fits is not."""

import pytest
from tests.check.browser.mails import mail

from lpdownload.check.browser.geometry import Misfit, look_at_geometry
from lpdownload.check.browser.page import MailPage
from lpdownload.check.browser.views import View

LONG = "Donaudampfschifffahrtsgesellschaftskapitaenswitwenverein"


def misfits(page: MailPage, body: str, width: int = 375) -> tuple[Misfit, ...]:
    page.show(mail(body), {})
    page.turn_to(View("light", width))
    return look_at_geometry(page.page, "data-lp")


def test_what_makes_the_mail_wider_than_a_phone_is_found_at_its_text(page: MailPage) -> None:
    body = f'<p>fits</p><h2 data-lp="sections.1.title" style="width:10px">{LONG}</h2>'
    (found,) = misfits(page, f'<div data-lp="sections.1"><table><tr><td>{body}</td></tr></table></div>')
    assert (found.fault, found.loc, found.words) == ("overflow", "sections.1.title", LONG)
    assert found.pixels > 375


def test_what_is_too_wide_for_a_phone_fits_on_a_desk(page: MailPage) -> None:
    body = '<div style="width:600px">wide</div>'
    assert [found.fault for found in misfits(page, body)] == ["overflow"]
    assert misfits(page, body, 700) == ()


@pytest.mark.parametrize("style", ["height:30px", "width:80px;white-space:nowrap"])
def test_text_that_a_box_cuts_off_is_found(page: MailPage, style: str) -> None:
    body = f'<div data-lp="sections.2.body" style="overflow:hidden;{style}">{"many words " * 20}</div>'
    (found,) = misfits(page, body)
    assert (found.fault, found.loc) == ("clipped", "sections.2.body")


def test_a_box_that_only_rounds_its_corners_cuts_nothing(page: MailPage) -> None:
    assert misfits(page, '<div style="overflow:hidden;border-radius:8px"><p>Words.</p></div>') == ()


def test_a_hidden_preheader_is_not_cut_off(page: MailPage) -> None:
    assert misfits(page, '<div style="max-height:0;overflow:hidden;opacity:0">Preheader</div><p>x</p>') == ()


BUTTON = '<a data-lp="sections.0.cta" href="#" style="display:inline-block;{}">Sign up today</a>'


def test_a_button_too_small_for_a_finger_is_found(page: MailPage) -> None:
    (found,) = misfits(page, BUTTON.format("background:#115;color:#fff;padding:4px 20px"))
    assert (found.fault, found.loc) == ("tap-target", "sections.0.cta")
    assert 30 <= found.pixels <= 36


@pytest.mark.parametrize("style", ["background:#115;color:#fff;padding:12px 20px", "padding:2px"])
def test_a_large_button_and_a_link_that_is_no_button_are_fine(page: MailPage, style: str) -> None:
    assert misfits(page, BUTTON.format(style)) == ()


def test_what_is_only_stretched_along_is_not_to_blame(page: MailPage) -> None:
    head = '<tr><td data-lp="newsletter.name" align="right">The masthead</td></tr>'
    wide = f'<tr><td data-lp="sections.1.title" style="white-space:nowrap">{LONG} {LONG}</td></tr>'
    (found,) = misfits(page, f'<table width="100%">{head}{wide}</table>')
    assert found.loc == "sections.1.title"


def test_the_page_is_left_as_it_was(page: MailPage) -> None:
    page.show(mail(f'<p style="color:#111">{LONG * 2}</p>'), {})
    page.turn_to(View("light", 375))
    before = page.page.content()
    assert look_at_geometry(page.page, "data-lp") != ()
    assert page.page.content() == before
