"""The services of the demo municipality: whole, easy to read, in English too, and kept to what their owners promise."""

from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from eservices.definitions.library import Library
from eservices.definitions.model import Required, Service
from eservices.journey.checking import check
from eservices.language import catalogue
from eservices.values import ContactMethod
from tests.conftest import MORNING

FORMS = Path(__file__).resolve().parents[2] / "forms"
#: Those that residents can use.
SERVICES = sorted(path.stem for path in FORMS.glob("*.yaml") if "\nstatus: active\n" in path.read_text("utf-8"))


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, library: Library) -> Service:
    found = library.service(request.param)
    assert found is not None
    return found


def test_every_open_service_is_served_and_nothing_in_the_folder_is_complained_about(library: Library) -> None:
    assert set(SERVICES) <= set(library.services)
    assert [complaint.printed("en") for complaint in library.complaints] == []


def test_every_stored_test_holds_and_together_they_reach_everything() -> None:
    report = check([FORMS], MORNING)
    assert report.lines("en") == []
    assert report.tests >= 40


def test_nothing_but_what_nobody_has_verified_stands_between_a_definition_and_the_public() -> None:
    report = check([FORMS / f"{service}.yaml" for service in SERVICES], MORNING, folders=[FORMS], publish=True)
    assert not report.failed, report.lines("en")
    # What is not yet translated is shown in Swedish and marked; English is held by the next test.
    awaited = ("verified values", "language ar", "language fi", "language uk")
    assert [line for line in report.lines("en") if not any(words in line for words in awaited)] == []


def test_every_text_of_a_service_has_an_english_one_that_quotes_the_same_answers(service: Service) -> None:
    english = catalogue("services", "en")
    for text in service.texts():
        if text.ours:
            continue
        found = english.get(text.sv, f"municipality:{text.house}" if text.house else f"{service.id}:{text.key}")
        assert found, f"{text.key} has no English"
        assert _quotes(found) == _quotes(text.sv), text.key


def test_whoever_needs_easy_swedish_is_told_what_the_service_is_and_why_a_path_ends(service: Service) -> None:
    assert service.easy_read is not None
    for stop in service.stops:
        assert stop.text.easy, stop.id


def test_every_question_can_be_asked_in_one_breath(service: Service) -> None:
    for question in service.questions.values():
        spoken = (question.say or question.label).sv
        assert len(spoken) <= 150, f"{question.id}: {spoken}"


def test_a_way_of_contact_always_has_a_detail_that_is_required_with_it(service: Service) -> None:
    for preference in (question for question in service.questions.values() if question.asks_contact_method):
        ways = [ContactMethod(option.key) for option in preference.options]
        assert {ContactMethod.EMAIL, ContactMethod.PHONE, ContactMethod.LETTER} <= set(ways)


@pytest.mark.parametrize("name", ["allman_handling", "felanmalan", "medborgarforslag", "sophamtning", "synpunkt"])
def test_a_personal_number_is_not_asked_for_where_nothing_justifies_it(library: Library, name: str) -> None:
    assert "personal_number" not in {question.type.name for question in library.services[name].questions.values()}


@pytest.mark.parametrize("name", ["allman_handling", "felanmalan", "synpunkt"])
def test_somebody_who_says_nothing_of_themselves_can_send_it(library: Library, name: str) -> None:
    asking = library.services[name]
    assert asking.anonymous
    about_the_person = {q.id for q in asking.questions.values() if q.prefill}
    assert about_the_person
    for question in about_the_person:
        assert asking.questions[question].when is not None, f"{question} is asked of everybody"


def test_whoever_wants_a_public_document_is_asked_neither_for_a_name_nor_for_a_reason(library: Library) -> None:
    asking = library.services["allman_handling"]
    assert "person.name" not in {question.prefill for question in asking.questions.values()}
    assert {q.id for q in asking.questions.values() if q.required is Required.TRUE and q.when is None} == {
        "what",
        "way",
    }


def test_no_paper_or_picture_ever_blocks_a_service(service: Service) -> None:
    for question in service.questions.values():
        if question.type.name == "file":
            assert question.required is not Required.TRUE


def test_units_and_boards_of_the_services_are_those_of_the_municipality(service: Service, library: Library) -> None:
    house = library.municipality
    assert service.legal.board in house.boards
    assert house.units[service.routing.unit].board == service.legal.board
    assert {rule.unit for rule in service.routing.rules if rule.unit} <= set(house.units)


def test_what_nobody_has_verified_is_marked_as_a_sample(service: Service) -> None:
    assert {"delegate", "klassa", "retention", "mandate", "decide_within", "first_contact_within"} <= set(
        service.samples
    )


def _quotes(text: str) -> list[str]:
    def names() -> Iterator[str]:
        for _, name, _, _ in Formatter().parse(text):
            if name is not None:
                yield name

    return sorted(names())
