"""A service as a form for a pen: the same questions in the same order, with room to write and a mark on each page.

Conditions are sentences with the numbers of the questions. Whoever keys the form in finds by its mark exactly the
version and the language that it was printed in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from markupsafe import Markup, escape

from eservices.definitions.conditions import Condition, references
from eservices.definitions.library import Library
from eservices.definitions.model import Audience, Group, Option, Question, Required, Service, Step, Text
from eservices.definitions.municipality import Municipality
from eservices.definitions.texts import EASY, ServiceTexts
from eservices.documents.guide import Guide, printed
from eservices.documents.letterhead import Letterhead, letterhead, unbroken
from eservices.documents.limits import limits_in_words
from eservices.documents.rendering import Press, Said
from eservices.documents.shelf import Paper, printed_in
from eservices.documents.squares import square
from eservices.documents.writing_room import Area, Lines, Ticks, room
from eservices.journey.form_mark import FormMark, form_mark
from eservices.journey.notice import APPEALS, privacy_notice, samples_in_words, span_in_words
from eservices.journey.script import in_words, numbering
from eservices.language import N_, SOURCE, Words, direction, own_name, words

#: Stands on paper for an earlier answer that a text quotes.
_UNKNOWN = "…"

#: How many items of a group are printed, unless its own limits say otherwise: few where an item has many questions.
_BLOCKS, _BLOCKS_OF_LONG_ITEMS, _LONG_ITEM = 3, 2, 5

_FOR_COSIGNERS = frozenset({Audience.CO_PARTY, Audience.PUBLIC})

#: From how many lines, and choices, a question may be broken over two pages.
_MANY_LINES, _MANY_CHOICES = 5, 14

#: How many pages a form has at the most besides those of its questions, which take less than one each in large print.
_OTHER_PAGES = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is printed. `under` are the sentences between its words and the room to write."""

    number: str
    label: str
    optional: bool
    only_if: str
    under: Sequence[str]
    why: str
    areas: Sequence[Area]

    @property
    def long(self) -> bool:
        """Whether it has so many lines or choices that it may go on over the page."""
        return any(
            (isinstance(area, Lines) and area.count > _MANY_LINES)
            or (isinstance(area, Ticks) and len(area.choices) > _MANY_CHOICES)
            for area in self.areas
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """A text between the questions."""

    title: str
    text: str
    only_if: str


@dataclass(frozen=True, slots=True)
class Block:
    """Questions in a row; with a title it is one item of a repeated group."""

    title: str
    entries: Sequence[Asked | Reading]


@dataclass(frozen=True, slots=True)
class Halt:
    """Where the form ends for some: when, and what they do instead."""

    when: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A step of the service, under a heading of its own."""

    title: str
    only_if: str
    intro: str
    blocks: Sequence[Block]
    more: str
    halts: Sequence[Halt]


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Something to send along: the number of its question, and what follows when it is left out."""

    number: str
    thing: str
    only_if: str
    otherwise: str


@dataclass(frozen=True, slots=True)
class Consent:
    """Who else must sign, on a page of their own: they see only what they sign, which is `blocks`; `own` is what they
    answer themselves."""

    title: str
    only_if: str
    blocks: Sequence[Block]
    own: Sequence[Asked]
    text: str = ""  #: what their yes means, in the author's words


@dataclass(frozen=True, slots=True)
class Office:
    """What the municipality notes on a form that has come in. Always in Swedish, as those who note it."""

    day: str
    way: str
    ways: Sequence[str]
    taken_by: str
    number: str


@dataclass(frozen=True, slots=True)
class PaperForm:
    """All that the template of a paper form is given."""

    mark: FormMark
    language: str
    large: bool
    title: str
    summary: str
    unit: str
    emergencies: Sequence[Halt]
    have_ready: Sequence[str]
    requirements: Sequence[str]
    facts: Sequence[tuple[str, str]]
    parts: Sequence[Part]
    enclosures: Sequence[Enclosure]
    declarations: Sequence[str]
    consents: Sequence[Consent]
    next: Sequence[str]
    privacy: Sequence[str]
    appeal: str
    samples: str  #: what of all this is an example and not verified
    guide: Guide | None
    office: Office
    marks: Sequence[str]  #: the square code of each page, as a data address

    #: How many signs of a case number there is room for, before and after its hyphen.
    case_number: ClassVar[tuple[int, int]] = (4, 6)


@dataclass(frozen=True, slots=True)
class SetForm:
    """A form with what stands around it, ready to be printed."""

    form: PaperForm
    head: Letterhead
    words: Words


def set_in_type(
    service: Service, texts: ServiceTexts, municipality: Municipality, *, wanted: str, large: bool = False
) -> SetForm:
    """Everything that the form says to somebody who reads `wanted`; `texts` are in `printed_in(wanted)`."""
    spoken = words(printed_in(wanted))
    form = _Typesetter(service, texts, municipality, spoken, wanted).form(large=large)
    head = letterhead(municipality, spoken)
    return SetForm(form, replace(head, phone=unbroken(head.phone)), spoken)


def form_of(library: Library, paper: Paper) -> SetForm:
    """The form of `paper` as the library has it now."""
    service = library.services[paper.service]
    texts = library.texts(service, printed_in(paper.language))
    return set_in_type(service, texts, library.municipality, wanted=paper.language, large=paper.large)


def html_of(press: Press, made: SetForm) -> str:
    """The form as it goes to the printer; alike for two forms that are alike."""
    return press.html(_TEMPLATE, made.words, head=made.head, page=made.form)


def paper_form_pdf(press: Press, made: SetForm) -> bytes:
    """Both in one go."""
    return printed(html_of(press, made), made.form.guide)


_TEMPLATE = "documents/paper_form.html"


class _Typesetter:
    """Sets one service in one language."""

    def __init__(
        self, service: Service, texts: ServiceTexts, municipality: Municipality, spoken: Words, wanted: str
    ) -> None:
        self.service = service
        self.texts = texts
        self.municipality = municipality
        self.words = spoken
        self.wanted = wanted
        self.say = Said(spoken)
        self._numbers = numbering(service)

    def form(self, *, large: bool) -> PaperForm:
        service, say = self.service, self.say
        easy = service.easy_read if self.words.language == EASY else None
        mark = form_mark(service.id, service.version, self.wanted)
        parts, consents = [self._part(step) for step in service.steps], list(self._consents())
        blocks = [block for blocks in (*(p.blocks for p in parts), *(c.blocks for c in consents)) for block in blocks]
        asked = sum(len(block.entries) for block in blocks) + sum(len(consent.own) for consent in consents)
        pages = _OTHER_PAGES + (asked if large else asked // 2)
        return PaperForm(
            mark=mark,
            language=own_name(self.wanted),
            large=large,
            title=self.text(service.title),
            summary=self.text(easy or service.summary),
            unit=self.municipality.unit(service.routing.unit).name,
            emergencies=[self._halt(stop.when, stop.title, stop.text) for stop in service.stops if stop.emergency],
            have_ready=[self.text(text) for text in service.before.have_ready],
            requirements=[self._with_condition(each.text, each.when) for each in service.requirements],
            facts=list(self._facts()),
            parts=parts,
            enclosures=list(self._enclosures()),
            declarations=[self.text(declaration.label) for declaration in service.declarations],
            consents=consents,
            next=[say(N_("Du får ett kvitto med ärendenummer.")), *(self.text(text) for text in service.next)],
            privacy=privacy_notice(service, self.texts, self.municipality, self.words, say),
            appeal=say(APPEALS[service.legal.appeal]) if service.legal.appeal in APPEALS else "",
            samples=samples_in_words(service, self.words),
            guide=self._guide(),
            office=_office(),
            marks=[square(mark.on_page(page).code) for page in range(1, pages + 1)],
        )

    def text(self, text: Text | None, texts: ServiceTexts | None = None, **facts: object) -> str:
        """A text of the service, marked where it is only in Swedish. An earlier answer is not known on paper."""
        if text is None:
            return ""
        unknown = {name: self._quoted(name) for name in text.quotes if "." not in name}
        phone = self.municipality.contact_centre.phone
        return escape((texts or self.texts).get(text, **(unknown | facts))).replace(phone, unbroken(phone))

    def _quoted(self, name: str) -> str:
        """What stands on paper for an earlier answer: where it was written."""
        number = self._numbers.get(name)
        return f"{_UNKNOWN} ({self.words(N_('fråga {number}'), number=number)})" if number else _UNKNOWN

    def only_if(self, condition: Condition | None) -> str:
        return "" if condition is None else self.say(N_("Svara bara om {condition}."), condition=self._told(condition))

    def _told(self, condition: Condition) -> str:
        return in_words(self.service, condition, self.texts, self.words, self._numbers)

    def _with_condition(self, text: Text, condition: Condition | None) -> str:
        if condition is None:
            return self.text(text)
        return Markup("{} {}").format(
            self.text(text), self.say(N_("Gäller om {condition}."), condition=self._told(condition))
        )

    def _facts(self) -> Iterator[tuple[str, str]]:
        service = self.service
        if service.before.cost:
            yield self.say(N_("Kostar")), self.text(service.before.cost)
        if service.before.answer:  # the author's own sentence needs but a heading
            yield self.say(N_("Svar")), self.text(service.before.answer)
        else:
            yield self.say(N_("Du får svar inom")), span_in_words(service.routing.decide_within, self.words)
        if service.anonymous:
            yield self.say(N_("Vem kan skicka")), self.say(N_("Alla, även anonymt"))

    # ---- questions

    def _part(self, step: Step) -> Part:
        group = step.group
        return Part(
            title=self.text(step.title),
            only_if=self.say(N_("Fyll i den här delen bara om {condition}."), condition=self._told(step.when))
            if step.when
            else "",
            intro=self.text(step.intro),
            blocks=[Block("", self._entries(step.questions))] if group is None else list(self._items(group)),
            more=self._more(group) if group else "",
            halts=[
                self._halt(stop.when, stop.title, stop.text)
                for stop in self.service.stops
                if self._last_step(stop.when) is step
            ],
        )

    def _items(self, group: Group) -> Iterator[Block]:
        asked = [question for question in group.questions if question.type.asks]
        usual = _BLOCKS_OF_LONG_ITEMS if len(asked) >= _LONG_ITEM else _BLOCKS
        entries = self._entries(group.questions)
        for number in range(1, max(group.minimum, min(usual, group.maximum)) + 1):
            yield Block(self.text(group.item, n=number), entries)

    def _more(self, group: Group) -> str:
        more = self.say(N_("Är det fler? Skriv om dem på samma sätt på ett eget papper, och lägg med det."))
        if any(name == "max" for name, _ in group.limits):  # how many there may be is an answer of its own
            return more
        return Markup("{} {}").format(more, self.say(N_("Högst {maximum}."), maximum=group.maximum))

    def _entries(self, questions: Sequence[Question]) -> list[Asked | Reading]:
        return [entry for question in questions if (entry := self._entry(question)) is not None]

    def _entry(self, question: Question) -> Asked | Reading | None:
        number = self._numbers.get(question.id)
        if number is not None:
            return self._asked(question, number)
        if getattr(question.type, "hidden", False):
            return None
        text = self.text(question.text) if question.text else self.say(N_("Vi räknar ut det av dina svar."))
        return Reading(self.text(question.label), text, self.only_if(question.when))

    def _asked(self, question: Question, number: str) -> Asked:
        needed = question.required_when
        under = [
            self.say(N_("Behövs om {condition}."), condition=self._told(needed)) if needed else "",
            self.text(question.hint) or self._own_hint(question),
            limits_in_words(question, self.words, self._named),
            self._among(question),
            self._document(question),
        ]
        return Asked(
            number=number,
            label=self.text(question.label),
            optional=question.required is Required.FALSE and needed is None,
            only_if=self.only_if(question.when),
            under=[sentence for sentence in under if sentence],
            why=self.text(question.why),
            areas=room(question.type, self.say, self.words, dict(self._options(question))),
        )

    def _named(self, name: str) -> str:
        """What an earlier answer goes by on paper: the number of its question, or the title of a part or a total."""
        if name in self._numbers:
            return self.words(N_("fråga {number}"), number=self._numbers[name])
        step, question = self.service.step(name), self.service.questions.get(name)
        label = step.title if step is not None else question.label if question is not None else None
        return self.words(N_("”{label}”"), label=self.texts.get(label)) if label is not None else name

    def _among(self, question: Question) -> str:
        """Where what there is to choose among is what was written before."""
        group = None if question.items is None else self.service.step(question.items.each)
        if group is None:
            return ""
        return self.say(N_("Välj bland dem du har skrivit under ”{title}”."), title=self.texts.get(group.title))

    def _document(self, question: Question) -> str:
        """The form that what is enclosed is to be written on."""
        if question.document is None:
            return ""
        sentence = N_("Använd blanketten {name}. Den finns på {link}, eller ring oss så skickar vi den.")
        return self.say(sentence, name=self.texts.get(question.document.name), link=question.document.link)

    def _own_hint(self, question: Question) -> str:
        hint = question.type.part_hints.get("", "")
        return self.say(hint) if hint else ""

    def _options(self, question: Question) -> Iterator[tuple[str, tuple[str, str]]]:
        """Each option with its words, and what is to be said under it."""
        for option in question.options:
            yield option.key, (self.text(option.label), self._under(option))

    def _under(self, option: Option) -> str:
        said_under = [self.text(option.hint), self._when_offered(option)]
        return Markup(" ").join(sentence for sentence in said_under if sentence)

    def _when_offered(self, option: Option) -> str:
        return (
            "" if option.when is None else self.say(N_("Finns bara om {condition}."), condition=self._told(option.when))
        )

    # ---- what stands around them

    def _halt(self, when: Condition, title: Text, text: Text) -> Halt:
        return Halt(self.say(N_("Om {condition}:"), condition=self._told(when)), self.text(title), self.text(text))

    def _last_step(self, condition: Condition) -> Step | None:
        """The step by whose end everything that the condition looks at has been asked."""
        asked = references(condition)
        steps = [s for s in self.service.steps if s.id in asked or any(q.id in asked for q in s.asked)]
        return steps[-1] if steps else self.service.steps[0]

    def _enclosures(self) -> Iterator[Enclosure]:
        # In easy words the label asks for the paper; what lies in the envelope goes by its name.
        naming = ServiceTexts(SOURCE, {}) if self.words.language == EASY else self.texts
        for step in self.service.steps:
            for question in step.asked:
                if question.type.takes_files:
                    yield Enclosure(
                        self._numbers[question.id],
                        self.text(question.label, naming),
                        self._when_enclosed(step, question),
                        self.text(question.missing),
                    )

    def _when_enclosed(self, step: Step, question: Question) -> str:
        """When it is to be sent along: what hides its step, and what hides the question."""
        told = [self._told(condition) for condition in (step.when, question.when) if condition is not None]
        if not told:
            return ""
        both = told[0] if len(told) == 1 else self.words(N_("{first} och {second}"), first=told[0], second=told[1])
        return self.say(N_("Bara om {condition}."), condition=both)

    def _consents(self) -> Iterator[Consent]:
        for step in self.service.steps:
            signers = step.cosigners
            if signers is None:
                continue
            when = signers.when or step.when
            told = self.say(N_("Behövs om {condition}."), condition=self._told(when)) if when else ""
            group = signers.each or (step.id if step.group is not None else "")
            own = self.service.step(group) if group else None
            yield Consent(
                self.text(step.title),
                told,
                list(self._for_cosigners(group)),
                list(self._seen(own.asked)) if own is not None else [],
                self.text(signers.text),
            )

    def _for_cosigners(self, group: str) -> Iterator[Block]:
        """What the definition lets a counterpart see of the others' answers; a group of signers sees not each other."""
        signers = {each.cosigners.each or each.id for each in self.service.steps if each.cosigners is not None}
        for step in self.service.steps:
            seen = list(self._seen(step.asked))
            if not seen or step.id == group or (step.group is not None and step.id in signers):
                continue
            if step.group is None:
                yield Block("", seen)
            else:
                yield from (Block(block.title, seen) for block in self._items(step.group))

    def _seen(self, questions: Sequence[Question]) -> Iterator[Asked]:
        """Who somebody is and how to reach them is signed by nobody else, whatever its audience; files go along."""
        for question in questions:
            number = self._numbers.get(question.id)
            seen = question.audience in _FOR_COSIGNERS and not (question.type.tells_who or question.type.takes_files)
            if number is not None and seen:
                yield self._asked(question, number)

    def _guide(self) -> Guide | None:
        """For somebody whose language is not printed: how to use this form, in their language."""
        if printed_in(self.wanted) == self.wanted:
            return None
        theirs = words(self.wanted)
        hours = theirs.hours(self.municipality.contact_centre.hours_written)
        phone = unbroken(self.municipality.contact_centre.phone)
        told = [theirs(sentence, phone=phone, hours=hours) for sentence in GUIDE]
        return Guide(self.wanted, direction(self.wanted), theirs(GUIDE_TITLE), told)


#: How a form comes in; the law counts the day by it (FL 22 §).
_WAYS = (N_("post"), N_("bud"), N_("brevlåda"))


def _office() -> Office:
    ours = words(SOURCE)
    return Office(
        day=ours(N_("Kom in den")),
        way=ours(N_("Kom in med")),
        ways=[ours(way) for way in _WAYS],
        taken_by=ours(N_("Togs emot av")),
        number=ours(N_("Ärendenummer")),
    )


GUIDE_TITLE = N_("Så fyller du i blanketten")

#: What the guide in another language says.
GUIDE = (
    N_("Blanketten är på svenska. Frågorna är numrerade, och de är desamma som på webben på ditt språk."),
    N_("Skriv dina svar på det språk du helst vill. Hoppa över det du inte vet, så frågar vi."),
    N_("Vi kan också läsa frågorna för dig på telefon, med tolk. Ring {phone}, {hours}."),
)
