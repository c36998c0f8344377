"""A party asks whoever handles the case to be reached another way: by phone, at the counter or in writing."""

from collections.abc import Iterator, Mapping

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.cases import store
from eservices.cases.control_word import word_of
from eservices.cases.model import Case, Party
from eservices.identity.people import Act
from eservices.language import N_
from eservices.storage.database import Transaction
from eservices.values import Channel, IdentityBasis
from eservices.web import reaching
from eservices.web.case_handling.act_pages import ask, take
from eservices.web.case_handling.asked import Asked, Box
from eservices.web.case_handling.room import blueprint
from eservices.web.i18n import plain
from eservices.web.staff import access, contact_ways
from eservices.web.staff.field import Errors, Field


def _party(tx: Transaction, case: Case) -> Party:
    wanted = (request.view_args or {}).get("party", "")
    found = next((one for one in store.parties_of(tx, case) if one.id == wanted), None)
    if found is None or found.role == "child" or not case.open:
        raise NotFound
    return found


def _fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    return (contact_ways.basis_field(), *contact_ways.fields(case, _party(tx, case)))


def _wrong(tx: Transaction, case: Case, typed: Mapping[str, str]) -> Errors:
    unknown = typed.get("basis") not in {basis.value for basis in contact_ways.BASES}
    who = (("basis", plain("Välj hur du vet vem det är.")),) if unknown else ()
    return (*who, *contact_ways.wrong(case, _party(tx, case), typed))


def _beside(tx: Transaction, case: Case) -> Iterator[Box]:
    party = _party(tx, case)
    yield Box(plain("Vem det gäller"), (party.name or plain("Anonym"),))
    word = plain("Ringer du upp, säg ordet som står på kvittot: {word}.", word=word_of(tx.keys, party.id))
    callback = plain("Är du osäker på vem som ringer: ring upp ett nummer som redan finns i ärendet.")
    yield Box(plain("Vem du talar med"), (word, callback))
    if reaching.is_hidden(case, party):
        careful = plain("Skriv inte adress, telefonnummer eller skola.")
        yield Box(plain("Skyddade uppgifter"), (careful,), warn=True)


CONTACT = Asked(
    "contact",
    Act.WORK_ON_CASE,
    N_("Ändra hur personen nås"),
    N_("Spara"),
    _fields,
    _beside,
    check=_wrong,
    after=N_("Det som redan är på väg går som förut. Allt nytt går på det nya sättet."),
)


@blueprint.get("/<casenumber:number>/parties/<id:party>/contact")
@access.requires(Act.WORK_ON_CASE)
def ask_for_contact(number: str, party: str) -> Response:  # noqa: ARG001 -- the form reads it from the address
    return ask(number, CONTACT)


@blueprint.post("/<casenumber:number>/parties/<id:party>/contact")
@access.requires(Act.WORK_ON_CASE)
def change_contact(number: str, party: str) -> Response:  # noqa: ARG001 -- as above
    """Change it, with how we know that it is the person."""

    def change(tx: Transaction, case: Case, form: Mapping[str, str]) -> None:
        basis = IdentityBasis(form["basis"])
        actor = access.actor(Channel.COUNTER if basis is IdentityBasis.SHOWN_ID else Channel.PHONE)
        contact_ways.change(tx, case, _party(tx, case), form, actor=actor, basis=basis)

    return take(number, CONTACT, change, "contact")
