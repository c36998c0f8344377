"""Batplats asks exactly this, under these names: robots, statistics and printed forms rely on it."""

from typing import Any

from eservices.definitions.conditions import Compare, Condition
from eservices.definitions.library import Library
from eservices.definitions.model import Question

#: step -> question -> (type, required, when, required when, options)
EXPECTED: dict[str, dict[str, tuple[str, str, Any, Any, tuple[str, ...]]]] = {
    "applicant": {
        "name": ("text", "true", None, None, ()),
        "personal_number": ("personal_number", "true", None, None, ()),
        "contact_preference": ("radio", "true", None, None, ("email", "sms", "phone", "letter")),
        "email": ("email", "true", None, ("contact_preference", "is", "email"), ()),
        "phone": ("phone", "true", None, ("contact_preference", "one_of", ("sms", "phone")), ()),
        "address": ("postal_address", "true", ("contact_preference", "is", "letter"), None, ()),
    },
    "boat": {
        "boat_type": ("radio", "true", None, None, ("motor", "sail", "row", "other")),
        "registration": ("text", "true", ("boat_type", "is", "motor"), None, ()),
        "length": ("decimal", "true", None, None, ()),
        "width": ("decimal", "true", None, None, ()),
        "draught": ("decimal", "false", None, None, ()),
    },
    "berth": {
        "harbours": ("checkboxes", "true", None, None, ("skarhamn", "ronnang", "klovedal", "myggenas")),
        "from_date": ("date", "true", None, None, ()),
        "message": ("textarea", "false", None, None, ()),
    },
}

LABELS = {
    "contact_preference": "Hur vill du att vi kontaktar dig?",
    "boat_type": "Vilken typ av båt har du?",
    "registration": "Registreringsbeteckning",
    "length": "Båtens längd",
    "harbours": "Vilka hamnar kan du tänka dig?",
    "from_date": "Från vilket datum vill du ha platsen?",
}


def test_the_questions_and_their_conditions_are_exactly_these(library: Library) -> None:
    service = library.services["batplats"]
    asked = {step.id: {question.id: _told(question) for question in step.questions} for step in service.steps}
    assert asked == EXPECTED
    assert [list(questions) for questions in asked.values()] == [list(questions) for questions in EXPECTED.values()]


def test_it_ends_with_one_declaration_and_goes_to_the_harbour_unit_within_ten_working_days(library: Library) -> None:
    service = library.services["batplats"]
    assert [declaration.id for declaration in service.declarations] == ["truthful"]
    assert service.routing.unit == "hamn"
    assert (service.routing.decide_within.amount, service.routing.decide_within.unit) == (10, "working_days")
    assert service.routing.view == "full"


def test_nothing_is_asked_beside_these_and_the_words_stay(library: Library) -> None:
    service = library.services["batplats"]
    assert not service.stops
    assert not service.needs_kind
    for name, label in LABELS.items():
        assert service.questions[name].label.sv == label


def _told(question: Question) -> tuple[str, str, Any, Any, tuple[str, ...]]:
    options = tuple(option.key for option in question.options)
    required = question.required.value
    return (question.type.name, required, _one(question.when), _one(question.required_when), options)


def _one(condition: Condition | None) -> tuple[str, str, Any] | None:
    if condition is None:
        return None
    assert isinstance(condition, Compare)
    return (condition.question, condition.operator, condition.operand)
