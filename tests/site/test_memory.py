"""What one build remembers for the next holds only while the frame of all pages is the same."""

import re

from tests.site.hub import PRESS, Hub

from lpdownload.render.environment import environment


def test_another_style_reaches_the_pages_of_news_that_did_not_change(hub: Hub) -> None:
    """The old style sheet is gone: a page that still asked for it would have none."""
    hub.newsroom.write("newsletters/news/river.yaml", PRESS)
    for margin in (0, 8):
        hub.newsroom.write("templates/web/hub/hub.css.j2", f"body {{ margin: {margin}px; }}")
        environment.cache_clear()  # the next build is another process
        hub.build()
    (style,) = (hub.out / "assets").glob("hub-*.css")
    for path in ("index.html", "news/river/index.html"):
        assert re.findall(r"hub-\w+\.css", hub.text(path)) == [style.name]


def test_the_colours_of_one_newsletter_reach_the_pages_of_news(hub: Hub) -> None:
    hub.newsroom.write("newsletters/news/river.yaml", PRESS)
    hub.build()
    hub.newsroom.add(
        "newsletters/town/newsletter.yaml", "theme: {accent: '#123456', deep: '#102030', paper: '#f4f4f4'}\n"
    )
    hub.build()
    (style,) = (hub.out / "assets").glob("hub-*.css")
    assert "#123456" in style.read_text()
    assert f"assets/{style.name}" in hub.text("news/river/index.html")
