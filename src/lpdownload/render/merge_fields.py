"""Merge fields: opaque tokens from before markdown until after premailer, then slots.

A token is lower-case alphanumeric, so no stage escapes, wraps or encodes it, and all are equally long. Its
random part stems from the issue's own bytes: a second render gives the same, and no text holds one by chance.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from functools import cached_property
from itertools import count
from typing import Final

from lpdownload.errors import Finding, InvalidInput, Loc, Severity
from lpdownload.model.content import SYSTEM_FIELDS, Context, Pieces, Slot, UnsafeValue, whole_url
from lpdownload.render.slot_contexts import Medium, Misplaced, contexts

_SINGLE = "'‘’\u201a"
_DOUBLE = '"“”„«»'
_INNER = r"(?: \\. | (?! \{\{ | \}\} ) [^\\] )*?"
_FIELD = re.compile(
    rf"""
    \{{\{{ \s* (?P<field> [A-Za-z_][A-Za-z0-9_]* ) \s*
    (?: \| \s* default \s* \( \s*
        (?: [{_DOUBLE}] (?P<double> {_INNER} ) [{_DOUBLE}] | [{_SINGLE}] (?P<single> {_INNER} ) [{_SINGLE}] )
    \s* \) \s* )?
    \}}\}}
    """,
    re.DOTALL | re.VERBOSE,
)
_ATTEMPT = re.compile(r"\{{2,}[-+~]?\s*\w")
"""What was meant as a merge field."""
_ESCAPED_QUOTE = re.compile(rf"\\([\\{_DOUBLE}{_SINGLE}])")
_WORD = re.compile(r"[^\W\d]\w*")
_EXAMPLE_DEFAULT: Final = "friend"


class MergeFields:
    """The merge fields of one render: text in, tokens out, and back into slots at the end.

    ``allowed`` are the fields an author may write, ``always`` those that everybody has a value for.
    ``seed`` is the bytes of the files the text comes from; no text holds ``prefix``.
    """

    def __init__(
        self, allowed: Collection[str], seed: bytes, always: Collection[str] = SYSTEM_FIELDS
    ) -> None:
        self._allowed = frozenset(allowed)
        self._always = frozenset(always)
        self.prefix = _prefix(seed)
        self._tokens: dict[tuple[str, str | None], str] = {}
        self._fields: dict[str, tuple[str, str | None]] = {}
        self._locs: dict[str, Loc] = {}
        self._findings: dict[Finding, None] = {}

    @cached_property
    def _any_token(self) -> re.Pattern[str]:
        return re.compile(rf"{self.prefix}[0-9a-f]{{4,}}z")

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What `tokenise` found, each once, in the order of the text."""
        return tuple(self._findings)

    def tokenise(self, text: str, loc: Loc) -> str:
        """``text`` with a token for each merge field; what is wrong stays as it is and becomes a finding.

        Text without merge fields comes back unchanged, and so do tokens. ``{%`` and ``{#`` mean nothing.
        """
        for token in self._any_token.findall(text) if self.prefix in text else ():
            if token not in self._fields:
                self._find(
                    "pipeline-tokens", f"“{token}” looks like an internal mark", "change this word", loc
                )
        if "{{" not in text:
            return text
        done, at = [], 0
        while (start := text.find("{{", at)) >= 0:
            done.append(text[at:start])
            found = _FIELD.match(text, start)
            if found:
                done.append(self._accepted(found, loc))
                at = found.end()
            elif _ATTEMPT.match(text, start):
                written, at = self._refused(text, start, loc)
                done.append(written)
            else:
                at = start + 1
                done.append("{")
        return "".join((*done, text[at:]))

    def token(self, field: str, default: str | None = None) -> str:
        """The token of a field, for a template's own use: ``token("unsubscribe_url")``."""
        if field not in self._allowed and field not in self._always:
            raise ValueError(f"{field} is not a merge field; there are {', '.join(self._known())}")
        token = self._tokens.get((field, default))
        if token is None:
            token = f"{self.prefix}{len(self._tokens):04x}z"
            self._tokens[field, default] = token
            self._fields[token] = (field, default)
        return token

    def tokens_in(self, text: str) -> list[str]:
        """The tokens in ``text``, in their order, as often as they occur."""
        return self._any_token.findall(text)

    def counted(self, source: str) -> Counter[str]:
        """How often each token occurs in ``source``, for `check_balance`."""
        return Counter(self.tokens_in(source))

    def check_balance(self, before: Mapping[str, int], after: Mapping[str, int], medium: str) -> None:
        """Refuses a pipeline that lost a token, or made one up.

        ``before`` counts the source one medium's pipeline was given, ``after`` what came out of it. More of
        a token is fine (MJML writes a background's address twice). Raises InvalidInput (pipeline-tokens).
        """
        findings = []
        for token in sorted({*before, *after}):
            had, has = before.get(token, 0), after.get(token, 0)
            if has < had or (has and not had):
                fault = f"went into the {medium} {had} times and came out {has} times"
                findings.append(self._pipeline_finding(token, fault))
        if findings:
            raise InvalidInput(findings)

    def split(self, rendered: str, medium: Medium) -> Pieces:
        """``rendered`` cut at its tokens, each slot with the context it stands in.

        In HTML a field alone in (or at the beginning of) a URL attribute must hold a whole URL; further
        inside it is percent-encoded. Raises InvalidInput where no value could stand safely (a link's host, a
        style sheet, a tag's own syntax), and for a token that something cut or changed.
        """
        found = list(self._any_token.finditer(rendered))
        findings = [
            self._pipeline_finding(token[0], f"in the {medium} belongs to no merge field")
            for token in found
            if token[0] not in self._fields
        ]
        found = [token for token in found if token[0] in self._fields]
        spans = [token.span() for token in found]
        fields = [self._fields[token[0]][0] for token in found]
        slots = []
        for token, context in zip(found, contexts(rendered, medium, spans, fields), strict=True):
            field, default = self._fields[token[0]]
            fault = context if isinstance(context, Misplaced) else _default_misplaced(default, context)
            if isinstance(context, str):
                slots.append(Slot(field, default, context))
            if fault:
                message, loc = f"the merge field {field} stands {fault.where}", self._locs.get(token[0], ())
                findings.append(Finding("merge-field", message, fault.hint, loc=loc))
        ends = [0, *(end for _, end in spans)]
        starts = [*(start for start, _ in spans), len(rendered)]
        literals = [rendered[end:start] for end, start in zip(ends, starts, strict=True)]
        findings += [
            self._pipeline_finding(literal[left : left + 16], f"is left in the {medium}")
            for literal in literals  # where a stage changed its case or cut it
            if (left := literal.lower().find(self.prefix)) >= 0
        ]
        if findings:
            raise InvalidInput(findings)
        return Pieces(tuple(literals), tuple(slots))

    def _accepted(self, found: re.Match[str], loc: Loc) -> str:
        field = found["field"]
        if field not in self._allowed:
            self._find(
                "merge-field",
                f"there is no merge field {field}",
                f"{self._nearest(field)}there are {', '.join(self._known())}",
                loc,
            )
            return found[0]
        written = found["double"] if found["double"] is not None else found["single"]
        default = None if written is None else _ESCAPED_QUOTE.sub(r"\1", written)
        if default is None and field not in self._always:
            self._find(
                "merge-default",
                f"{{{{ {field} }}}} has no default for readers without one",
                f'write {{{{ {field} | default("{_EXAMPLE_DEFAULT}") }}}}',
                loc,
                "warning",
            )
        token = self.token(field, default)
        self._locs.setdefault(token, loc)
        return token

    def _refused(self, text: str, start: int, loc: Loc) -> tuple[str, int]:
        """The faulty merge field as written, and where the text goes on; notes the finding."""
        opened = start + _braces(text, start)
        close, following = text.find("}}", opened), text.find("{{", opened)
        if close < 0 or 0 <= following < close:
            end = following if following >= 0 else len(text)
            fault = f"“{text[start:end].splitlines()[0][:40].rstrip()}” has no closing }}}}"
        else:
            end = close + _braces(text, close)
            fault = f"“{' '.join(text[start:end].split())[:80]}” is not a merge field"
        words = _WORD.findall(text[opened:end])
        guesses = ("_".join(words[:2]), words[0]) if words else ()
        field = next((near for guess in guesses if (near := self._near(guess))), "first_name")
        self._find(
            "merge-field",
            fault,
            f'write {{{{ {field} }}}} or {{{{ {field} | default("{_EXAMPLE_DEFAULT}") }}}}',
            loc,
        )
        return text[start:end], end

    def _known(self) -> list[str]:
        return sorted(self._allowed)

    def _near(self, word: str) -> str | None:
        return next(iter(get_close_matches(word.lower()[:40], self._known(), 1, 0.6)), None)

    def _nearest(self, field: str) -> str:
        near = self._near(field)
        return f"did you mean {near}? " if near else ""

    def _pipeline_finding(self, token: str, fault: str) -> Finding:
        field, default = self._fields.get(token, (None, None))
        named = f"the merge field {field}" if field else f"the mark {token}"
        also = f" (default “{default}”)" if default else ""
        hint = "a template or a filter changed it: merge fields may not be cut, upper-cased or dropped"
        return Finding("pipeline-tokens", f"{named}{also} {fault}", hint, loc=self._locs.get(token, ()))

    def _find(self, rule: str, message: str, hint: str, loc: Loc, severity: Severity = "error") -> None:
        self._findings[Finding(rule, message, hint, severity, loc)] = None


def _prefix(seed: bytes) -> str:
    """``mf`` and eight hexadecimal digits and ``n``, which ``seed`` itself does not hold."""
    lowered = seed.lower()
    prefixes = (f"mf{hashlib.sha256(b'%d:' % salt + seed).hexdigest()[:8]}n" for salt in count())
    return next(prefix for prefix in prefixes if prefix.encode("ascii") not in lowered)


def _braces(text: str, at: int) -> int:
    """How many equal braces stand at ``at``."""
    end = at
    while end < len(text) and text[end] == text[at]:
        end += 1
    return end - at


def _default_misplaced(default: str | None, context: Context) -> Misplaced | None:
    """A default that would fail for every reader without a value."""
    if default is None or context not in ("url", "html_url"):
        return None
    try:
        whole_url(default)
    except UnsafeValue as error:
        return Misplaced(
            f"for a whole address, but its default {error}", 'as in default("https://example.org/")'
        )
    return None
