"""What each act on a case asks of the officer, and what it says beside the form."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from flask import request

from eservices.cases import appealing, model, store
from eservices.cases.appealing import Hinders
from eservices.cases.model import Case, Party
from eservices.cases.signing import COSIGNER
from eservices.documents.guide import Guide
from eservices.identity.people import Act
from eservices.language import N_
from eservices.language import words as words_of
from eservices.naming import METHODS
from eservices.questions.files import File
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.web.case_handling import phrases
from eservices.web.i18n import plain
from eservices.web.staff.field import Errors, Field
from eservices.web.staff.telling import tell


@dataclass(frozen=True, slots=True)
class Box:
    """Something to know beside the form."""

    heading: str
    lines: tuple[str, ...]
    small: str = ""
    warn: bool = False
    links: tuple[tuple[str, str], ...] = ()  #: label and address


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody will read, in their language, as it will go out."""

    heading: str
    subject: str
    paragraphs: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What will be printed: how it is set, its guide for readers of other languages, the language of its articles."""

    html: str
    guide: Guide | None
    articles: str


def _right(_tx: Transaction, _case: Case, _written: Mapping[str, str]) -> Errors:
    return ()


def _as_typed(written: dict[str, str]) -> dict[str, str]:
    return written


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
    #: What was typed, without what does not belong to the rest of it.
    taken: Callable[[dict[str, str]], dict[str, str]] = _as_typed
    #: What is wrong beyond a blank, such as a day that has passed.
    check: Callable[[Transaction, Case, Mapping[str, str]], Errors] = _right
    #: The button on the page where it is seen once more before it is done; "" where there is no such page.
    confirmed_by: str = ""
    reviewed_as: str = ""  #: the heading of that page
    letters: Callable[[Transaction, Case, Mapping[str, str]], Iterator[Letter]] = _no_letters
    when_confirmed: str = ""  #: what happens with that button
    signed: bool = False  #: whether whoever presses it shows once more who they are
    has_paper: bool = False  #: whether the document that it will make can be looked at before


def fields_of(tx: Transaction, case: Case, asked: Asked, typed: Mapping[str, str]) -> tuple[Field, ...]:
    """The controls of an act, with what was typed in them. Boxes that were all unticked stay so."""

    def stands(field: Field) -> str:
        return typed.get(field.name, "" if typed and field.kind == "checks" else field.value).strip()

    return tuple(replace(field, value=stands(field)) for field in asked.fields(tx, case))


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
    }
    blank = [(f.name, missing[f.name]) for f in fields if not f.value and not f.optional and f.name in missing]
    strange = [
        (f.name, missing.get(f.name, plain("Välj något av det som står här.")))
        for f in fields
        if f.is_none_of_its_choices
    ]
    return (*blank, *strange)


def _note_fields(_tx: Transaction, _case: Case) -> tuple[Field, ...]:
    hint = plain("Syns inte för den sökande på ärendets sida. Den som begär ut ärendet kan få läsa den.")
    return (Field("long", "body", plain("Anteckning"), hint=hint),)


def _message_fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    hint = plain("Skriv du och vi, och vad som händer sedan.")
    subject, body = _begun_reply(tx, case)
    parties = [party for party in store.parties_of(tx, case) if party.role not in {"child", COSIGNER}]
    who = tuple((party.id, party.name or plain("Anonym"), "") for party in parties)
    to = (Field("radios", "party", plain("Till"), who[0][0], choices=who),) if len(who) > 1 else ()
    return (
        *to,
        Field("text", "subject", plain("Vad det gäller"), subject, hint=plain("Det här syns först.")),
        Field("long", "body", plain("Meddelande"), body, hint=hint, rows=9),
        Field("files", "files", plain("Bilagor"), hint=files_hint(), optional=True),
    )


def files_hint() -> str:
    """What kinds of file a case takes, and how large."""
    return plain("PDF, JPG, PNG eller HEIC, högst {size} MB.", size=File().max_size // 1_000_000)


def _begun_reply(tx: Transaction, case: Case) -> tuple[str, str]:
    """Subject and text of the reply that was chosen to start from, in the language of whoever gets it."""
    phrase = phrases.find(phrases.REPLIES, request.args.get("phrase", ""))
    if phrase is None:
        return "", ""
    party = store.parties_of(tx, case)[0]
    title = pinned.texts(tx, case.version, party.language).get(pinned.service(tx, case.version).title)
    told = words_of(party.language)
    return told(phrase.title), phrases.merged(phrase, case, title, told)


def _to_write_from(tx: Transaction, case: Case) -> Iterator[Box]:
    yield from how_it_goes(tx, case)
    if request.method == "GET":
        base = f"/cases/{case.number}/message?phrase="
        links = tuple((plain(phrase.title), base + phrase.key) for phrase in phrases.REPLIES)
        small = plain("På personens språk. Skriv sedan vad som gäller här.")
        yield Box(plain("Svar att utgå från"), (), small, links=links)


def _status_fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    own_states, telling = pinned.service(tx, case.version).own_states, tell()
    choices = []
    for to in model.moves_from(case.status, own_states):
        public = model.public_of(to, own_states)
        choices.append((to, telling.status(to, public), _public_hint(telling.public(public))))
    return (Field("radios", "to", plain("Nytt läge"), choices=tuple(choices)), why())


def _close_fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    return (replace(why(), optional=appealing.hinders_closing(tx, case) is None),)


def _reopen_fields(_tx: Transaction, _case: Case) -> tuple[Field, ...]:
    return (replace(why(), optional=False),)


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
    yield news_told_to(store.parties_of(tx, case))


def _standing_now(_tx: Transaction, case: Case) -> Iterator[Box]:
    telling = tell()
    now = telling.status(case.status, case.public_status)
    yield Box(plain("Nu"), (now,), _public_hint(telling.public(case.public_status)))


#: What to know before closing, by what stands in the way; the first is never closed.
HINDERS = {
    Hinders.WAITS: N_("Ett överklagande väntar på att prövas. Pröva det först."),
    Hinders.ELSEWHERE: N_("Beslutet är överklagat, och den som prövar har det. Skriv varför du avslutar ändå."),
    Hinders.TIME_RUNS: N_("Tiden att överklaga är inte slut. Skriv varför du avslutar ändå."),
}


def _before_closing(tx: Transaction, case: Case) -> Iterator[Box]:
    told = []
    if case.decided_at is None:
        told.append(plain("Det finns inget beslut i ärendet."))
    if (hinders := appealing.hinders_closing(tx, case)) is not None:
        told.append(plain(HINDERS[hinders]))
    if told:
        yield Box(plain("Innan du avslutar"), tuple(told), warn=True)


def _not_closed(tx: Transaction, case: Case, _written: Mapping[str, str]) -> Errors:
    waits = appealing.hinders_closing(tx, case) is Hinders.WAITS
    return (("why", plain(HINDERS[Hinders.WAITS])),) if waits else ()


def news_told_to(parties: list[Party]) -> Box:
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
    _to_write_from,
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
    check=_not_closed,
)
