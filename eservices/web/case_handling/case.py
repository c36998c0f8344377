"""The case page: what, what is missing or late, the content, then acts and clocks. Every look is journalled."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices import attachments, journal
from eservices.attachments import Attachment
from eservices.cases import (
    appealing,
    belonging,
    delays,
    enquiries,
    filing,
    marks,
    model,
    proposals,
    related,
    spoken,
    store,
    transferring,
)
from eservices.cases.appealing import Hinders
from eservices.cases.belonging import Relation
from eservices.cases.corrections import corrections, flag_of
from eservices.cases.deciding import is_document
from eservices.cases.model import Case, Decision
from eservices.cases.queue import QueueRow
from eservices.cases.store import CaseFile
from eservices.identity import accounts
from eservices.identity.people import Act, may
from eservices.journal import Entry
from eservices.language import N_
from eservices.naming import OUTCOMES
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.submissions.model import Submission, SubmissionKind
from eservices.web.case_handling.answers import (
    FileShown,
    Reading,
    SubmissionShown,
    Told,
    lines_of,
    missing_of,
    submission_shown,
)
from eservices.web.case_handling.gone import gone
from eservices.web.case_handling.room import blueprint
from eservices.web.case_handling.spoken import SpokenShown, said_first, waiting_shown
from eservices.web.case_handling.telling import (
    AppealShown,
    ClockShown,
    DecisionShown,
    EnquiryShown,
    EntryShown,
    MessageShown,
    PartyShown,
    ProposalShown,
    TransferShown,
    appeal_shown,
    clock_shown,
    decision_shown,
    enquiry_shown,
    entry_shown,
    mark_told,
    message_shown,
    party_shown,
    proposal_shown,
    transfers_shown,
    waiting_at_contact_centre,
)
from eservices.web.files import download
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.consents import ConsentShown, consents_shown
from eservices.web.staff.page import ON_A_CASE, StaffPage, framed
from eservices.web.staff.reason import Reason, reason_page
from eservices.web.staff.signers import Signer, signers_of
from eservices.web.staff.telling import Tell, needs_of, tell

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
    "flagged": N_("Frågan är på väg. Svaret visas bredvid det gamla när det kommer."),
    "supplement_requested": N_("Brevet är på väg. Ärendet kommer tillbaka när svaret har kommit eller tiden är slut."),
    "hearing_held": N_("Brevet är på väg. Vänta med beslutet tills svaret har kommit eller tiden är slut."),
    "referred": N_("Ärendet är på remiss."),
    "answered": N_("Svaret är antecknat."),
    "longer": N_("Tiden är förlängd."),
    "taken_back": N_("Frågan är tillbakatagen."),
    "delay_told": N_("Beskedet är på väg."),
    "forecast": N_("Dagen är sparad."),
    "announced": N_("Dagen är sparad. Tiden att överklaga räknas därifrån."),
    "confirmed": N_("Det är bekräftat skriftligt, och räknas från den dagen."),
    "appeal_received": N_("Överklagandet är antecknat. Pröva det nu."),
    "request_refused": N_("Begäran är avslagen genom ett beslut, och beskedet är på väg."),
    "appeal_judged": N_("Överklagandet är prövat."),
    "appeal_dismissed": N_("Överklagandet är avvisat genom ett beslut, och beskedet är på väg."),
    "given": N_("Ärendet har en ny handläggare."),
    "handed_over": N_("Ärendet ligger hos den andra enheten."),
    "watched": N_("Du bevakar ärendet."),
    "unwatched": N_("Du bevakar inte ärendet längre."),
    "restricted": N_("Vem som får öppna ärendet är ändrat."),
    "protected": N_("Det är sparat."),
    "contact": N_("Det är ändrat. Nya besked går på det sättet."),
    "marked": N_("Ärendet är sekretessmarkerat."),
    "laid_aside": N_("Förslaget är lagt åt sidan."),
    "to_transfer": N_("Ärendet står i listan över det som ska föras över."),
    "transferred": N_("Ärendet är märkt som överfört."),
    "not_transferred": N_("Ärendet står inte längre i listan över det som ska föras över."),
    "filed": N_("Posten ligger i ärendet, och handläggaren ser den."),
    "numbered": N_("Numret i nämndens diarium är sparat."),
}


#: Whoever has opened the case within so long may still have it open.
_A_MOMENT = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class ActLink:
    """Something to do with the case: a page to go to, or done at once where `post`."""

    label: str
    address: str
    post: bool = False
    second: bool = True


@dataclass(frozen=True, slots=True)
class OtherCase:
    """Another case: what may be known of it here, and where it is opened by whoever may."""

    number: str
    title: str
    about: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Former:
    """What was decided in the case that this one renews."""

    number: str
    address: str
    outcome: str
    until: str
    conditions: str


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
    appeals: tuple[AppealShown, ...]
    to_confirm: tuple[SpokenShown, ...]
    timeline: tuple[EntryShown, ...]
    looks: tuple[EntryShown, ...]
    acts: tuple[ActLink, ...]
    more: tuple[ActLink, ...]
    marked: tuple[str, ...]
    officer: str
    clocks: tuple[ClockShown, ...]
    proposed: tuple[ProposalShown, ...]
    asked: tuple[EnquiryShown, ...]
    parties: tuple[PartyShown, ...]
    signers: tuple[Signer, ...]
    consents: tuple[ConsentShown, ...]
    contact_centre: tuple[str, ...]
    here_too: tuple[str, ...]
    renews: Former | None
    same_place: tuple[OtherCase, ...]
    perhaps_the_same: tuple[OtherCase, ...]
    documents: tuple[FileShown, ...]
    transfers: tuple[TransferShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealedPage(StaffPage):
    template: ClassVar[str] = "case_handling/revealed.html"
    case: Case
    numbers: tuple[Told, ...]


@blueprint.get("/<casenumber:number>")
@access.requires(Act.SEE_CASE)
def show(number: str) -> Response:
    """The whole case. Outside one's own work a reason is asked first; of one that was disposed of little is left."""
    with house().database.transaction() as tx:
        try:
            case = access.case_for(tx, number, Act.SEE_CASE)
        except NotFound:
            return gone(tx, number)
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
            for line in lines_of(tx, submission)
            if line.question.type.fact == "personal_number" and line.state == "answered"
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
    filed = filing.of_case(tx, case)
    carried_over = transferring.of_case(tx, case.id)
    names = accounts.names(tx, _staff_of(file) | {one.settled_by for one in carried_over if one.settled_by})
    telling = tell()
    service = pinned.service(tx, case.version)
    asked = enquiries.of_case(tx, case)
    staff = access.current_staff()
    works = may(staff, Act.WORK_ON_CASE, case.unit)
    others = related.related_to(tx, case, staff_id=staff.id, own_units=access.units_of(staff, Act.SEE_CASE))
    flags = [flag for one in asked if one.is_open and (flag := flag_of(one)) is not None]
    reading = Reading(
        case,
        files,
        names,
        telling,
        corrections=corrections(file.submissions, asked),
        flagged=frozenset(flag.place for flag in flags),
        may_flag=works and model.standing(case.status, service.own_states) in model.MAY_BE_ASKED,
    )
    said = spoken.of_case(tx, case)
    may_see_looks = may(staff, Act.SEE_WHO_LOOKED, case.unit)
    looks = [entry for entry in entries if entry.kind == "viewed"] if may_see_looks else []
    last_days = {decision.id: appealing.last_day(tx, case, decision) for decision in file.decisions}
    return CasePage(
        **framed("cases", more=ON_A_CASE),
        case=case,
        done=plain(DONE[code]) if (code := request.args.get("done", "")) in DONE else "",
        missing=tuple(missing_of(tx, file)),
        needs=tuple(need for party in file.parties for need in needs_of(party.needs)),
        submissions=tuple(
            submission_shown(tx, submission, reading)
            for submission in file.submissions
            if submission.kind is not SubmissionKind.SIGNATURE
        ),
        conversation=tuple(
            message_shown(message, file, names, reading, filed.get(message.id)) for message in file.messages
        ),
        decisions=tuple(
            decision_shown(decision, case, names, last_days[decision.id]) for decision in reversed(file.decisions)
        ),
        appeals=tuple(
            appeal_shown(appeal, case, telling, said=said_first(said, appeal.id))
            for appeal in appealing.of_case(tx, case)
        ),
        to_confirm=waiting_shown(said, case),
        timeline=tuple(entry_shown(entry, telling) for entry in reversed(entries) if entry.kind != "viewed"),
        looks=tuple(entry_shown(entry, telling) for entry in reversed(looks)),
        acts=tuple(
            acts_for(
                case,
                service.own_states,
                file.decisions,
                hinders=appealing.hinders_closing(tx, case),
                asked_to_decide=delays.asked_by(tx, case) is not None,
            )
        ),
        more=tuple(more_for(tx, case)),
        marked=tuple(mark_told(mark, telling) for mark in marks.of_case(tx, case.id)),
        officer=names.get(case.officer_id or "", ""),
        clocks=tuple(
            clock_shown(
                clock,
                case,
                telling,
                service.samples,
                begun=clock.about not in last_days or last_days[clock.about] is not None,
            )
            for clock in sorted(file.clocks, key=lambda one: one.met_at is not None)  # what runs comes first
        ),
        proposed=tuple(proposal_shown(one, case, telling) for one in proposals.open_ones(tx, case)),
        asked=tuple(enquiry_shown(one, case, file, telling) for one in asked),
        parties=tuple(
            party_shown(party, telling, f"/cases/{case.number}/parties/{party.id}/contact" if changes else "")
            for party in file.parties
            for changes in (works and case.open and party.role != "child",)
        ),
        signers=signers_of(tx, case),
        consents=consents_shown(file.submissions, entries),
        here_too=tuple(_here_too(entries, telling)) if works else (),
        renews=_renewed(tx, entries),
        same_place=tuple(_other_case(row, telling) for row in others.same_place),
        perhaps_the_same=tuple(_other_case(row, telling) for row in others.perhaps_the_same),
        documents=tuple(_documents(files, reading)),
        contact_centre=tuple(waiting_at_contact_centre(file.deliveries, telling)),
        transfers=transfers_shown(carried_over, case, names, telling),
    )


