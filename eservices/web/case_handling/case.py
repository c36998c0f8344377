"""The case page: what, what is missing or late, the content, then acts and clocks. Every look is journalled."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices import attachments, journal
from eservices.attachments import Attachment
from eservices.calendars import day_of
from eservices.cases import model, store
from eservices.cases.appeals import APPEAL_ROUTES
from eservices.cases.model import Case, CaseClock, ClockKind, Decision, Direction, Message, Party
from eservices.cases.store import CaseFile
from eservices.deliveries import Delivery
from eservices.identity import accounts
from eservices.identity.people import Act, may
from eservices.journal import Entry
from eservices.journey.answers import Origin
from eservices.journey.path import walk
from eservices.journey.summary import Line, summary
from eservices.language import N_
from eservices.language import words as words_of
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.submissions.model import Submission
from eservices.web import access
from eservices.web.case_handling.room import blueprint
from eservices.web.files import download
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.pages import render, see_other
from eservices.web.staff_pages import (
    CLOCKS,
    IDENTITIES,
    JOURNAL,
    LOOKS,
    METHODS,
    OUTCOMES,
    Reason,
    StaffPage,
    Tell,
    framed,
    needs_of,
    news_told,
    phone_shown,
    reason_page,
    tell,
)

STATES = {
    "later": N_("Skickas senare"),
    "unknown": N_("Vet inte"),
    "blank": N_("Inget svar"),
    "unanswered": N_("Inte besvarat"),
}

#: Codes of what was just done -> what the page says about it.
DONE = {
    "claimed": N_("Ärendet är ditt nu."),
    "released": N_("Ärendet ligger åter utan handläggare."),
    "noted": N_("Anteckningen står i journalen."),
    "written": N_("Meddelandet är på väg, på det sätt som personen har valt."),
    "changed": N_("Läget är ändrat."),
    "decided": N_("Beslutet är fattat, och beskedet är på väg."),
    "closed": N_("Ärendet är avslutat."),
    "reopened": N_("Ärendet är öppet igen."),
    "registered": N_("Ärendet är registrerat."),
}

PARTIES = {
    "applicant": N_("Sökande"),
    "guardian": N_("Vårdnadshavare"),
    "co_applicant": N_("Medsökande"),
    "representative": N_("Ombud"),
    "co_signer": N_("Ska också skriva under"),
}


@dataclass(frozen=True, slots=True)
class FileShown:
    name: str
    about: str
    address: str


@dataclass(frozen=True, slots=True)
class LineShown:
    """One answer as the applicant saw it, and who gave it."""

    label: str
    value: str
    state: str
    expected: bool
    free: bool
    masked: bool
    origin: str
    files: tuple[FileShown, ...]


@dataclass(frozen=True, slots=True)
class SectionShown:
    title: str
    lines: tuple[LineShown, ...]


@dataclass(frozen=True, slots=True)
class SubmissionShown:
    heading: str
    sections: tuple[SectionShown, ...]
    came_in: str
    usually: str
    version: str
    dropped: str


@dataclass(frozen=True, slots=True)
class Told:
    """A label with a sentence."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class EntryShown:
    name: str
    at: dt.datetime
    who: str
    how: str
    text: str
    shared: bool
    now: bool = False


@dataclass(frozen=True, slots=True)
class MessageShown:
    subject: str
    body: str
    at: dt.datetime
    who: str
    reached: str


@dataclass(frozen=True, slots=True)
class DecisionShown:
    outcome: str
    reasons: str
    law: str
    delegate: str
    appeal: str
    at: dt.datetime
    who: str


@dataclass(frozen=True, slots=True)
class ClockShown:
    name: str
    day: str
    distance: str
    mark: str
    because: str


@dataclass(frozen=True, slots=True)
class PartyShown:
    role: str
    name: str
    identity: str
    method: str
    reach: str
    language: str


@dataclass(frozen=True, slots=True)
class ActLink:
    """Something to do with the case: a page to go to, or done at once where `post`."""

    label: str
    address: str
    post: bool = False
    second: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage(StaffPage):
    template: ClassVar[str] = "case_handling/case.html"
    case: Case
    done: str
    missing: tuple[Told, ...]
    needs: tuple[str, ...]
    submissions: tuple[SubmissionShown, ...]
    conversation: tuple[MessageShown, ...]
    decisions: tuple[DecisionShown, ...]
    timeline: tuple[EntryShown, ...]
    looks: tuple[EntryShown, ...]
    acts: tuple[ActLink, ...]
    officer: str
    clocks: tuple[ClockShown, ...]
    parties: tuple[PartyShown, ...]
    contact_centre: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealedPage(StaffPage):
    template: ClassVar[str] = "case_handling/revealed.html"
    case: Case
    numbers: tuple[Told, ...]


