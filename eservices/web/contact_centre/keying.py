"""Paper that comes in: a mark opens the very version a form was printed from; a case number takes a late document.

A paper that has come is registered whatever it says. The pages of the form itself are those of every other entry
(`entry`), in the frame of a paper (`agent_frame.PaperFrame`).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, cast

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices import attachments
from eservices.attachments import Attachment
from eservices.cases import filing
from eservices.cases import store as cases
from eservices.cases.filing import Mail
from eservices.cases.model import Case
from eservices.contact_centre import calls, case_view
from eservices.contact_centre.calls import Call
from eservices.contact_centre.case_view import View
from eservices.definitions.model import Service
from eservices.identity.people import Act
from eservices.intake.assisted import Arrived, legal_day
from eservices.intake.submit import SCAN
from eservices.journey.form_mark import FormMark, read_form_mark
from eservices.journey.on_paper import rest_blank
from eservices.language import LANGUAGES, N_, SOURCE, own_name
from eservices.language import words as words_of
from eservices.questions import cleaning, faults
from eservices.questions.kinds import make
from eservices.storage.database import Transaction
from eservices.submissions import codes, drafts, pinned
from eservices.submissions.model import Assisted
from eservices.values import Channel, IdentityBasis
from eservices.web import once, uploads
from eservices.web.bodies import Request
from eservices.web.contact_centre.agent_frame import PaperFrame, frame_of
from eservices.web.contact_centre.in_hand import base_of, the_call, to_fill_in
from eservices.web.contact_centre.room import blueprint
from eservices.web.files import download
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.pages import render, see_other
from eservices.web.staff import access, letters
from eservices.web.staff.arrivals import choices_of_arrival
from eservices.web.staff.field import Errors
from eservices.web.staff.letters import letter_services, scan_limits
from eservices.web.staff.offered import services_offered
from eservices.web.staff.page import StaffPage, framed
from eservices.web.staff.telling import service_title
from eservices.web.uploads import Durable

#: What a late paper is called that nobody has described.
_A_PAPER = N_("Handling på papper")

_DAY_PARTS = ("-day", "-month", "-year")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDeskPage(StaffPage):
    """One box for every paper: the mark of a form, or the case number on a cover sheet."""

    template: ClassVar[str] = "contact_centre/keying.html"
    mark: str = ""
    done: str = ""
    counted: str = ""
    services: tuple[tuple[str, str], ...] = ()
    letters: tuple[tuple[str, str], ...] = ()
    languages: tuple[tuple[str, str], ...] = ()
    errors: Errors = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalPage(StaffPage):
    """When a paper came and how, and the paper itself, scanned."""

    template: ClassVar[str] = "contact_centre/keying_arrival.html"
    heading: str
    address: str
    button: str
    back: str
    how: str
    ways: tuple[tuple[str, str, str], ...]
    day: tuple[str, str, str]
    scans: tuple[Attachment, ...] = ()
    scans_at: str = ""
    control: str = "scan"
    about: str = ""
    missing: tuple[str, ...] = ()
    errors: Errors = ()


# ---- which paper


@blueprint.get("/paper")
@access.requires(Act.TAKE_DOWN)
def show_paper_desk() -> Response:
    """Where every paper begins: read its mark."""
    done = codes.read_case_number(request.args.get("done", "")) or ""
    return render(_paper_desk(done=done, counted=_counted(request.args.get("on", "")) if done else ""))


@blueprint.post("/paper")
@access.requires(Act.TAKE_DOWN)
def open_paper() -> Response:
    """Open the form that bears this mark, in the version it was printed from; or the case with this number."""
    typed = request.form.get("mark", "")
    mark = read_form_mark(typed)
    if mark is None:
        number = codes.read_case_number(typed)
        if number is not None:
            return see_other(f"/contact-centre/paper/{number}")
        sentence = plain("Skriv märket som det står i hörnet, eller ärendenumret på försättsbladet.")
        return render(_paper_desk(typed, errors=(("mark", sentence),)), 422)
    with house().database.transaction() as tx:
        service = _printed_from(tx, mark)
        if service is not None:
            call = _begin(tx, service, mark.language)
            return see_other(f"{base_of(call)}/paper")
    sentence = plain("Vi känner inte till en blankett med märket {mark}. Välj vilken det är här nedanför.", mark=typed)
    return render(_paper_desk(typed, errors=(("mark", sentence),)), 422)


@blueprint.post("/paper/without-mark")
@access.requires(Act.TAKE_DOWN)
def open_without_mark() -> Response:
    """A paper whose mark nobody can read, or a letter that says the same: the form as it is today."""
    chosen, language = request.form.get("service", ""), request.form.get("language", SOURCE)
    if chosen not in dict(services_offered()):
        return render(_paper_desk(errors=(("service", plain("Välj vad pappret gäller.")),)), 422)
    with house().database.transaction() as tx:
        service = house().library.services[chosen]
        call = _begin(tx, service, language if language in LANGUAGES else SOURCE)
    return see_other(f"{base_of(call)}/paper")


def _printed_from(tx: Transaction, mark: FormMark) -> Service | None:
    """The service as it was when the form was printed, however long ago that is."""
    now = house().library.services.get(mark.service)
    if now is not None and mark.fits(now.id, now.version):
        return now
    return pinned.version_like(tx, mark.service, mark.version)


def _begin(tx: Transaction, service: Service, language: str) -> Call:
    """A paper in hand. Who wrote it is what the paper states."""
    now, staff = house().clock.now(), access.current_staff()
    call = calls.start(tx, staff_id=staff.id, now=now, channel=Channel.PAPER, service=service.id, language=language)
    call = calls.identify(tx, call, IdentityBasis.STATED)
    draft = calls.begin(tx, call, service, now=now, first_step=service.steps[0].id)
    return replace(call, draft_id=draft.id)


def _paper_desk(mark: str = "", *, done: str = "", counted: str = "", errors: Errors = ()) -> PaperDeskPage:
    return PaperDeskPage(
        **framed("contact_centre"),
        mark=mark,
        done=done,
        counted=counted,
        services=(("", plain("Välj")), *services_offered()),
        letters=letter_services(),
        languages=tuple((tag, own_name(tag)) for tag in LANGUAGES),
        errors=errors,
    )


def _counted(day: str) -> str:
    try:
        return words().day(dt.date.fromisoformat(day), weekday=True)
    except ValueError:
        return ""


@blueprint.get("/paper/letter")
@access.requires(Act.TAKE_DOWN)
def ask_for_letter() -> Response:
    """A letter or an e-mail in its own words: the little that is keyed in for a new case."""
    return letters.ask("contact_centre", back="/contact-centre/paper")


@blueprint.post("/paper/letter")
@access.requires(Act.TAKE_DOWN)
def take_letter() -> Response:
    """Register it as a case, and go on to the next paper."""
    return letters.take("contact_centre", back="/contact-centre/paper", go_on=_on_to_next)


def _on_to_next(case: Case | None) -> str:
    if case is None:
        return "/contact-centre/paper"
    return f"/contact-centre/paper?done={case.number}&on={case.received_on.isoformat()}"


# ---- when it came, and the paper itself


@blueprint.get("/calls/<id:call_id>/paper")
@access.requires(Act.TAKE_DOWN)
def show_arrival(call_id: str) -> Response:
    """When the paper came and how, before anything of it is keyed in."""
    with house().database.read() as tx:
        call, draft = to_fill_in(tx, call_id)
        said = draft.assisted or Assisted()
        frame = frame_of(tx, call, draft)
        page = _arrival_page(call, frame, said.arrived_how or Arrived.HANDED_IN, _written(said.arrived_on))
    return render(page)


@blueprint.post("/calls/<id:call_id>/paper")
@access.requires(Act.TAKE_DOWN)
def take_arrival(call_id: str) -> Response:
    """Keep the day, the way and the scanned paper. Nothing is ever received later than today."""
    home = house()
    now = home.clock.now()
    with _scanned(call_id) as durable, home.database.transaction() as tx:
        call, draft = to_fill_in(tx, call_id, lock=True)
        how, day, typed, errors = _read_arrival(home.clock.today())
        errors = [*errors, *(("scan", faults.sentence(problem, "", words())) for problem in durable.problems)]
        if durable.received and durable.owner_id == draft.id:
            uploads.refuse_too_much(tx, durable, attachments.of_draft(tx, draft.id, draft.key))
            durable.named = True
            for one in durable.all():
                attachments.keep(
                    tx, one, draft_id=draft.id, question=SCAN, key=draft.key, limits=scan_limits(), now=now,
                    scanning=bool(home.settings.clamd),
                )  # fmt: skip
        if errors or day is None:
            page = _arrival_page(call, frame_of(tx, call, draft), how, typed, tuple(errors))
            return render(page, 422)
        assisted = replace(draft.assisted or Assisted(), arrived_on=day, arrived_how=how)
        answers = draft.answers
        if request.form.get("go") == "unreadable":
            answers = rest_blank(pinned.service(tx, draft.version), answers, frame_of(tx, call, draft).origin(now))
        drafts.keep(tx, draft, answers, now=now, assisted=assisted)
    return see_other(f"/contact-centre/calls/{call_id}/go-on")


@blueprint.post("/calls/<id:call_id>/paper/rest")
@access.requires(Act.TAKE_DOWN)
def leave_the_rest_blank(call_id: str) -> Response:
    """Nothing more stands on the paper, or nobody can read it."""
    now = house().clock.now()
    with house().database.transaction() as tx:
        call, draft = to_fill_in(tx, call_id, lock=True)
        frame = frame_of(tx, call, draft)
        answers = rest_blank(pinned.service(tx, draft.version), draft.answers, frame.origin(now))
        drafts.keep(tx, draft, answers, now=now)
    return see_other(f"{base_of(call)}/go-on")


@blueprint.get("/calls/<id:call_id>/paper/scans/<id:file>")
@access.requires(Act.TAKE_DOWN)
def show_scan(call_id: str, file: str) -> Response:
    """The scanned paper, to read beside the questions."""
    with house().database.read() as tx:
        _, draft = to_fill_in(tx, call_id)
        found = attachments.get(tx, file, draft.key)
    if found is None or found.question != SCAN or not found.may_be_opened:
        raise NotFound
    return download(found, draft.key)


@blueprint.post("/calls/<id:call_id>/paper/done")
@access.requires(Act.TAKE_DOWN)
def next_paper(call_id: str) -> Response:
    """This one is registered; on with the next."""
    with house().database.transaction() as tx:
        call = the_call(tx, call_id)
        case = cases.by_id(tx, call.case_id) if call.case_id and call.submission_id else None
        if case is None:
            return see_other(base_of(call))
        calls.end(tx, call, resolution="became_case", now=house().clock.now())
    return see_other(_on_to_next(case))


def _scanned(call_id: str) -> Durable:
    """The scanned paper is made durable before the transaction that names it, under the key of what is keyed in."""
    sent = cast("Request", request).uploads.get("scan", [])
    if not sent:
        return Durable()
    with house().database.read() as tx:
        _, draft = to_fill_in(tx, call_id)
    return uploads.receive_for_case(draft.id, draft.key, "scan", scan_limits(), sent)


def _arrival_page(call: Call, frame: object, how: str, day: tuple[str, str, str], errors: Errors = ()) -> ArrivalPage:
    scans = frame.scans if isinstance(frame, PaperFrame) else ()
    return ArrivalPage(
        **framed("contact_centre"),
        heading=service_title(call.service) if call.service else plain("Blankett på papper"),
        address=f"{base_of(call)}/paper",
        button=plain("Fortsätt till frågorna"),
        back=frame.mark if isinstance(frame, PaperFrame) else "",
        how=how,
        ways=tuple(choices_of_arrival(house().clock.today())),
        day=day,
        scans=scans,
        scans_at=f"{base_of(call)}/paper/scans",
        errors=errors,
    )


def _written(day: dt.date | None) -> tuple[str, str, str]:
    return (str(day.day), str(day.month), str(day.year)) if day else ("", "", "")


def _read_arrival(today: dt.date) -> tuple[str, dt.date | None, tuple[str, str, str], list[tuple[str, str]]]:
    """How it came and on which day, as sent; and what is wrong with that."""
    form = request.form
    how = form.get("arrived_how", Arrived.HANDED_IN)
    raw = {part: [form.get(f"received_on{part}", "")] for part in _DAY_PARTS}
    day, sentence = _read_day(raw, today)
    errors = [("received_on-day", sentence)] if sentence else []
    if how not in set(Arrived):
        errors.append(("arrived_how", plain("Välj hur pappret kom.")))
    typed = [raw[part][0] for part in _DAY_PARTS]
    return how, day, (typed[0], typed[1], typed[2]), errors


def _read_day(parts: Mapping[str, list[str]], today: dt.date) -> tuple[dt.date | None, str]:
    """The day as typed, the way dates are read everywhere; or what is wrong with it."""
    parsed = make("date", {}).parse(parts, today)
    if parsed.faults or not isinstance(parsed.value, str):
        return None, plain("Skriv dagen då pappret kom, till exempel 23 november 2026.")
    day = dt.date.fromisoformat(parsed.value)
    if day > today:
        return None, plain("Pappret kan inte ha kommit senare än i dag.")
    return day, ""


# ---- what comes later, under a cover sheet


@blueprint.get("/paper/<casenumber:number>")
@access.requires(Act.TAKE_DOWN)
def show_late(number: str) -> Response:
    """A document for a case that is there already: nothing of the case is shown but what it waits for."""
    with house().database.read() as tx:
        page = _late_page(tx, _case(tx, number), Arrived.HANDED_IN, _written(house().clock.today()))
    return render(page)


@blueprint.post("/paper/<casenumber:number>")
@access.requires(Act.TAKE_DOWN)
def take_late(number: str) -> Response:
    """Put the documents with the case, with the day they came and the day that counts."""
    home = house()
    now = home.clock.now()
    with home.database.read() as tx:
        case = _case(tx, number)
    sent = cast("Request", request).uploads.get("document", [])
    with (
        uploads.receive_for_case(case.id, case.key, "document", scan_limits(), sent) as durable,
        home.database.transaction() as tx,
    ):
        case = _case(tx, number)
        how, day, typed, errors = _read_arrival(home.clock.today())
        about = cleaning.line(request.form.get("about", ""))[:200]
        errors += [("document", faults.sentence(problem, "", words())) for problem in durable.problems]
        if not durable.received and not about and not durable.problems:
            errors.append(("document", plain("Lägg till det inskannade, eller skriv vad som kom.")))
        if errors or day is None:
            return render(_late_page(tx, case, how, typed, about=about, errors=tuple(errors)), 422)
        received_on = legal_day(how, day)
        done = f"/contact-centre/paper?done={case.number}&on={received_on.isoformat()}"
        if not once.is_new(tx, files=durable.digests()):
            return see_other(done)
        uploads.refuse_too_much(tx, durable, attachments.of_case(tx, case.id, case.key))
        filing.file_mail(
            tx,
            case.id,
            Mail(
                channel=Channel.PAPER,
                about=about or words_of(SOURCE)(_A_PAPER),
                arrived_on=day,
                arrived_how=how,
                received_on=received_on,
                party_id=cases.parties_of(tx, case)[0].id,
                kind=filing.PAPER,
            ),
            actor=access.actor(Channel.PAPER),
            now=now,
            files=durable.all(),
            scanning=bool(home.settings.clamd),
        )
        durable.named = True
    return see_other(done)


def _late_page(
    tx: Transaction, case: Case, how: str, day: tuple[str, str, str], *, about: str = "", errors: Errors = ()
) -> ArrivalPage:
    shows = case_view.view_of(case) in {View.FULL, View.SUMMARY} and not case.protected
    return ArrivalPage(
        **framed("contact_centre"),
        heading=plain("Handling till ärende {number}", number=case.number),
        address=f"/contact-centre/paper/{case.number}",
        button=plain("Lägg till i ärendet"),
        back=service_title(case.service) if shows else "",
        how=how,
        ways=tuple(choices_of_arrival(house().clock.today())),
        day=day,
        control="document",
        about=about,
        missing=tuple(_waited_for(tx, case)) if shows else (),
        errors=errors,
    )


def _waited_for(tx: Transaction, case: Case) -> list[str]:
    """What the case lacks, as far as the contact centre may see it."""
    service = pinned.service(tx, case.version)
    texts = pinned.texts(tx, case.version, SOURCE)
    places = [place for submission in cases.file_of(tx, case).submissions for place in submission.missing]
    known = dict.fromkeys(question for question, _ in places if question in service.questions)
    return [texts.get(service.questions[question].label) for question in known]


def _case(tx: Transaction, number: str) -> Case:
    case = cases.by_number(tx, number)
    if case is None:
        raise NotFound
    return case
