"""Small mails for a browser, with ``data-lp`` where a rendering has it."""


def mail(body: str, css: str = "") -> str:
    """A mail that nothing is wrong with but what ``body`` and ``css`` bring."""
    return (
        '<!DOCTYPE html><html lang="en"><head><title>A mail</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>body {{ margin: 0; font: 17px/1.5 Arial, sans-serif }} {css}</style></head>"
        f'<body style="background:#ffffff;color:#1b1f24"><div data-lp="sections.0">{body}</div></body></html>'
    )