def _other_case(row: QueueRow, telling: Tell) -> OtherCase:
    """Of a case that this account cannot open, what it is about and whom to ask; no name."""
    opens = may(access.current_staff(), Act.SEE_CASE, row.unit)
    came = plain("{unit}, kom in {day}", unit=telling.unit(row.unit), day=telling.day(row.received_on))
    about = f"{came}. {telling.status(row.status, row.public_status)}"
    return OtherCase(row.number, row.title, about, row.name if opens else "", f"/cases/{row.number}" if opens else "")


def _here_too(entries: Sequence[Entry], telling: Tell) -> Iterator[str]:
    """Who else has opened the case a moment ago, and may be about to do something with it."""
    since, mine = house().clock.now() - _A_MOMENT, access.current_staff().id
    last: dict[str, Entry] = {
        entry.staff_id: entry
        for entry in entries
        if entry.kind == "viewed" and entry.content.get("what") == "case" and entry.at >= since and entry.staff_id
    }
    for staff_id, entry in last.items():
        if staff_id != mine:
            yield plain("{name}, {moment}", name=entry.staff_name, moment=telling.moment(entry.at))


def _renewed(tx: Transaction, entries: Sequence[Entry]) -> Former | None:
    """The decision of the case that this one renews, for an account that may open that case, too."""
    entry = next((one for one in entries if one.kind == "renews"), None)
    numbers = entry.content.get("numbers") if entry is not None else None
    former = store.by_number(tx, str(numbers[0])) if isinstance(numbers, list) and numbers else None
    if former is None or not access.is_open_for(tx, former, Act.SEE_CASE):
        return None
    decision = next(iter(reversed(model.of_the_matter(store.decisions_of(tx, former)))), None)
    if decision is None:
        return None
    until = plain("{day}", day=decision.valid_until) if decision.valid_until else ""
    address = f"/cases/{former.number}"
    return Former(former.number, address, plain(OUTCOMES[decision.outcome]), until, decision.conditions)


