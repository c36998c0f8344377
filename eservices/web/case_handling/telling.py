"""What belongs to a case as a person reads it: journal, messages, decisions, clocks, people."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from eservices.calendars import day_of
from eservices.cases import clocks
from eservices.cases.appealing import Appeal, AppealState
from eservices.cases.appeals import APPEAL_ROUTES
from eservices.cases.corrections import flag_of
from eservices.cases.deciding import is_as_signed
from eservices.cases.enquiries import Enquiry, EnquiryState
from eservices.cases.filing import Filed
from eservices.cases.marks import Mark
from eservices.cases.model import Case, CaseClock, ClockKind, Decision, Direction, MadeBy, Message, Party
from eservices.cases.proposals import Proposal, Proposed
from eservices.cases.store import CaseFile
from eservices.cases.transferring import Transfer
from eservices.deliveries import Delivery
from eservices.documents.appeal import how_to_appeal
from eservices.documents.decision import KINDS, PARTS
from eservices.documents.letter import address_lines
from eservices.journal import Entry
from eservices.language import N_
from eservices.naming import (
    APPEAL_STATES,
    CLOCKS,
    DECISION_MAKERS,
    ENQUIRIES,
    IDENTITIES,
    JOURNAL,
    LOOKS,
    METHODS,
    OUTCOMES,
    PARTIES,
    TRIES,
)
from eservices.values import Channel
from eservices.web.case_handling.answers import FileShown, Reading
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.staff.telling import Tell, news_told, phone_shown, tell


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
    files: tuple[FileShown, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionShown:
    heading: str
    outcome: str
    text: str
    parts: tuple[tuple[str, str], ...]
    plain: tuple[str, ...]
    conditions: str
    valid_until: str
    reasons: str
    law: str
    ground: str
    took_part: str
    waiver: str
    appeal: str
    last_day: str
    whole: bool
    digest: str
    at: dt.datetime
    who: str


@dataclass(frozen=True, slots=True)
class AppealShown:
    """An appeal, whether it came in time, and what became of it; `judge` is where that is said."""

    came: str
    in_time: str
    body: str
    state: str
    why: str
    judge: str


@dataclass(frozen=True, slots=True)
class ClockShown:
    name: str
    day: str
    distance: str
    mark: str
    because: str


@dataclass(frozen=True, slots=True)
class ProposalShown:
    """A step that lies ready: why, and where it is taken or laid aside."""

    title: str
    why: str
    do: str
    address: str
    aside: str


@dataclass(frozen=True, slots=True)
class EnquiryShown:
    """What somebody has been asked for, until when, and what came of it."""

    title: str
    who: str
    items: tuple[str, ...]
    state: str
    when: str
    answer: str
    open: bool
    base: str
    kind: str
    id: str = ""
    wonders: str = ""  #: about a single answer, in the officer's words


@dataclass(frozen=True, slots=True)
class PartyShown:
    role: str
    name: str
    identity: str
    method: str
    reach: str
    language: str
    change: str  #: where it is changed how they are reached


def message_shown(
    message: Message, file: CaseFile, names: dict[str, str], reading: Reading, filed: Filed | None = None
) -> MessageShown:
    who = names.get(message.staff_id or "", "") if message.direction is Direction.OUT else ""
    if message.direction is Direction.IN:
        who = next((party.name for party in file.parties if party.id == message.party_id), "") or plain("Den sökande")
    if filed is not None and message.party_id is None:
        who = filed.sender
    delivery = next((d for d in file.deliveries if d.message_id == message.id), None)
    came_along = tuple(reading.file_shown(one) for one in reading.files if one.message_id == message.id)
    reached = _reached(delivery) if delivery else ""
    if filed is not None:
        how = plain("Brev") if message.channel is Channel.PAPER else plain("E-post")
        counts = plain("räknas från {day}", day=reading.telling.day(filed.received_on))
        reached = f"{how}, {counts}"
    return MessageShown(message.subject, message.body, message.sent_at, who, reached, came_along)


def _reached(delivery: Delivery) -> str:
    if delivery.reached_at is not None:
        return plain("framme {moment}", moment=tell().moment(delivery.reached_at))
    if delivery.needs_person:
        return plain("hos kundcenter, senast {day}", day=tell().day(day_of(delivery.due_at)))
    return plain("på väg")


def decision_shown(decision: Decision, case: Case, names: dict[str, str], last_day: dt.date | None) -> DecisionShown:
    ground = decision.delegate
    if decision.made_by is not MadeBy.DELEGATE and decision.meeting_on is not None:
        who = plain(DECISION_MAKERS[decision.made_by])
        ground = plain("{who} {day}, § {paragraph}", who=who, day=decision.meeting_on, paragraph=decision.paragraph)
    last = plain("Sista dag är {day}.", day=last_day) if last_day else ""
    if not last and APPEAL_ROUTES[decision.appeal_route].announced:
        last = plain("Tiden börjar den dag då det står på anslagstavlan. Skriv in den dagen när du vet den.")
    elif not last and APPEAL_ROUTES[decision.appeal_route].weeks:
        last = plain("Tiden börjar när beslutet har nått fram.")
    return DecisionShown(
        heading=plain(KINDS[decision.kind]),
        outcome=plain(OUTCOMES[decision.outcome]),
        text=decision.text,
        parts=tuple((part.what, plain(PARTS[part.outcome])) for part in decision.parts),
        plain=decision.plain,
        conditions=decision.conditions,
        valid_until=plain("{day}", day=decision.valid_until) if decision.valid_until else "",
        reasons=decision.reasons,
        law=decision.law,
        ground=ground,
        took_part=decision.took_part,
        waiver=decision.waiver,
        appeal=" ".join(how_to_appeal(decision.appeal_route, house().municipality, words(), decision.kind)),
        last_day=last,
        whole=is_as_signed(decision, case.number),
        digest=decision.digest[:16],
        at=decision.decided_at,
        who=names.get(decision.decided_by, ""),
    )


def appeal_shown(appeal: Appeal, case: Case, telling: Tell, *, said: str = "") -> AppealShown:
    told = {
        True: plain("Kom i tid. Sista dag var {day}.", day=appeal.last_day or appeal.received_on),
        False: plain("Kom för sent. Sista dag var {day}.", day=appeal.last_day or appeal.received_on),
        None: plain("Ingen vet när personen fick beslutet. Då räknas det som att det kom i tid."),
    }[appeal.in_time]
    return AppealShown(
        came=" · ".join(
            told for told in (plain("Kom in {day}", day=telling.day(appeal.received_on)), said.rstrip(".")) if told
        ),
        in_time=told if appeal.state is not AppealState.NOT_OURS else "",
        body=appeal.body,
        state=plain(APPEAL_STATES[appeal.state]),
        why=appeal.why,
        judge=f"/cases/{case.number}/appeals/{appeal.id}" if appeal.state is AppealState.RECEIVED else "",
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
    for name in ("subject", "body", "note"):
        value = content.get(name)
        if isinstance(value, str) and value:
            parts.append(value)
    if entry.kind in {"runs_beside", "renews", "renewed"} and isinstance(numbers := content.get("numbers"), list):
        parts.append(", ".join(str(number) for number in numbers))
    if isinstance(basis := content.get("basis"), str):
        parts.append(telling.code(IDENTITIES, basis))
    if isinstance(outcome := content.get("outcome"), str):
        parts.insert(0, telling.code({**OUTCOMES, **TRIES}, outcome))
    if entry.why and entry.kind != "viewed":
        parts.append(entry.why)
    return "\n".join(parts) if entry.kind != "viewed" else entry.why


@dataclass(frozen=True, slots=True)
class TransferShown:
    """A carrying over: what is to be done, or what was done and by whom. `address` is where it is marked."""

    told: str
    about: str
    waits: bool
    address: str


def transfers_shown(
    found: Sequence[Transfer], case: Case, names: Mapping[str, str], telling: Tell
) -> tuple[TransferShown, ...]:
    """What waits and what is done; what was laid aside stands in the journal."""
    shown = []
    for one in found:
        if one.waits:
            told = plain("Ska föras över till {system}.", system=one.system)
            about = plain("Står i listan sedan {day}.", day=telling.day_of(one.asked_at))
            shown.append(TransferShown(told, about, waits=True, address=f"/cases/{case.number}/transfer?of={one.id}"))
        elif one.transferred_on is not None:
            told = plain("Fördes över till {system} {day}.", system=one.system, day=one.transferred_on)
            about = plain("Där heter det {number}.", number=one.their_number) if one.their_number else ""
            who = names.get(one.settled_by or "", "")
            shown.append(TransferShown(told, f"{about} {who}".strip(), waits=False, address=""))
    return tuple(shown)


#: Proposal -> what it proposes, why, the button, where.
PROPOSALS = {
    Proposed.DELAY_NOTICE: (
        N_("Berätta att det tar längre tid"),
        N_("Det blir senare än ni har lovat. 11 § förvaltningslagen."),
        "delay",
    ),
    Proposed.ANSWER_REQUEST: (
        N_("Avgör ärendet, eller avslå begäran"),
        N_("Personen har begärt att ni avgör ärendet. Ni har fyra veckor. 12 § förvaltningslagen."),
        "decision",
    ),
    Proposed.DISMISS: (
        N_("Avvisa ansökan"),
        N_("Kompletteringen har inte kommit, och utan den går ansökan inte att pröva. 20 § förvaltningslagen."),
        "decision",
    ),
    Proposed.DECIDE_ANYWAY: (
        N_("Avgör ärendet med det som finns"),
        N_("Kompletteringen har inte kommit. 20 § förvaltningslagen."),
        "decision",
    ),
    Proposed.READ_OPINION: (N_("Skriv beslut"), N_("Tiden att yttra sig är slut."), "decision"),
    Proposed.GO_ON_WITHOUT_REFERRAL: (
        N_("Påminn om remissen, eller gå vidare utan svar"),
        N_("Svaret på remissen har inte kommit."),
        "message",
    ),
    Proposed.JUDGE_APPEAL: (
        N_("Pröva överklagandet"),
        N_("Först om beslutet ska ändras, sedan om det kom i tid. 38 och 45 §§ förvaltningslagen."),
        "appeal",
    ),
    Proposed.ANNOUNCE: (
        N_("Skriv in dagen på anslagstavlan"),
        N_("Tiden att överklaga räknas från den dag då det tillkännagavs att protokollet är justerat."),
        "announcement",
    ),
    Proposed.READ_MAIL: (
        N_("Läs posten och svara"),
        N_("Det har kommit post som ingen handläggare har svarat på eller lagt åt sidan."),
        "message",
    ),
    Proposed.CLOSE: (N_("Avsluta ärendet"), N_("Ingen kan överklaga längre."), "close"),
}

if missing := set(Proposed) - set(PROPOSALS):
    raise RuntimeError(f"proposals without words: {sorted(missing)}")


def proposal_shown(proposal: Proposal, case: Case, telling: Tell) -> ProposalShown:
    title, why, act = PROPOSALS[proposal.kind]
    because = plain(why) if case.regime == "forvaltningslag" else plain(why).partition(". ")[0].rstrip(".") + "."
    since = plain("Sedan {day}.", day=telling.day(day_of(proposal.made_at)))
    base = f"/cases/{case.number}"
    return ProposalShown(
        plain(title), f"{because} {since}", plain(title), f"{base}/{act}", f"{base}/proposals/{proposal.kind}/aside"
    )


_SETTLED = {
    EnquiryState.ANSWERED: N_("Besvarad {day}"),
    EnquiryState.TIMED_OUT: N_("Inget svar i tid, {day}"),
    EnquiryState.TAKEN_BACK: N_("Tillbakatagen {day}"),
}


def enquiry_shown(enquiry: Enquiry, case: Case, file: CaseFile, telling: Tell) -> EnquiryShown:
    who = enquiry.said("to") or next((p.name for p in file.parties if p.id == enquiry.party_id), "")
    items = enquiry.content.get("items")
    settled = telling.day(day_of(enquiry.settled_at)) if enquiry.settled_at else ""
    state = (
        plain("Svar senast {day}", day=telling.day(enquiry.last_day))
        if enquiry.is_open
        else plain(_SETTLED[enquiry.state], day=settled)
    )
    flag = flag_of(enquiry)
    return EnquiryShown(
        title=plain("Fråga om ett svar") if flag is not None else plain(ENQUIRIES[enquiry.kind]),
        who=who,
        items=tuple(str(item) for item in items) if isinstance(items, list) else (enquiry.said("body"),),
        state=state,
        when=plain("Frågade {day}", day=telling.day(day_of(enquiry.asked_at))),
        answer=enquiry.said("answer"),
        open=enquiry.is_open,
        base=f"/cases/{case.number}/enquiries/{enquiry.id}",
        kind=enquiry.kind.value,
        id=enquiry.id,
        wonders=flag.words if flag is not None else "",
    )


#: A clock whose time may be an example that nobody has verified: the header key that says so.
_SAMPLES = {ClockKind.PROMISED: "decide_within", ClockKind.FIRST_CONTACT: "first_contact_within"}


def clock_shown(
    clock: CaseClock, case: Case, telling: Tell, samples: Sequence[str], *, begun: bool = True
) -> ClockShown:
    """A clock that explains itself: which promise or law, how it is counted, what stops it, how much has passed.

    One that has not `begun`, for nobody knows yet when a decision got there, has no day to show.
    """
    name = telling.code(CLOCKS, clock.kind)
    if not begun and clock.met_at is None and case.open:
        return ClockShown(name, plain("Har inte börjat"), "", "", " ".join(_source(clock)))
    because = [*_counted(clock), *_source(clock)]
    if _SAMPLES.get(clock.kind) in samples:
        because.append(plain("Tiden är ett exempel."))
    last = telling.day(day_of(clock.due_at))
    if clock.met_at is not None:
        return ClockShown(name, plain("Klar {moment}", moment=telling.moment(clock.met_at)), "", "", " ".join(because))
    if clock.paused_at is not None:
        since = day_of(clock.paused_at)
        because.insert(0, plain("Står stilla sedan {day}, medan vi väntar på den sökande.", day=since))
        return ClockShown(name, last, plain("står stilla"), "", " ".join(because))
    if clock.kind is ClockKind.SIX_MONTHS:
        opens = day_of(clock.due_at) + dt.timedelta(days=1)
        return ClockShown(name, plain("Från {day}", day=opens), "", "", " ".join(because))
    if not case.open:
        return ClockShown(name, last, plain("gäller inte längre"), "", " ".join(because))
    now = house().clock.now()
    near, level = telling.near(clock.due_at), clocks.level(clock, now)
    if level in {"soon", "close"}:
        because.append(plain("{percent} % av tiden har gått.", percent=clocks.share(clock, now)))
    mark = {"late": "late", "close": "soon"}.get(level, "")
    return ClockShown(name, near.day, near.distance, mark, " ".join(because))


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


#: Where a clock comes from, in words; a rule of the service's own stands as it is written there.
SOURCES = {
    "promise": N_("Det har kommunen lovat."),
    "OSL 5:1": N_("5 kap. 1 § offentlighets- och sekretesslagen."),
    "FL 12 §": N_("12 § förvaltningslagen."),
    "FL 20 §": N_("20 § förvaltningslagen."),
    "FL 25 §": N_("25 § förvaltningslagen."),
    "FL 26 §": N_("26 § förvaltningslagen."),
    "FL 44 §": N_("44 § förvaltningslagen."),
    "FL 46 §": N_("Skyndsamt, i regel inom en vecka. 46 § förvaltningslagen."),
    "KL 13:5": N_("13 kap. 5 § kommunallagen."),
}

#: From when the time to appeal counts.
_APPEAL_FROM = {
    "delivered": N_("Räknas från den dag då beslutet nådde fram."),
    "announced": N_("Räknas från den dag då det tillkännagavs på anslagstavlan att protokollet är justerat."),
}

#: What more there is to know of a clock.
_MORE = {
    ClockKind.SIX_MONTHS: N_("Sedan får personen skriftligen begära att vi avgör ärendet, en gång."),
}


def _source(clock: CaseClock) -> Iterator[str]:
    if clock.kind is ClockKind.APPEAL:
        begins = "announced" if clock.source == "KL 13:5" else "delivered"
        yield plain(_APPEAL_FROM[begins])
    if clock.kind in _MORE:
        yield plain(_MORE[clock.kind])
    yield plain(SOURCES[clock.source]) if clock.source in SOURCES else f"{clock.source.rstrip('.')}."
    if clocks.RULES[clock.kind].until_closing:
        yield plain("Den som har hört av sig innan kundcenter stänger nästa dag är i tid.")
    if not clock.may_pause and clocks.RULES[clock.kind].kind is ClockKind.BY_LAW:
        yield plain("Stannar aldrig.")


def _counted(clock: CaseClock) -> Iterator[str]:
    amount, unit = clock.rule.get("amount"), clock.rule.get("unit")
    if isinstance(amount, int) and amount > 0:
        yield _span(str(unit), amount, day_of(clock.started_at))
    if clock.may_pause:
        yield plain("Stannar medan vi väntar på den sökande.")


def party_shown(party: Party, telling: Tell, change: str = "") -> PartyShown:
    reach = {
        "email": party.email,
        "sms": phone_shown(party.phone),
        "phone": phone_shown(party.phone),
        "letter": ", ".join(address_lines("", party.address)),
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
        change,
    )


def mark_told(mark: Mark, telling: Tell) -> str:
    """A mark of confidentiality: by which provision, and since when."""
    return plain("{provision}, {day}", provision=mark.provision, day=telling.day(mark.marked_on))


def waiting_at_contact_centre(deliveries: Iterable[Delivery], telling: Tell) -> Iterator[str]:
    for delivery in deliveries:
        if delivery.needs_person and delivery.reached_at is None and delivery.cancelled_at is None:
            what, day = news_told(delivery.kind, delivery.method), telling.day(day_of(delivery.due_at))
            yield plain("{what}, senast {day}", what=what, day=day)
