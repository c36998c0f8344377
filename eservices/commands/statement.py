"""The command for whoever makes a release: what was found by trying the pages becomes what is said of them."""

import json
from pathlib import Path

import click

from eservices.commands.at_hand import fail, forms


@click.command()
@click.argument("found", default="build/access.json", type=click.Path(path_type=Path))
@click.option("--tried", metavar="AID", help="People have tried the services with this aid; adds a line.")
@click.option("--people", type=click.IntRange(min=1), default=1, show_default=True, help="How many.")
@click.option("--on", metavar="DATE", help="On which day, as 2026-12-01; today if nothing is said.")
def statement(found: Path, *, tried: str | None, people: int, on: str | None) -> None:
    """Put the results of `make access` into the accessibility statement.

    They are kept in `accessibility.json` in the folder of definitions, and come with the release. With --tried the
    results stay, and people's own trying is added.
    """
    import datetime as dt

    from eservices.web.resident.statement import FILE, NotWorthTelling, summed_up

    kept = forms()[0] / FILE
    before = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    if tried:
        if not before:
            fail(f"There is no {kept} yet: run `make access` and `eservices statement` first.")
        try:
            day = dt.date.fromisoformat(on) if on else dt.datetime.now().astimezone().date()
        except ValueError:
            fail(f"{on} is not a day: write it as 2026-12-01.")
        said = {**before, "people": [*before["people"], {"aid": tried, "people": people, "day": day.isoformat()}]}
    else:
        if not found.is_file():
            fail(f"There is no {found}: run `make access` first.")
        try:
            said = {**summed_up(json.loads(found.read_text("utf-8"))), "people": before.get("people", [])}
        except NotWorthTelling as error:
            those = ", ".join(error.controls) or "not run"
            fail(f"The controls did not find what was planted, so the rest proves nothing: {those}")
    kept.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", "utf-8")
    for check, one in said["checks"].items():
        click.echo(f"{check}: {one['ran']} of {one['of']} run, {one['looks']} looked at, {one['faults']} faults")
