"""The equal-service monitor: a manager sees an unequal service at once, and where in it the time goes."""

import csv
import datetime as dt
import io
import json
import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from eservices.calendars import FixedClock
from eservices.identity.people import Role
from eservices.insight import measures
from eservices.insight.measures import CaseTimes, Measure
from eservices.insight.waiting import Wait
from eservices.values import Channel
from tests.staff.conftest import BERTH, Person

_RECEIVED = dt.datetime(2026, 10, 5, 9, tzinfo=dt.UTC)
SERVICE = "/insight/services/batplats"


def _a_case(chance: random.Random, channel: Channel) -> CaseTimes:
    lies = chance.uniform(1, 2) + (9 if channel is Channel.PHONE else 0)
    works = 6 * math.exp(chance.gauss(0, 0.4))
    waits = {
        Measure.RECEIPT: Wait(0.0),
        Measure.FIRST_CONTACT: Wait(0.0),
        Measure.SETTLED: Wait(lies + works),
        Measure.INFORMED: Wait(lies + works + 1),
    }
    phases = {"registered": lies, "in_progress": works}
    return CaseTimes("batplats", channel, _RECEIVED, waits, "granted", 0, phases)


@pytest.fixture
def unequal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty on the web, forty who phoned and wait much longer to be taken in hand, and three letters."""
    chance = random.Random(1)
    ways = [Channel.WEB] * 60 + [Channel.PHONE] * 40 + [Channel.PAPER] * 3
    cases = [_a_case(chance, way) for way in ways]

    def times(*_: Any, units: Sequence[str] | None = None, service: str | None = None, **__: Any) -> list[CaseTimes]:
        return [case for case in cases if service in {None, case.service}]

    monkeypatch.setattr(measures, "times", times)


@pytest.mark.usefixtures("unequal")
def test_a_service_where_callers_wait_longer_is_the_first_thing_a_manager_sees(
    signed_in: Callable[..., Person],
) -> None:
    manager = signed_in(Role.MANAGER).go("/insight/")

    assert "skillnader är större än de får vara" in manager.text("main .warn")
    assert "Väntar längre" in manager.text("tbody tr")
    assert "är andra personer" in manager.text("#caution ~ ul"), "a gap is a question, no proof"

    manager.go(SERVICE)

    assert "Telefon: till ärendet är avgjort" in manager.text("main .warn")
    assert "Mest skiljer det medan ärendet står som ”Mottaget”" in manager.text("main")


@pytest.mark.usefixtures("unequal")
def test_every_drawing_stands_beside_its_numbers_and_numbers_of_few_are_nowhere(
    signed_in: Callable[..., Person],
) -> None:
    manager = signed_in(Role.MANAGER, language="en").go(SERVICE)

    for drawing in manager.page.css("svg.gap"):
        assert drawing.attributes["aria-hidden"] == "true"
        row = drawing.parent.parent if drawing.parent else None
        assert row is not None
        assert any(said in row.text() for said in ("times as long", "days longer", "no difference"))
    volumes = dict(zip(manager.texts("#volumes + dl dt"), manager.texts("#volumes + dl dd"), strict=True))
    assert volumes == {"The web": "60", "Telephone": "40", "Paper": "fewer than 5"}
    assert not [cell for cell in manager.texts("td") if cell in {"1", "2", "3", "4"}]


@pytest.mark.usefixtures("unequal")
def test_machines_get_the_same_numbers(signed_in: Callable[..., Person]) -> None:
    manager = signed_in(Role.MANAGER)
    data = json.loads(manager.client.get("/insight/figures.json?period=2026-Q4").get_data(as_text=True))
    answer = manager.client.get(f"{SERVICE}/figures.csv?period=2026-Q4")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))

    (service,) = data["services"]
    assert (service["service"], service["volumes"]["paper"]) == ("batplats", None)
    by_phone = next(row for row in rows if (row["measure"], row["group"]) == ("settled", "phone"))
    same = next(one for one in service["comparisons"] if (one["measure"], one["group"]) == ("settled", "phone"))
    assert by_phone["verdict"] == same["verdict"] == "longer"
    assert float(by_phone["low"]) == same["low"] > 1
    assert answer.mimetype == "text/csv"


def test_a_real_case_is_counted_where_it_may_be_seen(
    signed_in: Callable[..., Person], handed_in: Callable[..., tuple[str, str]], case_of: Callable[[str], Any]
) -> None:
    for _ in range(5):
        number, _code = handed_in("batplats", BERTH)
    unit = case_of(number).unit

    here = signed_in(Role.MANAGER, unit).go("/insight/")
    elsewhere = signed_in(Role.MANAGER, "another", name="annan").go("/insight/")

    assert here.texts("tbody tr td")[0] == "5"
    assert "för få" in here.text("p.lead"), "nobody is told that all is equal where nothing can be said"
    assert elsewhere.texts("tbody tr") == []


def test_periods_lead_back_in_time_and_never_past_today(signed_in: Callable[..., Person]) -> None:
    manager = signed_in(Role.MANAGER).go("/insight/")

    assert manager.texts(".views a") == ["Tredje kvartalet 2026", "Fjärde kvartalet 2026", "2026"]
    assert manager.go("/insight/?period=2025-Q4").texts(".views a")[-2:] == ["Första kvartalet 2026", "2025"]
    assert manager.client.get("/insight/?period=sommaren").status_code == 404
    assert manager.client.get("/insight/services/nothing").status_code == 404


def test_figures_are_for_those_who_lead(signed_in: Callable[..., Person]) -> None:
    for role in (Role.CONTACT_AGENT, Role.CASE_OFFICER, Role.REGISTRAR, Role.ADMIN):
        assert signed_in(role).client.get("/insight/").status_code == 403


@pytest.mark.usefixtures("unequal")
def test_everybody_may_see_the_figures_of_a_quarter_that_is_over_and_nothing_smaller(
    a_browser: Callable[[], Person], clock: FixedClock
) -> None:
    clock.set(dt.datetime(2027, 1, 2, 9, tzinfo=dt.UTC))
    anybody = a_browser().go("/en/equal-service?period=2026-Q4")
    data = anybody.client.get("/sv/equal-service/figures.json?period=2026-Q4")
    table = anybody.client.get("/sv/equal-service/figures.csv?period=2026-Q4")

    assert anybody.status == 200
    assert "Waits longer" in anybody.text("tbody tr")
    assert not [cell for cell in anybody.texts("td") if cell in {"1", "2", "3", "4"}]
    (service,) = json.loads(data.get_data(as_text=True))["services"]
    assert (service["volumes"]["phone"], service["volumes"]["paper"]) == (40, None)
    assert list(csv.DictReader(io.StringIO(table.get_data(as_text=True))))
    for answer in (data, table):
        assert answer.headers["Cache-Control"] == "public, max-age=3600"
        assert "Set-Cookie" not in answer.headers
    for told_too_much in ("2027-Q1", "2026", "2026-Q9", "x"):
        assert anybody.go(f"/sv/equal-service?period={told_too_much}").status == 404, "a year minus its quarters"
