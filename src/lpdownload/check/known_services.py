"""Services whose addresses do not belong into a mail as they are, by their hosts and paths."""

import re

SHORTENERS = frozenset(
    [
        "bit.do",
        "bit.ly",
        "bl.ink",
        "buff.ly",
        "clck.ru",
        "cutt.ly",
        "dlvr.it",
        "goo.gl",
        "ift.tt",
        "is.gd",
        "j.mp",
        "lnkd.in",
        "ow.ly",
        "rb.gy",
        "rebrand.ly",
        "s.id",
        "short.io",
        "shorturl.at",
        "snip.ly",
        "soo.gd",
        "t.co",
        "t.ly",
        "tiny.cc",
        "tinyurl.com",
        "trib.al",
        "urlz.fr",
        "v.gd",
    ]
)
"""Open to everybody, spammers included; one owner's own (youtu.be, forms.gle) are not among them."""

REDIRECTORS: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern), whose, parameter)
    for pattern, whose, parameter in (
        (r"[^/]*\.safelinks\.protection\.outlook\.com/", "Outlook's protection", "url"),
        (r"urldefense(?:\.proofpoint)?\.com/", "Proofpoint's protection", "u"),
        (r"(?:[^/]*\.)?linkprotect\.cudasvc\.com/", "Barracuda's protection", "a"),
        (r"(?:protect|url)[^/]*\.(?:mimecast|mimecastprotect)\.com/", "Mimecast's protection", ""),
        (r"secure-web\.cisco\.com/", "Cisco's protection", ""),
        (r"(?:www\.)?google\.[a-z.]+/url\?", "Google's search", "q"),
        (r"(?:l|lm)\.(?:facebook|instagram)\.com/|l\.(?:messenger|threads)\.(?:com|net)/", "Facebook", "u"),
        (r"(?:www\.)?linkedin\.com/redir/", "LinkedIn", "url"),
        (r"(?:www\.)?youtube\.com/redirect\?", "YouTube", "q"),
        (r"slack-redir\.net/link", "Slack", "url"),
        (r"[^/]*\.list-manage\d*\.com/(?:track/click|unsubscribe|profile)", "somebody's Mailchimp mail", ""),
        (r"[^/]*\.ct\.sendgrid\.net/|[^/]+/ls/click\?upn=", "somebody's SendGrid mail", ""),
        (r"click\.(?:actionnetwork\.org|pstmrk\.it)/|[^/]*\.pstmrk\.it/", "somebody's mail", ""),
        (r"click\.everyaction\.com/|[^/]*\.click\.ngpvan\.com/", "somebody's EveryAction mail", ""),
        (r"(?:[^/]*\.)?rs6\.net/", "somebody's Constant Contact mail", ""),
        (r"(?:www\.)?mandrillapp\.com/track/|[^/]*\.mandrillapp\.com/track/", "somebody's Mandrill mail", ""),
        (r"[^/]*\.hubspotlinks\.com/|[^/]*\.hs-sites\.com/events/", "somebody's HubSpot mail", ""),
        (r"[^/]*\.(?:cmail|createsend)\d+\.com/t/", "somebody's Campaign Monitor mail", ""),
        (r"click\.convertkit-mail\d*\.com/|t\.e2ma\.net/|lnks\.gd/l/", "somebody's mail", ""),
        (r"links?\.govdelivery\.com/", "somebody's GovDelivery mail", ""),
    )
)
PRIVATE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), what)
    for pattern, what in (
        (r"mail\.(?:google|yahoo)\.com/|outlook\.(?:office|office365|live)\.com/(?:mail|owa)", "a mailbox"),
        (r"docs\.google\.com/forms/(?:u/\d+/)?d/(?!e/)[^/]+/(?:edit|prefill)", "a form as it is edited"),
        (r"docs\.google\.com/(?!forms/)[a-z]+/(?:u/\d+/)?d/[^/]+/edit", "a document as it is edited"),
        (r"drive\.google\.com/drive/(?:u/\d+/)?(?:my-drive|home|recent|shared)", "somebody's own drive"),
        (r"calendar\.google\.com/calendar/(?:u/\d+/)?r(?:/|$)", "somebody's own calendar"),
        (r"(?:www\.)?dropbox\.com/(?:home|work)", "somebody's own files"),
        (r"(?:www\.)?canva\.com/design/[^/]+/(?:[^/]+/)?edit", "a design as it is edited"),
        (r"[^/]*\.?zoom\.us/(?:s/|meeting/|start/)", "a meeting as its host sees it"),
        (r"(?:www\.)?eventbrite\.[a-z.]+/(?:manage|myevent)", "an event as its organiser sees it"),
        (r"actionnetwork\.org/[a-z_]+/[^/?]+/(?:manage|edit)", "an action as its owner sees it"),
        (r"[^/]+/wp-(?:admin/|login\.php)|[^?]+\?(?:[^#]*&)?preview=true", "a page that is not published"),
    )
)
READER_IDS = frozenset(
    [
        "_hsenc",
        "_ke",
        "ck_subscriber_id",
        "mc_eid",
        "mkt_tok",
        "oly_anon_id",
        "oly_enc_id",
        "sc_eh",
        "ss_email_id",
        "vero_id",
        "wickedid",
    ]
)
CLICK_IDS = frozenset(["fbclid", "gclid", "igsh", "igshid", "msclkid", "twclid", "ttclid", "yclid"])
