"""Somebody who fills in any service at random, the way people write, and always ends with something to hand in.

What is typed goes through the same reading and judging as any channel's. A walker is seeded: the same seed fills in
the same, page by page, so that one person's answers can come by several channels.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from eservices.calendars import day_of
from eservices.definitions.model import Group, Question, Required, Service
from eservices.journey.answers import Answers, Origin, Place
from eservices.journey.path import Spot, Walk, degree, options, walk
from eservices.journey.taking import Form, take_step
from eservices.questions.base import QuestionType
from eservices.values import Channel

_WORDS = (
    "Åsa", "Öberg", "Karlsson", "O'Brien-Åström", "Олександр", "محمد", "李", "plats nära rampen", "6 meter",
    "två\u00a0ord", "🙂 tack", "Sjövik", "e\u0301tage", "ja, gärna", "<b>fet</b>", "100 % säkert",
)  # fmt: skip
_EMAILS = ("asa.oberg@example.net", "bo+natet@example.org", "Ina.Lind@EXAMPLE.com")
_PHONES = ("031-390 06 05", "+46 70 174 06 05", "070-1740606", "+358 9 123 4567")
_PERSONS = ("19850709-9805", "850709-9805", "19640823 3234", "19701063-2391")
_STREETS = (("Ekgatan 1", "123 45", "Exempelby"), ("Norra vägen 12 B", "12346", "Exempelbo"))


class CannotFill(Exception):
    """No answer was found that this question takes: teach the walker its type or its limits."""


@dataclass
class Walker:
    """Fills in `service`; each page's entry is decided by the seed and the page, not by what came before."""

    service: Service
    seed: int
    today: dt.date
    #: the pages that were filled in, in order, with what was typed
    pages: list[tuple[Spot, Form]] = field(default_factory=list)

    def fill(self, origin: Callable[[], Origin], answers: Answers | None = None) -> Answers:
        """Go from page to page until all is answered. `origin` is asked for every page: the channel may change."""
        answers = answers or Answers()
        self._tries = 0
        while True:
            here = walk(self.service, answers)
            if here.first_open is None and here.stop is None:
                return answers
            answers = self.fill_page(here, origin())

    def fill_page(self, here: Walk, origin: Origin) -> Answers:
        """Fill in the first open page (or, at a stop, other answers to everything)."""
        self._tries = getattr(self, "_tries", 0) + 1
        if self._tries > _PATIENCE:
            raise CannotFill(f"{self.service.id}: no way through with seed {self.seed}")
        spot = here.first_open
        if spot is None or here.stop is not None:
            return Answers()  # begin again: the next tries differ
        step = self.service.step(spot.step)
        assert step is not None
        answers = here.answers
        if step.group is not None:
            answers, spot = self._item(here, spot)
            if spot.item is None:
                return answers
        random = Random(f"{self.seed} {spot} {self._tries if self._tries > _FIRST_TRIES else 0}")
        form = self.typed(walk(self.service, answers), spot, random)
        taken = take_step(self.service, answers, spot, form, origin=origin, today=self.today)
        if taken.problems:
            raise CannotFill(f"{self.service.id} {spot}: {taken.problems}")
        self.pages.append((spot, form))
        return taken.answers

    def typed(self, here: Walk, spot: Spot, random: Random) -> dict[str, list[str]]:
        """What this person types on a page."""
        step = self.service.step(spot.step)
        assert step is not None
        form: dict[str, list[str]] = {}
        values: dict[str, object] = {}

        def lookup(question: str) -> object:
            return values[question] if question in values else here.lookup(question)

        for question in step.asked:
            if question.type.asks:
                optional = degree(question, lookup) is not Required.TRUE
                left = self._left(here, spot, question, values)
                if left is not None:
                    written = {"": [str(left)]}
                elif optional and random.random() < _BLANKS:
                    written = {}
                else:
                    written = self._answer(question, lookup, random)
                form.update({question.id + part: texts for part, texts in written.items()})
                parsed = question.type.parse(written, self.today)
                if parsed.value is not None:
                    values[question.id] = question.type.comparable(parsed.value)
        return form

    def _left(self, here: Walk, spot: Spot, question: Question, typed: Mapping[str, object]) -> Decimal | None:
        """What an amount must be so that it adds up to another answer with those before it: every part takes half of
        what is left, the last one all."""
        if question.adds_up_to is None:
            return None
        whole = typed.get(question.adds_up_to, here.lookup(question.adds_up_to))
        if not isinstance(whole, int | Decimal):
            return None
        parts = self.service.adding[spot.step][question.adds_up_to]
        step = self.service.step(spot.step)
        given = [Decimal(str(typed[part])) for part in parts if part in typed]
        if step is not None and step.group is not None:
            items = [number for number in here.answers.items.get(step.group.id, ()) if number != spot.item]
            given += [Decimal(str(value)) for n in items for p in parts if (value := here.answers.value(p, n))]
            last = len(items) + 1 >= self._wanted(here, step.group)
        else:
            last = question.id == parts[-1]
        left = Decimal(whole) - sum(given, Decimal(0))
        return left if last or left < _TWO else Decimal(int(left / 2))

    def _wanted(self, here: Walk, group: Group) -> int:
        """How many items this person has."""
        visible = here.step(group.id)
        group = (visible.step.group if visible else None) or group
        return Random(f"{self.seed} {group.id}").randint(group.minimum, min(group.maximum, group.minimum + 2))

    def _item(self, here: Walk, spot: Spot) -> tuple[Answers, Spot]:
        """One more item, an open one, or the word that the list is complete."""
        step = self.service.step(spot.step)
        assert step is not None
        assert step.group is not None
        group, answers = step.group, here.answers
        numbers = answers.items.get(group.id, ())
        if spot.item is not None and spot.item in numbers:
            return answers, spot
        if len(numbers) >= self._wanted(here, group) or (numbers and self._complete(here, spot)):
            return answers.with_group_closed(group.id), Spot(spot.step)
        answers, number = answers.with_new_item(group.id)
        return answers, Spot(spot.step, number)

    def _complete(self, here: Walk, spot: Spot) -> bool:
        """Whether the amounts of a list add up already, so that nothing is left for one more item."""
        questions = [
            q for q in self.service.questions.values() if q.adds_up_to and self.service.step_of[q.id].id == spot.step
        ]
        return any(self._left(here, Spot(spot.step), question, {}) == 0 for question in questions)

    def _answer(self, question: Question, lookup: Callable[[str], object], random: Random) -> dict[str, list[str]]:
        kind = question.type.under(lookup)
        offered = [option.key for option in options(question, lookup)]
        for _ in range(_PATIENCE):
            written = _WRITERS[kind.name](kind, offered, self.today, random)
            parsed = kind.parse(written, self.today)
            if not parsed.faults and parsed.value is not None and not kind.check(parsed.value, self.today):
                return written
        raise CannotFill(f"{self.service.id}.{question.id} ({question.type.name})")


