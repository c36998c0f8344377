"""Starting a service; what we promise about access and about people's data."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from flask import request
from werkzeug.exceptions import NotFound, TooManyRequests
from werkzeug.wrappers import Response

from eservices import language as languages
from eservices.calendars import day_of
from eservices.definitions.model import Lifecycle, Service
from eservices.definitions.municipality import Municipality, Unit
from eservices.documents.shelf import is_printed, paper_of, printed_in
from eservices.journey.answers import Answers
from eservices.journey.notice import APPEALS, privacy_notice, samples_in_words, span_in_words
from eservices.journey.path import Spot, walk
from eservices.submissions import drafts, pinned
from eservices.submissions.model import Draft
from eservices.values import Channel
from eservices.web import i18n, security
from eservices.web.forms.asking import Told, told
from eservices.web.house import house
from eservices.web.i18n import plural
from eservices.web.i18n import sentence as _
from eservices.web.pages import Page, render, see_other
from eservices.web.resident.blueprint import blueprint, of_service
from eservices.web.resident.frame import ResidentFrame
from eservices.web.resident.offering import (
    Note,
    may_begin,
    notes_on,
    stage_of,
)
from eservices.web.resident.statement import FLAWS, REVIEWED, SITUATIONS, Results, Situation, read_results
from eservices.web.resident.visiting import current_draft, new_token, question_after_rest
from eservices.web.stepping import GO


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Page):
    """What a service is, for whom, what to have ready, and who answers."""

    template: ClassVar[str] = "resident/start.html"
    title: str
    summary: str
    easy_read: str | None
    facts: Sequence[tuple[str, str]]
    have_ready: Sequence[str]
    requirements: Sequence[str]
    next: Sequence[str]
    privacy: Sequence[str]
    appeal: str
    unit: Unit
    samples: str  #: what on the page is an example
    notes: Sequence[Note] = ()
    closed: bool = False
    paper: str = ""
    paper_note: str = ""
    begun: bool = False
    practising: bool = False
    draft_code: str = ""
    kept_until: dt.date | None = None
    sent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Practised(Page):
    """What a receipt looks like, for somebody who has practised: nothing has been sent."""

    template: ClassVar[str] = "resident/practised.html"
    title: str
    start: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accessibility(Page):
    """The accessibility statement."""

    template: ClassVar[str] = "resident/accessibility.html"
    supervisor: str
    supervisor_address: str
    report: str  #: where one says what does not work; empty where the municipality has no service for it
    situations: Sequence[Situation]
    flaws: Sequence[str]
    results: Results
    reviewed: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy(Page):
    """How personal data is used by all services."""

    template: ClassVar[str] = "resident/privacy.html"
    boards: Sequence[str]


@blueprint.get("/<lang:language>/services/<slug:service>")
def start(service: str) -> Response:
    """The start page of a service; with the way on for somebody who has begun."""
    language = i18n.language()
    wanted = _service(service)
    page = _start_page(told(wanted, house().library.texts(wanted, language), i18n.words()))
    now = house().clock.now()
    page = replace(page, notes=notes_on(wanted, now), closed=not may_begin(wanted, now))
    draft, rested = None, False
    if security.known_visitor():
        with house().database.read() as tx:
            draft = current_draft(tx, service)
            rested = draft is not None and question_after_rest(tx, draft) is not None
    if draft is not None and draft.is_open:
        page = replace(
            page,
            begun=not draft.practice,
            practising=draft.practice,
            draft_code="" if rested else draft.code,
            kept_until=day_of(draft.expires_at),
        )
    elif draft is not None:
        page = replace(page, sent=f"{of_service(language, service)}/receipt")
    security.visitor()  # the first page of a journey gives the visitor a secret of their own
    return render(page, offered=wanted.languages)


@blueprint.post("/<lang:language>/services/<slug:service>")
def begin(service: str) -> Response:
    """Start a draft, or go on with the one that is there."""
    language = i18n.language()
    wanted, home = _service(service), house()
    frame = ResidentFrame(service, i18n.words())
    closed = not may_begin(wanted, home.clock.now())
    limit = home.settings.starts_per_hour
    with home.database.transaction() as tx:
        existing = current_draft(tx, service)
        go = request.form.get(GO, "")
        if existing is not None and existing.is_open and not _begins_another(existing, go):
            return see_other(where_to_go_on(existing, frame, pinned.service(tx, existing.version)))
        if closed:
            return see_other(frame.start_address())
        allowed = security.within_limit(tx, ("start", security.network()), limit, dt.timedelta(hours=1))
        if allowed:
            drafts.start(
                tx, wanted, language=language, channel=Channel.WEB, now=home.clock.now(),
                token=new_token(tx, service), first_step=wanted.steps[0].id, practice=go == "practice",
            )  # fmt: skip
    if not allowed:
        raise TooManyRequests
    return see_other(frame.address(_first_spot(wanted)))


def _begins_another(draft: Draft, go: str) -> bool:
    """Whether somebody who has begun begins once more. From practising to the real thing one need not be asked."""
    return go == "anew" or (draft.practice and go != "continue")


@blueprint.get("/<lang:language>/services/<slug:service>/practice-receipt")
def practised(service: str) -> Response:
    """The end of practising: what a receipt looks like, and the way to the real thing."""
    wanted = _service(service)
    title = house().library.texts(wanted, i18n.language()).get(wanted.title)
    return render(Practised(title=title, start=of_service(i18n.language(), service)), offered=wanted.languages)


@blueprint.get("/<lang:language>/accessibility")
def accessibility() -> Response:
    """The statement that the law on digital accessibility asks for."""
    home = house()
    supervisor = home.municipality.supervisors["accessibility"]
    service = home.library.services.get(home.municipality.accessibility_report)
    return render(
        Accessibility(
            supervisor=supervisor.name,
            supervisor_address=supervisor.address,
            report=f"/{i18n.language()}/services/{service.id}" if service is not None else "",
            situations=SITUATIONS,
            flaws=FLAWS,
            results=read_results(home.settings.forms_dirs),
            reviewed=REVIEWED,
        )
    )


@blueprint.get("/<lang:language>/privacy")
def privacy() -> Response:
    """What holds for personal data in all services; each start page says what holds for that one."""
    services = house().library.services.values()
    boards = sorted({house().municipality.board(service.legal.board).name for service in services})
    return render(Privacy(boards=boards))


def where_to_go_on(draft: Draft, frame: ResidentFrame, service: Service) -> str:
    """The first page of a draft that is still open."""
    here = walk(service, draft.answers)
    if here.stop is not None:
        return frame.stop_address(here.stop.id)
    return frame.check_address() if here.first_open is None else frame.address(here.first_open)


def _first_spot(service: Service) -> Spot:
    return walk(service, Answers()).first_open or Spot(service.steps[0].id)


def _paper_note(service: Service, language: str) -> str:
    """What is to be said of a form that is not printed in the language of the page."""
    form = paper_of(service, language)
    if i18n.is_swedish(language) or not i18n.is_swedish(printed_in(form.language)):
        return ""
    if form.language == language:
        return _("Blanketten är på svenska, med en förklaring på ditt språk.")
    return _("Blanketten är på svenska.")


def _service(service_id: str) -> Service:
    found = house().library.service(service_id)
    if found is None or stage_of(found) is Lifecycle.DRAFT:
        raise NotFound
    return found


def _start_page(say: Told) -> Start:
    """The start page as everybody sees it; kept with the words of the service until the municipality's file changes."""
    municipality = house().municipality
    known = say.pages.get("start")
    if not isinstance(known, _Made) or known.municipality is not municipality:
        known = say.pages["start"] = _Made(municipality, _made_start_page(say, municipality))
    return known.page


