"""How codes, days, distances and people are told to the reader of a staff page."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from babel.dates import format_date
from markupsafe import escape

from eservices.calendars import day_of
from eservices.cases.model import Status
from eservices.cases.queue import COUNTED
from eservices.definitions.municipality import Municipality
from eservices.journey.answers import Answers
from eservices.journey.summary import Line
from eservices.language import N_, SOURCE, Marked, Words, own_name
from eservices.language import words as words_of
from eservices.naming import (
    BY_CHANNEL,
    BY_LETTER,
    BY_PHONE,
    CHANNELS,
    IDENTITIES,
    METHODS,
    NEEDS,
    NEXT_STEPS,
    PUBLIC_STATUSES,
    STATUSES,
)
from eservices.questions.kinds import make
from eservices.submissions.model import Needs
from eservices.web.house import house
from eservices.web.i18n import plain, words

#: What only waits, what goes on, what is done: shape and colour of the mark beside the word.
_MARKS = {
    "in_progress": "on",
    "supplement_needed": "warn",
    "awaiting_signature": "warn",
    "awaiting_payment": "warn",
    "decided": "ok",
}

#: No next step is told of these.
_OVER = frozenset({"closed", "withdrawn", "transferred"})

#: Counts stop here: more than that nobody counts, and counting would cost.
MOST_COUNTED = COUNTED - 1


@dataclass(frozen=True, slots=True)
class Near:
    """A moment as date and distance. `mark` is late or soon, or empty for all the rest."""

    day: str
    distance: str
    mark: str


class Tell:
    """Codes, days and distances in the reader's language. One a page."""

    def __init__(self, words: Words, now: dt.datetime, municipality: Municipality):
        self._words = words
        self._today = day_of(now)
        self._municipality = municipality

    def day(self, on: dt.date) -> str:
        """24 nov; another year is written out."""
        pattern = "d MMM" if on.year == self._today.year else "d MMM y"
        return format_date(on, pattern, locale=self._words.locale).replace(".", "")

    def moment(self, at: dt.datetime) -> str:
        """24 nov 13.05, or i dag 13.05."""
        on = day_of(at)
        day = self._words(N_("i dag")) if on == self._today else self.day(on)
        return f"{day} {self._words.time(at)}"

    def near(self, at: dt.datetime) -> Near:
        """How far away a last moment is."""
        on = day_of(at)
        days = (on - self._today).days
        if days < 0:
            return Near(self.day(on), self._words.plural("{n} dag sent", "{n} dagar sent", -days), "late")
        if days <= 1:
            return Near(self.day(on), self._words(N_("i dag") if days == 0 else N_("i morgon")), "soon")
        return Near(self.day(on), self._words.plural("{n} dag kvar", "{n} dagar kvar", days), "")

    def day_of(self, at: dt.datetime) -> str:
        """The day of a moment, with its year."""
        return self._words.day(day_of(at))

    def count(self, n: int) -> str:
        """How many there are, up to `MOST_COUNTED`."""
        return f"{self._words.number(MOST_COUNTED)}+" if n > MOST_COUNTED else self._words.number(n)

    def code(self, table: dict[str, str], code: str) -> str:
        """The sentence for a code; an unknown code is shown as it is rather than hidden."""
        return self._words(table[code]) if code in table else code.replace("_", " ")

    def channel(self, code: str) -> str:
        return self.code(CHANNELS, code)

    def by_channel(self, code: str) -> str:
        return self.code(BY_CHANNEL, code)

    def method(self, code: str) -> str:
        return self.code(METHODS, code)

    def identity(self, code: str) -> str:
        return self.code(IDENTITIES, code)

    def status(self, code: str, public: str = "") -> str:
        """The internal name; a service's own state goes by its public one."""
        return self.code(STATUSES, code) if code in STATUSES else self.code(PUBLIC_STATUSES, public or code)

    def public(self, code: str) -> str:
        return self.code(PUBLIC_STATUSES, code)

    def mark(self, public: str) -> str:
        return _MARKS.get(public, "")

    def next_step(self, status: str, public: str, *, due: bool) -> str:
        if status == Status.DECIDED and due:  # the notice board waits for it, or nobody can appeal
            return self._words(N_("Anslå beslutet, eller avsluta"))
        return self.code(NEXT_STEPS, status if status in NEXT_STEPS else public) if status not in _OVER else ""

    def language(self, tag: str) -> str:
        return own_name(tag)

    def unit(self, unit_id: str) -> str:
        unit = self._municipality.units.get(unit_id)
        return unit.name if unit else unit_id


def tell() -> Tell:
    """How the reader of this request is told codes and days."""
    home = house()
    return Tell(words(), home.clock.now(), home.library.municipality)


#: A search shows no more than this; whoever gets so many has searched for too little.
FOUND = 50


def found_caption(count: int) -> str:
    """How many cases a search found."""
    if count >= FOUND:
        return plain("De {n} första. Skriv mer för att få färre.", n=FOUND)
    return words().plural("{n} ärende.", "{n} ärenden.", count)


def needs_of(needs: Needs) -> Iterator[str]:
    """What a person needs in order to understand and be understood, in words."""
    if needs.interpreter:
        yield plain("Tolk: {language}", language=_and(needs.interpreter, needs.interpreter_name))
    elif needs.interpreter_name:
        yield plain("Tolk: {language}", language=needs.interpreter_name)
    for name, label in NEEDS.items():
        if getattr(needs, name):
            yield plain(label)
    if needs.best_hours:
        yield plain("Nås bäst: {hours}", hours=needs.best_hours)
    if needs.other:  # in somebody's own words, which are in no language of ours
        yield Marked.of(needs.other, f'<bdi dir="auto">{escape(needs.other)}</bdi>')


def _and(first: str, second: str) -> str:
    return f"{first}, {second}" if second else first


def news_told(kind: str, method: str) -> str:
    """What somebody must do to bring this kind of news in this way."""
    told = (BY_LETTER if method == "letter" else BY_PHONE).get(kind)
    return plain(told) if told else plain("Ge besked")


def line_told(line: Line, answers: Answers) -> str:
    """An answer as staff read it: a personal number is masked, and whoever needs the whole of it says why."""
    answer = answers.get(*line.place)
    if line.question.type.fact == "personal_number" and answer is not None and isinstance(answer.value, str):
        return line.question.type.mask(answer.value, words_of(SOURCE))
    return line.value


def phone_shown(number: str) -> str:
    """A telephone number as people write it."""
    return make("phone", {}).show(number, words()) if number else ""


def phone_written(typed: str) -> str:
    """A number as it came from the telephony or the agent, as people write it; what is no number stays as it is."""
    parsed = make("phone", {}).parse({"": [typed]}, house().clock.today())
    return typed if parsed.faults or not isinstance(parsed.value, str) else phone_shown(parsed.value)


def service_title(service_id: str) -> str:
    """The title of a service in Swedish, or its id when it has been taken away."""
    service = house().library.services.get(service_id)
    return service.title.sv if service else service_id
