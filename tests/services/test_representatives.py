"""Whoever applies for somebody else tells by what right; an expired one is met kindly, and is no dead end."""

import pytest
from flask.testing import FlaskClient

from tests.journeys.person import Person

PHONE = "0304-60 10 10"

#: Language -> what somebody is told whose power of attorney has expired.
EXPIRED = {
    "sv": "Fullmakten eller beslutet har gått ut.",
    "sv-x-lattlast": "Fullmakten gäller inte längre.",
    "en": "The power of attorney or the decision has expired.",
    "fi": "Valtakirjan tai päätöksen voimassaolo on päättynyt.",
    "ar": "انتهت صلاحية التوكيل أو القرار.",
    "uk": "Строк дії довіреності або рішення минув.",
}
ACTS = {"representative_name": "Kim Berg", "power_of_attorney-later": "yes", "mandate_covers": "apply"}


@pytest.mark.parametrize("tag", EXPIRED)
def test_an_expired_power_of_attorney_is_refused_kindly_and_leads_on(client: FlaskClient, tag: str) -> None:
    person = Person(client).go(f"/{tag}/services/fardtjanst").press().press({"acting": "other"})

    person.press({**ACTS, "mandate_until-day": "1", "mandate_until-month": "2", "mandate_until-year": "2020"})

    assert any(EXPIRED[tag] in error for error in person.errors)
    assert PHONE in person.page.css_first("main").text().replace("\N{NO-BREAK SPACE}", " ")
    person.press({**ACTS, "mandate_until-day": "", "mandate_until-month": "", "mandate_until-year": ""})
    assert person.errors == []
    assert person.path.endswith("/errand")
