"""Letters in a batch: printed as one paper, and said to be posted in one act, with what came of each."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from flask import request
from werkzeug.wrappers import Response

from eservices import attachments, deliveries
from eservices.attachments import Missing
from eservices.cases import store
from eservices.cases.model import Case
from eservices.contact_centre import bringing, queue
from eservices.contact_centre.letters import by_mark, mark_of, may_come_back
from eservices.deliveries import Delivery, Evidence
from eservices.documents.batch import one_paper
from eservices.identity.people import Act
from eservices.language import N_
from eservices.storage.database import Transaction
from eservices.storage.sealing import Unreadable
from eservices.submissions.model import Needs
from eservices.values import Channel, ContactMethod
from eservices.web.contact_centre.bringing import has_files, letter_of
from eservices.web.contact_centre.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.field import Errors
from eservices.web.staff.page import StaffPage, framed
from eservices.web.staff.telling import needs_of, news_told

#: So many letters are printed in one go; what is left comes with the next.
AT_ONCE = 50

#: What came of a letter that was said to be posted.
_CAME_OF_IT = {
    "posted": N_("Markerat som postat"),
    "waits": N_("Markerat som postat. Vi väntar på att personen bekräftar."),
    "settled": N_("Inte ändrat: en kollega hade redan tagit hand om det."),
    "unprinted": N_("Inte markerat: brevet är inte utskrivbart än."),
    "gone": N_("Inte markerat: brevet finns inte, eller enheten sköter det."),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that the contact centre posts; `printed` once there is something to print."""

    delivery: Delivery
    case: Case
    mark: str
    printed: attachments.Attachment | None
    needs: Needs

    @property
    def is_large(self) -> bool:
        return self.needs.large_print


