"""What those who must sign beside an applicant are shown: what they say yes to, and nothing about anybody's health."""

import pytest

from eservices.definitions.library import Library
from eservices.definitions.model import Audience, Sensitivity
from eservices.journey.cosigning import cosigners_of, what_they_see
from eservices.journey.path import Walk, walk
from eservices.journey.trial import answers_of
from eservices.values import ContactMethod, Json
from tests.conftest import MORNING

ADAPTATION: dict[str, Json] = {
    "acting": "self",
    "name": "Maj Sjögren",
    "personal_number": "19850709-9805",
    "property_address": "Bergsvägen 4",
    "permanent_home": "yes",
    "housing": "rented",
    "others": "yes",
    "disability": "Rullatorn kommer inte över tröskeln.",
    "lasting": "permanent",
    "medical_certificate": "later",
    "measures": [{"measure": "Ta bort tröskeln", "room": "bathroom", "measure_reason": "Rullatorn fastnar."}],
    "consents": [
        {
            "consenter_name": "Strandens Bostäder",
            "agrees_to": "owner",
            "consenter_way": "by_email",
            "consenter_email": "bostader@example.se",
        },
        {"consenter_name": "Bo Ek", "agrees_to": "holder", "consenter_way": "not_now"},
    ],
    "contact_preference": "phone",
    "phone": "070-174 06 05",
}


def test_a_landlord_sees_what_is_to_be_done_and_where_and_never_why(library: Library) -> None:
    here = adaptation(library)

    assert what_they_see(here, "consents", 1, protected=False) == {
        ("property_address", None),
        ("measure", 1),
        ("room", 1),
        ("agrees_to", 1),
    }


def test_a_landlord_of_somebody_protected_is_not_told_where_they_live(library: Library) -> None:
    here = adaptation(library)

    assert what_they_see(here, "consents", 1, protected=True) == {("room", 1), ("agrees_to", 1)}


def test_somebody_whom_nothing_reaches_is_still_one_of_those_who_must_agree(library: Library) -> None:
    here = adaptation(library)

    assert [(one.name, one.method) for one in cosigners_of(here)] == [
        ("Strandens Bostäder", ContactMethod.EMAIL),
        ("Bo Ek", None),
    ]


@pytest.mark.parametrize("name", ["avlopp", "bostadsanpassning"])
def test_nothing_sensitive_is_open_to_those_who_sign(library: Library, name: str) -> None:
    service = library.services[name]
    open_to_them = [q for q in service.questions.values() if q.audience in {Audience.CO_PARTY, Audience.PUBLIC}]

    assert open_to_them
    assert {question.sensitivity for question in open_to_them} == {Sensitivity.NORMAL}


def adaptation(library: Library) -> Walk:
    service = library.services["bostadsanpassning"]
    answers, problems = answers_of(service, ADAPTATION, MORNING)
    assert problems == []
    return walk(service, answers)
