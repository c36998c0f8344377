"""Following the case with its number and code: seeing it, writing, and sending more."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices import attachments
from eservices.attachments import Attachment
from eservices.cases import acts, following, store
from eservices.cases.following import Following
from eservices.cases.model import Direction
from eservices.identity.people import Actor
from eservices.intake import supplements
from eservices.language import N_
from eservices.questions import faults
from eservices.questions.base import Fault
from eservices.questions.text import TextArea
from eservices.web import files, i18n, once, security, uploads
from eservices.web.bodies import sent_files
from eservices.web.house import house
from eservices.web.pages import Page, render, see_other
from eservices.web.resident import passes
from eservices.web.resident.blueprint import blueprint
from eservices.web.resident.case_page import case_page, is_theirs
from eservices.web.uploads import Durable

#: What is counted when somebody is wrong.
_CODES = "case code"
#: How long one may go on looking at a case before number and code are asked again.
_OPEN_FOR = dt.timedelta(hours=2)

_NO_SUCH_CASE = N_("Numret och koden hör inte ihop. Se efter en gång till, eller ring oss.")
_MESSAGE_MISSING = N_("Skriv ditt meddelande")
_MESSAGE = TextArea(max_length=10_000)
_FILE_MISSING = N_("Välj en fil att skicka")
_CHOOSE_AGAIN = N_("Välj filerna igen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Page):
    """Asks for number and code."""

    template: ClassVar[str] = "resident/case_ask.html"
    number: str = ""
    error: str = ""


@blueprint.get("/<lang:language>/case")
def ask_for_case() -> Response:
    """Where number and code are typed."""
    return render(Ask())


@blueprint.post("/<lang:language>/case")
def open_case() -> Response:
    """Open the case that number and code name together; one answer for whatever is wrong."""
    opened = passes.typed(_CODES, following.code_opens)
    if opened is None:
        return render(Ask(number=request.form.get("number", "")[:20], error=i18n.plain(_NO_SUCH_CASE)), 422)
    response = see_other(f"/{i18n.language()}/case/{opened[0]}")
    security.set_cookie(response, security.CASE, passes.write(security.CASE, *opened, open_for=_OPEN_FOR))
    return response


@blueprint.get("/<lang:language>/case/<casenumber:number>")
def show_case(number: str) -> Response:
    """The case, for whoever has shown its code."""
    language = i18n.language()
    party = passes.follower(number)
    now = house().clock.now()
    with house().database.transaction() as tx:
        seen = following.followed(tx, *party)
        if seen is None:
            raise NotFound
        page = case_page(tx, seen, language)
        if following.has_unread(tx, seen):
            following.note_read(tx, *party, now)
    return render(page)


@blueprint.post("/<lang:language>/case/<casenumber:number>/message")
def write(number: str) -> Response:
    """Write to whoever handles the case, with files if there are any."""
    language = i18n.language()
    party = passes.follower(number)
    typed = request.form.get("message", "")
    parsed = _MESSAGE.parse({"": [typed]}, house().clock.today())
    body = str(parsed.value or "")
    sent = sent_files().get("files", [])
    with house().database.read() as tx:
        case = store.by_id(tx, party[0])
    if case is None:
        raise NotFound
    with (
        uploads.receive_for_case(case.id, case.key, "files", uploads.limits_of_case(), sent) as durable,
        house().database.transaction() as tx,
    ):
        seen = following.followed(tx, *party)
        if seen is None:
            raise NotFound
        if errors := _message_wrong(body, parsed.faults, durable):
            return render(case_page(tx, seen, language, body=typed, errors=errors), 422)
        lying = attachments.of_case(tx, case.id, case.key)
        named = [one.name for one in durable.all()]
        if not _is_said_already(seen, body, named, lying) and once.is_new(tx, files=durable.digests()):
            uploads.refuse_too_much(tx, durable, lying)
            durable.named = True
            acts.receive_message(
                tx,
                seen.case_id,
                party_id=party[1],
                body=body,
                actor=Actor.resident(),
                now=house().clock.now(),
                files=durable.all(),
                scanning=bool(house().settings.clamd),
            )
    return see_other(f"/{language}/case/{number}?done=written")


def _message_wrong(body: str, faulty: Sequence[Fault], durable: Durable) -> list[tuple[str, str]]:
    """What is wrong with a message and its files. A file that could not be taken is chosen again, with all others."""
    errors = [] if body else [("message", i18n.plain(_MESSAGE_MISSING))]
    if wrong := [*faulty, *_MESSAGE.check(body, house().clock.today())]:
        errors = [("message", faults.sentence(wrong[0], "", i18n.words()))]
    errors += [("files", faults.sentence(problem, "", i18n.words())) for problem in durable.problems]
    if errors and durable.received:
        errors.append(("files", i18n.plain(_CHOOSE_AGAIN)))
    return errors


def _is_said_already(seen: Following, body: str, names: Sequence[str], lying: Sequence[Attachment]) -> bool:
    """A double click says the same thing once."""
    last = seen.messages[-1] if seen.messages else None
    if last is None or last.direction is not Direction.IN or last.body != body:
        return False
    return sorted(one.name for one in lying if one.message_id == last.id) == sorted(names)


@blueprint.post("/<lang:language>/case/<casenumber:number>/document")
def add_document(number: str) -> Response:
    """Add documents to the case."""
    language = i18n.language()
    party = passes.follower(number)
    sent = sent_files().get("document", [])
    with house().database.read() as tx:
        case = store.by_id(tx, party[0])
    if case is None:
        raise NotFound
    now = house().clock.now()
    with (
        uploads.receive_for_case(case.id, case.key, "document", uploads.limits_of_case(), sent) as durable,
        house().database.transaction() as tx,
    ):
        seen = following.followed(tx, *party)
        if seen is None:
            raise NotFound
        errors = [("document", faults.sentence(problem, "", i18n.words())) for problem in durable.problems]
        if not sent:
            errors.append(("document", i18n.plain(_FILE_MISSING)))
        if durable.received and once.is_new(tx, files=durable.digests()):
            uploads.refuse_too_much(tx, durable, attachments.of_case(tx, case.id, case.key))
            durable.named = True
            kept = [
                attachments.keep_for_case(
                    tx, one, case_id=case.id, key=case.key, now=now,
                    scanning=bool(house().settings.clamd), question="document",
                )
                for one in durable.all()
            ]  # fmt: skip
            ids = [attachment.id for attachment in kept]
            supplements.note_documents(tx, case.id, attachment_ids=ids, actor=Actor.resident(), now=now)
        if errors:
            return render(case_page(tx, seen, language, errors=errors), 422)
    return see_other(f"/{language}/case/{number}")


@blueprint.get("/<lang:language>/case/<casenumber:number>/files/<id:file>")
def open_file(number: str, file: str) -> Response:
    """A file of the case, for whoever has shown the code of the party that may see it."""
    party = passes.read(security.CASE, number)
    if party is None:
        raise NotFound
    with house().database.read() as tx:
        case = store.by_id(tx, party[0])
        seen = following.followed(tx, *party)
        found = attachments.get(tx, file, case.key) if case is not None else None
        if case is None or seen is None or found is None or found.case_id != case.id or not is_theirs(found, seen):
            raise NotFound
        return files.download(found, case.key)
