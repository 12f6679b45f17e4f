"""Prints the timings of the house's budgets on this machine; tests assert none of them.

python benchmarks/run.py [--json] [--people 1000000] [--only PART]
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import checking
import delivery
import hub
import merging
import people
import previewing
import processes
import providers
import public
import public_events
import rendering
from lpdownload.content.library import Library
from measure import Timing, machine

ROOT = Path(__file__).resolve().parent.parent
ISSUE = "lpny/2024-09"
PARTS = ("mails", "checks", "preview", "people", "providers", "delivery", "events", "public", "hub")


def shown(seconds: float) -> str:
    """Three digits with their unit: 812 µs, 11.4 ms, 1.23 s."""
    scale, unit = (1, "s") if seconds >= 1 else (1e3, "ms") if seconds >= 1e-3 else (1e6, "µs")
    value = seconds * scale
    return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f} {unit}"


def row(found: Timing) -> str:
    mark = {True: "✓", False: "✗", None: " "}[found.reached]
    target = "" if found.target is None else f"≤ {shown(found.target)}"
    return (
        f"{mark} {found.name:<32}{shown(found.median):>10}{shown(found.p95):>10}{target:>12}"
        f"{found.runs:>6}  {found.note}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Prints the timings of the house's budgets on this machine.")
    parser.add_argument("--json", action="store_true", help="print JSON, seconds")
    parser.add_argument("--people", type=int, default=1_000_000, help="subscribers to import")
    parser.add_argument("--only", choices=PARTS, help="a part of it")
    options = parser.parse_args()
    as_json = options.json
    on = machine()
    if not as_json:
        print(" · ".join((on["cpu"], f"{on['cores']} cores", on["python"], on["system"])))
        print(f"\n  {'':<32}{'median':>10}{'p95':>10}{'target':>12}{'runs':>6}")
    one = rendering.rendered(Library(ROOT), ISSUE)
    found: list[Timing] = []
    notes: list[str] = []
    groups: list[Iterator[Timing | str]] = []
    if options.only in (None, "mails"):
        groups += [
            rendering.timings(ROOT, ISSUE),
            merging.timings(one),
            processes.timings(ROOT, ISSUE, one.mjml, ROOT / "build" / "bench" / "npm"),
        ]
    if options.only in (None, "checks"):
        groups.append(checking.timings(ROOT, ISSUE))
    if options.only in (None, "preview"):
        groups.append(previewing.timings(ROOT, ISSUE))
    if options.only in (None, "providers"):
        groups.append(providers.timings())
    if options.only in (None, "people"):
        groups.append(people.timings(ROOT, options.people))
    if options.only in (None, "delivery"):
        groups.append(delivery.timings(ROOT, options.people))
    if options.only in (None, "events"):
        groups.append(public_events.timings(ROOT))
    if options.only in (None, "public"):
        groups.append(public.timings(ROOT))
    if options.only in (None, "hub"):
        groups.append(hub.timings(ROOT))
    for group in groups:
        for item in group:
            if isinstance(item, str):
                notes.append(item)
            else:
                found.append(item)
            if not as_json:
                print(f"  {item}" if isinstance(item, str) else row(item), flush=True)
    if as_json:
        rows = [{**asdict(item), "reached": item.reached} for item in found]
        print(json.dumps({"machine": on, "timings": rows, "notes": notes}, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
