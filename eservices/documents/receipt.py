"""The receipt on paper: what came in, what happens next and by when, how to follow it, and every answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from eservices.calendars import day_of
from eservices.cases.receipt import Receipt
from eservices.definitions.model import Audience, Question, Service
from eservices.definitions.texts import ServiceTexts
from eservices.documents.letterhead import Letterhead
from eservices.documents.rendering import Press
from eservices.documents.squares import square
from eservices.journey.path import Walk
from eservices.journey.summary import Line, Section, summary
from eservices.language import N_, Words, own_name
from eservices.naming import ANSWERED_BY
from eservices.values import Channel

#: How long a value or a section may be and still be kept on one page.
_SHORT_VALUE = 300
_SHORT_SECTION = 900

_ARRIVED = {
    Channel.WEB: N_("Det kom in till oss {day} klockan {time}, på webben."),
    Channel.PHONE: N_("Du lämnade det till oss {day} klockan {time}, i telefon."),
    Channel.COUNTER: N_("Du lämnade det till oss {day} klockan {time}, på plats."),
    Channel.PAPER: N_("Det kom in till oss {day}, på papper."),
}
_ARRIVED_OTHERWISE = N_("Det kom in till oss {day} klockan {time}.")

_STATES = {
    "later": N_("Kommer senare"),
    "unknown": N_("Vet inte"),
    "blank": N_("Inte ifylld"),
    "unanswered": N_("Inte besvarad"),
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing that happens after the handing-in; `yours` when it is the resident's turn."""

    what: str
    when: str = ""
    yours: bool = False


@dataclass(frozen=True, slots=True)
class PrintedLine:
    label: str
    value: str
    state: str
    free: bool
    long: bool


@dataclass(frozen=True, slots=True)
class PrintedSection:
    title: str
    lines: Sequence[PrintedLine]
    long: bool


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """All that the template of a receipt is given."""

    number: str
    code: str
    title: str
    unit: str
    arrived: str
    elsewhere: str
    answer_by: str
    address: str
    recipient: Sequence[str]
    next: Sequence[NextStep]
    sections: Sequence[PrintedSection]
    about: str  #: whose case it is, where somebody else has the receipt
    word: str  #: what we say when we ring
    cover: "CoverSheet | None"


@dataclass(frozen=True, slots=True)
class CoverSheet:
    """What is laid on top of documents that come later by post: by its code they find their case."""

    square: str
    things: Sequence[str]


@dataclass(frozen=True, slots=True)
class HandedInAsShown:
    """A submission with all that is needed to show it in one language: the facts, the service as it was, the walk."""

    receipt: Receipt
    service: Service
    texts: ServiceTexts
    here: Walk
    unit: str
    files: Mapping[str, str] = field(default_factory=dict)  #: id -> name of what was sent along


def receipt_html(
    press: Press,
    head: Letterhead,
    shown: HandedInAsShown,
    words: Words,
    *,
    address: str,
    recipient: Sequence[str] = (),
    wanted: str = "",
) -> str:
    """The receipt as it is set before it is printed, in the language of `words` and of `shown.texts`.

    `address` is where the case is followed on the web. With a `recipient` it is a letter, its lines in the window of
    the envelope. `wanted` is the resident's language where it is another one (see `tagged_pdf`); the paper says so.
    """
    receipt = shown.receipt
    page = ReceiptPage(
        number=receipt.number,
        code=receipt.code,
        title=shown.texts.get(shown.service.title),
        unit=shown.unit,
        arrived=arrived(receipt, words),
        elsewhere=words("På webben finns kvittot även på ditt språk: {language}.", language=own_name(wanted))
        if wanted
        else "",
        answer_by=words.day(receipt.due_on),
        address=short_address(address),
        recipient=recipient,
        next=next_steps(shown, words),
        sections=[
            _section(section, shown, words) for section in summary(shown.here, shown.texts, words) if section.lines
        ]
        if not recipient or _printed_by_anyone(shown.service)
        else [],
        about=words("Ärendet gäller {name}.", name=receipt.about) if receipt.about else "",
        word=receipt.word,
        cover=_cover(shown),
    )
    return press.html("documents/receipt.html", words, head=head, page=page)


