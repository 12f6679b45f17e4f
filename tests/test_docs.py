"""The documentation says what the code does."""

import re
import subprocess
import sys
from pathlib import Path

from tests.newsroom import Newsroom

from lpdownload.model.sections import SECTION_TYPES
from lpdownload.render import html_context, text_context

ROOT = Path(__file__).parent.parent


def test_the_generated_documentation_is_what_the_code_gives() -> None:
    check = [sys.executable, str(ROOT / "tools" / "docs.py"), "--check"]
    result = subprocess.run(check, capture_output=True, text=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_readme_names_every_section_type_once() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \|", readme, re.MULTILINE) == list(SECTION_TYPES)


def test_every_file_the_readme_links_to_exists() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", readme) if "://" not in link]
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_link_within_the_yaml_reference_leads_to_a_heading() -> None:
    page = (ROOT / "docs" / "yaml.md").read_text("utf-8")
    headings = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    anchors = {re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-")) for heading in headings}
    links = re.findall(r"\]\(#([^)]+)\)", page)
    assert links
    assert [link for link in links if link not in anchors] == []


def test_every_name_a_section_s_template_may_use_is_in_the_documentation(newsroom: Newsroom) -> None:
    page = (ROOT / "docs" / "templates.md").read_text("utf-8")
    told = {name for cell in re.findall(r"`([^`]+)`", page) for name in re.findall(r"^\w+", cell)}
    draft = newsroom.render().draft
    placed = draft.sections[0]
    names = {*html_context.section_values(draft, placed, draft.sections)}
    names |= {*text_context.section_values(draft, placed, draft.sections)}
    assert names - told == set()


def test_every_template_the_documentation_names_exists() -> None:
    page = (ROOT / "docs" / "templates.md").read_text("utf-8")
    named = re.findall(r"`([\w/]+\.(?:j2|mjml\.j2|css\.j2|txt\.j2|html\.j2))`", page)
    paths = [
        name.replace("web/sections/TYPE", "web/sections/event").replace("TYPE", "story") for name in named
    ]
    assert paths
    assert [path for path in paths if not (ROOT / "templates" / path).exists()] == []