@dataclass(frozen=True, slots=True)
class LetterShown:
    """A letter to be posted. `ready` once there is something to print; `needs` what the reader needs of a letter."""

    id: str
    mark: str
    what: str
    name: str
    needs: tuple[str, ...]
    due_at: dt.datetime
    who: str
    ready: bool
    large: bool
    braille: bool
    enclosed: bool = False  #: whether files go with it, to be printed by themselves


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of one letter."""

    id: str
    mark: str
    what: str
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersPage(StaffPage):
    template: ClassVar[str] = "contact_centre/letters.html"
    letters: tuple[LetterShown, ...]
    results: tuple[Posted, ...] = ()
    caption: str
    more: bool
    mark: str = ""
    errors: Errors = ()


@blueprint.get("/letters")
@access.requires(Act.DELIVER)
def show_letters() -> Response:
    """What is to be posted, what must be there first on top."""
    with house().database.read() as tx:
        page = replace(_page(tx), mark=request.args.get("mark", "")[:40])
    return render(page)


@blueprint.post("/letters")
@access.requires(Act.DELIVER)
def print_or_post() -> Response:
    """Print the chosen letters as one paper, or say that they are posted; what came of each is told."""
    chosen = list(dict.fromkeys(request.form.getlist("letter")))[:AT_ONCE]
    with house().database.transaction() as tx:
        if not chosen:
            return render(_page(tx, errors=(("letters", plain("Välj minst ett brev.")),)), 422)
        if request.form.get("go") == "posted":
            return render(_page(tx, results=tuple(_posted(tx, chosen))))
        large = request.form.get("go") == "print-large"
        printed = list(_printed(tx, chosen, large=large))
        if not printed:
            return render(_page(tx, errors=(("letters", plain("Inget av breven går att skriva ut än.")),)), 422)
    response, name = Response(one_paper(printed), mimetype="application/pdf"), "letters-large" if large else "letters"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{house().clock.today().isoformat()}.pdf"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    return response


@blueprint.post("/letters/came-back")
@access.requires(Act.DELIVER)
def take_back_letter() -> Response:
    """A letter that was posted has come back: somebody must find another way. Before that nothing of it is shown."""
    mark = request.form.get("mark", "")
    with house().database.transaction() as tx:
        found = by_mark(tx, mark)
        letter = _letter(tx, found.id) if found is not None else None
        if letter is None or not may_come_back(letter.delivery):
            sentence = plain("Det finns inget postat brev med det märket.")
            return render(replace(_page(tx, errors=(("mark", sentence),)), mark=mark[:40]), 422)
        actor, now = access.actor(Channel.PAPER), house().clock.now()
        bringing.tried(tx, letter.delivery.id, actor=actor, outcome=bringing.Outcome.RETURNED, now=now)
    return see_other(f"/contact-centre/deliveries/{letter.delivery.id}")


def _page(tx: Transaction, *, results: tuple[Posted, ...] = (), errors: Errors = ()) -> LettersPage:
    rows = queue.letters_to_post(tx, limit=AT_ONCE + 1)
    shown = []
    for row in rows[:AT_ONCE]:
        letter = _letter(tx, row.id)
        if letter is None:
            continue
        shown.append(
            LetterShown(
                id=row.id,
                mark=letter.mark,
                what=news_told(row.need, row.method or ""),
                name=row.name,
                needs=tuple(needs_of(letter.needs)),
                due_at=row.due_at,
                who=row.agent_name or "",
                ready=letter.printed is not None,
                large=letter.is_large,
                braille=letter.needs.braille,
                enclosed=has_files(tx, letter.delivery, letter.case),
            )
        )
    return LettersPage(
        **framed("contact_centre"),
        letters=tuple(shown),
        results=results,
        caption=words().plural("{n} brev att posta.", "{n} brev att posta.", len(shown)),
        more=len(rows) > AT_ONCE,
        errors=errors,
    )


def _letter(tx: Transaction, delivery_id: str) -> Letter | None:
    """None for what is no letter, and for one that the unit sends itself."""
    delivery = deliveries.get(tx, delivery_id)
    case = store.by_id(tx, delivery.case_id) if delivery is not None else None
    if delivery is None or case is None or delivery.method is not ContactMethod.LETTER or case.protected:
        return None
    parties = store.parties_of(tx, case)
    needs = next((one.needs for one in parties if one.id == delivery.party_id), Needs())
    return Letter(delivery, case, mark_of(tx, delivery, case), letter_of(tx, delivery, case), needs)


def _printed(tx: Transaction, chosen: Sequence[str], *, large: bool) -> Iterator[tuple[bytes, str]]:
    """The chosen letters that are ready, in the order of the list: those in large print, or the others.

    That each is looked at is written down.
    """
    for letter in filter(None, (_letter(tx, delivery_id) for delivery_id in chosen)):
        if letter.printed is None or not letter.delivery.is_work or letter.is_large is not large:
            continue
        try:
            content = b"".join(
                attachments.open_for_reading(house().settings.files_dir, letter.printed, letter.case.key)
            )
        except (Missing, Unreadable):
            continue
        access.journal_look(tx, "letter", letter.case, delivery=letter.delivery.id)
        yield content, letter.mark


def _posted(tx: Transaction, chosen: Sequence[str]) -> Iterator[Posted]:
    for delivery_id in chosen:
        letter = _letter(tx, delivery_id)
        came = _post(tx, letter)
        known = (letter.delivery.id, letter.mark) if letter is not None else ("", "")
        yield Posted(*known, plain(_CAME_OF_IT[came]), came in {"posted", "waits"})


def _post(tx: Transaction, letter: Letter | None) -> str:
    """Say that one letter is posted. Gives what came of it, as a key of `_CAME_OF_IT`."""
    if letter is None:
        return "gone"
    if not letter.delivery.is_work:
        return "settled"
    if letter.printed is None:
        return "unprinted"
    actor, now = access.actor(Channel.PAPER), house().clock.now()
    done = bringing.brought(tx, letter.delivery.id, actor=actor, evidence=Evidence.SENT, now=now)
    return "posted" if done else "waits"
