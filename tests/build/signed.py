"""A service that others sign too: neighbours who share a bin, each with an item of a group."""

import dataclasses
import datetime as dt

from eservices.definitions.conditions import Compare
from eservices.definitions.model import Audience, Cosigners, Group, Required, Service, Text
from eservices.journey.answers import Answer, Answers, AnswerState, Origin
from eservices.values import Channel, Json
from tests.build.service import a_question, a_service, a_step, what, who

#: Where nobody but the unit may know that the applicant lives.
WHAT_YES_MEANS = "Säger du ja delar ni på kärlet i ett år."
CANARY = "Hemliga stigen 7"


def a_shared_service() -> Service:
    """Åsa asks her neighbours; the size of the bin is for them to see, her address is not."""
    group = Group(
        "neighbours",
        Text("neighbours.item", "Hushåll {n}"),
        (
            a_question("neighbour_name"),
            a_question("neighbour_signs", "yes_no"),
            a_question("neighbour_email", "email", required=Required.FALSE),
            a_question("neighbour_address", "postal_address", required=Required.FALSE),
        ),
        minimum=1,
    )
    asked = dataclasses.replace(
        a_step("neighbours", group=group),
        cosigners=Cosigners(
            "neighbour_name",
            ("neighbour_email", "neighbour_address"),
            each="neighbours",
            when=Compare("neighbour_signs", "is", "yes"),
            text=Text("neighbours.cosigners.text", WHAT_YES_MEANS),
        ),
    )
    bins = a_step("bins", a_question("size", audience=Audience.CO_PARTY), a_question("lives"))
    return a_service("dela", steps=(who(), asked, bins, what()))


def shared_answers(at: dt.datetime, *neighbours: dict[str, Json]) -> Answers:
    """Everything answered, with these neighbours."""
    origin = Origin(Channel.WEB, at.isoformat(timespec="seconds"))

    def said(value: Json) -> Answer:
        return Answer(value, AnswerState.BLANK if value is None else AnswerState.ANSWERED, origin)

    values: dict[str, Json] = {
        "name": "Åsa Öberg",
        "contact": "email",
        "email": "asa.oberg@example.se",
        "phone": "+46304601000",
        "address": {"street": CANARY, "postal_code": "471 94", "city": "Kållekärr"},
        "size": "190 liter",
        "lives": CANARY,
        "wish": "Ett kärl.",
        "property": None,
        "drawing": None,
    }
    given = {(question, None): said(value) for question, value in values.items()}
    for number, neighbour in enumerate(neighbours, start=1):
        for question in ("neighbour_name", "neighbour_signs", "neighbour_email", "neighbour_address"):
            given[question, number] = said(neighbour.get(question))
    count = len(neighbours)
    return Answers(given, {"neighbours": tuple(range(1, count + 1))}, {"neighbours": count}, frozenset({"neighbours"}))


BO: dict[str, Json] = {
    "neighbour_name": "Bo Ek",
    "neighbour_signs": "yes",
    "neighbour_email": "bo.ek@example.se",
}
EVA: dict[str, Json] = {
    "neighbour_name": "Eva Ask",
    "neighbour_signs": "yes",
    "neighbour_address": {"street": "Hamngatan 2", "postal_code": "471 94", "city": "Kållekärr"},
}
#: She cannot be reached, which is an answer.
IDA: dict[str, Json] = {"neighbour_name": "Ida Lind", "neighbour_signs": "no"}
