"""A file that was handed in and that nobody can open: infected, or a picture no decoder can read.

The submission stands, and nobody is refused for it. Whoever sent the file is told and can send it again, and the
contact centre has it to ask for, so that a message that nobody reads is not the end of it.
"""

import datetime as dt

from eservices import attachments
from eservices.attachments import Attachment
from eservices.calendars import add_working_days, day_of, end_of_day
from eservices.cases import store
from eservices.cases.changing import note_entry, party_of, tell, write_message
from eservices.cases.model import Case
from eservices.contact_centre import items
from eservices.contact_centre.items import ItemKind, Need
from eservices.identity.people import Actor
from eservices.language import N_
from eservices.language import words as words_of
from eservices.storage.database import Transaction
from eservices.submissions import store as submissions
from eservices.submissions.model import SubmissionKind
from eservices.values import Channel


def tell_of_refused_files(tx: Transaction, now: dt.datetime, *, limit: int = 50) -> int:
    """Tell of every file that has been refused since the last time; how many there were."""
    found = attachments.refused_untold(tx, limit)
    for case_id, attachment_id in found:
        case = store.lock(tx, case_id)
        if attachments.told(tx, attachment_id):
            _tell_of(tx, case, attachment_id, now)
    return len(found)


def _tell_of(tx: Transaction, case: Case, attachment_id: str, now: dt.datetime) -> None:
    file = attachments.get(tx, attachment_id, case.key)
    if file is None:
        return
    why = (file.reason or "").removesuffix("_told")
    note_entry(tx, case, Actor.system(), "file_refused", now, content={"file": file.id, "why": why})
    if _is_the_applicants(tx, case, file):
        _ask_again(tx, case, file, now)
    items.add_task(
        tx,
        kind=ItemKind.QUESTION,
        need=Need.ASK_MISSING,
        queue=case.contact_queue,
        channel=Channel.PHONE,
        due_at=end_of_day(add_working_days(day_of(now), 1)),
        now=now,
        content={},
        service=case.service,
        case_id=case.id,
        key=case.key,
    )


def _is_the_applicants(tx: Transaction, case: Case, file: Attachment) -> bool:
    """Whether the name of the file may be told to the applicant: somebody else's is theirs alone."""
    sent = [one for one in submissions.of_case(tx, case.id) if one.id == file.submission_id]
    return any(one.kind is SubmissionKind.INITIAL for one in sent)


def _ask_again(tx: Transaction, case: Case, file: Attachment, now: dt.datetime) -> None:
    party = party_of(tx, case, None)
    words = words_of(party.language)
    subject = words(N_("En av dina filer går inte att öppna"))
    paragraphs = [
        words(
            N_("Vi kan inte öppna filen {name}. Den är skadad, eller så stoppade vårt virusskydd den."), name=file.name
        ),
        words(N_("Skicka den en gång till på ärendets sida, gärna från en annan enhet, eller lämna den på papper.")),
        words(N_("Ditt ärende ligger kvar och du har inte förlorat någon tid.")),
    ]
    system, body = Actor.system(), "\n\n".join(paragraphs)
    sent = write_message(tx, case, party, system, now, kind="message", subject=subject, body=body)
    tell(tx, case, party, "message", now, message_id=sent.id, subject=subject, paragraphs=paragraphs)
