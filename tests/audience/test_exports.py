"""Exports of other services, as their users have them: one file of each, through to rows."""

import io
from datetime import UTC, datetime

import pytest

from lpdownload.audience.columns import Plan, plan_of
from lpdownload.audience.csv_file import CsvFile
from lpdownload.audience.rows import ORDER, Row, RowMaker, rows_of


def imported(text: str, file_name: str = "list.csv") -> tuple[Plan, list[Row]]:
    with CsvFile(io.BytesIO(text.encode()), file_name) as file:
        plan = plan_of(file.header, file_name=file_name)
        rows = list(rows_of(file, RowMaker(plan)))
    assert all(isinstance(row, Row) for row in rows)
    return plan, [row for row in rows if isinstance(row, Row)]


def has(row: Row) -> dict[str, str]:
    return {name: text for name, text in zip(ORDER, row.attributes, strict=True) if text}


def seconds(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp())  # type: ignore[arg-type,misc]


SUBSCRIBED = """\
"Email Address","First Name","Last Name",Address,"Phone Number",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,\
CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS
ana@example.org,Ana,Díaz,"1 Main St, Troy",555-0100,2,"2020-06-25 17:38:27",192.0.2.1,"2020-06-25 17:40:00",\
192.0.2.2,47.66,-122.29,-8,-7,america/los_angeles,US,WA,"2021-06-27 12:11:50",44877845,c2cb0681af,,\
"""
SUBSCRIBED += '"""Housing"",""New York, NY"""\nbo@example.org,,,,,2,,,,,,,,,,,,,1,2,,\n'


def test_mailchimp_s_subscribed_members() -> None:
    plan, (ana, bo) = imported(SUBSCRIBED)
    assert plan.recognised == "Mailchimp: subscribed members"
    assert has(ana) == {
        "first_name": "Ana",
        "last_name": "Díaz",
        "timezone": "America/Los_Angeles",
        "tags": "\nHousing\nNew York, NY\n",
    }
    assert (ana.state, ana.at) == ("active", seconds(2020, 6, 25, 17, 38, 27))
    assert ana.proof == "OPTIN_IP 192.0.2.1; CONFIRM_TIME 2020-06-25 17:40:00; CONFIRM_IP 192.0.2.2"
    assert (bo.state, bo.at, bo.proof, has(bo)) == ("active", None, None, {})


def test_home_addresses_phones_and_places_are_left_out() -> None:
    plan, _ = imported(SUBSCRIBED)
    assert {"Address", "Phone Number", "LATITUDE", "LONGITUDE", "NOTES"} <= set(plan.left_out)


UNSUBSCRIBED = """\
Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,GMTOFF,DSTOFF,\
TIMEZONE,CC,REGION,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,LEID,EUID,NOTES,TAGS
ana@example.org,Ana,,2,2020-02-01 09:00:00,192.0.2.20,,,,,,,,2021-03-01 09:00:00,May,1,NORMAL,,1,2,,
bo@example.org,Bo,,2,,,,,,,,,,,,,,,1,2,,
"""


def test_everybody_in_mailchimp_s_unsubscribed_export_is_unsubscribed() -> None:
    plan, (ana, bo) = imported(UNSUBSCRIBED)
    assert plan.recognised == "Mailchimp: unsubscribed members"
    assert (ana.state, ana.at) == ("unsubscribed", seconds(2021, 3, 1, 9))
    assert (bo.state, bo.at) == ("unsubscribed", None)


def test_everybody_in_mailchimp_s_cleaned_export_has_bounced() -> None:
    plan, rows = imported(UNSUBSCRIBED.replace("UNSUB_", "CLEAN_"))
    assert plan.recognised == "Mailchimp: cleaned members"
    assert [row.state for row in rows] == ["bounced", "bounced"]


def test_an_unsub_time_among_the_audience_s_own_fields_counts_for_its_row_alone() -> None:
    plan, rows = imported(
        "Email Address,UNSUB_TIME,MEMBER_RATING,LAST_CHANGED,LEID,EUID\n"
        "ana@example.org,2021-03-01 09:00:00,2,,1,2\nbo@example.org,,2,,1,2\n"
    )
    assert plan.recognised == "Mailchimp: subscribed members"
    assert [row.state for row in rows] == ["unsubscribed", "active"]


def test_mailchimp_s_nonsubscribed_contacts_are_known_by_the_name_of_their_file() -> None:
    plan, rows = imported(SUBSCRIBED, "nonsubscribed_email_audience_export_0123.csv")
    assert plan.recognised == "Mailchimp: non-subscribed members"
    assert {row.state for row in rows} == {"not_subscribed"}


def test_action_network() -> None:
    plan, rows = imported(
        "uuid,email,first_name,last_name,zip_code,can2_user_address,can2_user_city,can2_state_abbreviated,"
        "can2_phone,can2_user_tags,can2_subscription_status,can2_sms_status,can2_subscription_date\n"
        '1,ana@example.org,Ana,Díaz,12180,1 Main St,Troy,NY,55,"Housing, A | B",subscribed,,2022-03-22\n'
        "2,bo@example.org,,,,,,,,,unsubscribed,subscribed,\n"
        "3,cy@example.org,,,,,,,,,bouncing,,\n"
        "4,di@example.org,,,,,,,,,spam complaint,,\n"
        "5,ed@example.org,,,,,,,,,,,\n"
    )
    assert plan.recognised == "Action Network"
    assert has(rows[0]) == {
        "first_name": "Ana",
        "last_name": "Díaz",
        "state": "NY",
        "tags": "\nHousing\nA | B\n",
    }
    assert rows[0].at == seconds(2022, 3, 22)
    assert [row.state for row in rows] == [
        "active",
        "unsubscribed",
        "bounced",
        "complained",
        "not_subscribed",
    ]
    assert {"can2_user_address", "can2_user_city", "can2_phone", "zip_code"} <= set(plan.left_out)


