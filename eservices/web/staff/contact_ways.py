"""Changing how a party is reached, on their word: what is asked of whoever takes it down, on each staff surface."""

from collections.abc import Mapping
from dataclasses import dataclass

from eservices.cases import acts, needs
from eservices.cases.model import Case, Party
from eservices.identity.people import Actor
from eservices.language import LANGUAGES, own_name
from eservices.naming import IDENTITIES, METHODS, NEEDS
from eservices.storage.database import Transaction
from eservices.submissions.model import Needs
from eservices.values import ContactMethod, IdentityBasis
from eservices.web import reaching
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.reaching import Reach
from eservices.web.staff.field import Errors, Field

#: Ways to know that it is the person. Who stays anonymous changes nothing for anybody.
BASES = (IdentityBasis.KNOWN_BY_CALLBACK, IdentityBasis.SHOWN_ID, IdentityBasis.STATED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the party wants to be reached from now on."""

    method: ContactMethod
    reach: Reach
    language: str
    needs: Needs


def fields(case: Case, party: Party) -> tuple[Field, ...]:
    """What is asked. Where somebody with protected data is, is neither shown nor written."""
    keep = plain("Lämna tomt om det är som förut.")
    ways = tuple((way.value, plain(METHODS[way]), "") for way in ContactMethod)
    where = (
        Field("text", "email", plain("E-postadress"), hint=keep, optional=True),
        Field("text", "phone", plain("Telefonnummer"), hint=keep, optional=True, width="w16"),
        Field("text", "street", plain("Gatuadress"), hint=keep, optional=True),
        Field("text", "postal_code", plain("Postnummer"), optional=True, width="w8"),
        Field("text", "city", plain("Postort"), optional=True, width="w16"),
    )
    wants = tuple((name, plain(label), "") for name, label in NEEDS.items())
    has = " ".join(name for name in NEEDS if getattr(party.needs, name))
    return (
        Field("radios", "method", plain("Hur vill personen ha besked?"), party.method.value, choices=ways),
        *(() if reaching.is_hidden(case, party) else where),
        Field(
            "select", "language", plain("Språk i brev och besked"), party.language,
            choices=tuple((tag, own_name(tag), "") for tag in LANGUAGES),
        ),
        Field("checks", "needs", plain("Behöver personen något?"), has, optional=True, choices=wants),
        Field("text", "interpreter", plain("Tolk, till vilket språk"), party.needs.interpreter, optional=True),
    )  # fmt: skip


def basis_field() -> Field:
    """How whoever writes it down knows that it is the person."""
    ways = tuple((basis.value, plain(IDENTITIES[basis]), "") for basis in BASES)
    return Field("radios", "basis", plain("Hur vet du vem det är?"), hint=plain("Står i journalen."), choices=ways)


def wrong(case: Case, party: Party, typed: Mapping[str, str]) -> Errors:
    """What must be put right before it can be changed."""
    if typed.get("method") not in set(ContactMethod):
        return (("method", plain("Välj hur personen vill ha besked.")),)
    wanted, found = _read(case, party, typed)
    method = wanted.method
    if not found and not reaching.leads_to(party, method, wanted.reach):
        control = {ContactMethod.EMAIL: "email", ContactMethod.LETTER: "street"}.get(method, "phone")
        at = "method" if reaching.is_hidden(case, party) else control
        found.append((at, plain("Skriv vart beskedet ska gå, eller välj ett annat sätt.")))
    return tuple(found)


def change(
    tx: Transaction, case: Case, party: Party, typed: Mapping[str, str], *, actor: Actor, basis: IdentityBasis
) -> None:
    """Change it, once nothing is `wrong`. What goes out from now on goes this way; what is on its way, as it went."""
    wanted, _ = _read(case, party, typed)
    now = house().clock.now()
    acts.change_contact(
        tx, case.id, party.id, actor=actor, now=now, method=wanted.method, email=wanted.reach.email,
        phone=wanted.reach.phone, address=wanted.reach.address, language=wanted.language, basis=basis,
    )  # fmt: skip
    needs.note(tx, case.id, party.id, wanted.needs, actor=actor, now=now)


def _read(case: Case, party: Party, typed: Mapping[str, str]) -> tuple[Wanted, list[tuple[str, str]]]:
    reach, found = Reach(), list[tuple[str, str]]()
    if not reaching.is_hidden(case, party):
        reach, found = reaching.read(typed, house().clock.today(), words())
    chosen, ticked = typed.get("language", ""), set(typed.get("needs", "").split())
    told = {**party.needs.to_json(), **{name: name in ticked for name in NEEDS}}
    told["interpreter"] = typed.get("interpreter", "").strip()[:80]
    language = chosen if chosen in LANGUAGES else party.language
    return Wanted(ContactMethod(typed["method"]), reach, language, Needs.from_json(told)), found
