"""One document is made like another without touching what is the same."""

from tests.preview.page.browsing import Open

FRAME = """async function framed() {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-same-origin");
  frame.src = "/mail/town/2024-09";
  await new Promise((loaded) => { frame.onload = loaded; document.body.append(frame) });
  const { morphDocument } = await import("/static/morph.js");
  return [frame.contentDocument, (html) => morphDocument(frame.contentDocument, html)];
}"""
"""A mail in its frame, under the policy that it has."""


def test_one_document_becomes_another_whatever_both_are(visit: Open) -> None:
    steps = [
        "<p>one</p>",
        "<p>one</p><p>two</p><p>three</p>",
        "<p>zero</p><p>one</p><p>three</p>",
        "<div a=1 b=2><!-- c --><p>x<b>y</b></p></div>",
        "<div b=3><!-- d --><p>x<i>y</i>z</p></div>tail",
        '<style>p{color:red}</style><body lang="es" dir="ltr"><table><tr><td>1<td>2<tr><td>3</table>',
        '<style>p{color:blue}</style><title>t</title><body><table><tr><td>2<tr><td>3<tr><td "odd>4</table>',
        "<div><ul><li>a<li>b<li>c<li>d</ul></div>",
        "<div><ul><li>d<li>a<li>c</ul><ul></ul></div>",
        "",
        "<p>one",
    ]
    page = visit("/")
    equal = page.evaluate(
        f"""async (steps) => {{
          {FRAME}
          const [inside, morph] = await framed();
          return steps.map((html) => {{
            morph(html);
            const wanted = new inside.defaultView.DOMParser().parseFromString(html, "text/html");
            return inside.documentElement.isEqualNode(wanted.documentElement) || html;
          }});
        }}""",
        [*steps, *reversed(steps)],
    )
    assert equal == [True] * len(equal)


def test_what_is_the_same_is_not_touched(visit: Open) -> None:
    page = visit("/")
    kept = page.evaluate(
        f"""async () => {{
          {FRAME}
          const [inside, morph] = await framed();
          morph("<main><p>a</p><p><img alt=picture></p><p>b</p></main>");
          const [picture, last] = [inside.querySelector("img"), inside.querySelector("p:last-child")];
          morph("<main><h1>new</h1><p>a!</p><p><img alt=picture></p><p>b</p></main>");
          return [picture === inside.querySelector("img"), last === inside.querySelector("p:last-child")];
        }}"""
    )
    assert kept == [True, True]


DANGEROUS = """\
<p onclick="x()">a</p><script>x()</script><base href=//e.org><a href=" java\nscript:x()">b</a>
<svg><a xlink:href="javascript:x()">c</a></svg><meta http-equiv=Refresh content="0;url=//e.org">
<iframe src=//e.org></iframe><a href="https://e.org">d</a>"""


def test_a_mail_is_disarmed_before_it_is_painted(visit: Open) -> None:
    page = visit("/")
    html = page.evaluate(
        f"""async (html) => {{
          {FRAME}
          const [inside, morph] = await framed();
          morph(html);
          return inside.documentElement.outerHTML;
        }}""",
        DANGEROUS,
    )
    for word in ("onclick", "script", "base", "efresh", "iframe"):
        assert word not in html
    assert 'href="https://e.org"' in html