@blueprint.get("/<casenumber:number>")
@access.requires(Act.SEE_CASE)
def show(number: str) -> Response:
    """The whole case. Outside one's own work a reason is asked first."""
    with house().database.transaction() as tx:
        case = access.case_for(tx, number, Act.SEE_CASE)
        ground = access.ground_for(tx, case, own_work=_is_own_work(case))
        if ground is None:
            return reason_page("cases", case, f"/cases/{number}/look", "/cases/")
        access.journal_look(tx, "case", case, ground=ground)
        page = _page(tx, case)
    return render(page)


@blueprint.post("/<casenumber:number>/look")
@access.requires(Act.SEE_CASE)
def give_reason(number: str) -> Response:
    """Say why, have it journalled, and then see the case."""
    given = Reason.of(request.form)
    with house().database.transaction() as tx:
        case = access.case_for(tx, number, Act.SEE_CASE)
        if given.missing:
            return reason_page("cases", case, f"/cases/{number}/look", "/cases/", given)
        access.journal_look(tx, "reason", case, ground=access.Ground(given.why))
    return see_other(f"/cases/{number}")


@blueprint.get("/<casenumber:number>/reveal")
@access.requires(Act.SEE_CASE)
def ask_to_reveal(number: str) -> Response:
    """Personal numbers are masked; whoever needs them whole says why."""
    with house().database.read() as tx:
        case = access.case_for(tx, number, Act.SEE_CASE)
    return _ask_why_reveal(case)


@blueprint.post("/<casenumber:number>/reveal")
@access.requires(Act.SEE_CASE)
def reveal(number: str) -> Response:
    """Show the personal numbers of a case, once the reason stands in its journal."""
    given = Reason.of(request.form)
    with house().database.transaction() as tx:
        case = access.case_for(tx, number, Act.SEE_CASE)
        if given.missing:
            return _ask_why_reveal(case, given)
        access.journal_look(tx, "personal_number", case, ground=access.Ground(given.why))
        numbers = tuple(
            Told(line.label, line.value)
            for submission in _submissions(tx, case)
            for line in _lines(tx, submission)
            if line.question.type.name == "personal_number" and line.state == "answered"
        )
    return render(RevealedPage(**framed("cases"), case=case, numbers=numbers))


@blueprint.get("/<casenumber:number>/files/<id:file_id>")
@access.requires(Act.SEE_CASE)
def show_file(number: str, file_id: str) -> Response:
    """A file of the case, never shown inside our pages."""
    with house().database.transaction() as tx:
        case = access.case_for(tx, number, Act.SEE_CASE)
        ground = access.ground_for(tx, case, own_work=_is_own_work(case))
        if ground is None:
            return reason_page("cases", case, f"/cases/{number}/look", "/cases/")
        file = attachments.get(tx, file_id, case.key)
        if file is None or file.case_id != case.id or not file.may_be_opened:
            raise NotFound
        access.journal_look(tx, "file", case, ground=ground, file=file.name)
    return download(file, case.key)


def _is_own_work(case: Case) -> bool:
    """A case of a unit where one works as an officer is one's own work; managers and registrars say why."""
    staff = access.current_staff()
    return may(staff, Act.WORK_ON_CASE, case.unit)


def _ask_why_reveal(case: Case, given: Reason | None = None) -> Response:
    return reason_page(
        "cases",
        case,
        f"/cases/{case.number}/reveal",
        f"/cases/{case.number}",
        given,
        heading=plain("Varför behöver du se personnumret?"),
        explanation=plain("Skälet står sedan i ärendets journal, med ditt namn."),
        button=plain("Visa personnumret"),
    )


def _submissions(tx: Transaction, case: Case) -> Sequence[Submission]:
    return store.file_of(tx, case).submissions


