"""What a case holds beside its papers: clocks and phases, what was asked and of whom, appeals, transfers, corrections
of the register, who is set to it. In full for the house itself; others get what is theirs to know.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eservices import deliveries
from eservices.calendars import day_of
from eservices.cases import appealing, belonging, enquiries, phases, registry, related, signing, spoken, transferring
from eservices.cases.corrections import flag_of
from eservices.cases.enquiries import Enquiry, EnquiryKind, EnquiryState
from eservices.cases.model import Case
from eservices.cases.store import CaseFile
from eservices.identity import accounts
from eservices.storage.database import Transaction

#: What in the database has to do with a case and stands in no edition, and why.
LEFT_OUT: Mapping[str, str] = {
    "case_keys": "digests by which the case is found; what they are made of stands in its answers and parties",
    "drafts": "not handed in: nobody's document until it is",
    "outbox": "copies on their way; what was sent stands in messages, deliveries and files",
    "calls": "the contact centre's own notes of a call; what came of it stands in the case",
    "contact_items": "the contact centre's list of work; what was done stands in the journal",
    "proposals": "hints the platform makes from what stands here",
    "disposed_cases": "there is none while there is a case to export",
    "retention_holds": "the archive's own list, in its own report",
    "journal_days": "digests over many cases",
}

#: Says whether this reader gets something of a sort, and lists what they do not get.
Keeps = Callable[[str, str, str], bool]


def beside(tx: Transaction, case: Case, file: CaseFile, keeps: Keeps, *, inside: bool, outside: bool) -> dict[str, Any]:
    """The parts, by name. `inside`: for the house itself; `outside`: for somebody whose case it is not."""
    roles = {party.id: party.role for party in file.parties}
    asked = enquiries.of_case(tx, case)
    found: dict[str, Any] = {
        "clocks": [
            {
                "kind": one.kind.value,
                "started_at": one.started_at.isoformat(),
                "due_at": one.due_at.isoformat(),
                "met_at": _at(one.met_at),
                "pauses": [list(pause) for pause in one.pauses],
            }
            for one in file.clocks
        ],
        "phases": [
            {"status": one.status, "began_at": one.began_at.isoformat(), "ended_at": one.ended_at.isoformat()}
            for one in phases.of_case(tx, case.id)
        ],
        "enquiries": [_enquiry(one, roles, keeps, inside=inside, outside=outside) for one in asked],
        "appeals": _appeals(tx, case, roles, keeps, outside=outside),
        "transfers": [
            {
                "system": one.system,
                "asked_at": one.asked_at.isoformat(),
                "transferred_on": one.transferred_on.isoformat() if one.transferred_on else None,
                "their_number": one.their_number,
                "settled_at": _at(one.settled_at),
            }
            for one in transferring.of_case(tx, case.id)
        ],
        "signatures": [
            {
                "part": one.step,
                "item": one.item,
                "state": one.state.value,
                "asked_at": one.asked_at.isoformat(),
                "answered_at": _at(one.answered_at),
                **({"reason": one.reason} if one.reason else {}),
            }
            for one in signing.of_case(tx, case)
            if keeps("signature", day_of(one.asked_at).isoformat(), "personal" if outside else "")
        ],
        "spoken": [
            {
                "kind": one.kind.value,
                "said_at": one.said_at.isoformat(),
                "body": one.body,
                "last_day": one.last_day.isoformat(),
                "confirmed_on": one.confirmed_on.isoformat() if one.confirmed_on else None,
            }
            for one in spoken.of_case(tx, case)
            if keeps("message", day_of(one.said_at).isoformat(), "message" if outside else "")
        ],
        "deliveries": [
            {
                "kind": one.kind,
                "to": roles.get(one.party_id or "", ""),
                "method": one.method.value,
                "message": one.message_id,
                "made_at": one.made_at.isoformat(),
                "reached_at": _at(one.reached_at),
                "evidence": one.evidence.value if one.evidence else None,
            }
            for one in deliveries.of_case(tx, case.id)
            if not outside
        ],
    }
    return found | (_inside(tx, case) if inside else {})


def _inside(tx: Transaction, case: Case) -> dict[str, Any]:
    """What is the house's own."""
    relations = belonging.relations_of(tx, case.id)
    corrected = registry.corrections_of(tx, case)
    names = accounts.names(tx, {staff for staff, _ in relations})
    others = related.related_to(tx, case, staff_id="", own_units=None)
    return {
        "register_corrections": [
            {
                "line": line,
                "who": one.who,
                "what": one.what,
                "on": one.on.isoformat() if one.on else None,
                "why": one.why,
                "by": one.by,
                "at": _at(one.at),
            }
            for line, one in corrected
        ],
        "staff": [{"name": names.get(staff, ""), "relation": relation.value} for staff, relation in relations],
        "related": [
            {"number": row.number, "because": because}
            for because, rows in (("same_place", others.same_place), ("perhaps_the_same", others.perhaps_the_same))
            for row in rows
        ],
    }


def _enquiry(one: Enquiry, roles: Mapping[str, str], keeps: Keeps, *, inside: bool, outside: bool) -> dict[str, Any]:
    """What was asked, and answered. A referral is the unit's own work until it has been answered (TF 2 kap.)."""
    told: dict[str, Any] = {
        "kind": one.kind.value,
        "state": one.state.value,
        "asked_at": one.asked_at.isoformat(),
        "last_day": one.last_day.isoformat(),
        "settled_at": _at(one.settled_at),
        "consequence": one.consequence.value if one.consequence else None,
    }
    waits = one.kind is EnquiryKind.REFERRAL and one.state is not EnquiryState.ANSWERED
    because = "" if inside else "message" if outside else "working_paper" if waits else ""
    if not keeps("enquiry", day_of(one.asked_at).isoformat(), because):
        return told
    flag, items = flag_of(one), one.content.get("items")
    return {
        **told,
        "asked": roles.get(one.party_id or "", "") or one.said("to"),
        "subject": one.said("subject"),
        "body": one.said("body"),
        "items": items if isinstance(items, list) else [],
        "about": flag.to_json() if flag is not None else None,
        "answer": one.said("answer"),
        "shown": one.content.get("shows") or [],
    }


def _appeals(
    tx: Transaction, case: Case, roles: Mapping[str, str], keeps: Keeps, *, outside: bool
) -> Sequence[dict[str, Any]]:
    found = []
    for one in appealing.of_case(tx, case):
        told: dict[str, Any] = {
            "received_on": one.received_on.isoformat(),
            "last_day": one.last_day.isoformat() if one.last_day else None,
            "state": one.state.value,
            "settled_at": _at(one.settled_at),
        }
        if keeps("appeal", one.received_on.isoformat(), "message" if outside else ""):
            told |= {"by": roles.get(one.party_id or "", ""), "body": one.body, "why": one.why}
        found.append(told)
    return found


def _at(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
