"""A browser that has rested for long opens nothing any more, and what was written is still there for its code."""

import dataclasses
import datetime as dt
from collections.abc import Callable

from flask import Flask

from eservices.calendars import FixedClock
from eservices.web.house import House
from tests.staff.conftest import BERTH, Person

Browser = Callable[[], Person]


def test_a_browser_that_rested_too_long_opens_neither_draft_nor_receipt_but_their_codes_do(
    app: Flask, a_browser: Browser, house: House, clock: FixedClock
):
    app.extensions["eservices"] = dataclasses.replace(
        house, settings=dataclasses.replace(house.settings, draft_rest_hours=1)
    )
    sent, begun = a_browser().go("/sv/services/batplats").journey(BERTH), a_browser().go("/sv/services/batplats")
    number, code = sent.text("#reference"), sent.text("#case-code")
    begun.send(BERTH).send(BERTH)
    draft_at, draft_code = begun.address, begun.text("#continue-code")
    clock.move(dt.timedelta(minutes=59))
    assert number in sent.go("/sv/services/batplats/receipt").text()
    assert begun.go(draft_at).address == draft_at

    clock.move(dt.timedelta(minutes=2))

    assert number not in sent.go("/sv/services/batplats/receipt").text()
    assert begun.go(draft_at).address != draft_at
    assert a_browser().go("/sv/case").send({"number": number, "code": code}).address == f"/sv/case/{number}"
    assert draft_code
    assert a_browser().go("/sv/continue").send({"code": draft_code}).status == 200