def _documents(files: Sequence[Attachment], reading: Reading) -> Iterator[FileShown]:
    """What lies in the case beside answers and messages: documents that came later, and what was decided."""
    for file in files:
        if file.question == "document":
            yield reading.file_shown(file)
        elif is_document(file.question):
            yield replace(reading.file_shown(file), name=plain("Beslutet som pdf"))


def _staff_of(file: CaseFile) -> set[str]:
    """Every account that is named somewhere on the page."""
    named = {file.case.officer_id}
    named |= {message.staff_id for message in file.messages}
    named |= {decision.decided_by for decision in file.decisions}
    named |= {submission.entered_by for submission in file.submissions}
    named |= {answer.origin.staff_id for s in file.submissions for answer in s.answers.given.values()}
    return {staff_id for staff_id in named if staff_id}


def acts_for(
    case: Case,
    own_states: Mapping[str, str],
    decisions: Sequence[Decision],
    *,
    hinders: Hinders | None,
    asked_to_decide: bool,
) -> Iterator[ActLink]:
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
        label = plain("Rätta eller ändra beslutet") if here is model.Status.DECIDED else plain("Skriv beslut")
        yield ActLink(label, f"{base}/decision", second=not primary)
    if here in model.MAY_BE_ASKED:
        yield ActLink(plain("Be om komplettering"), f"{base}/supplement")
    yield ActLink(plain("Skriv till den sökande"), f"{base}/message")
    if here in model.MAY_BE_ASKED:
        yield ActLink(plain("Låt någon yttra sig"), f"{base}/hearing")
        yield ActLink(plain("Skicka på remiss"), f"{base}/referral")
        yield ActLink(plain("När blir det klart?"), f"{base}/forecast")
    if model.moves_from(case.status, own_states):
        yield ActLink(plain("Ändra läge"), f"{base}/status")
    yield ActLink(plain("Anteckna i journalen"), f"{base}/note")
    if case.officer_id == staff.id and case.open:
        yield ActLink(plain("Lämna ifrån mig ärendet"), f"{base}/release", post=True)
    if case.open:
        yield ActLink(plain("Ge till en kollega"), f"{base}/give")
    if not case.open:
        yield ActLink(plain("Öppna ärendet igen"), f"{base}/reopen")
    if asked_to_decide and may(staff, Act.DECIDE, case.unit):
        yield ActLink(plain("Avslå begäran att avgöra ärendet"), f"{base}/request")
    yield from _acts_of_appeal(case, decisions)
    if here in model.MAY_BE_CLOSED and hinders is not Hinders.WAITS:
        as_a_matter_of_course = here is model.Status.DECIDED and hinders is None
        yield ActLink(plain("Avsluta ärendet"), f"{base}/close", second=not as_a_matter_of_course)


