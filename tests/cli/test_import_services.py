"""`lpdownload subscribers import` of what other services export."""

import csv
import io

import pytest
from tests.cli.importing import counts, imported
from tests.desk import Desk


def test_an_export_of_those_who_left_stops_subscriptions(desk: Desk) -> None:
    desk.add("ana@example.org", "town", "lab")
    header = ["Email Address", "First Name", "MEMBER_RATING", "UNSUB_TIME", "LEID", "EUID"]
    left = ["2024-03-01 10:00:00", "1", "2"]
    file = desk.file(
        [header, ["ana@example.org", "", "2", *left], ["bo@example.org", "Bo", "2", *left]],
        "unsubscribed_members.csv",
    )
    assert imported(desk, file)["unsubscribed"] == 2
    assert desk.states("ana@example.org") == {"lab": "active", "town": "unsubscribed"}
    assert desk.state("bo@example.org") == "unsubscribed"
    assert imported(desk, desk.file([["email"], ["bo@example.org"]]))["stay_unsubscribed"] == 1


def test_an_export_of_cleaned_addresses_suppresses_them(desk: Desk) -> None:
    desk.add("ana@example.org", "town")
    header = ["Email Address", "MEMBER_RATING", "CLEAN_TIME", "LEID", "EUID"]
    rows = [[email, "2", "2024-03-01 10:00:00", "1", "2"] for email in ("ana@example.org", "bo@example.org")]
    found = counts(desk.json("subscribers", "import", desk.file([header, *rows], "cleaned.csv")))
    assert found == {"rows": 2, "changed": 2, "suppressions": 2}
    assert desk.json("subscribers", "show", "ana@example.org")["suppressed"] == "bounced"
    (finding,) = desk.refused("subscribers", "show", "bo@example.org")
    assert "it is suppressed: bounced" in finding.message


def test_an_export_of_action_network_comes_whole(desk: Desk) -> None:
    header = "uuid,email,first_name,last_name,can2_state_abbreviated,can2_user_tags,can2_subscription_status,"
    file = "an.csv"
    desk.newsroom.write(
        file,
        f"{header}can2_subscription_date,can2_phone\n"
        '1,ana@example.org,Ana,Ruiz,NY,"school, bus",subscribed,2023-04-05 10:00:00 UTC,555\n'
        "2,bo@example.org,Bo,Ng,VT,,unsubscribed,,\n"
        "3,cy@example.org,Cy,Ek,VT,,bouncing,,\n"
        "4,di@example.org,Di,Ahn,VT,,,,\n",
    )
    report = desk.json("subscribers", "import", file, "--newsletter", "town")
    assert report["recognised"] == "Action Network"
    assert report["left_out"] == ["uuid", "can2_phone"]
    assert counts(report) == {
        "rows": 4,
        "added": 3,
        "changed": 1,
        "subscribed": 1,
        "unsubscribed": 1,
        "suppressions": 1,
    }
    ana = desk.json("subscribers", "show", "ana@example.org")
    assert ana["attributes"] == {
        "first_name": "Ana",
        "last_name": "Ruiz",
        "state": "NY",
        "tags": ["school", "bus"],
    }
    assert desk.states("di@example.org") == {}


EXPORTS = {
    "Mailchimp: subscribed members": (
        "Email Address,First Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,LEID,EUID,TAGS\n"
        'ana@example.org,Ana,2,2023-04-05 10:00:00,192.0.2.1,1,2,"""school"",""bus"""\n'
    ),
    "EveryAction": (
        "VANID,First Name,Preferred Email,Email Subscription Status\n"
        "1,Ana,ana@example.org,Subscribed\n2,Bo,bo@example.org,Unsubscribed\n3,Cy,cy@example.org,\n"
    ),
    "NationBuilder": (
        "nationbuilder_id,first_name,email,email_opt_in,do_not_contact,tag_list\n"
        '1,Ana,ana@example.org,true,false,"school, bus"\n2,Bo,bo@example.org,true,true,\n'
        "3,Cy,cy@example.org,false,false,\n"
    ),
}


@pytest.mark.parametrize("service", EXPORTS)
def test_of_a_service_s_export_those_come_as_subscribers_who_are(desk: Desk, service: str) -> None:
    desk.newsroom.write("export.csv", EXPORTS[service])
    report = desk.json("subscribers", "import", "export.csv", "--newsletter", "town")
    assert (report["recognised"], report["rejects"]) == (service, None)
    rows = csv.DictReader(io.StringIO(desk.run("subscribers", "export", "--newsletter", "town").stdout))
    found = {row["email"]: row["subscription"] for row in rows}
    unsubscribed = {} if service.startswith("Mailchimp") else {"bo@example.org": "unsubscribed"}
    assert found == {"ana@example.org": "active"} | unsubscribed
