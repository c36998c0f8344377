"""The registrar's pages: the register of a day and its corrections, and the decisions made for a board in a period."""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar
from urllib.parse import urlencode

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.calendars import day_of
from eservices.cases import registry
from eservices.cases.model import OF_THE_MATTER, Case
from eservices.cases.registry import MOST_DECISIONS, Correction, Delegated, Registered
from eservices.documents.decision import KINDS
from eservices.identity.people import ALL_UNITS, Act, may, units
from eservices.language import N_
from eservices.naming import OUTCOMES
from eservices.questions import cleaning
from eservices.storage.database import Transaction
from eservices.values import spreadsheet_cell
from eservices.web.case_handling.act_pages import ask, by_form, take
from eservices.web.case_handling.asked import Asked, Box, why
from eservices.web.case_handling.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import render
from eservices.web.staff import access
from eservices.web.staff.field import Errors, Field, day_in
from eservices.web.staff.page import StaffPage, framed

#: What came or went, by the code of what the line is made of.
DOCUMENTS = {
    "submitted": N_("Ärendet kom in"),
    "supplement": N_("Komplettering"),
    "signature": N_("Underskrift"),
    "message": N_("Meddelande"),
    "letter": N_("Brev"),
    "email": N_("E-post"),
    "document": N_("Handling på papper"),
    "supplement_order": N_("Begäran om komplettering"),
    "supplement_reminder": N_("Påminnelse om komplettering"),
    "hearing": N_("Fråga före beslut"),
    "hearing_reminder": N_("Påminnelse om yttrande"),
    "opinion": N_("Yttrande"),
    "referral": N_("Remiss"),
    "delay_notice": N_("Besked om att det tar längre tid"),
    "delay_request": N_("Begäran om att ärendet avgörs"),
    "withdrawal": N_("Återtagande"),
    "appeal": N_("Överklagande"),
    "renewal": N_("Besked om att det är dags att förnya"),
    "decision": N_("Beslut"),
    "correction": N_("Rättat beslut"),
    "change": N_("Ändrat beslut"),
    "dismissed_appeal": N_("Beslut att avvisa överklagandet"),
    "refused_request": N_("Beslut om begäran att avgöra ärendet"),
}

_MOST_SIGNS = 200


