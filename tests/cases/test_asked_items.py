"""What a supplement asks for is a definition like any other, and asks nothing else."""

import pytest

from eservices.cases.asked_items import OwnItem, labels_of, may_be_asked, small_definition
from eservices.definitions.library import Library
from eservices.journey.answers import Answers
from eservices.journey.check import missing_of, problems_of
from eservices.journey.path import walk
from tests.conftest import MORNING


def test_any_service_can_ask_for_each_of_its_questions_by_itself_and_for_things_of_ones_own(library: Library):
    for service in library.services.values():
        for question in may_be_asked(service):
            small = small_definition(service, [question.id], [OwnItem("Ritning över tomten", document=True)])

            assert [asked.id for step in small.steps for asked in step.asked][-1] == "asked_for_1"
            assert small.id == service.id
            assert labels_of(small)[-1] == "Ritning över tomten"


def test_only_what_was_asked_is_asked_and_a_blank_keeps_nothing_from_being_sent(library: Library):
    service = library.services["batplats"]
    small = small_definition(service, ["registration"], [OwnItem("Försäkringsbevis", document=True)])

    here = walk(small, Answers())

    assert [place for place, question, _ in here.places() if question.type.asks] == [
        ("registration", None),
        ("asked_for_1", None),
    ]
    assert problems_of(here, MORNING.date(), paper=True) == []
    assert set(missing_of(here, paper=True)) == {("registration", None), ("asked_for_1", None)}
    assert (small.stops, small.requirements, small.declarations) == ((), (), ())


def test_asking_for_nothing_is_no_supplement(library: Library):
    with pytest.raises(ValueError, match="nothing"):
        small_definition(library.services["batplats"], ["no_such_question"], [])
