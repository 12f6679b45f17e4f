"""Rules of the family content: what an issue says, and what its subject and preheader say of it.

Word rules follow the language that the issue, or the section, declares. They run at every rendering, so they
load nothing; what is compared with other issues is read from their bytes.
"""

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from lpdownload.check import clock_words, loudness, teasers, wrong_words
from lpdownload.check.chapters import left_of_others
from lpdownload.check.inspection import Inspection
from lpdownload.check.prose import Prose, prose
from lpdownload.check.registry import Found, rule
from lpdownload.check.written_dates import written_dates
from lpdownload.errors import Loc
from lpdownload.model.sections.base import walk_models, walk_texts
from lpdownload.model.sections.events import Event, EventRecap
from lpdownload.render.subject import name_with_emoji

PHONE = 41
"""Characters of a subject that a phone shows at most; often 33."""
LONGEST_SUBJECT = 200
MOST_EXCLAMATIONS = 2
SHORTEST_PREHEADER, LONGEST_PREHEADER = 15, 200

_DEADLINES = ("deadline", "closes")
_LOUD = frozenset(
    {"subject", "highlights", "preheader", "heading", "title", "headline", "kicker", "program", "label"}
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@rule(
    "placeholder",
    severity="warning",
    says="A text still waits for its words: “Replace this”, lorem ipsum, TODO, [insert …].",
    why="It would go out as it stands.",
    remedy="write your own words",
)
def placeholder(inspection: Inspection) -> Iterator[Found]:
    texts = [(text.text, text.loc) for text in inspection.texts]
    for text, loc in (*texts, *walk_texts(inspection.issue.image, ("image",))):
        if words := wrong_words.placeholder(text):
            yield Found(f"still says “{words}”", loc, words)


@rule(
    "preheader-generic",
    severity="warning",
    says="The preheader would fit every issue.",
    why="It is the second line of the inbox row and the teaser on the news page: what readers decide by.",
    remedy="one short sentence of what this issue has, as in: Eleven victories for renters upstate",
)
def preheader_generic(inspection: Inspection) -> Iterator[Found]:
    teaser = inspection.issue.written.preheader
    if not teasers.plain(teaser):
        yield Found("the preheader has no words", ("preheader",))
    elif teasers.is_generic(teaser, teasers.names_in(inspection)):
        yield Found(f"“{teaser}” says nothing of this issue", ("preheader",))


@rule(
    "preheader-duplicate",
    severity="warning",
    says="Another issue has the same preheader.",
    why="Who reads two of the newsletters takes the second for the first, and the news page shows both.",
    remedy="say what only this issue has",
)
def preheader_duplicate(inspection: Inspection) -> Iterator[Found]:
    for key in teasers.same_elsewhere(inspection):
        yield Found(f"{key} has this preheader already", ("preheader",))


@rule(
    "preheader-repeats",
    severity="warning",
    says="The preheader says the subject again.",
    why="They stand side by side in the inbox: the line is lost.",
    remedy="let it go on from the subject",
)
def preheader_repeats(inspection: Inspection) -> Iterator[Found]:
    teaser = teasers.plain(inspection.issue.written.preheader)
    written = inspection.issue.written.highlights or ()
    highlights = teasers.plain(written if isinstance(written, str) else " ".join(written))
    subject = f" {teasers.plain(inspection.subject)} "
    if teaser and (f" {teaser} " in subject or (highlights and f" {highlights} " in f" {teaser} ")):
        yield Found("the preheader repeats the subject", ("preheader",))


@rule(
    "preheader-length",
    severity="info",
    says="The preheader is very short or very long.",
    why="After a short one, inboxes go on with what stands first in the mail; of a long one they show but 40 "
    "to 140 characters.",
    remedy="one sentence of 40 to 100 characters",
)
def preheader_length(inspection: Inspection) -> Iterator[Found]:
    length = len(inspection.preheader)
    if not SHORTEST_PREHEADER <= length <= LONGEST_PREHEADER:
        yield Found(f"the preheader has {length} characters", ("preheader",))


@rule(
    "other-chapter",
    severity="warning",
    says="A chapter's issue has another chapter's name, mail address or pages where it speaks of itself.",
    why="Copying an issue leaves it there: readers wonder whose letter it is, and answers go astray.",
    remedy="your own chapter's; or name the other one in chapters, if the issue concerns it",
)
def other_chapter(inspection: Inspection) -> Iterator[Found]:
    for message, loc, words in left_of_others(inspection):
        yield Found(message, loc, words)


@rule(
    "date-past",
    severity="warning",
    says="An event or a deadline is over when the issue goes out.",
    why="The day an issue goes out is send_at, date or, at the earliest, the first of its period.",
    remedy="correct the date, make it an event_recap, or leave it out",
)
def date_past(inspection: Inspection) -> Iterator[Found]:
    issue = inspection.issue
    for model, loc in walk_models(issue.sections, ("sections",)):
        if isinstance(model, Event) and _is_over(inspection, model):
            yield Found(f"the event is on {model.start:%Y-%m-%d}, the issue of {issue.date}", (*loc, "start"))
            continue
        names = ("date",) if getattr(model, "type", "") == "deadline" else _DEADLINES
        for name in names:
            day = getattr(model, name, None)
            if isinstance(day, date) and day < issue.date:
                yield Found(f"{day} is over: the issue is of {issue.date}", (*loc, name))


@rule(
    "recap-to-come",
    severity="warning",
    says="What is told as past is still to come when the issue goes out.",
    why="The day that is printed beside it cannot be right.",
    remedy="correct the date, or make it an event",
)
def recap_to_come(inspection: Inspection) -> Iterator[Found]:
    written = inspection.issue.written
    if not (written.date or written.send_at):  # the period's first day is only the earliest
        return
    for index, section in enumerate(inspection.issue.sections):
        if isinstance(section, EventRecap) and section.date > inspection.issue.date:
            message = f"{section.date} is to come: the issue is of {inspection.issue.date}"
            yield Found(message, ("sections", index, "date"))


@rule(
    "weekday",
    severity="warning",
    says="A weekday is not that of its date.",
    why="Some come on the one, some on the other. Without a year, the day nearest to the issue counts.",
    remedy="correct the one or the other; an event's own start is printed with its weekday",
)
def weekday(inspection: Inspection) -> Iterator[Found]:
    for text in prose(inspection):
        for one in (one for block in text.blocks for one in written_dates(block, text.language)):
            days = one.days(inspection.issue.date)
            if one.weekday is None or any(day.weekday() == one.weekday for day in days):
                continue
            if days:
                day = days[len(days) // 2]
                yield Found(
                    f"{day} is a {_WEEKDAYS[day.weekday()]}, not as in “{one.words}”", text.loc, one.words
                )
            else:
                yield Found(f"there is no such day: {one.words}", text.loc, one.words)


@rule(
    "time-zone",
    severity="warning",
    says="A time is given in standard time while clocks show summer time, or the other way round.",
    why="“12pm CST” in May is 1pm in Chicago: who takes it at its word comes an hour late.",
    remedy="write ET, CT, MT or PT, which are right all year; an event's own times are written so",
)
def time_zone(inspection: Inspection) -> Iterator[Found]:
    for text in prose(inspection):
        for block in text.blocks:
            for clock in clock_words.clocks(block):
                days, zone = _days_and_zone(inspection, text, block)
                right = clock_words.right_name(clock.name, days, zone)
                if right and not clock_words.is_without_summer(clock.name, _around(inspection, text)):
                    yield Found(f"{clock.words}: clocks show {right} on that day", text.loc, clock.words)


@rule(
    "doubled-word",
    severity="warning",
    says="A word stands there twice.",
    why="The eye slips over it, and a voice that reads it aloud does not.",
    remedy="delete one of the two",
)
def doubled_word(inspection: Inspection) -> Iterator[Found]:
    for text in prose(inspection):
        for words in (words for block in text.blocks for words in wrong_words.doubled(block, text.language)):
            yield Found(f"a word stands twice: “{words}”", text.loc, words)


@rule(
    "subject-reply",
    severity="error",
    says="The subject pretends to be an answer or forwarded.",
    why="The law calls it deceptive (CAN-SPAM, 15 U.S.C. 7704(a)(2)); Gmail's sender guidelines forbid it.",
    remedy="leave out Re: and Fwd:",
)
def subject_reply(inspection: Inspection) -> Iterator[Found]:
    if words := wrong_words.reply_mark(inspection.subject):
        yield Found(f"the subject begins with “{words}”", _subject_loc(inspection), words)


@rule(
    "subject-phone",
    severity="info",
    says="Of the subject, a phone shows the newsletter's name only.",
    why="The inbox shows 33 to 41 characters of it, and the sender's name beside it says the same.",
    remedy="a shorter name, or subject: with what is new first",
)
def subject_phone(inspection: Inspection) -> Iterator[Found]:
    name = name_with_emoji(inspection.issue)
    rest = inspection.subject.removeprefix(name).lstrip(" |")
    if inspection.subject.startswith(name) and rest and PHONE - (len(inspection.subject) - len(rest)) < 5:
        yield Found(f"the subject begins with {name}, all that fits", _subject_loc(inspection))


@rule(
    "subject-long",
    severity="warning",
    says=f"The subject has more than {LONGEST_SUBJECT} characters.",
    why="Desktops show about 70 of them, phones half of that; the rest is read by nobody.",
    remedy="fewer highlights, and more: true",
)
def subject_long(inspection: Inspection) -> Iterator[Found]:
    if len(inspection.subject) > LONGEST_SUBJECT:
        yield Found(f"the subject has {len(inspection.subject)} characters", _subject_loc(inspection))


@rule(
    "all-caps",
    severity="warning",
    says="A subject, preheader or title is in capitals.",
    why="It reads as shouting, is slower to read, and counts for spam filters.",
    remedy="write it as in a sentence; acronyms stay as they are",
)
def all_caps(inspection: Inspection) -> Iterator[Found]:
    for text, loc in _loud_texts(inspection):
        if words := loudness.capitals(text):
            yield Found(f"“{words}” is in capitals", loc, words)


@rule(
    "exclamation-marks",
    severity="warning",
    says="There are too many exclamation marks.",
    why="Two together, or three in a subject, are what spam looks like to readers and to filters.",
    remedy="one is enough",
)
def exclamation_marks(inspection: Inspection) -> Iterator[Found]:
    for text, loc in _loud_texts(inspection):
        if marks := loudness.exclamations(text):
            yield Found(f"a sentence ends in “{marks}”", loc)
    if (count := inspection.subject.count("!")) > MOST_EXCLAMATIONS:
        yield Found(f"the subject has {count} exclamation marks", _subject_loc(inspection))


@rule(
    "emoji-row",
    severity="warning",
    says="Three emoji or more stand in a row.",
    why="A voice that reads them aloud says the name of each, and spam filters count them.",
    remedy="one, or none",
)
def emoji_row(inspection: Inspection) -> Iterator[Found]:
    for text, loc in _loud_texts(inspection):
        if row := loudness.emoji_row(text):
            yield Found(f"{row} in a row", loc)


def _subject_loc(inspection: Inspection) -> Loc:
    """Where its words come from."""
    written = inspection.issue.written
    if written.subject:
        return ("subject",)
    return ("highlights",) if written.highlights else ("newsletter", "name")


def _loud_texts(inspection: Inspection) -> Iterator[tuple[str, Loc]]:
    """Subject, preheader and titles; other people's headlines are as they are."""
    for text in inspection.texts:
        if not _LOUD.isdisjoint(text.loc) and not {"headline", "items"} <= {*text.loc}:
            yield text.text, text.loc


def _is_over(inspection: Inspection, event: Event) -> bool:
    """When the issue goes out; without a time, on an earlier day."""
    issue, end = inspection.issue, event.end or event.start
    if issue.written.send_at:
        sent = issue.written.send_at.replace(tzinfo=ZoneInfo(issue.newsletter.timezone))
        return end.replace(tzinfo=ZoneInfo(event.timezone)) < sent
    return end.date() < issue.date


def _days_and_zone(inspection: Inspection, text: Prose, block: str) -> tuple[list[date], str]:
    """The days that a time in this block may be of, and its event's zone or the newsletter's."""
    issue = inspection.issue
    section = (
        issue.sections[index] if text.loc[0] == "sections" and isinstance(index := text.loc[1], int) else None
    )
    event = section if isinstance(section, Event) else None
    zone = event.timezone if event else issue.newsletter.timezone
    days = [day for one in written_dates(block, text.language) for day in one.days(issue.date)]
    if not days and event:
        days = [event.start.date()]
    elif not days and isinstance(section, EventRecap):
        days = [section.date]
    return days or [*clock_words.around(issue.date)], zone


def _around(inspection: Inspection, text: Prose) -> str:
    """All words of its section."""
    return " ".join(other.text for other in inspection.texts if other.loc[:2] == text.loc[:2])
