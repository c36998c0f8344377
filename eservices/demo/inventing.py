"""Makes up what a resident might answer, for any service: a demo's cases, and tests that walk every definition.

Everything comes from the types of the questions, never from a service: a definition nobody has seen works as well.
Personal numbers are Skatteverket's published test numbers; names, places and addresses are invented.
"""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from eservices.definitions.conditions import Lookup
from eservices.definitions.model import Question, Service
from eservices.journey.answers import Answer, Answers, AnswerState, Origin
from eservices.journey.check import judge
from eservices.journey.path import Spot, VisibleStep, Walk, degree, options, walk
from eservices.values import Json

#: Skatteverket's published series, for adults.
_PERSONAL_NUMBERS = ("19850709-9805", "19850113-9995", "19920229-2380", "19640823-3234")
_FIRST = """
Astrid Bengt Cecilia Daniel Elsa Farah Göran Hanna Ivan Jasmin Kjell Lovisa Mohammed Nadja Olof Petra Ragnar
Samira Tuula Ulla Viktor Åsa Örjan Oleksandr
""".split()
_LAST = """
Berntsson Corneliusson Dahlbäck Ekenäs Fredriksson Göransson Haddad Ivarsdotter Jakobsson Korhonen Lidö
Mattsson Nordtorp Olausson Pettersson Rönnblad Sjögren Tkatjenko Utbult Virtanen Waldemarsson Åkerstrand
Öström
""".split()
_STREETS = ("Bergsvägen", "Hamngatan", "Kyrkvägen", "Ljungbacken", "Norra Strandvägen", "Sillgränd", "Storgatan")
_TOWNS = (("471 99", "Exempelby"), ("471 98", "Provhamn"), ("471 97", "Lånestrand"))
_SENTENCES = (
    "Det vore bra om ni kunde svara före sommaren.",
    "Vi har försökt ringa två gånger.",
    "Ingången ligger på baksidan av huset, vid den gröna dörren.",
    "Det har varit så sedan i höstas.\nGrannarna har märkt samma sak.",
    "Hör av er om något är oklart.",
)
_PLACES = ("Vid bryggan nedanför kyrkan", "Korsningen Hamngatan och Sillgränd", "Bakom lekplatsen på Ljungbacken")
_TRIES = 40


class CannotInvent(Exception):
    """No answer could be made up that the question accepts: its definition asks for something unusual."""


@dataclass(frozen=True)
class Somebody:
    """A person who does not exist."""

    name: str
    personal_number: str
    email: str
    phone: str
    address: dict[str, str]


def somebody(chance: random.Random) -> Somebody:
    """A made-up person. Telephone numbers come from the series set aside for fiction, e-mail from example.se."""
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    code, town = chance.choice(_TOWNS)
    plain = f"{first}.{last}".lower().translate(str.maketrans("åäöé", "aaoe"))
    return Somebody(
        name=f"{first} {last}",
        personal_number=chance.choice(_PERSONAL_NUMBERS),
        email=f"{plain}@example.se",
        phone=f"+4670174{chance.randrange(605, 700):04d}",
        address={"street": f"{chance.choice(_STREETS)} {chance.randrange(1, 90)}", "postal_code": code, "city": town},
    )


def answers(
    service: Service, chance: random.Random, *, origin: Origin, today: dt.date, person: Somebody | None = None
) -> Answers:
    """Answers that can be handed in: every visible question answered, or left blank where it may be.

    Stop pages are avoided. Raises `CannotInvent` when no way through is found.
    """
    who = person or somebody(chance)
    for _ in range(_TRIES):
        made = _one_way(service, chance, origin=origin, today=today, who=who)
        if walk(service, made).stop is None:
            return made
    raise CannotInvent(f"{service.id}: every way tried ends at a stop page")


