"""What each act on a case asks of the officer, and what it says beside the form."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from eservices.cases import model, store
from eservices.cases.appeals import APPEAL_ROUTES
from eservices.cases.model import Case, Outcome, Party
from eservices.identity.people import Act
from eservices.language import N_
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.web.i18n import plain, words
from eservices.web.staff.field import Errors, Field
from eservices.web.staff.naming import METHODS, OUTCOMES
from eservices.web.staff.telling import tell


@dataclass(frozen=True, slots=True)
class Box:
    """Something to know beside the form."""

    heading: str
    lines: tuple[str, ...]
    small: str = ""
    warn: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody will read, in their language, as it will go out."""

    heading: str
    subject: str
    paragraphs: tuple[str, ...]
    language: str


def _right(_tx: Transaction, _case: Case, _written: Mapping[str, str]) -> Errors:
    return ()


def _no_letters(_tx: Transaction, _case: Case, _written: Mapping[str, str]) -> Iterator[Letter]:
    yield from ()


@dataclass(frozen=True, slots=True)
class Asked:
    """One act as a form: its words, its controls, and what to know beside them."""

    name: str
    act: Act
    heading: str
    button: str
    fields: Callable[[Transaction, Case], tuple[Field, ...]]
    boxes: Callable[[Transaction, Case], Iterator[Box]]
    after: str = ""
    #: What is wrong beyond a blank, such as a day that has passed.
    check: Callable[[Transaction, Case, Mapping[str, str]], Errors] = _right
    #: The button on the page where it is seen once more before it is done; "" where there is no such page.
    confirmed_by: str = ""
    reviewed_as: str = ""  #: the heading of that page
    letters: Callable[[Transaction, Case, Mapping[str, str]], Iterator[Letter]] = _no_letters
    when_confirmed: str = ""  #: what happens with that button
    confirming: tuple[Field, ...] = ()  #: what is asked there, such as the password once more
    confirming_wrong: Callable[[Transaction, Case, Mapping[str, str]], Errors] = _right


def fields_of(tx: Transaction, case: Case, asked: Asked, typed: Mapping[str, str]) -> tuple[Field, ...]:
    """The controls of an act, with what was typed in them."""
    return tuple(replace(field, value=typed.get(field.name, field.value).strip()) for field in asked.fields(tx, case))


def errors_of(fields: tuple[Field, ...]) -> Errors:
    """What is missing, or was never offered."""
    missing = {
        "body": plain("Skriv något."),
        "subject": plain("Skriv vad meddelandet gäller."),
        "to": plain("Välj vilket läge ärendet ska ha."),
        "outcome": plain("Välj vad beslutet blir."),
        "why": plain("Skriv varför."),
        "reasons": plain("Skriv varför det blir så. Skälen är personens rätt att få veta."),
        "material": plain("Skriv vad beslutet kommer att bygga på."),
        "question": plain("Skriv vad de ska svara på."),
        "answer": plain("Skriv vad som svarades."),
        "consequence": plain("Välj vad som händer om det inte kommer."),
        "password": plain("Skriv ditt lösenord."),
    }
    blank = [(f.name, missing[f.name]) for f in fields if not f.value and not f.optional and f.name in missing]
    strange = [
        (f.name, missing[f.name])
        for f in fields
        if f.kind == "radios" and f.value and f.value not in {value for value, _, _ in f.choices}
    ]
    return (*blank, *strange)


def _note_fields(_tx: Transaction, _case: Case) -> tuple[Field, ...]:
    hint = plain("Syns inte för den sökande på ärendets sida. Den som begär ut ärendet kan få läsa den.")
    return (Field("long", "body", plain("Anteckning"), hint=hint),)


def _message_fields(_tx: Transaction, _case: Case) -> tuple[Field, ...]:
    hint = plain("Skriv du och vi, och vad som händer sedan.")
    return (
        Field("text", "subject", plain("Vad det gäller"), hint=plain("Det här syns först.")),
        Field("long", "body", plain("Meddelande"), hint=hint, rows=9),
    )


def _status_fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    own_states, telling = pinned.service(tx, case.version).own_states, tell()
    choices = []
    for to in model.moves_from(case.status, own_states):
        public = model.public_of(to, own_states)
        choices.append((to, telling.status(to, public), _public_hint(telling.public(public))))
    return (Field("radios", "to", plain("Nytt läge"), choices=tuple(choices)), why())


def _close_fields(_tx: Transaction, _case: Case) -> tuple[Field, ...]:
    return (why(),)


def _reopen_fields(_tx: Transaction, _case: Case) -> tuple[Field, ...]:
    return (replace(why(), optional=False),)


