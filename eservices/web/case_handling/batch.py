"""The same act on several cases of the queue: shown first what it will do to each, then done one by one, each told.

Every case is its own transaction, so one that somebody else has changed meanwhile stops no other.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from eservices.cases import acts, appealing, belonging, store
from eservices.cases.changing import ChangedMeanwhile
from eservices.cases.model import MAY_BE_CLOSED, Case, CaseId, NotAllowed, standing
from eservices.identity.people import Act, Actor
from eservices.language import N_
from eservices.storage.database import Transaction
from eservices.submissions import codes, pinned
from eservices.web.case_handling.belonging import colleagues, nobody_else
from eservices.web.case_handling.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import render
from eservices.web.staff import access
from eservices.web.staff.field import Errors, Field
from eservices.web.staff.page import StaffPage, framed

#: More at once nobody looks through.
_MOST = 50


@dataclass(frozen=True, slots=True)
class Batch:
    """One act for several cases: its words, who may, what keeps a case out of it."""

    name: str
    act: Act
    label: str
    button: str
    will: str
    did: str
    why_not: Callable[[Transaction, Case], str]
    do: Callable[..., object]
    to_colleague: bool = False  #: whether a colleague is chosen, who gets them


def _claimable(_tx: Transaction, case: Case) -> str:
    if not case.open:
        return plain("Ärendet är avslutat.")
    return plain("Ärendet är redan ditt.") if case.officer_id == access.current_staff().id else ""


def _mine(_tx: Transaction, case: Case) -> str:
    return "" if case.officer_id == access.current_staff().id else plain("Ärendet är inte ditt.")


def _givable(tx: Transaction, case: Case) -> str:
    """Also the cases of somebody who is away. Before a colleague is chosen, whether anybody can have it."""
    chosen = request.form.get("officer", "")
    if not case.open:
        return plain("Ärendet är avslutat.")
    able = {person.id for person in colleagues(tx, case.unit)}
    if not able - {access.current_staff().id}:
        return nobody_else()
    if chosen and (chosen not in able or belonging.is_kept_from(tx, case, chosen)):
        return plain("Den du valde får inte arbeta med ärendet.")
    return plain("Personen har redan ärendet.") if chosen and case.officer_id == chosen else ""


def _give(tx: Transaction, case_id: CaseId, *, actor: Actor, expected: int, now: dt.datetime) -> Case:
    return acts.assign(tx, case_id, actor=actor, expected=expected, now=now, officer_id=request.form["officer"])


def _closable(tx: Transaction, case: Case) -> str:
    own = pinned.service(tx, case.version).own_states
    if standing(case.status, own) not in MAY_BE_CLOSED:
        return plain("Ärendet är avslutat.")
    if case.decided_at is None:
        return plain("Det finns inget beslut i ärendet.")
    return "" if appealing.hinders_closing(tx, case) is None else plain("Någon kan överklaga, eller har överklagat.")


BATCHES = {
    batch.name: batch
    for batch in (
        Batch(
            "claim", Act.WORK_ON_CASE, N_("Ta ärendena"), N_("Ta ärendena"), N_("Blir ditt"), N_("Ditt nu"),
            _claimable, acts.claim,
        ),
        Batch(
            "release", Act.WORK_ON_CASE, N_("Lämna ifrån mig ärendena"), N_("Lämna ifrån mig"),
            N_("Får ingen handläggare"), N_("Ligger åter hos enheten"), _mine, acts.release,
        ),
        Batch(
            "give", Act.ASSIGN_CASE, N_("Ge till en kollega"), N_("Ge ärendena"), N_("Får den handläggare du väljer"),
            N_("Har en ny handläggare"), _givable, _give, to_colleague=True,
        ),
        Batch(
            "close", Act.WORK_ON_CASE, N_("Avsluta ärendena"), N_("Avsluta"), N_("Avslutas"), N_("Avslutat"),
            _closable, acts.close,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One case: what will be done or was done, or why not. `version` is what the page showed."""

    number: str
    title: str
    version: int
    told: str
    goes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage(StaffPage):
    template: ClassVar[str] = "case_handling/batch.html"
    heading: str
    name: str
    button: str
    rows: tuple[Row, ...]
    done: bool
    colleagues: Field | None = None
    errors: Errors = ()


@blueprint.post("/batch")
@access.requires(Act.WORK_ON_CASE, Act.ASSIGN_CASE)
def batch() -> Response:
    """Show what will be done to the cases that were chosen, or do it when that was confirmed."""
    wanted = BATCHES.get(request.form.get("act", ""))
    if wanted is None:
        raise BadRequest
    pressed = request.form.get("go") == "do"
    nobody = wanted.to_colleague and not request.form.get("officer")
    done = pressed and not nobody
    rows = tuple(_done(wanted)) if done else tuple(_preview(wanted))
    errors = (("officer", plain("Välj vem som tar över.")),) if pressed and nobody else ()
    return render(
        BatchPage(
            **framed("cases"),
            heading=plain(wanted.label),
            name=wanted.name,
            button=plain(wanted.button),
            rows=rows,
            done=done,
            colleagues=_colleagues(row.number for row in rows if row.goes)
            if wanted.to_colleague and not done
            else None,
            errors=errors,
        ),
        422 if errors else 200,
    )


def _colleagues(numbers: Iterable[str]) -> Field:
    """Those beside oneself who may work in some of the units of these cases: what one takes oneself is claimed."""
    found: dict[str, str] = {}
    mine = access.current_staff().id
    with house().database.read() as tx:
        units = {case.unit for number in numbers if (case := store.by_number(tx, number)) is not None}
        for unit in sorted(units):
            found |= {person.id: person.name for person in colleagues(tx, unit) if person.id != mine}
    choices = tuple((person, name, "") for person, name in sorted(found.items(), key=lambda one: one[1]))
    return Field("radios", "officer", plain("Vem tar över?"), choices=choices)


def _chosen() -> Iterator[tuple[str, int]]:
    """Number and version of what was ticked; the preview sends back what it showed."""
    for written in request.form.getlist("case")[:_MOST]:
        number, _, version = written.partition(":")
        found = codes.read_case_number(number)
        if found is not None:
            yield found, int(version) if version.isdecimal() else 0


def _preview(wanted: Batch) -> Iterator[Row]:
    with house().database.transaction() as tx:
        for number, _ in _chosen():
            try:
                case = access.case_for(tx, number, wanted.act)
            except NotFound:
                yield Row(number, "", 0, plain("Du kan inte göra det här med ärendet."), goes=False)
                continue
            against = wanted.why_not(tx, case)
            yield Row(number, case.title, case.row_version, against or plain(wanted.will), goes=not against)


def _done(wanted: Batch) -> Iterator[Row]:
    for number, version in _chosen():
        try:
            with house().database.transaction() as tx:
                case = access.case_for(tx, number, wanted.act)
                if against := wanted.why_not(tx, case):
                    yield Row(number, case.title, case.row_version, against, goes=False)
                    continue
                wanted.do(tx, case.id, actor=access.actor(), expected=version, now=house().clock.now())
            yield Row(number, case.title, version, plain(wanted.did), goes=True)
        except NotFound:
            yield Row(number, "", 0, plain("Du kan inte göra det här med ärendet."), goes=False)
        except (ChangedMeanwhile, NotAllowed):
            yield Row(number, "", 0, plain("Någon annan hann före. Öppna ärendet och se efter."), goes=False)
