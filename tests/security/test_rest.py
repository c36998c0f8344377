"""A browser that has rested for long shows no receipt any more; the case is still there for number and code."""

import dataclasses
import datetime as dt
from collections.abc import Callable

from flask import Flask

from eservices.calendars import FixedClock
from eservices.web.house import House
from tests.staff.conftest import BERTH, Person

Browser = Callable[[], Person]


def test_a_browser_that_rested_too_long_shows_no_receipt_but_number_and_code_do(
    app: Flask, a_browser: Browser, house: House, clock: FixedClock
):
    app.extensions["eservices"] = dataclasses.replace(
        house, settings=dataclasses.replace(house.settings, receipt_rest_hours=1)
    )
    sent = a_browser().go("/sv/services/batplats").journey(BERTH)
    number, code = sent.text("#reference"), sent.text("#case-code")
    clock.move(dt.timedelta(minutes=59))
    assert number in sent.go("/sv/services/batplats/receipt").text()

    clock.move(dt.timedelta(minutes=2))

    assert number not in sent.go("/sv/services/batplats/receipt").text()
    assert a_browser().go("/sv/case").send({"number": number, "code": code}).address == f"/sv/case/{number}"