def _one_way(service: Service, chance: random.Random, *, origin: Origin, today: dt.date, who: Somebody) -> Answers:
    made = Answers()
    for _ in range(500):
        here = walk(service, made)
        spot = here.first_open
        if spot is None or here.stop is not None:
            return made
        made = _at(here, spot, chance, origin=origin, today=today, who=who)
    raise CannotInvent(f"{service.id}: no end of open questions")


def _at(here: Walk, spot: Spot, chance: random.Random, *, origin: Origin, today: dt.date, who: Somebody) -> Answers:
    """Answer the first open question of one page."""
    visible = _visible(here, spot)
    made, group = here.answers, visible.step.group
    if group is not None:
        if spot.item is None or spot.item not in made.items.get(group.id, ()):
            wanted = chance.randint(group.minimum, min(group.maximum, group.minimum + 2))
            if len(visible.items) >= wanted:
                return made.with_group_closed(group.id)
            made, number = made.with_new_item(group.id)
            spot = Spot(spot.step, number)
            visible = _visible(walk(here.service, made), spot)
        item = next(item for item in visible.items if item.number == spot.item)
        questions, lookup = item.questions, item.lookup
    else:
        questions, lookup = visible.questions, visible.lookup
    for question in questions:
        if question.type.asks and made.get(question.id, spot.item) is None:
            answer = invent(question, lookup, chance, origin=origin, today=today, person=who)
            return made.with_answers({(question.id, spot.item): answer})
    # What is open here has an answer that no longer fits: give it anew.
    first = next(question for question in questions if question.type.asks)
    answer = invent(first, lookup, chance, origin=origin, today=today, person=who)
    return made.with_answers({(first.id, spot.item): answer})


def _visible(here: Walk, spot: Spot) -> VisibleStep:
    visible = here.step(spot.step)
    if visible is None:
        raise CannotInvent(f"{here.service.id}: {spot.step} is open and hidden at once")
    return visible


def invent(
    question: Question, lookup: Lookup, chance: random.Random, *, origin: Origin, today: dt.date, person: Somebody
) -> Answer:
    """One answer that the question accepts, or a blank where it may be left so."""
    if degree(question, lookup).value != "true" and chance.random() < 0.4:  # noqa: PLR2004 rather often, so that both are seen
        return Answer(None, AnswerState.BLANK, origin)
    for _ in range(_TRIES):
        value = _VALUES.get(question.type.name, _text)(question, lookup, chance, today, person)
        if value is not None and not judge(question, value, lookup, today):
            return Answer(value, AnswerState.ANSWERED, origin)
    if degree(question, lookup).value != "true":
        return Answer(None, AnswerState.BLANK, origin)
    raise CannotInvent(question.id)


_Maker = Callable[[Question, Lookup, random.Random, dt.date, Somebody], Json]


def _text(question: Question, _lookup: Lookup, chance: random.Random, _today: dt.date, person: Somebody) -> Json:
    if question.prefill == "person.name" or question.autocomplete == "name":
        return person.name
    most = getattr(question.type, "max_length", None) or 100
    return chance.choice(
        (*_PLACES, f"{chance.choice(_FIRST)} {chance.choice(_LAST)}", f"SFC-{chance.randrange(1000, 9999)}")
    )[:most]


def _sentences(question: Question, _lookup: Lookup, chance: random.Random, _today: dt.date, _person: Somebody) -> Json:
    most = getattr(question.type, "max_length", None) or 1000
    return "\n".join(chance.sample(_SENTENCES, chance.randint(1, 3)))[:most].strip()


def _number(question: Question, lookup: Lookup, chance: random.Random, _today: dt.date, _person: Somebody) -> Json:
    kind = question.type.under(lookup)
    least = Decimal(getattr(kind, "min", 0) or 0)
    most = Decimal(getattr(kind, "max", None) or least + 20)
    if question.type.name == "integer":
        return chance.randint(int(least), int(most))
    tenths = chance.randint(int(least * 10), int(most * 10))
    return format((Decimal(tenths) / 10).normalize(), "f")


