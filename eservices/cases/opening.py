"""Opening a case: its number, its clocks, its first party, and the keys it is found by."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from eservices.calendars import OpeningHours, day_of, end_of_day
from eservices.cases import clocks, store
from eservices.cases.index_keys import IndexKey, keys_of_answers, keys_of_person
from eservices.cases.model import PUBLIC, Case, CaseClock, ClockKind, Party, Status
from eservices.definitions.model import Service, Span
from eservices.journey.answers import AnswerState
from eservices.journey.path import Walk
from eservices.journey.people import Applicant, Other, applicant_of, is_protected, others_of
from eservices.journey.routing import Destination
from eservices.storage.database import Transaction
from eservices.storage.sealing import DataKey
from eservices.submissions import codes
from eservices.submissions.model import HandedIn, Letter, Needs
from eservices.values import ContactMethod, IdentityBasis, new_id

#: Case numbers begin this short, and get one sign longer once a third of a year's numbers are used.
_FEWEST_SIGNS = 4
_FULL_AT = 1 / 3

#: Year -> signs of this year's numbers, as this process has found out. One too few is tried again, never wrong.
_signs_of_year: dict[int, int] = {}


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that has just been opened, with what the receipt and the contact centre need of it.

    `applicant` is the party that gets the news: the representative or the guardian, where there is one.
    """

    case: Case
    applicant: Party
    first_contact_by: dt.datetime


def open_case(
    tx: Transaction,
    here: Walk,
    destination: Destination,
    handed_in: HandedIn,
    *,
    key: DataKey,
    missing: int,
    hours: OpeningHours,
    now: dt.datetime,
    awaiting: bool = False,
) -> Opened:
    """A new case at the unit that the answers lead to. Its number is made here, before anything leaves the house.

    The clocks start when the resident handed it over, whichever the channel and however long ago that was. Where others
    must sign (`awaiting`) the case is there all the same, and the clock that may stand still does so until they have.
    """
    service = here.service
    started = _start_of_clocks(handed_in)
    running = clocks_of(service, destination, handed_in, started, hours=hours, now=now)
    if awaiting:
        running = [replace(clock, paused_at=now, next_act_at=None) if clock.may_pause else clock for clock in running]
    status = Status.AWAITING_SIGNATURES if awaiting else Status.RECEIVED
    by_kind = {clock.kind: clock.due_at for clock in running}
    applicant, others = _as_told(applicant_of(here), handed_in.letter), others_of(here)
    child = next((one for one in others if one.role == "child"), None)
    letter = handed_in.letter
    protected = is_protected(here) or (letter is not None and letter.protected)
    case = _with_free_number(
        tx,
        Case(
            id=new_id(),
            number="",
            registry_number=None,
            service=service.id,
            version=service.version,
            title=letter.about if letter is not None and letter.names_case else service.title.sv,
            board=destination.board,
            unit=destination.unit,
            regime=service.legal.regime,
            status=status.value,
            public_status=PUBLIC[status],
            open=True,
            contact_queue=destination.queue,
            contact_view=_view(destination, letter),
            channel=handed_in.channel,
            language=handed_in.language,
            officer_id=None,
            restricted=False,
            protected=protected,
            key=key,
            name=child.name if child is not None and child.name else applicant.name,
            received_at=handed_in.at,
            received_on=handed_in.on,
            due_at=by_kind[ClockKind.PROMISED],
            opened_at=now,
            decided_at=None,
            closed_at=None,
            missing=missing,
            row_version=1,
        ),
    )
    party = replace(_party(applicant, handed_in), protected=protected)
    if child is not None:  # who applies for a child is its guardian, and gets the news
        party = replace(party, role="guardian")
    store.add_party(tx, case, party)
    for other in others:
        added = replace(_other_party(other, applicant, handed_in), protected=protected)
        store.add_party(tx, case, added)
        party = added if other.role == "representative" else party
    store.add_clocks(tx, case.id, running)
    if not protected:  # nobody comes upon a protected person by searching
        store.add_index_keys(tx, case.id, [*_found_by(here, applicant), *_others_found_by(others)])
    return Opened(case, party, by_kind[ClockKind.FIRST_CONTACT])