def _printed_by_anyone(service: Service) -> bool:
    """Whether a letter may repeat the answers: the contact centre prints it, and may not read more than its view."""
    agents = {Audience.CONTACT_CENTRE, Audience.PUBLIC}
    return service.routing.view == "full" and all(q.audience in agents for q in service.questions.values())


def arrived(receipt: Receipt, words: Words) -> str:
    """When it came in and how, in one sentence. A paper has a day and no time of day."""
    sentence = _ARRIVED.get(receipt.channel, _ARRIVED_OTHERWISE)
    day = receipt.received_on if receipt.channel is Channel.PAPER else day_of(receipt.received_at)
    return words(sentence, day=words.day(day, weekday=True), time=words.time(receipt.received_at))


def short_address(address: str) -> str:
    """A web address as one writes it on paper, where nobody can click."""
    return address.removeprefix("https://").removeprefix("http://")


def next_steps(shown: HandedInAsShown, words: Words, *, discreet: bool = False) -> tuple[NextStep, ...]:
    """What happens now, in order: first what the resident sends, then what we do, and how they hear of it.

    `discreet` leaves out the words of the service, which may tell what it is about to somebody who reads over a
    shoulder.
    """
    receipt = shown.receipt
    steps = []
    if receipt.missing and discreet:
        steps.append(NextStep(words("Du lämnar det som saknas."), words("Vi hör av oss om vad det är."), yours=True))
    elif receipt.missing:
        steps += _missing(shown, words)
    if not discreet:
        steps += [NextStep(shown.texts.get(text)) for text in shown.service.next]
    by = words(ANSWERED_BY[receipt.method])
    if "decide_within" in shown.service.samples:
        unsure = words("Tiden är ett exempel och inte kontrollerad.")
        by = f"{by} {unsure}"
    steps.append(NextStep(words("Du får svar senast {day}", day=words.day(receipt.due_on, weekday=True)), by))
    return tuple(steps)


def _missing(shown: HandedInAsShown, words: Words) -> list[NextStep]:
    """Each thing that is still to come, once, with what its question says about leaving it out."""
    to_send = words("På webben, per post eller i kommunhuset. Skriv ärendenumret på det.")
    to_say = words("Ring oss eller skriv. Säg ärendenumret.")
    steps = {}
    for question in _asked(shown):
        thing = shown.texts.get(question.label)
        what = N_("Du skickar {thing}") if question.type.takes_files else N_("Du svarar på frågan: {thing}")
        otherwise = to_send if question.type.takes_files else to_say
        follows = shown.texts.get(question.missing) if question.missing else otherwise
        steps[thing] = NextStep(words(what, thing=thing), follows, yours=True)
    return list(steps.values())


def _cover(shown: HandedInAsShown) -> CoverSheet | None:
    """Something to lay on top of what is to be sent, where anything is."""
    things = dict.fromkeys(shown.texts.get(one.label) for one in _asked(shown) if one.type.takes_files)
    return CoverSheet(square(shown.receipt.number), list(things)) if things else None


def _asked(shown: HandedInAsShown) -> list[Question]:
    """The questions of what is missing."""
    found = (shown.service.questions.get(question) for question, _ in shown.receipt.missing)
    return [question for question in found if question is not None]


def _section(section: Section, shown: HandedInAsShown, words: Words) -> PrintedSection:
    lines = [_line(line, shown, words) for line in section.lines]
    return PrintedSection(section.title, lines, long=sum(len(line.value) for line in lines) > _SHORT_SECTION)


def _line(line: Line, shown: HandedInAsShown, words: Words) -> PrintedLine:
    state = words(_STATES[line.state]) if line.state in _STATES else ""
    if line.written:
        state = words("Det gick inte att läsa: {written}", written=line.written)
    value = "\n".join([line.value, *_files(line, shown)])
    return PrintedLine(line.label, value, state, line.free, long=len(value) > _SHORT_VALUE)


def _files(line: Line, shown: HandedInAsShown) -> list[str]:
    """The names of the files that answer a question."""
    value = shown.here.answers.value(*line.place)
    ids = value.get("ids") if isinstance(value, dict) else None
    return (
        [shown.files[each] for each in ids if isinstance(each, str) and each in shown.files]
        if isinstance(ids, list)
        else []
    )
