"""What belongs to a case as a person reads it: journal, messages, decisions, clocks, people."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from eservices.calendars import day_of
from eservices.cases.appeals import APPEAL_ROUTES
from eservices.cases.model import Case, CaseClock, ClockKind, Decision, Direction, Message, Party
from eservices.cases.store import CaseFile
from eservices.deliveries import Delivery
from eservices.documents.letter import address_lines
from eservices.journal import Entry
from eservices.language import N_
from eservices.web.i18n import plain, words
from eservices.web.staff.naming import CLOCKS, IDENTITIES, JOURNAL, LOOKS, METHODS, OUTCOMES, TRIES
from eservices.web.staff.telling import Tell, news_told, phone_shown, tell

PARTIES = {
    "applicant": N_("Sökande"),
    "guardian": N_("Vårdnadshavare"),
    "child": N_("Barnet"),
    "co_applicant": N_("Medsökande"),
    "representative": N_("Ombud"),
    "cosigner": N_("Ska också skriva under"),
}


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


def message_shown(message: Message, file: CaseFile, names: dict[str, str]) -> MessageShown:
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


def decision_shown(decision: Decision, names: dict[str, str]) -> DecisionShown:
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
    for name in ("subject", "body", "note"):
        value = content.get(name)
        if isinstance(value, str) and value:
            parts.append(value)
    if entry.kind == "runs_beside" and isinstance(numbers := content.get("numbers"), list):
        parts.append(", ".join(str(number) for number in numbers))
    if isinstance(outcome := content.get("outcome"), str):
        parts.insert(0, telling.code({**OUTCOMES, **TRIES}, outcome))
    if entry.why and entry.kind != "viewed":
        parts.append(entry.why)
    return "\n".join(parts) if entry.kind != "viewed" else entry.why


#: A clock whose time may be an example that nobody has verified: the header key that says so.
_SAMPLES = {ClockKind.PROMISED: "decide_within", ClockKind.FIRST_CONTACT: "first_contact_within"}


def clock_shown(clock: CaseClock, case: Case, telling: Tell, samples: Sequence[str]) -> ClockShown:
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


def party_shown(party: Party, telling: Tell) -> PartyShown:
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
    )


def waiting_at_contact_centre(deliveries: Iterable[Delivery], telling: Tell) -> Iterator[str]:
    for delivery in deliveries:
        if delivery.needs_person and delivery.reached_at is None and delivery.cancelled_at is None:
            what, day = news_told(delivery.kind, delivery.method), telling.day(day_of(delivery.due_at))
            yield plain("{what}, senast {day}", what=what, day=day)
