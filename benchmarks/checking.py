"""Every static rule over one issue, warm; then the browser's five views."""

import gc
from collections.abc import Iterator
from pathlib import Path

from lpdownload.check.browser.run import browser_check
from lpdownload.check.inspection import Inspection
from lpdownload.check.run import check_variants, rule_findings
from lpdownload.cli.app import GC_THRESHOLD
from lpdownload.content.issues import load_issue
from lpdownload.content.library import Library
from measure import Timing, call_times, timing
from rendering import rendered


def timings(root: Path, key: str) -> Iterator[Timing]:
    gc.set_threshold(GC_THRESHOLD)
    library = Library(root)
    loaded = load_issue(library, key)
    rendering = rendered(library, key)
    yield timing(
        "all static rules, rendered before",
        call_times(lambda: rule_findings(Inspection(library, loaded, rendering)), runs=40),
        note=key,
    )
    yield timing(
        "static checks of one issue",
        call_times(lambda: check_variants(library, key), runs=40),
        0.060,
        f"{key}: rendering in two variants and as a web page included",
    )
    with browser_check() as check:
        yield timing(
            "browser checks over five views",
            call_times(lambda: list(check.look(Inspection(library, loaded, rendering))), runs=5),
            3.0,
            f"{key}: axe-core and geometry",
        )
