"""An issue read whole: names that must exist, pictures, translations, each problem at its place."""

import pytest
from tests.newsroom import HEAD, ISSUE, NEWSLETTER, STORY, Newsroom, drawing, issue, spot

from lpdownload.errors import Finding

SPANISH = "newsletters/town/2024-09.es.yaml"


def only(newsroom: Newsroom, key: str = "town/2024-09") -> Finding:
    (finding,) = newsroom.refused(key)
    return finding


def test_an_issue_knows_its_key_date_sender_and_address(newsroom: Newsroom) -> None:
    found = newsroom.load().issue
    assert found.key == "town/2024-09"
    assert found.date.isoformat() == "2024-09-01"
    assert found.reply_to == found.sender
    assert found.url == "https://news.example.org/town/2024-09/"


def test_a_slug_of_its_own_stands_in_its_address(newsroom: Newsroom) -> None:
    newsroom.write_issue(head=f"{HEAD}slug: a-river\n")
    assert newsroom.load().issue.url == "https://news.example.org/town/a-river/"


def test_an_issue_without_period_and_date_is_refused(newsroom: Newsroom) -> None:
    newsroom.write_issue(head="preheader: A.\n")
    finding = only(newsroom)
    assert finding.message == "the issue has neither period nor date"
    assert spot(finding) == ("2024-09.yaml", 1, 1)


def test_an_unknown_segment_is_met_with_those_there_are(newsroom: Newsroom) -> None:
    newsroom.write_issue(STORY + "    visible_to: teacher\n")
    finding = only(newsroom)
    assert (finding.rule, finding.message) == ("unknown-segment", "there is no segment teacher")
    assert finding.hint == "did you mean teachers? There are: new-york, teachers"
    assert spot(finding) == ("2024-09.yaml", 7, 17)


def test_an_unknown_entity_is_named_wherever_it_stands(newsroom: Newsroom) -> None:
    newsroom.write_issue(STORY + "    entity: labs\n", f"{HEAD}entity: acton\n")
    newsroom.add("newsletters/town/newsletter.yaml", "entity: nobody\n")
    found = newsroom.refused()
    assert [(spot(finding)[0], finding.path) for finding in found] == [
        ("2024-09.yaml", "sections[0].entity"),
        ("2024-09.yaml", "entity"),
        ("newsletter.yaml", "entity"),
    ]
    assert [finding.hint for finding in found] == [
        "did you mean lab? There are: action, lab",
        "did you mean action? There are: action, lab",
        "there are: action, lab",
    ]


def test_the_entity_that_receives_donations_must_exist(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        "- {type: donate, body: Give., url: 'https://example.org/give', entity: labs, disclaimer: None.}\n"
    )
    assert only(newsroom).path == "sections[0].entity"


def test_every_problem_is_told_at_once(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        "- {type: story, title: A, body: B, visible_to: nobody, entity: none, image: {src: a.png, alt: A}}\n"
        "- type: shared\n  ref: nothing\n"
    )
    assert {finding.rule for finding in newsroom.refused()} == {
        "unknown-segment",
        "unknown-entity",
        "unknown-picture",
        "unknown-shared-block",
    }


# Pictures


def with_picture(newsroom: Newsroom, src: str) -> None:
    newsroom.write_issue(STORY + f"    image: {{src: '{src}', alt: A river}}\n")