def _page(tx: Transaction, case: Case) -> CasePage:
    file = store.file_of(tx, case)
    entries = journal.of_case(tx, case.id, case.key)
    files = attachments.of_case(tx, case.id, case.key)
    names = accounts.names(tx, _staff_of(file))
    telling = tell()
    samples = pinned.service(tx, case.version).samples
    reading = _Reading(case, files, names, telling)
    looks = tuple(entry for entry in entries if entry.kind == "viewed")
    return CasePage(
        **framed("cases"),
        case=case,
        done=plain(DONE[code]) if (code := request.args.get("done", "")) in DONE else "",
        missing=tuple(_missing(tx, file)),
        needs=tuple(need for party in file.parties for need in needs_of(party.needs)),
        submissions=tuple(_submission(tx, submission, reading) for submission in file.submissions),
        conversation=tuple(_message(message, file, names) for message in file.messages),
        decisions=tuple(_decision(decision, names) for decision in file.decisions),
        timeline=tuple(entry_shown(entry, telling) for entry in reversed(entries) if entry.kind != "viewed"),
        looks=tuple(entry_shown(entry, telling) for entry in reversed(looks)),
        acts=tuple(acts_for(case, pinned.service(tx, case.version).own_states)),
        officer=names.get(case.officer_id or "", ""),
        clocks=tuple(_clock(clock, case, telling, samples) for clock in file.clocks),
        parties=tuple(_party(party, telling) for party in file.parties),
        contact_centre=tuple(_at_contact_centre(file.deliveries, telling)),
    )


def _staff_of(file: CaseFile) -> set[str]:
    """Every account that is named somewhere on the page."""
    named = {file.case.officer_id}
    named |= {message.staff_id for message in file.messages}
    named |= {decision.decided_by for decision in file.decisions}
    named |= {submission.entered_by for submission in file.submissions}
    named |= {answer.origin.staff_id for s in file.submissions for answer in s.answers.given.values()}
    return {staff_id for staff_id in named if staff_id}


