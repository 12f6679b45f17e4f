"""One document is made like another without touching what is the same."""

from tests.preview.page.browsing import Open

MORPHED = """async (steps) => {
  const { morphDocument } = await import("/static/morph.js");
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-same-origin");
  document.body.append(frame);
  const inside = frame.contentDocument;
  const results = [];
  for (const html of steps) {
    morphDocument(inside, html);
    const wanted = new DOMParser().parseFromString(html, "text/html");
    results.push([inside, wanted].map((page) => page.head.innerHTML + page.body.outerHTML));
  }
  return results;
}"""


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
    for got, wanted in page.evaluate(MORPHED, [*steps, *reversed(steps)]):
        assert got == wanted


def test_what_is_the_same_is_not_touched(visit: Open) -> None:
    page = visit("/")
    kept = page.evaluate(
        """async () => {
          const { morphDocument } = await import("/static/morph.js");
          const frame = document.body.appendChild(document.createElement("iframe"));
          const inside = frame.contentDocument;
          morphDocument(inside, "<main><p>a</p><p><img alt=picture></p><p>b</p></main>");
          const [picture, last] = [inside.querySelector("img"), inside.querySelector("p:last-child")];
          morphDocument(inside, "<main><h1>new</h1><p>a!</p><p><img alt=picture></p><p>b</p></main>");
          return [picture === inside.querySelector("img"), last === inside.querySelector("p:last-child")];
        }"""
    )
    assert kept == [True, True]


def test_a_mail_is_disarmed_before_it_is_painted(visit: Open) -> None:
    page = visit("/")
    html = page.evaluate(
        """async () => {
          const { morphDocument } = await import("/static/morph.js");
          const frame = document.body.appendChild(document.createElement("iframe"));
          morphDocument(frame.contentDocument, `<p onclick="x()">a</p><script>x()</scr` + `ipt><base href=//e.org>
            <a href=" java\\nscript:x()">b</a><svg><a xlink:href="javascript:x()">c</a></svg>
            <meta http-equiv=Refresh content="0;url=//e.org"><iframe src=//e.org></iframe>
            <a href="https://e.org">d</a>`);
          return frame.contentDocument.documentElement.outerHTML;
        }"""
    )
    for word in ("onclick", "script", "base", "efresh", "iframe"):
        assert word not in html
    assert 'href="https://e.org"' in html
