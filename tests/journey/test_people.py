"""Whose the answers are: the applicant's, a representative's, or somebody's who only signs."""

from dataclasses import fields, replace
from typing import Any

from eservices.definitions.model import Cosigners, Question, Required, Service, Step
from eservices.journey.path import walk
from eservices.journey.people import KNOWN_NEEDS, applicant_of, others_of
from eservices.journey.trial import answers_of
from eservices.submissions.model import Needs
from eservices.values import ContactMethod
from tests.build.definition import DEFINITION, service
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


NEEDS = (
    DEFINITION
    + """\
      needs:
        label: Behöver du något när vi talas vid?
        type: checkboxes
        required: false
        exclusive: [none]
        other: more
        prefill: person.needs
        options:
          interpreter: Tolk
          large_print: Stor stil
          relay: Bildtelefon
          more: Något annat
          none: Nej
      tongue:
        label: Vilket språk?
        type: text
        prefill: person.interpreter
        when:
          needs: interpreter
"""
)


def test_what_somebody_needs_to_be_understood_is_kept_with_them():
    def needs(chosen: list[str], **more: str) -> dict[str, object]:
        told, _ = answers_of(service(NEEDS), {"needs": {"": chosen, **more}, "tongue": more.get("tongue", "")}, MORNING)
        return dict(applicant_of(walk(service(NEEDS), told)).needs)

    assert needs([]) == needs(["none"]) == {}
    assert needs(["large_print", "relay"]) == {"large_print": True, "other": "Bildtelefon"}
    assert needs(["more"], other="Jag stammar") == {"other": "Något annat, Jag stammar"}
    assert needs(["interpreter"]) == {"other": "Tolk"}
    assert Needs.from_json(needs(["large_print"])) == Needs(large_print=True)
    with_language, _ = answers_of(service(NEEDS), {"needs": ["interpreter"], "tongue": "dari"}, MORNING)
    assert applicant_of(walk(service(NEEDS), with_language)).needs == {"interpreter": "dari"}


def test_every_need_that_is_known_by_its_key_is_one_that_a_person_can_have():
    assert {field.name for field in fields(Needs)} >= {*KNOWN_NEEDS, "interpreter", "other"}


def test_the_number_of_somebody_else_is_never_taken_for_the_applicants():
    asked = a_question("dead", "personal_number", prefill="somebody_else")
    own = a_service(steps=(a_step("estate", asked), a_step("who", *own_details())))

    applicant, others = the_people(own, dead="19850709-9805", name="Eva Ek")

    assert (applicant.name, applicant.personal_number, others) == ("Eva Ek", "", ())