@dataclass(frozen=True, slots=True)
class Said:
    """One correction of a line, as it is read: what it should say, and by whom, when and why."""

    who: str
    what: str
    on: str
    told: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the register, as it is read. `correct` is where it is corrected, or ""."""

    at: dt.datetime
    number: str
    registry_number: str
    came: bool
    who: str
    what: str
    document: str
    unit: str
    secret: bool
    said: tuple[Said, ...]
    correct: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPage(StaffPage):
    template: ClassVar[str] = "case_handling/register.html"
    day: dt.date
    before: str
    after: str
    lines: tuple[Line, ...]
    done: str
    files_mail: bool
    first: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegatedPage(StaffPage):
    template: ClassVar[str] = "case_handling/delegated.html"
    board: str
    boards: tuple[tuple[str, str], ...]
    since: dt.date
    until: dt.date
    published: bool
    rows: tuple[tuple[Delegated, str], ...]
    heading: str
    sees_register: bool
    csv: str
    more: bool


@blueprint.get("/register")
@access.requires(Act.SEE_REGISTER)
def show_register() -> Response:
    """What came and went on a day: the four facts of each (OSL 5:2). The look is written down."""
    today, staff = house().clock.today(), access.current_staff()
    day, after = min(day_in(request.args.get("day", "")) or today, today), request.args.get("after", "")
    with house().database.transaction() as tx:
        page = registry.register_of(tx, day, units=access.units_of(staff, Act.SEE_REGISTER), after=after)
        access.journal_look(tx, "register", day=day.isoformat())
    framing = framed("cases")
    keeps = units(staff, Act.KEEP_REGISTER)
    one = dt.timedelta(days=1)
    here = f"/cases/register?day={day.isoformat()}"
    return render(
        RegisterPage(
            **framing,
            day=day,
            before=f"/cases/register?day={(day - one).isoformat()}",
            after=f"/cases/register?day={(day + one).isoformat()}" if day < today else "",
            lines=tuple(
                _line(each, framing["tell"].unit(each.unit), corrects=ALL_UNITS in keeps or each.unit in keeps)
                for each in page.lines
            ),
            done=plain("Raden är rättad. Det som stod syns fortfarande.") if "corrected" in request.args else "",
            files_mail=may(staff, Act.FILE_MAIL),
            first=here if after else "",
            next=f"{here}&{urlencode({'after': page.next})}" if page.next else "",
        )
    )


def _line(each: Registered, unit: str, *, corrects: bool) -> Line:
    return Line(
        at=each.at,
        number=each.number,
        registry_number=each.registry_number,
        came=each.direction == "in",
        who=each.who,
        what=each.what,
        document=_document(each),
        unit=unit,
        secret=each.secret,
        said=tuple(_said(one) for one in each.corrections),
        correct=f"/cases/{each.number}/register/{each.line}" if corrects else "",
    )


def _document(each: Registered) -> str:
    return plain(DOCUMENTS[each.kind]) if each.kind in DOCUMENTS else each.kind.replace("_", " ")


def _said(one: Correction) -> Said:
    told = plain("Rättat {day} av {name}: {why}", day=day_of(one.at), name=one.by, why=one.why) if one.at else one.why
    on = plain("{day}", day=one.on) if one.on else ""
    return Said(one.who, one.what, on, told)


# ---- Corrections -----------------------------------------------------------------------------------------------------


def _stands(tx: Transaction, case: Case) -> Registered:
    found = registry.line_of(tx, case, (request.view_args or {}).get("line", ""))
    if found is None:
        raise NotFound
    return found


def _correction_fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    stands = _stands(tx, case)
    fields = [
        Field("text", "what", plain("Vad det gäller"), optional=True, hint=plain("Lämna tomt det som stämmer.")),
        Field("date", "on", plain("Dag"), optional=True),
        replace(why(), optional=False, hint=plain("Står bredvid raden och i journalen.")),
    ]
    if not stands.secret:
        fields.insert(0, Field("text", "who", plain("Från eller till"), optional=True))
    return tuple(fields)


def _correction_wrong(_tx: Transaction, _case: Case, written: Mapping[str, str]) -> Errors:
    told = _correction_of(written)
    found = []
    if not (told.who or told.what or told.on):
        found.append(("what", plain("Skriv vad som ska stå i stället.")))
    if max(len(told.who), len(told.what), len(told.why)) > _MOST_SIGNS:
        found.append(("what", plain("Skriv högst {n} tecken.", n=_MOST_SIGNS)))
    if told.on is not None and told.on > house().clock.today():
        found.append(("on", plain("Dagen kan inte ligga framåt i tiden.")))
    return tuple(found)


def _correction_of(written: Mapping[str, str]) -> Correction:
    who, what, reason = (cleaning.line(written.get(name, "")) for name in ("who", "what", "why"))
    return Correction(who, what, day_in(written.get("on", "")), reason)


def _as_it_stands(tx: Transaction, case: Case) -> Iterator[Box]:
    stands = _stands(tx, case)
    facts = [plain("{moment}", moment=stands.at), _document(stands), stands.what]
    if stands.who:
        facts.append(stands.who)
    yield Box(plain("Så står det nu"), tuple(facts), plain("Det som stod syns fortfarande i registret, överstruket."))
    if stands.corrections:
        yield Box(plain("Rättat förut"), tuple(_said(one).told for one in stands.corrections))


CORRECT = Asked(
    "correct",
    Act.KEEP_REGISTER,
    N_("Rätta en rad i registret"),
    N_("Rätta raden"),
    _correction_fields,
    _as_it_stands,
    check=_correction_wrong,
)


@blueprint.get("/<casenumber:number>/register/<line>")
@access.requires(Act.KEEP_REGISTER)
def ask_for_correction(number: str, line: str) -> Response:  # noqa: ARG001 -- the form reads it from the address
    return ask(number, CORRECT)


@blueprint.post("/<casenumber:number>/register/<line>")
@access.requires(Act.KEEP_REGISTER)
def correct(number: str, line: str) -> Response:
    """Write beside the line what it should say, and go back to the day it stands on."""
    days: list[dt.date] = []

    def write(tx: Transaction, case: Case, form: Mapping[str, str]) -> None:
        days.append(day_of(_stands(tx, case).at))
        registry.correct(tx, case.id, line, _correction_of(form), **by_form())

    def go_on(_case: Case) -> str:
        day = f"day={days[0].isoformat()}&" if days else ""  # not known of what was sent before
        return f"/cases/register?{day}corrected=1"

    return take(number, CORRECT, write, go_on=go_on)


# ---- Delegated decisions ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which board and period, and which of the two versions."""

    board: str
    since: dt.date
    until: dt.date
    published: bool

    @classmethod
    def of_request(cls) -> "_Wanted":
        boards, today = list(house().municipality.boards), house().clock.today()
        board = request.args.get("board", "")
        since, until = (
            day_in(request.args.get("since", "")) or today.replace(day=1),
            day_in(request.args.get("until", "")) or today,
        )
        return cls(
            board if board in boards else (boards[0] if boards else ""),
            min(since, until),
            max(since, until),
            request.args.get("version") == "published",
        )

    @property
    def query(self) -> str:
        version = "published" if self.published else "full"
        return urlencode({"board": self.board, "since": self.since, "until": self.until, "version": version})


