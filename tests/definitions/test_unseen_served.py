"""The unseen services on the web, from the start page to a receipt, without a change to anything but their folder."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from eservices.calendars import FixedClock
from eservices.definitions.load import definition_files
from eservices.journey.path import Spot
from eservices.values import Channel
from tests.build.walker import Walker, origins
from tests.journeys.person import Person
from tests.pages import InspectingClient

if TYPE_CHECKING:
    from eservices.settings import Settings

UNSEEN = Path(__file__).parent / "unseen"


@pytest.fixture
def person(settings: "Settings", clock: FixedClock) -> Person:
    from eservices.web import create_app

    app = create_app(replace(settings, forms_dirs=(UNSEEN,)), clock)
    app.test_client_class = InspectingClient
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    client.phone = app.extensions["eservices"].library.municipality.contact_centre.phone
    return Person(client)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", [path.stem for path in definition_files(UNSEEN)])
def test_a_resident_gets_a_receipt(person: Person, name: str, seed: int, clock: FixedClock) -> None:
    service = person.client.application.extensions["eservices"].library.service(name)
    walker = Walker(service, seed, clock.today())
    walker.fill(origins(Channel.WEB, clock.now()))
    pages = dict(walker.pages)

    person.go(f"/sv/services/{name}")
    for _ in range(40):
        if person.path.endswith("/receipt"):
            break
        step, item = _spot(person.path)
        answers = dict(pages.get(Spot(step, item), {}))
        if item is None and any(spot.step == step and spot.item is not None for spot in pages):
            more = person.text.count("Ta bort") < sum(spot.step == step for spot in pages)
            answers = {f"{step}-more": ["yes" if more else "no"]}
        if step == "check":
            answers = {f"{declaration.id}": "yes" for declaration in service.declarations}
        if name == "filminspelning" and step == "use":  # the form to fill in is one press away
            assert person.page.css_first("a[href$='trafikplan.pdf']").text() == "Mall för trafikanordningsplan"
        person.press(answers)
        assert person.status == 200, f"{person.path}: {person.errors}"

    assert person.path.endswith("/receipt"), person.visited[-4:]
    assert person.read("reference")


def _spot(path: str) -> tuple[str, int | None]:
    parts = urlsplit(path).path.strip("/").split("/")
    return (parts[-2], int(parts[-1])) if parts[-1].isdecimal() else (parts[-1], None)
