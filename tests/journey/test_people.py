"""Whose the answers are: the applicant's, a representative's, or somebody's who only signs."""

from dataclasses import replace
from typing import Any

from eservices.definitions.model import Cosigners, Question, Required, Service, Step
from eservices.journey.path import walk
from eservices.journey.people import applicant_of, others_of
from eservices.values import ContactMethod
from tests.build.drafts import answers
from tests.build.service import a_question, a_service, a_step
from tests.conftest import MORNING

MAYBE = Required.FALSE


def the_people(service: Service, **given: Any) -> Any:
    here = walk(service, answers(given, at=MORNING))
    return applicant_of(here), others_of(here)


def own_details() -> list[Question]:
    return [
        a_question("name", prefill="person.name"),
        a_question("mine", "email", prefill="person.email", required=MAYBE),
        a_question("phone", "phone", prefill="person.phone", required=MAYBE),
    ]


def the_other_parent() -> Step:
    asked = a_step("other", a_question("other_name"), a_question("other_mail", "email", required=MAYBE))
    return replace(asked, cosigners=Cosigners("other_name", ("other_mail",)))


def test_the_address_of_the_other_parent_is_never_taken_for_the_applicants():
    other = the_other_parent()
    service = a_service(steps=(other, a_step("who", *own_details())))

    applicant, _ = the_people(
        service, other_name="Bo Ek", other_mail="bo.ek@example.se", name="Eva Ek", phone="+46701740605"
    )

    assert applicant.email == ""
    assert (applicant.phone, applicant.method) == ("+46701740605", ContactMethod.PHONE)


def test_where_nothing_says_whose_it_is_a_co_signers_address_still_is_not_the_applicants():
    other = the_other_parent()
    service = a_service(steps=(other, a_step("who", a_question("my_mail", "email", required=MAYBE))))

    applicant, _ = the_people(service, other_name="Bo Ek", other_mail="bo.ek@example.se", my_mail="eva@example.se")

    assert applicant.email == "eva@example.se"


def test_a_representative_who_is_asked_for_a_name_alone_gets_the_news():
    acting = a_step("acting", a_question("agent", prefill="representative.name", required=MAYBE))
    service = a_service(steps=(acting, a_step("who", *own_details())))

    applicant, (representative,) = the_people(
        service, agent="Ulf Ek", name="Eva Ek", mine="ulf.ek@example.se", phone="+46701740605"
    )

    assert (representative.name, representative.email) == ("Ulf Ek", "ulf.ek@example.se")
    assert representative.method is ContactMethod.EMAIL
    assert (applicant.name, applicant.email, applicant.phone) == ("Eva Ek", "", "")


def test_without_a_representative_the_same_answers_are_the_applicants():
    acting = a_step("acting", a_question("agent", prefill="representative.name", required=MAYBE))
    service = a_service(steps=(acting, a_step("who", *own_details())))

    applicant, others = the_people(service, name="Eva Ek", mine="eva.ek@example.se")

    assert others == ()
    assert applicant.email == "eva.ek@example.se"