@dataclass(frozen=True, slots=True)
class _Made:
    """A start page, and the municipality it was made for."""

    municipality: Municipality
    page: Start


def _made_start_page(say: Told, municipality: Municipality) -> Start:
    service, words = say.service, say.words
    before = service.before
    facts = []
    if before.minutes:
        facts.append((_("Tar ungefär"), plural("{n} minut", "{n} minuter", before.minutes)))
    if before.cost:
        facts.append((_("Kostnad"), say.say(before.cost)))
    if before.answer:  # the author's own sentence needs but a heading
        facts.append((_("Svar"), say.say(before.answer)))
    else:
        facts.append((_("Du får svar inom"), span_in_words(service.routing.decide_within, words)))
    if service.anonymous:
        facts.append((_("Vem kan skicka"), _("Alla, även anonymt")))
    easy = service.easy_read if words.language == languages.EASY else None
    return Start(
        title=say.say(service.title),
        summary=say.say(service.summary),
        easy_read=say.say(easy) if easy else None,
        facts=facts,
        have_ready=[say.say(text) for text in before.have_ready],
        requirements=[say.say(requirement.text) for requirement in service.requirements],
        next=[_("Du får ett kvitto med ärendenummer direkt."), *(say.say(text) for text in service.next)],
        privacy=privacy_notice(service, say.texts, municipality, words, _),
        appeal=_(APPEALS[service.legal.appeal]) if service.legal.appeal in APPEALS else "",
        unit=municipality.unit(service.routing.unit),
        samples=samples_in_words(service, words),
        paper=f"{of_service(words.language, service.id)}/paper.pdf" if is_printed(service) else "",
        paper_note=_paper_note(service, words.language),
    )