def _acts_of_appeal(case: Case, decisions: Sequence[Decision]) -> Iterator[ActLink]:
    base = f"/cases/{case.number}"
    if appealing.waits_to_be_announced(case, decisions):
        yield ActLink(plain("Skriv in dagen på anslagstavlan"), f"{base}/announcement")
    if appealing.appealable(decisions):
        yield ActLink(plain("Ta emot överklagande"), f"{base}/appeal")


def more_for(tx: Transaction, case: Case) -> Iterator[ActLink]:
    """What is seldom done, and who is what to the case."""
    staff, base = access.current_staff(), f"/cases/{case.number}"
    watches = (staff.id, Relation.WATCHES) in belonging.relations_of(tx, case.id)
    yield ActLink(plain("Sluta bevaka") if watches else plain("Bevaka"), f"{base}/watch", post=True)
    if may(staff, Act.ASSIGN_CASE, case.unit) and not may(staff, Act.WORK_ON_CASE, case.unit) and case.open:
        yield ActLink(plain("Ge till en handläggare"), f"{base}/give")
    if may(staff, Act.HAND_OVER_CASE, case.unit) and case.open:
        yield ActLink(plain("Lämna över till en annan enhet"), f"{base}/hand-over")
    if may(staff, Act.FILE_MAIL, case.unit):
        yield ActLink(plain("Lägg post i ärendet"), f"{base}/mail")
    if may(staff, Act.EXPORT_CASE, case.unit):
        yield ActLink(plain("Lämna ut ärendet"), f"{base}/hand-out")
    if may(staff, Act.TRANSFER_CASE, case.unit):
        yield ActLink(plain("Överför för hand"), f"{base}/transfer")
    if may(staff, Act.KEEP_REGISTER, case.unit):
        yield ActLink(plain("Nummer i nämndens diarium"), f"{base}/registry-number")
    if may(staff, Act.WORK_ON_CASE, case.unit):
        yield ActLink(plain("Begränsa vem som får öppna"), f"{base}/restrict")
        yield ActLink(plain("Sekretessmarkera"), f"{base}/mark")
        if may(staff, Act.SEE_PROTECTED, case.unit):
            yield ActLink(plain("Skyddade uppgifter"), f"{base}/protect")
        yield ActLink(plain("Jag är jävig"), f"{base}/recuse")