def _decision_fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    hints = {
        Outcome.GRANTED: plain("Personen får det hen söker"),
        Outcome.PARTLY_GRANTED: plain("Personen får en del. Skriv i skälen vad hen inte får."),
        Outcome.REFUSED: plain("Personen får inte det hen söker"),
        Outcome.DISMISSED: plain("Vi kan inte pröva ansökan"),
        Outcome.WRITTEN_OFF: plain("Ansökan är återtagen, eller det finns inget kvar att avgöra"),
    }
    choices = tuple((outcome.value, plain(OUTCOMES[outcome]), hints[outcome]) for outcome in Outcome)
    reasons = plain(
        "Börja med vad som gäller. Skriv sedan vilka regler och vilka fakta som avgjorde. 32 § förvaltningslagen."
    )
    service = pinned.service(tx, case.version)
    sample = (
        plain("Ett exempel ur tjänstens beskrivning. Skriv vad som gäller.") if "delegate" in service.samples else ""
    )
    return (
        Field("radios", "outcome", plain("Vad blir beslutet?"), choices=choices),
        Field("long", "reasons", plain("Beslutet och skälen, så som personen läser dem"), hint=reasons, rows=9),
        Field("text", "law", plain("Regel som avgjorde"), optional=True),
        Field("text", "delegate", plain("Du beslutar med stöd av"), service.legal.delegate, hint=sample, optional=True),
    )


def why() -> Field:
    return Field("text", "why", plain("Skäl"), hint=plain("Står i journalen."), optional=True)


def _public_hint(public: str) -> str:
    return plain("Den sökande ser: {status}", status=public)


def nothing(_tx: Transaction, _case: Case) -> Iterator[Box]:
    yield from ()


def careful(_tx: Transaction, case: Case) -> Iterator[Box]:
    if case.protected:
        careful = plain("Skriv inte adress, telefonnummer eller skola.")
        yield Box(plain("Skyddade uppgifter"), (careful,), warn=True)


def how_it_goes(tx: Transaction, case: Case) -> Iterator[Box]:
    yield _news(store.parties_of(tx, case))


def _standing_now(_tx: Transaction, case: Case) -> Iterator[Box]:
    telling = tell()
    now = telling.status(case.status, case.public_status)
    yield Box(plain("Nu"), (now,), _public_hint(telling.public(case.public_status)))


def _before_closing(_tx: Transaction, case: Case) -> Iterator[Box]:
    if case.decided_at is None:
        yield Box(plain("Innan du avslutar"), (plain("Det finns inget beslut i ärendet."),), warn=True)


def _before_deciding(tx: Transaction, case: Case) -> Iterator[Box]:
    """How the news goes out, how to appeal, what is missing."""
    yield _news(store.parties_of(tx, case))
    route = pinned.service(tx, case.version).legal.appeal
    appeal = (plain(APPEAL_ROUTES[route].sentence), plain("Det läggs till av sig självt."))
    yield Box(plain("Hur man överklagar"), appeal)
    if case.missing:
        missing = words().plural(
            "{n} sak saknas. Du kan besluta ändå.", "{n} saker saknas. Du kan besluta ändå.", case.missing
        )
        others = plain("Har du uppgifter från någon annan? Då ska personen få se dem först. 25 § förvaltningslagen.")
        yield Box(plain("Innan du beslutar"), (missing, others), warn=True)


def _news(parties: list[Party]) -> Box:
    anonymous = plain("Anonym")
    ways = tuple(f"{party.name or anonymous}: {plain(METHODS[party.method])}" for party in parties)
    small = plain("Brev och samtal blir arbete för kundcenter, med samma sista dag som e-post.")
    return Box(plain("Så får personen veta"), ways or (plain("Ingen att skriva till."),), small)


NOTE = Asked(
    "note",
    Act.WORK_ON_CASE,
    N_("Anteckna i journalen"),
    N_("Spara anteckningen"),
    _note_fields,
    careful,
)

MESSAGE = Asked(
    "message",
    Act.WORK_ON_CASE,
    N_("Skriv till den sökande"),
    N_("Skicka meddelandet"),
    _message_fields,
    how_it_goes,
    after=N_("Meddelandet går på det sätt som personen har valt, med samma sista dag hur det än går."),
)

STATUS = Asked(
    "status",
    Act.WORK_ON_CASE,
    N_("Ändra läge"),
    N_("Ändra läget"),
    _status_fields,
    _standing_now,
)

DECISION = Asked(
    "decision",
    Act.DECIDE,
    N_("Skriv beslut"),
    N_("Granska beslutet"),
    _decision_fields,
    _before_deciding,
    after=N_("Inget skickas än. På nästa sida ser du beslutet innan du fattar det."),
    confirmed_by=N_("Fatta beslutet"),
    reviewed_as=N_("Granska beslutet"),
    when_confirmed=N_(
        "När du fattar beslutet går beskedet iväg. Ett beslut ändras bara genom ett nytt beslut eller en rättelse."
    ),
)

REOPEN = Asked(
    "reopen",
    Act.WORK_ON_CASE,
    N_("Öppna ärendet igen"),
    N_("Öppna ärendet igen"),
    _reopen_fields,
    nothing,
)

CLOSE = Asked(
    "close",
    Act.WORK_ON_CASE,
    N_("Avsluta ärendet"),
    N_("Avsluta ärendet"),
    _close_fields,
    _before_closing,
)
