"""The call in hand: whose it is, which application belongs to it, and what stands around each of its pages."""

import datetime as dt
from dataclasses import dataclass

from flask import abort
from werkzeug.exceptions import NotFound

from eservices.contact_centre import calls
from eservices.contact_centre.calls import Call
from eservices.language import N_
from eservices.naming import CHANNELS, IDENTITIES, MANDATES, SPEAKS_AS
from eservices.storage.database import Transaction
from eservices.submissions import drafts
from eservices.submissions.model import Draft
from eservices.values import Channel
from eservices.web.contact_centre.theirs import Theirs, theirs
from eservices.web.i18n import plain
from eservices.web.pages import see_other
from eservices.web.staff import access
from eservices.web.staff.page import StaffPage
from eservices.web.staff.telling import needs_of, phone_written

_HEADINGS = {
    Channel.PHONE: N_("Samtal"),
    Channel.COUNTER: N_("Besök"),
    Channel.PAPER: N_("Blankett på papper"),
    Channel.EMAIL: N_("E-post"),
    Channel.CHAT: N_("Chatt"),
    Channel.SOCIAL_MEDIA: N_("Sociala medier"),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who it is, as far as we may know: the number shows nothing of anyone before the identity basis is recorded."""

    call: str
    heading: str
    number: str
    known: bool
    basis: str
    who: str
    channel: str
    started_at: dt.datetime
    theirs: Theirs
    needs: tuple[str, ...]
    practice: bool
    service: str
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPage(StaffPage):
    """A page of a call: who it is on the left, one thing to do in the middle."""

    caller: Caller


def the_call(tx: Transaction, call_id: str) -> Call:
    """The agent's own call, while it goes on. Nobody else's is there, and one that has ended leads to the desk."""
    call = calls.get(tx, call_id, access.current_staff().id)
    if call is None:
        raise NotFound
    if call.ended_at is not None:
        abort(see_other("/contact-centre/"))
    return call


def application(tx: Transaction, call_id: str, *, lock: bool = False) -> tuple[Call, Draft | None]:
    """The call and the application in it, locked when something is to be written."""
    call = the_call(tx, call_id)
    if call.draft_id is None:
        return call, None
    try:
        return call, drafts.lock(tx, call.draft_id) if lock else drafts.by_id(tx, call.draft_id)
    except drafts.Gone:
        return call, None


def elsewhere(call: Call, draft: Draft | None) -> str:
    """Where to go instead of the page that was asked for, or "" when it can be shown.

    What has been sent is sent; what the person has taken back is theirs; and who it is comes first.
    """
    if asked := next_question(call):
        return asked
    if draft is None:
        return f"{base_of(call)}/choose"
    if draft.submission_id is not None:
        return f"{base_of(call)}/receipt"
    if draft.is_open and draft.assisted_by == call.agent_id:
        return ""
    return f"{base_of(call)}/{'handed-back' if draft.assisted_by is None else 'choose'}"


def to_fill_in(tx: Transaction, call_id: str, *, lock: bool = False) -> tuple[Call, Draft]:
    """The call with an application that can be filled in now; with any other the agent is led to where it stands."""
    call, draft = application(tx, call_id, lock=lock)
    place = elsewhere(call, draft)
    if draft is None or place:
        abort(see_other(place))
    return call, draft


def caller_of(tx: Transaction, call: Call) -> Caller:
    """What may be shown of the person so far."""
    known = theirs(tx, call)
    return Caller(
        call=call.id,
        heading=plain(_HEADINGS[call.channel]) if call.channel in _HEADINGS else plain("Nytt"),
        number=phone_written(call.caller),
        known=calls.known_number(tx, call),
        basis=plain(IDENTITIES[call.identity_basis]) if call.identity_basis else "",
        who=_spoken_for(call),
        channel=plain(CHANNELS[call.channel]) if call.channel else "",
        started_at=call.started_at,
        theirs=known,
        needs=tuple(dict.fromkeys([*needs_of(call.needs), *known.needs])),
        practice=call.practice,
        service=call.service or "",
        ended=call.ended_at is not None,
    )


def _spoken_for(call: Call) -> str:
    """Who calls for somebody else, what they are to that person, and how we know that they may."""
    parts = [
        call.who,
        *(
            plain(table[code])
            for table, code in ((SPEAKS_AS, call.speaks_as), (MANDATES, call.mandate))
            if code in table
        ),
    ]
    return ", ".join(part for part in parts if part)


def base_of(call: Call) -> str:
    return f"/contact-centre/calls/{call.id}"


def next_question(call: Call) -> str:
    """The page that asks what must be known before anything else, or "" when all is known."""
    if call.channel is None:
        return f"{base_of(call)}/channel"
    if call.identity_basis is None:
        return f"{base_of(call)}/identity"
    return ""
