"""A letter or an e-mail that has come is put with the case it belongs to: a document that has come in, in the register.

Who wrote it may be a party or anybody else. What anybody else wrote is shown to no party: whether it may be is judged
when somebody asks (or the officer lets them be heard on it).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select

from eservices.attachments import Received
from eservices.calendars import day_of, end_of_day
from eservices.cases import proposals, store
from eservices.cases.changing import change, keep_with, moved, note_entry, party_of
from eservices.cases.model import Case, CaseId, Direction, Message, NotAllowed, Status
from eservices.cases.proposals import Proposed
from eservices.cases.tables import filed_mail
from eservices.identity.people import Actor
from eservices.storage.database import Transaction
from eservices.storage.prepared import Prepared
from eservices.storage.sealing import DataKey
from eservices.values import Channel, Json, new_id

#: What it is called in the register and on the case, by the channel it came by.
KINDS = {Channel.PAPER: "letter", Channel.EMAIL: "email"}

#: A paper that somebody had been asked for, or promised: it came under the number of its case.
PAPER = "document"


@dataclass(frozen=True, slots=True)
class Mail:
    """One letter or e-mail. `sender` is written where nobody in the case sent it; `party_id` names who did."""

    channel: Channel
    about: str
    arrived_on: dt.date
    arrived_how: str
    received_on: dt.date  #: the legal day, FL 22 §
    party_id: str | None = None
    sender: str = ""
    body: str = ""
    kind: str = ""  #: what it is, where that is neither letter nor e-mail


@dataclass(frozen=True, slots=True)
class Filed:
    """How a message came that was filed: its days, who filed it, and who it is from, where that is no party."""

    arrived_on: dt.date
    arrived_how: str
    received_on: dt.date
    filed_by: str
    filed_at: dt.datetime
    sender: str


_ADD = Prepared(insert(filed_mail))
_OF_CASE = Prepared(select(filed_mail).where(filed_mail.c.case_id == bindparam("case_id")))


def file_mail(
    tx: Transaction,
    case_id: CaseId,
    mail: Mail,
    *,
    actor: Actor,
    now: dt.datetime,
    files: Sequence[Received] = (),
    scanning: bool = False,
) -> Message:
    """Put it with the case, with its files, under the day it counts from; whoever handles the case is told.

    A party's mail brings a case back that waited for a supplement. Raises `NotAllowed` for a day to come.
    """
    case = store.lock(tx, case_id)
    if actor.staff_id is None or mail.channel not in KINDS or mail.arrived_on > day_of(now):
        raise NotAllowed("file mail", case.status)
    party = party_of(tx, case, mail.party_id) if mail.party_id is not None else None
    received_at = now if mail.received_on == day_of(now) else end_of_day(mail.received_on)
    message = Message(
        id=new_id(),
        direction=Direction.IN,
        kind=mail.kind or KINDS[mail.channel],
        channel=mail.channel,
        party_id=party.id if party is not None else None,
        staff_id=actor.staff_id,
        sent_at=received_at,
        read_at=None,
        subject=mail.about,
        body=mail.body,
    )
    store.add_message(tx, case, message)
    row = {
        "message_id": message.id,
        "case_id": case.id,
        "arrived_on": mail.arrived_on,
        "arrived_how": mail.arrived_how,
        "received_on": mail.received_on,
        "filed_by": actor.staff_id,
        "filed_at": now,
        "sealed": case.key.seal({"sender": mail.sender, "about": mail.about}, place=_place(message.id)),
    }
    tx.run(_ADD, row)
    keep_with(tx, case, message, files, now=now, scanning=scanning)
    after = change(tx, case)
    told: dict[str, Json] = {"message": message.id, "subject": mail.about, "received_on": mail.received_on.isoformat()}
    note_entry(tx, after, actor, "mail_filed", now, shared=party is not None, content=told)
    proposals.propose(tx, after, Proposed.READ_MAIL, now=now)
    if party is not None and after.status == Status.AWAITING_SUPPLEMENT:
        moved(tx, after, Status.SUPPLEMENT_RECEIVED.value, actor, now)
    return message


def of_case(tx: Transaction, case: Case) -> Mapping[str, Filed]:
    """Message -> how it came, for those of a case that were filed."""
    return {
        row.message_id: Filed(
            row.arrived_on,
            row.arrived_how,
            row.received_on,
            row.filed_by,
            row.filed_at,
            sender_of(case.key, row.message_id, row.sealed),
        )
        for row in tx.rows(_OF_CASE, case_id=case.id)
    }


def sender_of(key: DataKey, message_id: str, sealed: bytes) -> str:
    """Who filed mail is from, where that is no party, of a row that another query has brought along."""
    sender: str = key.unseal(sealed, place=_place(message_id))["sender"]
    return sender


def about_of(key: DataKey, message_id: str, sealed: bytes) -> str:
    """What the same mail is about, in the few words that the register has of it."""
    about: str = key.unseal(sealed, place=_place(message_id)).get("about", "")
    return about


def _place(message_id: str) -> str:
    return f"filed_mail.sealed:{message_id}"
