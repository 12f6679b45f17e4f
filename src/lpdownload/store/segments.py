"""A segment's rule as SQL over subscribers, on SQLite and PostgreSQL, as audience/evaluate.py judges it.

No condition is ever NULL, because rules are negated: a missing value stands as the empty text, which no rule
can ask for. Words of lists are searched by position, never by LIKE with its wildcards and its idea of case.
"""

from typing import Final, NamedTuple, Self

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    Text,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType

from lpdownload.model.redact import redacted
from lpdownload.model.segment import (
    AllOf,
    AnyOf,
    Attribute,
    Condition,
    Named,
    NotOf,
    Received,
    Rule,
    Segments,
    Subscribed,
    Tagged,
)
from lpdownload.model.subscriber import ATTRIBUTES
from lpdownload.store.bulk import is_one_of
from lpdownload.store.tables import issues, recipients, subscribers, subscriptions, suppressions

_BREAK: Final = "\n"
"""What frames the words of a list."""

_SPREAD: Final = 2_654_435_761
"""2³² divided by the golden ratio: multiples of it lie evenly over the remainders of 2³²."""


SAMPLED: Final = ("email", "state", "chapter", "office", "role", "language")
"""What ``sample`` tells of a person."""


class _Position(FunctionElement[int]):
    """Where the second text begins in the first, from 1; 0 if nowhere."""

    type = Integer()
    inherit_cache = True


@compiles(_Position)
def _strpos(element: _Position, compiler: SQLCompiler, **options: object) -> str:
    return f"strpos({compiler.process(element.clauses, **options)})"


@compiles(_Position, "sqlite")
def _instr(element: _Position, compiler: SQLCompiler, **options: object) -> str:
    return f"instr({compiler.process(element.clauses, **options)})"


class _Own(FunctionElement[str]):
    """One of the newsroom's own attributes by its name, compared by code point; NULL if it is missing."""

    type = Text()
    inherit_cache = True


@compiles(_Own)
def _own_as_text(element: _Own, compiler: SQLCompiler, **options: object) -> str:
    column, name = (compiler.process(part, **options) for part in element.clauses)
    return f'(({column} ->> {name}) COLLATE "C")'


@compiles(_Own, "sqlite")
def _own_extracted(element: _Own, compiler: SQLCompiler, **options: object) -> str:
    column, name = (compiler.process(part, **options) for part in element.clauses)
    return f"json_extract({column}, '$.\"' || {name} || '\"')"


class _Among(FunctionElement[bool]):
    """Whether the first value is among the second's rows.

    SQLite collects the rows once, which takes it a third of the time of asking for each person; PostgreSQL
    does so only for as many as fit into its work_mem, and would read all of them for each person beyond.
    """

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Self:  # noqa: ARG002
        """As it is: ``= 1`` after it would keep SQLite from starting with these rows."""
        return self


@compiles(_Among)
def _asked_for_each(element: _Among, compiler: SQLCompiler, **options: object) -> str:
    value, rows = (compiler.process(part, **options) for part in element.clauses)
    return f"EXISTS (SELECT 1 FROM {rows} AS found(id) WHERE found.id = {value})"


@compiles(_Among, "sqlite")
def _collected_once(element: _Among, compiler: SQLCompiler, **options: object) -> str:
    value, rows = (compiler.process(part, **options) for part in element.clauses)
    return f"({value} IN {rows})"


def condition_of(rule: Rule, segments: Segments) -> ColumnElement[bool]:
    """The rule as a condition on ``tables.subscribers``, true or false and never NULL.

    The segments and the rule have been checked (content/segments.py): names exist, no circles, not too long.
    """
    match rule:
        case AllOf(all=parts):
            return and_(*_cheapest_first(parts, segments))
        case AnyOf(any=parts):
            return or_(*_cheapest_first(parts, segments))
        case NotOf(not_=part):
            return not_(condition_of(part, segments))
        case Named(segment=name):
            return condition_of(segments.root[name], segments)
        case Subscribed(subscribed=name):
            return _subscribed(name)
        case Received():
            return _received(rule.original)
        case Tagged(tag=name):
            return _holds_word(subscribers.c.tags, name)
        case Attribute():
            return _attribute(rule.name, rule.condition)


def _cheapest_first(parts: tuple[Rule, ...], segments: Segments) -> list[ColumnElement[bool]]:
    """SQLite asks them in the order given, and stops at the first that settles it."""
    ordered = sorted(parts, key=lambda part: _cost(part, segments))
    return [condition_of(part, segments) for part in ordered]


def _cost(rule: Rule, segments: Segments) -> int:
    """About how long a rule takes to ask, as measured on SQLite: 1 is a look at a column."""
    match rule:
        case AllOf(all=parts) | AnyOf(any=parts):
            return sum(_cost(part, segments) for part in parts)
        case NotOf(not_=part):
            return _cost(part, segments)
        case Named(segment=name):
            return _cost(segments.root[name], segments)
        case Attribute(name=name) if name not in ATTRIBUTES:
            return 8  # JSON is parsed for each row
        case Subscribed() | Received():
            return 8  # another table is asked for each row
        case _:
            return 1


def _subscribed(newsletter: str) -> ColumnElement[bool]:
    members = select(subscriptions.c.subscriber_id).where(
        subscriptions.c.newsletter == newsletter, subscriptions.c.state == "active"
    )
    return _Among(subscribers.c.id, members.scalar_subquery())