def clocks_of(
    service: Service,
    destination: Destination,
    handed_in: HandedIn,
    started: dt.datetime,
    *,
    hours: OpeningHours,
    now: dt.datetime,
) -> list[CaseClock]:
    """The clocks that a new case starts with, by its service, its regime and what it is about."""
    regime = service.legal.regime
    periods: list[tuple[ClockKind, Span | None, str]] = [
        (ClockKind.ACKNOWLEDGE, None, ""),
        (ClockKind.REGISTER, None, ""),
        (ClockKind.FIRST_CONTACT, service.routing.first_contact_within, ""),
        (ClockKind.PROMISED, destination.decide_within, ""),
        (ClockKind.SIX_MONTHS, None, ""),
        *((ClockKind.BY_LAW, one.within, one.law) for one in destination.by_law),
    ]
    begun = [
        clocks.begin(kind, regime, at=started, on=handed_in.on, hours=hours, span=span, by_law=law)
        for kind, span, law in periods
    ]
    # The receipt acknowledges at once; it is written together with the case.
    return [
        replace(clock, met_at=now) if clock.kind is ClockKind.ACKNOWLEDGE else clock
        for clock in begun
        if clock is not None
    ]


def _start_of_clocks(handed_in: HandedIn) -> dt.datetime:
    """The moment it was handed over; the end of the legal day where the law gives an earlier one than the clock did."""
    return handed_in.at if day_of(handed_in.at) == handed_in.on else end_of_day(handed_in.on)


def _with_free_number(tx: Transaction, case: Case) -> Case:
    """Write the case under a number that nobody has. The unique key decides, so two at once never share one."""
    year = day_of(case.opened_at).year
    while True:
        signs = _signs_of_year.get(year, _FEWEST_SIGNS)
        numbered = replace(case, number=codes.new_case_number(year, signs=signs))
        if store.add(tx, numbered):
            return numbered
        most = int(codes.case_numbers_of(signs) * _FULL_AT)
        if store.numbers_used(tx, year, signs=signs, most=most) >= most:
            _signs_of_year[year] = signs + 1


def _view(destination: Destination, letter: Letter | None) -> str:
    """What the contact centre may see: as the service says, and less of a letter that may be secret."""
    hides = letter is not None and letter.secret and destination.view in {"full", "summary"}
    return "existence_only" if hides else destination.view


def _as_told(applicant: Applicant, letter: Letter | None) -> Applicant:
    """The applicant as the answers tell; of a letter, whoever has signed it."""
    if letter is None:
        return applicant
    return replace(
        applicant,
        name=letter.name,
        email=letter.email,
        phone=letter.phone,
        address=dict(letter.address),
        method=letter.method,
    )


def _party(applicant: Applicant, handed_in: HandedIn) -> Party:
    return Party(
        id=new_id(),
        role="applicant",
        kind=applicant.kind,
        language=handed_in.language,
        method=applicant.method,
        identity_basis=handed_in.identity,
        protected=False,
        name=applicant.name,
        personal_number=applicant.personal_number,
        email=applicant.email,
        phone=applicant.phone,
        address=applicant.address,
        code=codes.new_follow_code(),
        needs=_needs(applicant, handed_in),
        helper=handed_in.helper,
        consent=handed_in.consent,
    )


def _needs(applicant: Applicant, handed_in: HandedIn) -> Needs:
    """What the answers say that they need, and before that what an agent has been told."""
    return Needs.from_json({**applicant.needs, **handed_in.needs.to_json()})


def _other_party(other: Other, applicant: Applicant, handed_in: HandedIn) -> Party:
    """A child, who gets no news, or a representative, who gets it all."""
    return Party(
        id=new_id(),
        role=other.role,
        kind="child" if other.role == "child" else "person",
        language=handed_in.language,
        method=ContactMethod.OWN_PAGES if other.role == "child" else other.method,
        identity_basis=handed_in.identity if other.role == "representative" else IdentityBasis.STATED,
        protected=False,
        name=other.name,
        personal_number=other.personal_number,
        email=other.email,
        phone=other.phone,
        address=other.address,
        code=codes.new_follow_code(),
        needs=_needs(applicant, handed_in) if other.role == "representative" else Needs(),
        helper="",
        consent=handed_in.consent if other.role == "representative" else "",
    )


def _others_found_by(others: Sequence[Other]) -> Iterator[IndexKey]:
    for other in others:
        yield from keys_of_person(
            name=other.name, personal_number=other.personal_number, phone=other.phone, email=other.email
        )


def _found_by(here: Walk, applicant: Applicant) -> Iterator[IndexKey]:
    yield from keys_of_person(
        name=applicant.name,
        personal_number=applicant.personal_number,
        phone=applicant.phone,
        email=applicant.email,
    )
    yield from keys_of_answers(_indexed(here))


def _indexed(here: Walk) -> Sequence[tuple[str, str]]:
    return [
        (question.index, question.type.index_form(answer.value))
        for place, question, _ in here.places()
        if question.index is not None
        and (answer := here.answers.given.get(place)) is not None
        and answer.state is AnswerState.ANSWERED
        and answer.value is not None
    ]
