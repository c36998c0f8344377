"""Drafts and cases as tests want them, with speaking defaults. They go through the same functions as everybody's."""

import datetime as dt
from typing import Any

from eservices.calendars import Clock
from eservices.cases import asking
from eservices.cases import store as cases
from eservices.cases.asking import Said
from eservices.cases.enquiries import Consequence, Enquiry
from eservices.cases.model import Case
from eservices.definitions.model import Service
from eservices.identity.people import Actor, ActorKind, Staff
from eservices.intake.hours import OFFICE_HOURS
from eservices.intake.submit import submit
from eservices.journey.answers import Answer, Answers, AnswerState, Origin, Place
from eservices.storage.database import Transaction
from eservices.submissions import drafts
from eservices.submissions.model import Draft, HandedIn, Submission
from eservices.values import Channel, Json, new_id
from tests.build.service import a_service

ASA: dict[str, Json] = {
    "name": "Åsa Öberg",
    "contact": "email",
    "email": "asa.oberg@example.se",
    "phone": "+46304601000",
    "wish": "Ett plank vid hamnen.",
    "property": "TJÖRN HÖVIKSNÄS 1:23",
    "drawing": {"ids": [], "later": True},
}
STREET: Json = {"street": "Hamngatan 1", "postal_code": "471 94", "city": "Kållekärr"}


def answers(
    values: dict[str, Json], *, at: dt.datetime, channel: Channel = Channel.WEB, staff: str | None = None
) -> Answers:
    """Answers to questions outside groups; None is a blank left on purpose."""
    origin = Origin(channel, at.isoformat(timespec="seconds"), staff)
    given: dict[Place, Answer] = {
        (question, None): Answer(value, AnswerState.BLANK if value is None else AnswerState.ANSWERED, origin)
        for question, value in values.items()
    }
    return Answers(given)


def all_answers(service: Service, values: dict[str, Json], *, at: dt.datetime, **more: Any) -> Answers:
    """These values, and a blank for every other question of the service."""
    return answers({**dict.fromkeys(service.questions), **values}, at=at, **more)


def a_draft(tx: Transaction, clock: Clock, service: Service | None = None, **more: Any) -> Draft:
    """An empty draft of a resident on the web."""
    more.setdefault("language", "sv")
    more.setdefault("channel", Channel.WEB)
    return drafts.start(tx, service or a_service(), now=clock.now(), **more)


def a_complete_draft(
    tx: Transaction,
    clock: Clock,
    service: Service | None = None,
    *,
    changes: dict[str, Json] | None = None,
    **more: Any,
) -> Draft:
    """Everything answered as Åsa Öberg would, but for `changes`."""
    service = service or a_service()
    values = {question: value for question, value in ASA.items() if question in service.questions}
    given = all_answers(service, {**values, **(changes or {})}, at=clock.now())
    return drafts.keep(tx, a_draft(tx, clock, service, **more), given, now=clock.now())


def a_submission(
    tx: Transaction, clock: Clock, service: Service | None = None, *, handed_in: HandedIn | None = None, **more: Any
) -> Submission:
    """A draft handed in, on the web unless said otherwise."""
    draft = a_complete_draft(tx, clock, service, **more)
    return submit(tx, draft.id, handed_in or HandedIn.on_the_web(at=clock.now()), clock)


def a_case(tx: Transaction, clock: Clock, service: Service | None = None, **more: Any) -> Case:
    case = cases.by_id(tx, a_submission(tx, clock, service, **more).case_id)
    assert case is not None
    return case


def a_member_of_staff(tx: Transaction, clock: Clock, name: str = "Bo Handläggare") -> Staff:
    """An account that nobody can sign in to."""
    from sqlalchemy import insert

    from eservices.identity.tables import staff

    person = Staff(new_id(), name.lower().replace(" ", "."), name)
    tx.execute(
        insert(staff).values(
            id=person.id, username=person.username + person.id, name=name, password_hash="-", made_at=clock.now()
        )
    )
    return person


def acting(person: Staff, channel: Channel = Channel.WEB) -> Actor:
    return Actor(ActorKind.STAFF, channel, person.id, person.name)


def a_supplement_order(tx: Transaction, clock: Clock, case: Case, officer: Actor, *, days: int = 14) -> Enquiry:
    """The officer asks for a drawing, to be sent within so many days."""
    return asking.ask_for_supplement(
        tx,
        case.id,
        actor=officer,
        expected=case.row_version,
        now=clock.now(),
        hours=OFFICE_HOURS,
        asked=a_service(),
        items=["Ritning"],
        consequence=Consequence.DECIDE_ANYWAY,
        last_day=clock.today() + dt.timedelta(days=days),
        said=Said("Vi behöver en ritning", ("Skicka en ritning.",), ("Vi har inte fått ritningen.",)),
    )