@pytest.mark.parametrize("header", ["Email Subscription Status", "EmailSubscriptionStatus"])
def test_everyaction(header: str) -> None:
    plan, rows = imported(
        f"VANID,LastName,FirstName,Preferred Email,Home Phone,{header}\n"
        "101,Díaz,Ana,ana@example.org,555-0100,Subscribed\n"
        "102,,Bo,bo@example.org,,Unsubscribed\n"
        "103,,Cy,cy@example.org,,Not Subscribed\n"
        "104,,Di,di@example.org,,\n"
    )
    assert plan.recognised == "EveryAction"
    assert has(rows[0]) == {"first_name": "Ana", "last_name": "Díaz"}
    assert [row.state for row in rows] == ["active", "unsubscribed", "not_subscribed", "not_subscribed"]


def test_nationbuilder() -> None:
    plan, rows = imported(
        "nationbuilder_id,first_name,last_name,email,email_opt_in,email1,email1_is_bad,phone_number,tag_list,"
        "primary_state,membership_started_at,do_not_contact,unsubscribed_at\n"
        '1,Ana,Díaz,ana@example.org,true,ana@example.org,false,555,"housing, vip; old",NY,03/04/2024,false,\n'
        "2,,,bo@example.org,false,,false,,,,,false,\n"
        "3,,,cy@example.org,true,,true,,,,,false,\n"
        "4,,,di@example.org,true,,true,,,,,true,\n"
        "5,,,ed@example.org,true,,false,,,,,false,12/31/2023 11:59 PM\n"
    )
    assert plan.recognised == "NationBuilder"
    assert has(rows[0]) == {
        "first_name": "Ana",
        "last_name": "Díaz",
        "state": "NY",
        "tags": "\nhousing\nvip; old\n",
        "member_since": "2024-03-04",
    }
    assert [row.state for row in rows] == [
        "active",
        "not_subscribed",
        "bounced",
        "unsubscribed",
        "unsubscribed",
    ]
    assert rows[4].at == seconds(2023, 12, 31, 23, 59)
    assert "phone_number" in plan.left_out


def test_our_own_export_comes_back_as_it_was() -> None:
    header = ",".join(["email", *ORDER])
    plan, (row,) = imported(
        f"{header}\n'=ana@example.org,'=Ana,'-Díaz,es-MX,America/New_York,NY,NY,school_board,Troy,elected,"
        '"Latino, Latina; Women",,\'+1; housing,,2024-03-04,2026-12-31\n'
    )
    assert plan.recognised == "lpdownload: an export"
    assert row.email == "=ana@example.org"
    assert has(row) == {
        "first_name": "=Ana",
        "last_name": "-Díaz",
        "language": "es-MX",
        "timezone": "America/New_York",
        "state": "NY",
        "chapter": "NY",
        "office": "school_board",
        "jurisdiction": "Troy",
        "role": "elected",
        "caucuses": "\nLatino, Latina\nWomen\n",
        "interests": "\n+1\nhousing\n",
        "member_since": "2024-03-04",
        "term_end": "2026-12-31",
    }


def test_any_other_file_is_read_by_common_names() -> None:
    plan, (ana, bo, cy) = imported(
        "E-mail,FIRST NAME,Surname,Preferred Language,Labels,Status,Sign-up date\n"
        "ana@example.org,Ana,Díaz,Spanish,a|b,Opted-in,2020-01-02T03:04:05Z\n"
        "bo@example.org,Bo,,,,Hard bounce,\n"
        "cy@example.org,Cy,,,,,\n"
    )
    assert plan.recognised == "a CSV file"
    assert has(ana) == {"first_name": "Ana", "last_name": "Díaz", "language": "es", "tags": "\na\nb\n"}
    assert ana.at == seconds(2020, 1, 2, 3, 4, 5)
    assert [row.state for row in (ana, bo, cy)] == ["active", "bounced", "active"]


def test_a_status_that_nobody_knows_is_no_consent_and_is_told() -> None:
    _, (row,) = imported("email,status\nana@example.org,lapsed\n")
    assert row.state == "not_subscribed"
    assert row.left_out == ("status: not a status we know, taken as not subscribed",)


@pytest.mark.parametrize(
    ("header", "cell", "state"),
    [
        ("Unsubscribed", "yes", "unsubscribed"),
        ("Unsubscribed", "2020-01-02", "unsubscribed"),
        ("Unsubscribed", "No", "active"),
        ("Opt-out", "1", "unsubscribed"),
        ("email_opt_in", "N", "not_subscribed"),
        ("email_opt_in", "", "not_subscribed"),
        ("email_opt_in", "true", "active"),
        ("unsubscribed_at", "some day", "unsubscribed"),
        ("unsubscribed_at", "0000-00-00 00:00:00", "active"),
        ("Bounced", "TRUE", "bounced"),
    ],
)
def test_what_says_stop_is_obeyed(header: str, cell: str, state: str) -> None:
    _, (row,) = imported(f"email,{header},name\nana@example.org,{cell},x\n")
    assert row.state == state
