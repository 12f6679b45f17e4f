"""What is wrong with an MJML template: the compiler takes nearly anything and drops what it does not know.

A walk of our own rather than an HTML parser: places must be exact, Jinja may make tag names, the compiler's
idea of well-formed is not HTML's. Jinja is blanked out first, character by character; branches are followed.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from lpdownload.errors import Finding, Place
from lpdownload.render.mjml_whitelist import DROPPED, IN_ATTRIBUTES, REFUSED, TAGS, Tag

_MADE = "\ue000"  # stands for {{ … }}
_BRANCH = "\x1f"  # stands for {% … %} and {# … #}; white space to the patterns below

_JINJA = re.compile(r"\{#.*?#\}|\{%[-+]?\s*(\w+)(.*?)%\}|\{\{.*?\}\}", re.DOTALL)
_ELSEWHERE = re.compile(r"\{%[-+]?\s*(?:block|call|macro|set\s+\w+\s*[-+]?%)")
"""What holds a fragment that may be printed anywhere."""
_SAFE = re.compile(r"\|\s*safe\b|\{%[-+]?\s*autoescape\s+false")
_TOKEN = re.compile(
    rf"""<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<![^>]*>
    |<(/?)([A-Za-z{_MADE}][\w:.{_MADE}-]*)((?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>
    |<""",
    re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""([^\s=/"'<>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)


def check_source(source: str, name: str, inside: str = "") -> tuple[Finding, ...]:
    """Problems of a Jinja template of MJML, a whole document or a fragment; ``name`` is the file to show.

    ``inside`` is the tag that a fragment will stand in, if that is known. Values and tag names made by Jinja
    are taken on trust: `check_rendered` sees them.
    """
    blanked, branches = _blanked(source)
    if _ELSEWHERE.search(source):
        inside = ""
    walk = _Walk(blanked, name, branches, fragment=True, inside=inside)
    for match in _JINJA.finditer(source):
        if safe := _SAFE.search(match[0]):
            walk.report(
                match.start() + safe.start(),
                "safe",
                "a template must not switch escaping off",
                "the markdown functions give HTML that needs no filter",
            )
    walk.run()
    return walk.sorted()


def check_rendered(mjml: str, name: str) -> tuple[Finding, ...]:
    """Problems of a whole MJML document without Jinja; ``name`` is the file to show."""
    walk = _Walk(mjml, name, [], fragment=False)
    walk.run()
    return walk.sorted()


@dataclass(slots=True)
class _Walk:
    """One pass over the tags with the stack of open ones."""

    text: str
    name: str
    branches: list[tuple[int, str]]
    fragment: bool
    inside: str = ""
    findings: list[tuple[int, Finding]] = field(default_factory=list)
    stack: list[tuple[str, int]] = field(default_factory=list)
    snapshots: list[list[tuple[str, int]]] = field(default_factory=list)

    def report(self, offset: int, rule: str, message: str, hint: str = "") -> None:
        self.findings.append((offset, Finding(f"template-{rule}", message, hint)))

    def sorted(self) -> tuple[Finding, ...]:
        if not self.findings:
            return ()
        starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        placed = []
        for offset, finding in sorted(self.findings, key=lambda found: found[0]):
            line = bisect_right(starts, offset)
            placed.append(finding.at(Place(self.name, line, offset - starts[line - 1] + 1)))
        return tuple(placed)

    def run(self) -> None:
        branches = iter(self.branches)
        branch = next(branches, None)
        at, css_until = 0, 0
        for token in _TOKEN.finditer(self.text):
            start = token.start()
            while branch is not None and branch[0] < start:
                self.follow(branch[1])
                branch = next(branches, None)
            if start < css_until:
                continue
            self.stray(at, start)
            at = token.end()
            if token[2] is None:
                self.no_element(token)
            elif token[1]:
                self.close(_unmade(token[2]), start)
            else:
                self.open(token)
                if token[2] == "mj-style":
                    css_until = self.style(at)
                    at = css_until
        while branch is not None:
            self.follow(branch[1])
            branch = next(branches, None)
        self.stray(at, len(self.text))
        for name, offset in self.stack:
            self.report(offset, "nesting", f"{name} is not closed")
        if not self.fragment and "<mjml" not in self.text:
            self.report(0, "nesting", "the document has no mjml element")

    def follow(self, keyword: str) -> None:
        """Each branch of an if begins with the tags open before it; the last decides what is open after."""
        if keyword in ("if", "for"):
            self.snapshots.append(self.stack.copy())
        elif keyword in ("else", "elif") and self.snapshots:
            self.stack = self.snapshots[-1].copy()
        elif keyword in ("endif", "endfor") and self.snapshots:
            self.snapshots.pop()

    def stray(self, start: int, end: int) -> None:
        """Text where only tags belong is printed between tables, and shows above the mail."""
        parent = self.stack[-1][0] if self.stack else self.inside
        if parent not in _LAYOUT:
            return
        text = self.text[start:end].strip()
        if text and _MADE not in text:
            offset = start + self.text[start:end].index(text)
            self.report(offset, "nesting", f"text directly in {parent}", "put it into mj-text")

    def no_element(self, token: re.Match[str]) -> None:
        text = token[0]
        if text == "<":
            self.report(token.start(), "syntax", "a bare < or a tag cut short", "write &lt;")
        elif text.startswith("<![CDATA["):
            self.report(token.start(), "refused", "the compiler refuses CDATA", "escape the text")
        elif text.startswith("<?"):
            self.report(token.start(), "refused", "the compiler refuses XML declarations", "take it out")
        elif not text.startswith("<!--"):
            self.report(token.start(), "refused", "the compiler refuses declarations", "take it out")
        elif "--" in text[4:-3]:
            self.report(token.start(), "syntax", "the compiler refuses -- in a comment", "write a dash")

    def style(self, start: int) -> int:
        end = self.text.find("</mj-style", start)
        end = len(self.text) if end < 0 else end
        if (comment := self.text.find("<", start, end)) >= 0:
            self.report(comment, "refused", "the compiler refuses < in mj-style", "comment with /* */")
        return end

    def close(self, name: str, offset: int) -> None:
        if name.lower() in _VOID:
            return
        for depth in range(len(self.stack) - 1, -1, -1):
            if self.stack[depth][0] == name:
                for crossed, opened in self.stack[depth + 1 :]:
                    self.report(opened, "nesting", f"{crossed} is not closed before its {name} ends")
                del self.stack[depth:]
                return
        self.report(offset, "nesting", f"</{name}> closes nothing")

    def open(self, token: re.Match[str]) -> None:
        name, inside, offset = _unmade(token[2]), token[3], token.start()
        made = _MADE in token[2]
        parent = self.stack[-1][0] if self.stack else self.inside
        self_closed = inside.rstrip().endswith("/")
        written = list(_attributes(inside, token.start(3)))
        if name.startswith("mj") and not (made and name not in TAGS):
            self.mjml(name, parent, written, offset, made)
        elif not made:
            self.html(name, parent, offset)
        for attribute, value, quoted, at in written:
            if not quoted and value is not None:
                self.report(at, "syntax", f"the value of {attribute} has no quotes", f'{attribute}="{value}"')
        if not self_closed and name.lower() not in _VOID:
            self.stack.append((name, offset))

    def html(self, name: str, parent: str, offset: int) -> None:
        if parent in _LAYOUT:
            self.report(
                offset,
                "nesting",
                f"{name} directly in {parent}",
                "HTML stands in mj-text, mj-table or mj-raw",
            )
        elif parent in _EMPTY:
            self.report(offset, "nesting", f"{parent} has no content", f"close it: <{parent} … />")

    def mjml(self, name: str, parent: str, written: "list[_Attribute]", offset: int, made: bool) -> None:
        if name in REFUSED:
            self.report(offset, "refused", f"{name} cannot be used", REFUSED[name])
            return
        defaults = parent == "mj-attributes" or (not parent and name in ("mj-all", "mj-class"))
        tag = (IN_ATTRIBUTES if defaults else TAGS).get(name)
        if tag is None:
            known = list(IN_ATTRIBUTES if defaults else TAGS)
            self.report(offset, "tag", f"there is no tag {name}", _nearest(name, known))
            return
        self.parent(name, tag, parent, offset)
        present = set()
        for attribute, value, _, at in written:
            if attribute in present:
                self.report(at, "attribute", f"{attribute} stands twice in {name}")
            present.add(attribute)
            if _MADE in attribute:
                made = True
            else:
                self.attribute(name, tag, attribute, value, at)
        for missing in sorted(tag.required - present) if not made else ():
            hint = 'alt="" if the picture only decorates' if missing == "alt" else ""
            self.report(offset, "attribute", f"{name} needs {missing}", hint)

    def parent(self, name: str, tag: Tag, parent: str, offset: int) -> None:
        if not parent:
            if not self.fragment and tag.parents:
                self.report(offset, "nesting", f"{name} outside of mjml")
        elif parent not in tag.parents:
            where = " or ".join(sorted(tag.parents)) or "nothing, it is the root"
            self.report(offset, "nesting", f"{name} directly in {parent}", f"it stands in {where}")

    def attribute(self, name: str, tag: Tag, attribute: str, value: str | None, offset: int) -> None:
        kind = tag.attributes.get(attribute)
        if kind is None:
            hint = DROPPED.get((name, attribute)) or _nearest(attribute, list(tag.attributes))
            self.report(offset, "attribute", f"{attribute} of {name} never reaches the mail", hint)
        elif value is None:
            self.report(offset, "syntax", f"{attribute} of {name} has no value", f"wanted: {kind.wanted}")
        elif _MADE not in value and _BRANCH not in value and not kind.accepts(value):
            hint = DROPPED.get((name, attribute), "")
            self.report(offset, "value", f'{attribute}="{value}" of {name} is not {kind.wanted}', hint)


_Attribute = tuple[str, str | None, bool, int]
"""Name, value, whether it is quoted, offset."""

_LAYOUT = frozenset(name for name, tag in TAGS.items() if tag.content == "tags")
_EMPTY = frozenset(name for name, tag in TAGS.items() if tag.content == "nothing")


def _attributes(inside: str, offset: int) -> Iterator[_Attribute]:
    for match in _ATTRIBUTE.finditer(inside):
        quoted = match[2] if match[2] is not None else match[3]
        yield match[1], quoted if quoted is not None else match[4], quoted is not None, offset + match.start()


def _blanked(source: str) -> tuple[str, list[tuple[int, str]]]:
    """The template with Jinja replaced character by character, and its statements with offsets."""
    statements = []

    def blank(match: re.Match[str]) -> str:
        if match[1]:
            statements.append((match.start(), match[1]))
        filler = _MADE if match[0].startswith("{{") else _BRANCH
        return "\n".join(filler * len(line) for line in match[0].split("\n"))

    return _JINJA.sub(blank, source), statements


def _unmade(name: str) -> str:
    """What of a tag name stands in the template: h of ``<h{{ level }}>``, div of ``<div{{ lang }}>``."""
    return name.partition(_MADE)[0]


def _nearest(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, 1)
    return f"did you mean {near[0]}?" if near else ""