def test_a_picture_s_path_counts_from_its_file(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/town/images/river.png", drawing())
    with_picture(newsroom, "images/river.png")
    section = newsroom.load().issue.sections[0]
    assert getattr(section, "image").src == "newsletters/town/images/river.png"  # noqa: B009 - of one type only


def test_a_picture_may_stand_elsewhere_in_the_newsroom_or_on_the_web(newsroom: Newsroom) -> None:
    newsroom.write("pictures/Ünïcode name.png", drawing())
    with_picture(newsroom, "../../pictures/Ünïcode name.png")
    newsroom.load()
    with_picture(newsroom, "https://example.org/river.png")
    newsroom.load()


def test_a_mistyped_picture_is_met_with_those_in_its_folder(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/town/images/river.png", drawing())
    with_picture(newsroom, "images/rivr.png")
    finding = only(newsroom)
    assert finding.rule == "unknown-picture"
    assert "river.png" in finding.hint
    assert spot(finding) == ("2024-09.yaml", 7, 18)


@pytest.mark.parametrize(
    "src",
    [
        "../../../secret.png",
        "/etc/passwd",
        "images/../../../../secret.png",
        "~/secret.png",
        "file:/etc/passwd",
    ],
)
def test_a_picture_outside_of_the_newsroom_is_refused(newsroom: Newsroom, src: str) -> None:
    (newsroom.root.parent / "secret.png").write_bytes(drawing())
    with_picture(newsroom, src)
    assert only(newsroom).rule in {"image-outside", "unknown-picture"}


def test_a_link_that_leads_out_of_the_newsroom_is_refused(newsroom: Newsroom) -> None:
    outside = newsroom.root.parent / "secret.png"
    outside.write_bytes(drawing())
    (newsroom.root / "newsletters/town/link.png").symlink_to(outside)
    with_picture(newsroom, "link.png")
    assert only(newsroom).rule == "image-outside"


def test_a_circle_of_links_is_no_surprise(newsroom: Newsroom) -> None:
    folder = newsroom.root / "newsletters/town"
    (folder / "a.png").symlink_to(folder / "b.png")
    (folder / "b.png").symlink_to(folder / "a.png")
    with_picture(newsroom, "a.png")
    assert only(newsroom).rule == "unknown-picture"


@pytest.mark.parametrize("src", ["a" * 400, "/".join(["a"] * 200), ".", "..", "2024-09.yaml/x.png"])
def test_strange_paths_are_findings(newsroom: Newsroom, src: str) -> None:
    with_picture(newsroom, src)
    assert only(newsroom).path == "sections[0].image.src"


@pytest.mark.parametrize(
    "src", ["http://example.org/a.png", "data:image/png;base64,AAAA", "ftp://example.org/a.png"]
)
def test_an_address_that_is_not_https_is_refused(newsroom: Newsroom, src: str) -> None:
    with_picture(newsroom, src)
    assert only(newsroom).path.startswith("sections[0].image")


def test_the_card_s_picture_must_exist_as_well(newsroom: Newsroom) -> None:
    newsroom.write_issue(head=f"{HEAD}image: {{src: gone.png, alt: A}}\n")
    assert only(newsroom).path == "image.src"


# Translations


def test_a_translation_s_language_stands_in_its_file_s_name(newsroom: Newsroom) -> None:
    newsroom.write_issue(path=SPANISH)
    found = newsroom.load("town/2024-09.es").issue
    assert (found.language, found.written.translation_of) == ("es", "2024-09")
    assert found.url == "https://news.example.org/town/2024-09-es/"
    assert found.translations == (("en", "2024-09"),)
    assert newsroom.load().issue.translations == (("es", "2024-09-es"),)


def test_a_translation_may_say_both_again(newsroom: Newsroom) -> None:
    newsroom.write_issue(head=f"{HEAD}language: es\ntranslation_of: 2024-09\n", path=SPANISH)
    newsroom.load("town/2024-09.es")


@pytest.mark.parametrize(
    ("lines", "path", "hint"),
    [
        ("language: fr\n", "language", "language: es"),
        ("translation_of: 2024-08\n", "translation_of", "translation_of: 2024-09"),
    ],
)
def test_what_contradicts_the_file_s_name_is_named(
    newsroom: Newsroom, lines: str, path: str, hint: str
) -> None:
    newsroom.write_issue(head=f"{HEAD}{lines}", path=SPANISH)
    finding = only(newsroom, "town/2024-09.es")
    assert (finding.path, finding.hint) == (path, hint)
    assert spot(finding)[1] == 3


def test_a_translation_that_its_name_does_not_tell_would_go_to_everybody_and_is_refused(
    newsroom: Newsroom,
) -> None:
    newsroom.write_issue(
        head=f"{HEAD}language: es\ntranslation_of: 2024-09\n", path="newsletters/town/septiembre.yaml"
    )
    (finding,) = newsroom.refused("town/septiembre")
    assert (finding.rule, finding.path, finding.hint) == (
        "translation-name",
        "translation_of",
        "rename the file to 2024-09.es.yaml",
    )


def test_a_translation_of_nothing_is_refused(newsroom: Newsroom) -> None:
    newsroom.write_issue(path="newsletters/town/2024-08.es.yaml")
    assert only(newsroom, "town/2024-08.es").message == "there is no 2024-08.yaml that this could translate"


def test_a_suffix_that_is_no_language_is_refused(newsroom: Newsroom) -> None:
    newsroom.write_issue(path="newsletters/town/2024-09.final2.yaml")
    finding = only(newsroom, "town/2024-09.final2")
    assert finding.message == "final2 in the file's name is not a language"


def test_an_issue_may_say_what_it_translates_and_that_must_exist(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        head=f"{HEAD}language: es\ntranslation_of: 2024-08\n", path="newsletters/town/septiembre.yaml"
    )
    finding = only(newsroom, "town/septiembre")
    assert (finding.rule, finding.path) == ("unknown-issue", "translation_of")


def test_a_place_is_known_for_every_value(newsroom: Newsroom) -> None:
    loaded = newsroom.load()
    assert loaded.place(("sections", 0, "title")).line == 5
    assert loaded.place(("preheader",)).line == 2
    assert loaded.place(("nothing", 3, "here")).line == 1


def test_an_issue_file_may_begin_with_a_byte_order_mark(newsroom: Newsroom) -> None:
    newsroom.write(ISSUE, b"\xef\xbb\xbf" + issue().replace("\n", "\r\n").encode())
    assert newsroom.load().issue.written.preheader == "A river, a road and a vote."


@pytest.mark.parametrize("folder", ["My Town", "Ünï", "a&b", 'q"<x>', "a\nb", "Town"])
def test_a_folder_whose_name_no_header_could_hold_is_refused(newsroom: Newsroom, folder: str) -> None:
    newsroom.write(f"newsletters/{folder}/newsletter.yaml", NEWSLETTER)
    newsroom.write_issue(path=f"newsletters/{folder}/2024-09.yaml")
    finding = only(newsroom, f"{folder}/2024-09")
    assert finding.rule == "bad-slug"
    assert spot(finding) == ("newsletter.yaml", 1, 1)


@pytest.mark.parametrize("name", ["2024 09", "ä", "x;y", "a..b"])
def test_a_file_whose_name_no_address_could_hold_is_refused(newsroom: Newsroom, name: str) -> None:
    newsroom.write_issue(path=f"newsletters/town/{name}.yaml")
    assert "bad-slug" in {finding.rule for finding in newsroom.refused(f"town/{name}")}


def test_two_sections_cannot_share_an_id_nor_take_one_that_is_given_by_itself(newsroom: Newsroom) -> None:
    newsroom.write_issue("- {type: text, id: a, body: B}\n- {type: text, id: a, body: B}\n")
    assert only(newsroom).message == "sections[0] has the id a already"
    assert spot(only(newsroom)) == ("2024-09.yaml", 5, 22)
    newsroom.write_issue("- {type: text, id: s2, body: B}\n- {type: text, body: B}\n")
    assert only(newsroom).rule == "duplicate-id"


def test_only_pictures_are_proposed_for_a_mistyped_one(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/town/river.PNG", drawing())
    newsroom.write_issue(STORY + "    image: {src: rivr.png, alt: A}\n")
    assert only(newsroom).hint.endswith("river.PNG")
    assert "newsletter.yaml" not in only(newsroom).hint


# When it goes out, and to whom


@pytest.mark.parametrize(
    ("when", "rule", "words"),
    [
        ("2024-03-10 02:30", "no-such-time", "America/New_York skips 02:30 that day"),
        ("2024-11-03 01:30", "two-times", "America/New_York has 01:30 twice that day"),
    ],
)
def test_a_time_that_the_clocks_skip_or_repeat_is_no_time_to_send(
    newsroom: Newsroom, when: str, rule: str, words: str
) -> None:
    newsroom.write_issue(head=f"{HEAD}send_at: {when}\n")
    finding = only(newsroom)
    assert finding.rule == rule
    assert finding.message.startswith(words)
    assert spot(finding) == ("2024-09.yaml", 3, 10)


@pytest.mark.parametrize(
    "when", ["2024-03-10 01:59", "2024-03-10 03:00", "2024-11-03 00:59", "2024-11-03 02:00"]
)
def test_a_time_beside_the_change_of_the_clocks_is_a_time(newsroom: Newsroom, when: str) -> None:
    newsroom.write_issue(head=f"{HEAD}send_at: {when}\n")
    assert f"{newsroom.load().issue.date}" == when[:10]


def test_a_day_and_a_time_that_contradict_each_other_are_named(newsroom: Newsroom) -> None:
    newsroom.write_issue(head=f"{HEAD}date: 2024-09-18\nsend_at: 2024-09-19 09:00\n")
    finding = only(newsroom)
    assert (finding.rule, finding.path) == ("two-dates", "send_at")
    newsroom.write_issue(head=f"{HEAD}date: 2024-09-19\nsend_at: 2024-09-19 09:00\n")
    assert newsroom.load().issue.date.isoformat() == "2024-09-19"


def test_each_readers_own_time_needs_a_time(newsroom: Newsroom) -> None:
    newsroom.write_issue(head=f"{HEAD}local: true\n")
    finding = only(newsroom)
    assert (finding.rule, finding.hint) == ("missing-key", "send_at: 2024-09-18 09:00")
    assert spot(finding) == ("2024-09.yaml", 3, 8)
    newsroom.write_issue(head=f"{HEAD}local: true\nsend_at: tomorrow\n")
    assert only(newsroom).path == "send_at"
    newsroom.write_issue(head=f"{HEAD}local: true\nsend_at: 2024-09-18 09:00\n")
    assert newsroom.load().issue.written.local


def test_how_late_it_may_go_out_is_a_word_or_a_number_of_seconds(newsroom: Newsroom) -> None:
    assert newsroom.load().issue.written.late == "ask"
    newsroom.write_issue(head=f"{HEAD}late: within 2h\n")
    assert newsroom.load().issue.written.late == "7200"
    newsroom.write_issue(head=f"{HEAD}late: 2 hours\n")
    finding = only(newsroom)
    assert (finding.rule, finding.path) == ("bad-late", "late")
    assert finding.hint == "ask, skip, or within 2h (also 90m, 1d)"


@pytest.mark.parametrize("when", ["tomorrow", "2024-09-18", "2024-09-18 25:00", "2024-09-18 09:00+02:00"])
def test_what_is_no_local_time_is_refused(newsroom: Newsroom, when: str) -> None:
    newsroom.write_issue(head=f"{HEAD}send_at: {when}\n")
    assert only(newsroom).path == "send_at"


@pytest.mark.parametrize(
    ("said", "rule", "path", "place"),
    [
        ("{segment: teacher}", "unknown-segment", "audience.segment", (3, 21)),
        ("{exclude: {not: teacher}}", "unknown-segment", "audience.exclude.not", (3, 27)),
        ("{segment: {zodiac: lion}}", "unknown-attribute", "audience.segment", (3, 22)),
        ("{exclude: {subscribed: twon}}", "unknown-newsletter", "audience.exclude", (3, 34)),
    ],
)
def test_a_name_in_the_audience_must_exist(
    newsroom: Newsroom, said: str, rule: str, path: str, place: tuple[int, int]
) -> None:
    newsroom.write_issue(head=f"{HEAD}audience: {said}\n")
    finding = only(newsroom)
    assert (finding.rule, finding.path) == (rule, path)
    assert spot(finding)[1:] == place


@pytest.mark.parametrize(
    "said", ["{expect: 500..300}", "{expect: many}", "{max: 0}", "{expect: 10.., max: 5}", "{most: 3}"]
)
def test_a_guard_that_makes_no_sense_is_refused_where_it_stands(newsroom: Newsroom, said: str) -> None:
    newsroom.write_issue(head=f"{HEAD}audience: {said}\n")
    finding = only(newsroom)
    assert finding.path.startswith("audience")
    assert spot(finding)[:2] == ("2024-09.yaml", 3)


def test_the_newsletter_s_segment_must_exist(newsroom: Newsroom) -> None:
    newsroom.add("newsletters/town/newsletter.yaml", "segment: teacher\n")
    finding = only(newsroom)
    assert finding.rule == "unknown-segment"
    assert spot(finding) == ("newsletter.yaml", 9, 10)


def test_the_newsletter_s_account_must_be_in_network_yaml_or_a_provider(newsroom: Newsroom) -> None:
    newsroom.add("newsletters/network.yaml", "accounts: {ny-mail: {provider: sendgrid}}\n")
    newsroom.add("newsletters/town/newsletter.yaml", "account: ny-mial\n")
    finding = only(newsroom)
    assert (finding.rule, finding.message) == ("unknown-account", "there is no account ny-mial")
    assert finding.hint.startswith("did you mean ny-mail?")
    assert spot(finding) == ("newsletter.yaml", 9, 10)
    for known in ("ny-mail", "sendgrid"):
        newsroom.change("newsletters/town/newsletter.yaml", "ny-mial", known)
        assert newsroom.load().issue.newsletter.account == known
        newsroom.change("newsletters/town/newsletter.yaml", known, "ny-mial")


def test_a_translation_has_the_original_s_audience(newsroom: Newsroom) -> None:
    newsroom.write_issue(head=f"{HEAD}audience: {{max: 5}}\n", path=SPANISH)
    finding = only(newsroom, "town/2024-09.es")
    assert (finding.rule, finding.hint) == ("audience", "say it in 2024-09.yaml")
    assert spot(finding)[1] == 3
