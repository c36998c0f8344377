"""The two-language call sheet: all that is said to take a service down, in Swedish and in the caller's language.

For an agent with an interpreter on the line, or with nobody; on the screen and on paper.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.definitions.conditions import Condition
from eservices.definitions.model import Service, Text
from eservices.definitions.texts import ServiceTexts
from eservices.identity.people import Act
from eservices.journey.notice import Saying, privacy_notice
from eservices.journey.script import ScriptLine, in_words, numbering, script, together
from eservices.language import LANGUAGES, N_, SOURCE, Words, direction, html_lang, own_name
from eservices.language import words as words_of
from eservices.web.contact_centre.asking import CONSENT
from eservices.web.contact_centre.room import blueprint
from eservices.web.house import house
from eservices.web.pages import render
from eservices.web.staff import access
from eservices.web.staff.page import StaffPage, framed

_OPENING = (
    N_("Hej! Vi kan fylla i det här tillsammans. Jag läser en fråga i taget och skriver det du svarar."),
    N_("Säg till om jag ska läsa igen eller prata långsammare. Vet du inte svaret går vi vidare."),
    N_("Har du skyddade personuppgifter? Säg det nu, innan du säger namn eller adress."),
)
_CLOSING = (
    CONSENT,
    N_("Nu läser jag upp ditt ärendenummer. Har du något att skriva med?"),
    N_("Hur vill du ha kvittot: med sms, med e-post eller med brev?"),
    N_("Du kan alltid ringa oss och fråga hur det går. Säg ärendenumret då."),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing to say in both languages."""

    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """A question to read aloud: its number on paper, when it is asked, and the answers there are."""

    number: str
    say: Pair
    only: tuple[Pair, ...]
    answers: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A step, or what is said before and after."""

    title: Pair
    only: tuple[Pair, ...]
    lines: tuple[Spoken, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSheetPage(StaffPage):
    template: ClassVar[str] = "contact_centre/call_sheet.html"
    title: Pair
    language: str
    lang: str
    direction: str
    own_name: str
    languages: tuple[tuple[str, str, str], ...]
    sections: tuple[Section, ...]


@blueprint.get("/services/<slug:service>/call-sheet")
@access.requires(Act.TAKE_DOWN)
def show_call_sheet(service: str) -> Response:
    """Everything in the order of the paper, Swedish and `?language=` side by side."""
    found = house().library.services.get(service)
    if found is None:
        raise NotFound
    wanted = request.args.get("language", "")
    language = wanted if wanted in LANGUAGES and wanted != SOURCE else "en"
    both = _Both(found, language)
    page = CallSheetPage(
        **framed("contact_centre"),
        title=both.text(found.title),
        language=language,
        lang=html_lang(language),
        direction=direction(language),
        own_name=own_name(language),
        languages=tuple((tag, own_name(tag), html_lang(tag)) for tag in LANGUAGES if tag != SOURCE),
        sections=tuple(both.sections()),
    )
    return render(page)


class _Both:
    """One service told in two languages."""

    def __init__(self, service: Service, language: str):
        library = house().library
        self.service = service
        self._ours: tuple[ServiceTexts, Words] = library.texts(service, SOURCE), words_of(SOURCE)
        self._theirs: tuple[ServiceTexts, Words] = library.texts(service, language), words_of(language)

    def text(self, text: Text) -> Pair:
        return Pair(self._ours[0].get(text), self._theirs[0].get(text))

    def sentence(self, sentence: str) -> Pair:
        return Pair(self._ours[1](sentence), self._theirs[1](sentence))

    def sections(self) -> Iterator[Section]:
        yield Section(self.sentence(N_("Innan ni börjar")), (), tuple(self._before()))
        yield from self._steps()
        yield Section(self.sentence(N_("Innan du skickar")), (), tuple(self._after()))
        yield Section(self.sentence(N_("Om någon frågar hur uppgifterna används")), (), tuple(self._notice()))

    def _before(self) -> Iterator[Spoken]:
        service = self.service
        for sentence in _OPENING:
            yield _said(self.sentence(sentence))
        for text in (service.summary, *service.before.have_ready, *(each.text for each in service.requirements)):
            yield _said(self.text(text))
        for stop in service.stops:
            when = tuple(self._condition(stop.when, sides) for sides in (self._ours, self._theirs))
            yield Spoken("", self.text(stop.text), (Pair(*when),), ())

    def _condition(self, condition: Condition, sides: tuple[ServiceTexts, Words]) -> str:
        texts, words = sides
        told = in_words(self.service, condition, texts, words, numbering(self.service))
        return words(N_("Om {condition}:"), condition=told)

    def _steps(self) -> Iterator[Section]:
        pairs = list(zip(script(self.service, *self._ours), script(self.service, *self._theirs), strict=True))
        title, only = Pair("", ""), tuple[Pair, ...]()
        lines: list[Spoken] = []
        for ours, theirs in pairs:
            if ours.kind == "step":
                if title.ours:
                    yield Section(title, only, tuple(lines))
                title, only, lines = Pair(ours.say, theirs.say), _conditions(ours, theirs), []
            else:
                lines.append(_spoken(ours, theirs))
        if title.ours:
            yield Section(title, only, tuple(lines))

    def _after(self) -> Iterator[Spoken]:
        for declaration in self.service.declarations:
            yield _said(self.text(declaration.label))
        for text in self.service.next:
            yield _said(self.text(text))
        for sentence in _CLOSING:
            yield _said(self.sentence(sentence))

    def _notice(self) -> Iterator[Spoken]:
        told = [
            privacy_notice(self.service, texts, house().municipality, words, _saying(words))
            for texts, words in (self._ours, self._theirs)
        ]
        for ours, theirs in zip(*told, strict=True):
            yield _said(Pair(ours, theirs))


def _saying(words: Words) -> Saying:
    def say(text: str, **facts: object) -> str:
        return words(text, **facts)

    return say


def _said(pair: Pair) -> Spoken:
    return Spoken("", pair, (), ())


def _spoken(ours: ScriptLine, theirs: ScriptLine) -> Spoken:
    say = Pair(ours.say, theirs.say)
    answers = () if _are_said(ours) else tuple(Pair(*each) for each in zip(ours.answers, theirs.answers, strict=True))
    return Spoken(ours.number, say, _conditions(ours, theirs), answers)


def _are_said(line: ScriptLine) -> bool:
    """Whether the sentence names the answers itself."""
    return all(answer in line.say for answer in line.answers)


def _conditions(ours: ScriptLine, theirs: ScriptLine) -> tuple[Pair, ...]:
    told = [_sentences(line) for line in (ours, theirs)]
    return (Pair(*told),) if told[0] else ()


def _sentences(line: ScriptLine) -> str:
    found: Sequence[str] = [sentence for sentence in (line.only_if, line.needed_if) if sentence]
    return together(found)