def origins(channel: Channel, at: dt.datetime, staff_id: str | None = None) -> Callable[[], Origin]:
    """Everything given by one person through one channel."""
    return lambda: Origin(channel, at.isoformat(timespec="seconds"), staff_id)


def plain(answers: Answers) -> dict[Place, tuple[object, str]]:
    """What was answered, without who, how and when."""
    return {place: (answer.value, answer.state.value) for place, answer in answers.given.items()}


def today_of(moment: dt.datetime) -> dt.date:
    return day_of(moment)


_PATIENCE = 200
_TWO = 2
_FIRST_TRIES = 40
_BLANKS = 0.35

_Written = dict[str, list[str]]
_Writer = Callable[[QuestionType, list[str], dt.date, Random], _Written]


def _text(kind: QuestionType, _offered: list[str], _today: dt.date, random: Random) -> _Written:
    most: int = getattr(kind, "max_length", 100)
    text = " ".join(random.choices(_WORDS, k=random.randint(1, 4)))
    return {"": [text[:most].strip() or "x"]}


def _textarea(kind: QuestionType, offered: list[str], today: dt.date, random: Random) -> _Written:
    lines = [_text(kind, offered, today, random)[""][0] for _ in range(random.randint(1, 3))]
    most: int = getattr(kind, "max_length", 1000)
    return {"": ["\r\n".join(lines)[:most]]}


def _one_of(*choices: str) -> _Writer:
    return lambda _kind, _offered, _today, random: {"": [random.choice(choices)]}


def _number(kind: QuestionType, _offered: list[str], _today: dt.date, random: Random) -> _Written:
    least, most = float(getattr(kind, "min", 0)), getattr(kind, "max", None)
    value = random.uniform(least, min(float(most) if most is not None else least + 50, least + 50))
    return {"": [f"{value:.1f}".replace(".", random.choice([".", ","]))]}