def _received(issue: str) -> ColumnElement[bool]:
    known = select(issues.c.id).where(issues.c.key == issue).scalar_subquery()
    theirs = recipients.c.issue_id == known, recipients.c.edition >= 0
    mailed = select(recipients.c.subscriber_id).where(*theirs)
    return _Among(subscribers.c.id, mailed.scalar_subquery())


def _attribute(name: str, condition: Condition) -> ColumnElement[bool]:
    if name not in ATTRIBUTES:
        return _own(_Own(subscribers.c.attributes, literal(name)), condition)
    column: ColumnElement[str] = subscribers.c[name]
    return _list(column, condition) if ATTRIBUTES[name].type == "list" else _text(column, condition)


def _text(column: ColumnElement[str], condition: Condition) -> ColumnElement[bool]:
    value = func.coalesce(column, "")
    asked: list[ColumnElement[bool]] = _existence(value, condition)
    asked += [value == word for word in (condition.equals, condition.has) if word is not None]
    if condition.in_ is not None:
        asked.append(value.in_(condition.in_))
    if condition.not_ is not None:
        asked += [value != "", value != condition.not_]
    return and_(*asked, *_order(value, condition))


def _list(column: ColumnElement[str], condition: Condition) -> ColumnElement[bool]:
    asked = _existence(func.coalesce(column, ""), condition)
    asked += [_holds_word(column, word) for word in (condition.equals, condition.has) if word is not None]
    if condition.in_ is not None:
        asked.append(or_(*(_holds_word(column, word) for word in condition.in_)))
    if condition.not_ is not None:
        asked += [func.coalesce(column, "") != "", not_(_holds_word(column, condition.not_))]
    if condition.before is not None or condition.after is not None:
        asked.append(false())
    return and_(*asked)


def _own(attribute: ColumnElement[str], condition: Condition) -> ColumnElement[bool]:
    """Of a text or a list, as it was stored: what network.yaml says may have changed since."""
    value = func.coalesce(attribute, "")
    is_list = func.substr(value, 1, 1) == _BREAK
    framed = literal(_BREAK) + value + _BREAK  # a list is framed twice, which harms nobody
    asked = _existence(value, condition)
    asked += [_holds_word(framed, word) for word in (condition.equals, condition.has) if word is not None]
    if condition.in_ is not None:
        among = or_(*(_holds_word(value, word) for word in condition.in_))
        asked.append(case((is_list, among), else_=value.in_(condition.in_)))
    if condition.not_ is not None:
        asked += [value != "", not_(_holds_word(framed, condition.not_))]
    if order := _order(value, condition):
        asked += [not_(is_list), *order]
    return and_(*asked)


def _existence(value: ColumnElement[str], condition: Condition) -> list[ColumnElement[bool]]:
    if condition.exists is None:
        return []
    return [value != "" if condition.exists else value == ""]


def _order(value: ColumnElement[str], condition: Condition) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if condition.before is not None:
        asked += [value != "", value < condition.before]
    if condition.after is not None:
        asked.append(value > condition.after)
    return asked


def _holds_word(framed: ColumnElement[str], word: str) -> ColumnElement[bool]:
    return _Position(func.coalesce(framed, ""), f"{_BREAK}{word}{_BREAK}") > 0


class Members(NamedTuple):
    """How many people are in a segment."""

    people: int
    mailable: int
    """Of them, those who could be mailed at all: active in some newsletter, and not suppressed."""


def count(connection: Connection, condition: ColumnElement[bool]) -> int:
    """How many people are in."""
    return connection.execute(select(func.count()).select_from(subscribers).where(condition)).scalar_one()


def members(connection: Connection, condition: ColumnElement[bool]) -> Members:
    """How many people are in, and how many of them could be mailed.

    Whose address was erased, and who was added again, counts as mailable: only the salted hash would tell.
    """
    active = exists().where(
        subscriptions.c.subscriber_id == subscribers.c.id, subscriptions.c.state == "active"
    )
    suppressed = exists().where(suppressions.c.address_key == subscribers.c.address_key)
    mailable = func.count().filter(and_(active, not_(suppressed)))
    query = select(func.count(), mailable).select_from(subscribers).where(condition)
    return Members(*connection.execute(query).one())


def sample_ids(
    connection: Connection, condition: ColumnElement[bool], size: int, seed: int = 0
) -> tuple[int, ...]:
    """The numbers of some people who are in, spread over the list; the same for the same seed.

    Takes as long as ``count``: only so many are kept while the list is read.
    """
    order = (subscribers.c.id * _SPREAD + seed * _SPREAD % 2**32) % 2**32
    query = select(subscribers.c.id).where(condition).order_by(order, subscribers.c.id).limit(size)
    return tuple(connection.execute(query).scalars())


def sample(
    connection: Connection, condition: ColumnElement[bool], size: int, seed: int = 0
) -> list[dict[str, str | None]]:
    """Some people who are in, as far as a screen may show them: SAMPLED, with the address redacted."""
    ids = sample_ids(connection, condition, size, seed)
    rows = connection.execute(
        select(*(subscribers.c[name] for name in SAMPLED))
        .where(is_one_of(connection, subscribers.c.id, ids))
        .order_by(subscribers.c.id)
    )
    return [{**row, "email": redacted(row["email"])} for row in rows.mappings()]