def _found(wanted: _Wanted) -> Sequence[Delegated]:
    """The decisions, once the look is written down."""
    allowed = access.units_of(access.current_staff(), Act.SEE_DELEGATED)
    with house().database.transaction() as tx:
        found = registry.delegated(
            tx, wanted.board, since=wanted.since, until=wanted.until, published=wanted.published, units=allowed
        )
        access.journal_look(tx, "delegated", board=wanted.board, since=wanted.since.isoformat())
    return found


@blueprint.get("/delegated")
@access.requires(Act.SEE_DELEGATED)
def show_delegated() -> Response:
    """Delegated decisions of a board and a period, in full or as it is published."""
    boards = tuple((board_id, board.name) for board_id, board in house().municipality.boards.items())
    wanted = _Wanted.of_request()
    found = _found(wanted)
    return render(
        DelegatedPage(
            **framed("cases"),
            board=wanted.board,
            boards=boards,
            since=wanted.since,
            until=wanted.until,
            published=wanted.published,
            rows=tuple((each, _outcome(each)) for each in found),
            heading=plain("Beslut på delegation, {board}", board=dict(boards).get(wanted.board, wanted.board)),
            sees_register=may(access.current_staff(), Act.SEE_REGISTER),
            csv=f"/cases/delegated.csv?{wanted.query}",
            more=len(found) == MOST_DECISIONS,
        )
    )


@blueprint.get("/delegated.csv")
@access.requires(Act.SEE_DELEGATED)
def download_delegated() -> Response:
    """The same list for a spreadsheet."""
    wanted = _Wanted.of_request()
    names = [
        plain("Dag"), plain("Ärende"), plain("Diarienummer"), plain("Vad det gäller"), plain("Utfall"),
        plain("Delegation"), plain("Lagrum"), plain("Beslutat av"),
    ]  # fmt: skip
    if not wanted.published:
        names.insert(4, plain("Vem det gäller"))
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(names)
    for each in _found(wanted):
        table.writerow([spreadsheet_cell(cell) for cell in _cells(each, published=wanted.published)])
    body = out.getvalue().encode("utf-8-sig")  # so that a spreadsheet reads å, ä and ö
    name = f"delegation-{wanted.board}-{wanted.since}-{wanted.until}.csv"
    answer = Response(body, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _cells(each: Delegated, *, published: bool) -> list[str]:
    row = [
        each.decided_on.isoformat(), each.number, each.registry_number, each.title, _outcome(each), each.delegate,
        each.law, each.decided_by,
    ]  # fmt: skip
    if not published:
        row.insert(4, each.who)
    return row


def _outcome(each: Delegated) -> str:
    """How it came out; of a decision on a party's step also what it is."""
    if each.outcome is None:
        return ""
    outcome = plain(OUTCOMES[each.outcome])
    return outcome if each.kind in OF_THE_MATTER else f"{outcome}: {plain(KINDS[each.kind])}"
