"""What an officer does with a case. Each act has a page of its own, and says what will happen next."""

from collections.abc import Mapping, Sequence

from werkzeug.wrappers import Response

from eservices.attachments import Received
from eservices.cases import acts
from eservices.cases.changing import party_of
from eservices.cases.model import Case
from eservices.identity.people import Act
from eservices.language import N_
from eservices.language import words as words_of
from eservices.storage.database import Transaction
from eservices.web.case_handling.act_pages import act_at_once, ask, by_form, take, take_with_files
from eservices.web.case_handling.asked import CLOSE, MESSAGE, NOTE, REOPEN, STATUS
from eservices.web.case_handling.room import blueprint
from eservices.web.house import house
from eservices.web.staff import access


@blueprint.post("/<casenumber:number>/claim")
@access.requires(Act.WORK_ON_CASE)
def claim(number: str) -> Response:
    """Take the case."""
    return act_at_once(number, Act.WORK_ON_CASE, acts.claim, "claimed", N_("Ta ärendet"))


@blueprint.post("/<casenumber:number>/release")
@access.requires(Act.WORK_ON_CASE)
def release(number: str) -> Response:
    """Leave the case to whoever takes it next."""
    return act_at_once(number, Act.WORK_ON_CASE, acts.release, "released", N_("Lämna ifrån mig ärendet"))


@blueprint.get("/<casenumber:number>/note")
@access.requires(Act.WORK_ON_CASE)
def ask_for_note(number: str) -> Response:
    return ask(number, NOTE)


@blueprint.post("/<casenumber:number>/note")
@access.requires(Act.WORK_ON_CASE)
def note(number: str) -> Response:
    """An internal note. It changes nothing that another has seen, so nobody can come in between."""
    now = house().clock.now()
    return take(
        number,
        NOTE,
        lambda tx, case, form: acts.note(tx, case.id, actor=access.actor(), now=now, body=form["body"]),
        "noted",
    )


@blueprint.get("/<casenumber:number>/message")
@access.requires(Act.WORK_ON_CASE)
def ask_for_message(number: str) -> Response:
    return ask(number, MESSAGE)


@blueprint.post("/<casenumber:number>/message")
@access.requires(Act.WORK_ON_CASE)
def message(number: str) -> Response:
    """Write to a party by the way they asked for, with files if there are any."""

    def write(tx: Transaction, case: Case, form: Mapping[str, str], files: Sequence[Received]) -> None:
        party = party_of(tx, case, form.get("party") or None)
        names = ", ".join(one.name for one in files)
        acts.message(
            tx,
            case.id,
            subject=form["subject"],
            body=form["body"],
            party_id=party.id,
            files=files,
            scanning=bool(house().settings.clamd),
            enclosed=words_of(party.language)(N_("Bilagor: {names}"), names=names) if names else "",
            **by_form(),
        )

    return take_with_files(number, MESSAGE, write, "written")


@blueprint.get("/<casenumber:number>/status")
@access.requires(Act.WORK_ON_CASE)
def ask_for_status(number: str) -> Response:
    return ask(number, STATUS)


@blueprint.post("/<casenumber:number>/status")
@access.requires(Act.WORK_ON_CASE)
def change_status(number: str) -> Response:
    """Move the case to a state that can be reached from where it stands."""
    return take(
        number,
        STATUS,
        lambda tx, case, form: acts.change_status(tx, case.id, to=form["to"], why=form["why"], **by_form()),
        "changed",
    )


@blueprint.get("/<casenumber:number>/close")
@access.requires(Act.WORK_ON_CASE)
def ask_to_close(number: str) -> Response:
    return ask(number, CLOSE)


@blueprint.post("/<casenumber:number>/close")
@access.requires(Act.WORK_ON_CASE)
def close(number: str) -> Response:
    """The unit is done with the case."""
    return take(number, CLOSE, lambda tx, case, form: acts.close(tx, case.id, why=form["why"], **by_form()), "closed")


@blueprint.get("/<casenumber:number>/reopen")
@access.requires(Act.WORK_ON_CASE)
def ask_to_reopen(number: str) -> Response:
    return ask(number, REOPEN)


@blueprint.post("/<casenumber:number>/reopen")
@access.requires(Act.WORK_ON_CASE)
def reopen(number: str) -> Response:
    """There is more to do after all."""
    return take(
        number, REOPEN, lambda tx, case, form: acts.reopen(tx, case.id, why=form["why"], **by_form()), "reopened"
    )