def _one(question: Question, lookup: Lookup, chance: random.Random, _today: dt.date, _person: Somebody) -> Json:
    key = chance.choice([option.key for option in options(question, lookup)])
    return {"chosen": key, "other": "Något annat"} if key == getattr(question.type, "other", None) else key


def _several(question: Question, lookup: Lookup, chance: random.Random, _today: dt.date, _person: Somebody) -> Json:
    alone = set(getattr(question.type, "exclusive", ()) or ())
    offered = [option.key for option in options(question, lookup)]
    keys = [key for key in offered if key not in alone]
    chosen = set(chance.sample(keys, chance.randint(1, len(keys))))
    kept: list[Json] = [key for key in offered if key in chosen]
    if getattr(question.type, "other", None) in chosen:
        return {"chosen": kept, "other": "Något annat"}
    return kept


def _in_order(question: Question, lookup: Lookup, chance: random.Random, _today: dt.date, _person: Somebody) -> Json:
    offered = [option.key for option in options(question, lookup)]
    most = min(len(offered), getattr(question.type, "places", 3))
    return list(chance.sample(offered, chance.randint(min(most, getattr(question.type, "min", 1)), most)))


def _account(question: Question, _lookup: Lookup, chance: random.Random, _today: dt.date, _person: Somebody) -> Json:
    kind = chance.choice(getattr(question.type, "kinds", None) or ("bankgiro",))
    made: dict[str, dict[str, Json]] = {
        "bankgiro": {"kind": "bankgiro", "number": "991-2346"},
        "plusgiro": {"kind": "plusgiro", "number": "1-8"},
        "account": {"kind": "account", "clearing": "8327", "number": "9040123456"},
    }
    return dict(made[kind])


def _day(question: Question, lookup: Lookup, chance: random.Random, today: dt.date, _person: Somebody) -> Json:
    kind = question.type.under(lookup)
    limits = [limit.on(today) for key in ("min", "max") if (limit := getattr(kind, key, None)) is not None]
    start: dt.date = chance.choice([today, *limits])
    return (start + dt.timedelta(days=chance.choice((-9000, -400, -10, 0, 3, 30, 60, 200)))).isoformat()


def _days(_question: Question, _lookup: Lookup, chance: random.Random, today: dt.date, _person: Somebody) -> Json:
    start = today + dt.timedelta(days=chance.randint(3, 60))
    return {"from": start.isoformat(), "to": (start + dt.timedelta(days=chance.randint(1, 90))).isoformat()}


def _fixed(value: Callable[[random.Random, Somebody], Json]) -> _Maker:
    return lambda _question, _lookup, chance, _today, person: value(chance, person)


_VALUES: dict[str, _Maker] = {
    "text": _text,
    "textarea": _sentences,
    "email": _fixed(lambda _, person: person.email),
    "phone": _fixed(lambda _, person: person.phone),
    "integer": _number,
    "decimal": _number,
    "money": _number,
    "date": _day,
    "date_range": _days,
    "time": _fixed(lambda chance, _: f"{chance.randrange(7, 20):02d}:{chance.choice(('00', '15', '30'))}"),
    "yes_no": _fixed(lambda chance, _: chance.choice(("yes", "no"))),
    "radio": _one,
    "select": _one,
    "checkboxes": _several,
    "ranked": _in_order,
    "personal_number": _fixed(lambda chance, person: chance.choice((person.personal_number,) * 3 + ("none",))),
    "organisation_number": _fixed(lambda *_: "212000-1306"),
    "property_designation": _fixed(
        lambda chance, _: f"EXEMPEL STRAND {chance.randrange(1, 9)}:{chance.randrange(1, 99)}"
    ),
    "bank_account": _account,
    "postal_address": _fixed(lambda _, person: dict(person.address)),
    "location": _fixed(lambda chance, _: chance.choice(_PLACES)),
    "file": _fixed(lambda *_: {"ids": [], "later": True}),
    "signature": _fixed(lambda *_: "confirm"),
}