def _integer(kind: QuestionType, _offered: list[str], _today: dt.date, random: Random) -> _Written:
    least, most = int(getattr(kind, "min", 0)), getattr(kind, "max", None)
    return {"": [str(random.randint(least, min(int(most) if most is not None else least + 50, least + 50)))]}


def _date(kind: QuestionType, _offered: list[str], today: dt.date, random: Random) -> _Written:
    limits = [limit.on(today) for key in ("min", "max") if (limit := getattr(kind, key, None)) is not None]
    start = random.choice([today, *limits])
    day = start + dt.timedelta(days=random.choice([0, 1, 7, 30, 100, 400, -1, -30, -400, -9000]))
    month = random.choice([str(day.month), f"{day.month:02}", _MONTHS[day.month - 1]])
    return {"-day": [str(day.day)], "-month": [month], "-year": [str(day.year)]}


_MONTHS = ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
           "december")  # fmt: skip


def _range(kind: QuestionType, offered: list[str], today: dt.date, random: Random) -> _Written:
    first = _date(kind, offered, today, random)
    return {f"-{end}{part}": texts for end in ("from", "to") for part, texts in first.items()}


def _choice(kind: QuestionType, offered: list[str], _today: dt.date, random: Random) -> _Written:
    key = random.choice(offered or list(getattr(kind, "options", ())))
    return {"": [key], "-other": ["något annat"]} if key == getattr(kind, "other", None) else {"": [key]}


def _choices(kind: QuestionType, offered: list[str], _today: dt.date, random: Random) -> _Written:
    keys = random.sample(offered, random.randint(1, len(offered)))
    written: _Written = {"": keys}
    if getattr(kind, "other", None) in keys:
        written["-other"] = ["något annat"]
    return written


def _yes_no(kind: QuestionType, _offered: list[str], _today: dt.date, random: Random) -> _Written:
    return {"": [random.choice(list(getattr(kind, "options", ("yes", "no"))))]}


def _personal_number(_kind: QuestionType, _offered: list[str], _today: dt.date, random: Random) -> _Written:
    return {"-none": ["yes"]} if random.random() < _BLANKS else {"": [random.choice(_PERSONS)]}


def _address(_kind: QuestionType, _offered: list[str], _today: dt.date, random: Random) -> _Written:
    street, postal_code, city = random.choice(_STREETS)
    return {"-street": [street], "-postal_code": [postal_code], "-city": [city]}


def _later(_kind: QuestionType, _offered: list[str], _today: dt.date, _random: Random) -> _Written:
    return {"-later": ["yes"]}


def _ranked(_kind: QuestionType, offered: list[str], _today: dt.date, random: Random) -> _Written:
    keys = random.sample(offered, len(offered))
    return {f"-{position}": [key] for position, key in enumerate(keys, start=1)}


def _place(kind: QuestionType, offered: list[str], today: dt.date, random: Random) -> _Written:
    points = ("", "", "57.9967, 11.5480", "6432123, 301456") if "-coordinates" in kind.parts else ("",)
    return {**_text(kind, offered, today, random), "-coordinates": [random.choice(points)]}


def _account(kind: QuestionType, _offered: list[str], _today: dt.date, _random: Random) -> _Written:
    if "bankgiro" not in getattr(kind, "kinds", ("bankgiro",)):
        return {"-kind": ["account"], "-clearing": ["8327"], "-number": ["9040123456"]}
    return {"-kind": ["bankgiro"], "-number": ["5050-1055"]}


_WRITERS: Mapping[str, _Writer] = {
    "text": _text,
    "textarea": _textarea,
    "location": _place,
    "email": _one_of(*_EMAILS),
    "phone": _one_of(*_PHONES),
    "integer": _integer,
    "decimal": _number,
    "money": _integer,
    "date": _date,
    "date_range": _range,
    "time": _one_of("8.30", "11:42", "23.59"),
    "yes_no": _yes_no,
    "radio": _choice,
    "select": _choice,
    "checkboxes": _choices,
    "ranked": _ranked,
    "personal_number": _personal_number,
    "organisation_number": _one_of("556000-1009", "5560001009"),
    "property_designation": _one_of("Exempelby Storgården 1:23", "EXEMPELBY SJÖVIK S:3"),
    "bank_account": _account,
    "postal_address": _address,
    "file": _later,
    "signature": _one_of("confirm"),
}


def seeds() -> Iterator[int]:
    """Seeds one after the other, for tests that need just a few."""
    yield from range(1, 10_000)