def _lines(tx: Transaction, submission: Submission) -> Iterator[Line]:
    """The answers in Swedish, as the definition they were given to asked for them."""
    service = pinned.service(tx, submission.version)
    texts = pinned.texts(tx, submission.version, "sv")
    for section in summary(walk(service, submission.answers), texts, words_of("sv")):
        yield from section.lines


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is needed to tell of the answers of one case."""

    case: Case
    files: Sequence[Attachment]
    names: dict[str, str]
    telling: Tell

    def origin(self, origin: Origin | None) -> str:
        return origin_told(origin, self.names, self.telling)


def _submission(tx: Transaction, submission: Submission, reading: _Reading) -> SubmissionShown:
    service = pinned.service(tx, submission.version)
    texts = pinned.texts(tx, submission.version, "sv")
    told = Counter(reading.origin(answer.origin) for answer in submission.answers.given.values())
    usual = told.most_common(1)[0][0] if told else ""
    sections = tuple(
        SectionShown(section.title, tuple(_line(line, submission, reading, usual) for line in section.lines))
        for section in summary(walk(service, submission.answers), texts, words_of("sv"))
    )
    how = reading.telling.by_channel(submission.channel)
    came_in = plain("Kom in {moment} {how}.", moment=submission.received_at, how=how)
    if submission.entered_by:
        came_in += " " + plain("{name} på kundcenter skrev in.", name=reading.names.get(submission.entered_by, ""))
    dropped = ""
    if submission.dropped:
        labels = {place[0]: texts.get(service.questions[place[0]].label) for place in submission.dropped}
        dropped = plain("Svaren på det här gällde inte längre och är inte med: {list}.", list=list(labels.values()))
    heading = plain("Svar") if submission.kind == "initial" else plain("Komplettering")
    usually = plain("Om inget annat står vid ett svar: {who}.", who=usual) if usual else ""
    return SubmissionShown(heading, sections, came_in, usually, submission.version[:7], dropped)


def _line(line: Line, submission: Submission, reading: _Reading, usual: str) -> LineShown:
    """One answer: masked if a personal number, files as links, and who gave it where that was not as `usual`."""
    question, item = line.place
    answer = submission.answers.get(question, item)
    value = line.value
    if line.question.type.name == "personal_number" and line.state == "answered" and answer is not None:
        value = line.question.type.mask(answer.value, words_of("sv"))
    base = f"/cases/{reading.case.number}/files"
    return LineShown(
        label=line.label,
        value=value,
        state="" if line.state == "answered" else words_of("sv")(STATES[line.state]),
        expected=line.expected,
        free=line.free,
        masked=value != line.value,
        origin="" if (origin := reading.origin(line.origin)) == usual else origin,
        files=tuple(
            FileShown(file.name, file_about(file), f"{base}/{file.id}" if file.may_be_opened else "")
            for file in reading.files
            if file.question == question and (file.item or None) == item and file.submission_id == submission.id
        ),
    )


def origin_told(origin: Origin | None, names: dict[str, str], telling: Tell) -> str:
    """Who gave an answer, and through which channel."""
    if origin is None:
        return ""
    who = names.get(origin.staff_id, "") if origin.staff_id else plain("den sökande")
    return f"{who}, {telling.by_channel(origin.channel)}" if who else telling.channel(origin.channel)


def file_about(file: Attachment) -> str:
    """Kind and size, and where it stands when it cannot be opened."""
    size = plain("{kb} kB", kb=max(1, file.size_bytes // 1000))
    state = {
        "quarantined": plain("spärrad, filen kan vara skadlig"),
        "converting": plain("görs om till en bild som alla kan öppna"),
        "refused": plain("gick inte att läsa"),
    }.get(file.state)
    return f"{size}, {state}" if state else size


def _missing(tx: Transaction, file: CaseFile) -> Iterator[Told]:
    """What the unit expected and has not got, from all submissions."""
    for submission in file.submissions:
        service = pinned.service(tx, submission.version)
        texts = pinned.texts(tx, submission.version, "sv")
        for question, item in submission.missing:
            answer = submission.answers.get(question, item)
            value = answer.value if answer else None
            later = isinstance(value, dict) and bool(value.get("later"))
            because = plain("Personen skickar det senare.") if later else plain("Inget svar. Fråga, eller avgör utan.")
            yield Told(texts.get(service.questions[question].label), because)


def _message(message: Message, file: CaseFile, names: dict[str, str]) -> MessageShown:
    who = names.get(message.staff_id or "", "") if message.direction is Direction.OUT else ""
    if message.direction is Direction.IN:
        who = next((party.name for party in file.parties if party.id == message.party_id), "") or plain("Den sökande")
    delivery = next((d for d in file.deliveries if d.message_id == message.id), None)
    return MessageShown(message.subject, message.body, message.sent_at, who, _reached(delivery) if delivery else "")


def _reached(delivery: Delivery) -> str:
    if delivery.reached_at is not None:
        return plain("framme {moment}", moment=tell().moment(delivery.reached_at))
    if delivery.needs_person:
        return plain("hos kundcenter, senast {day}", day=tell().day(day_of(delivery.due_at)))
    return plain("på väg")


def _decision(decision: Decision, names: dict[str, str]) -> DecisionShown:
    return DecisionShown(
        plain(OUTCOMES[decision.outcome]),
        decision.reasons,
        decision.law,
        decision.delegate,
        plain(APPEAL_ROUTES[decision.appeal_route].sentence),
        decision.decided_at,
        names.get(decision.decided_by, ""),
    )


def entry_shown(entry: Entry, telling: Tell) -> EntryShown:
    """A journal entry as one reads it."""
    who = entry.staff_name or (plain("Den sökande") if entry.actor_kind == "resident" else plain("Systemet"))
    name = telling.code(JOURNAL, entry.kind)
    content = entry.content if isinstance(entry.content, dict) else {}
    if entry.kind == "viewed":
        name = plain("Läste {what}", what=telling.code(LOOKS, str(content.get("what", "case"))))
    how = telling.channel(entry.channel) if entry.actor_kind == "resident" else ""
    return EntryShown(name, entry.at, who, how, entry_text(entry, telling), entry.shared)


def entry_text(entry: Entry, telling: Tell) -> str:
    """What an entry says beyond its kind: the new state, the note, the reason."""
    content = entry.content if isinstance(entry.content, dict) else {}
    parts = []
    if "to" in content and isinstance(content["to"], str) and entry.kind == "status_changed":
        parts.append(telling.status(content["to"]))
    for name in ("subject", "body", "text"):
        value = content.get(name)
        if isinstance(value, str) and value:
            parts.append(value)
    if isinstance(outcome := content.get("outcome"), str):
        parts.append(telling.code(OUTCOMES, outcome))
    if entry.why and entry.kind != "viewed":
        parts.append(entry.why)
    return "\n".join(parts) if entry.kind != "viewed" else entry.why


#: A clock whose time may be an example that nobody has verified: the header key that says so.
_SAMPLES = {ClockKind.PROMISED: "decide_within", ClockKind.FIRST_CONTACT: "first_contact_within"}


def _clock(clock: CaseClock, case: Case, telling: Tell, samples: Sequence[str]) -> ClockShown:
    """A clock that explains itself: which promise or law, how it is counted, what stops it."""
    name = telling.code(CLOCKS, clock.kind)
    because = [*_counted(clock), plain(SOURCES[clock.source]) if clock.source in SOURCES else f"{clock.source}."]
    if _SAMPLES.get(clock.kind) in samples:
        because.append(plain("Tiden är ett exempel."))
    if clock.met_at is not None:
        return ClockShown(name, plain("Klar {moment}", moment=telling.moment(clock.met_at)), "", "", " ".join(because))
    if clock.paused_at is not None:
        since = day_of(clock.paused_at)
        because.insert(0, plain("Står stilla sedan {day}, medan vi väntar på den sökande.", day=since))
        return ClockShown(name, telling.day(day_of(clock.due_at)), plain("står stilla"), "", " ".join(because))
    if clock.kind is ClockKind.SIX_MONTHS:
        return ClockShown(name, plain("Från {day}", day=day_of(clock.due_at)), "", "", " ".join(because))
    if not case.open:
        return ClockShown(name, telling.day(day_of(clock.due_at)), plain("gäller inte längre"), "", " ".join(because))
    near = telling.near(clock.due_at)
    return ClockShown(name, near.day, near.distance, near.mark, " ".join(because))


def _span(unit: str, n: int, on: dt.date) -> str:
    """How a time is counted, in words; "" for a unit nobody counts in."""
    say = words()
    return {
        "working_hours": say.plural("{n} arbetstimme från {day}.", "{n} arbetstimmar från {day}.", n, day=on),
        "working_days": say.plural("{n} arbetsdag från {day}.", "{n} arbetsdagar från {day}.", n, day=on),
        "days": say.plural("{n} dag från {day}.", "{n} dagar från {day}.", n, day=on),
        "weeks": say.plural("{n} vecka från {day}.", "{n} veckor från {day}.", n, day=on),
        "months": say.plural("{n} månad från {day}.", "{n} månader från {day}.", n, day=on),
        "years": say.plural("{n} år från {day}.", "{n} år från {day}.", n, day=on),
    }.get(unit, "")


#: Where a clock comes from, where the law is not named: the municipality's own promise.
SOURCES = {"promise": N_("Det har kommunen lovat i e-tjänsten.")}


def _counted(clock: CaseClock) -> Iterator[str]:
    amount, unit = clock.rule.get("amount"), clock.rule.get("unit")
    if isinstance(amount, int) and amount > 0:
        yield _span(str(unit), amount, day_of(clock.started_at))
    if clock.may_pause:
        yield plain("Stannar medan vi väntar på den sökande.")


def _party(party: Party, telling: Tell) -> PartyShown:
    reach = {
        "email": party.email,
        "sms": phone_shown(party.phone),
        "phone": phone_shown(party.phone),
        "letter": ", ".join(value for value in party.address.values() if value),
    }.get(party.method, "")
    if party.protected:
        reach = ""
    return PartyShown(
        telling.code(PARTIES, party.role),
        party.name,
        telling.code(IDENTITIES, party.identity_basis),
        telling.code(METHODS, party.method),
        reach,
        telling.language(party.language),
    )


def _at_contact_centre(deliveries: Iterable[Delivery], telling: Tell) -> Iterator[str]:
    for delivery in deliveries:
        if delivery.needs_person and delivery.reached_at is None and delivery.cancelled_at is None:
            what, day = news_told(delivery.kind, delivery.method), telling.day(day_of(delivery.due_at))
            yield plain("{what}, senast {day}", what=what, day=day)


def acts_for(case: Case, own_states: Mapping[str, str]) -> Iterator[ActLink]:
    """What this account may do with the case as it stands, the likeliest first."""
    staff = access.current_staff()
    base = f"/cases/{case.number}"
    if not may(staff, Act.WORK_ON_CASE, case.unit):
        return
    here = model.standing(case.status, own_states)
    if case.officer_id is None and case.open:
        yield ActLink(plain("Ta ärendet"), f"{base}/claim", post=True, second=False)
    if here in model.MAY_BE_DECIDED and may(staff, Act.DECIDE, case.unit):
        primary = case.officer_id is not None and here is not model.Status.DECIDED
        yield ActLink(plain("Skriv beslut"), f"{base}/decision", second=not primary)
    yield ActLink(plain("Skriv till den sökande"), f"{base}/message")
    if model.moves_from(case.status, own_states):
        yield ActLink(plain("Ändra läge"), f"{base}/status")
    yield ActLink(plain("Anteckna i journalen"), f"{base}/note")
    if case.officer_id == staff.id and case.open:
        yield ActLink(plain("Lämna ifrån mig ärendet"), f"{base}/release", post=True)
    if here in model.MAY_BE_CLOSED:
        yield ActLink(plain("Avsluta ärendet"), f"{base}/close", second=here is not model.Status.DECIDED)
