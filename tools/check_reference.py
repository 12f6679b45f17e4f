"""docs/checks.md, from the rules themselves."""

from lpdownload.check.extras import RULES
from lpdownload.check.registry import FAMILIES, Rule, rules
from lpdownload.check.reported import REPORTED

INTRODUCTION = """\
# Checks

<!-- Written by `make docs` from the rules; edit src/lpdownload/check/rules/. -->

    lpdownload check                      every file of the newsroom
    lpdownload check lpny/2024-09         one issue
    lpdownload check --all --strict       warnings fail, too: for a pull request
    lpdownload check --browser            looks at each mail in Chromium, five views: accessibility, overflow
    lpdownload check --online             asks whether each link's page is there
    lpdownload check --spam               asks the SpamAssassin (spamd) of this machine
    lpdownload check --format github      annotations beside the lines of a pull request
    lpdownload check --format sarif       for code scanning and editors

The same rules run in the preview and before every send. An **error** hurts readers or breaks the law, and
stops a send; a **warning** is very probably wrong; an **info** is worth knowing. Every finding names the
file, line and column that cause it. Exit code 1 says that there is an error (or, with `--strict`, a warning).

## Breaking a rule on purpose

An issue says so, with its reason:

```yaml
waive:
  - {rule: all-caps, reason: The campaign writes its name like this.}
```

The finding is then counted as waived (and suppressed in SARIF). A waiver that nothing needs is a finding
itself. Errors of the family “Law and mailbox providers” cannot be waived.

## Words that are right here

`newsletters/words.txt` holds the words that a newsroom spells as nobody else does: one a line, `#` begins a
comment. A word with a capital is right only so; one without in any case.
"""

EXTRAS = {
    "browser": "Only with `--browser` (the extra `browser`, and Chromium): axe-core's rules by their own "
    "names, in light, authored dark and forced dark, at 375 and 700 px; a mail wider than its window.",
    "online": "Only with `--online`: nothing is fetched otherwise, and nothing from a private address.",
    "spam": "Only with `--spam`: SpamAssassin's rules about content, by their own names; nothing leaves the "
    "machine.",
}


def check_reference() -> str:
    parts = [INTRODUCTION]
    for family, title in FAMILIES.items():
        own = [rule for rule in rules() if rule.family == family]
        if own:
            parts.append(f"## {title}\n\n" + "\n\n".join(map(_rule, own)) + "\n")
    parts.append("## When asked for\n")
    for name, words in EXTRAS.items():
        rows = "\n".join(f"| `{rule}` | {says} |" for rule, says in RULES[name].items())
        parts.append(f"{words}\n\n| Rule | What it says |\n|---|---|\n{rows}\n")
    rows = "\n".join(f"| `{name}` | {says} |" for name, says in REPORTED.items())
    parts.append(
        "## Found while reading and rendering\n\n"
        "An issue can be sent with these; what stops a file from being read says what to write instead.\n\n"
        f"| Rule | What it says |\n|---|---|\n{rows}\n"
    )
    return "\n".join(parts)


def _rule(rule: Rule) -> str:
    words = f"{_sentence(rule.says)} {_sentence(rule.why)} *{_sentence(rule.remedy)}*"
    return f"### `{rule.id}` · {rule.severity}\n\n{words}"


def _sentence(words: str) -> str:
    first = words.partition(" ")[0]
    whole = words[:1].upper() + words[1:] if first.isalpha() else words
    return whole if whole.endswith((".", "!", "?")) else f"{whole}."
