"""The registrar's pages: the register of a day, and the decisions made for a board in a period."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.wrappers import Response

from eservices.cases import registry
from eservices.cases.registry import Delegated, Registered
from eservices.identity.people import Act
from eservices.naming import OUTCOMES
from eservices.web.case_handling.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import render
from eservices.web.staff import access
from eservices.web.staff.page import StaffPage, framed


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the register, as it is read."""

    at: dt.datetime
    number: str
    registry_number: str
    came: bool
    who: str
    what: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPage(StaffPage):
    template: ClassVar[str] = "case_handling/register.html"
    day: dt.date
    before: str
    after: str
    lines: tuple[Line, ...]


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


@blueprint.get("/register")
@access.requires(Act.SEE_REGISTER)
def show_register() -> Response:
    """What came and went on a day: the four facts of each (OSL 5:2). The look is written down."""
    day, telling = _day("day") or house().clock.today(), framed("cases")["tell"]
    units = access.units_of(access.current_staff(), Act.SEE_REGISTER)
    with house().database.transaction() as tx:
        found = registry.register_of(tx, day, units=units)
        access.journal_look(tx, "register", day=day.isoformat())
    one = dt.timedelta(days=1)
    return render(
        RegisterPage(
            **framed("cases"),
            day=day,
            before=f"/cases/register?day={(day - one).isoformat()}",
            after=f"/cases/register?day={(day + one).isoformat()}" if day < house().clock.today() else "",
            lines=tuple(_line(each, telling.unit(each.unit)) for each in found),
        )
    )


@blueprint.get("/delegated")
@access.requires(Act.SEE_REGISTER)
def show_delegated() -> Response:
    """Delegated decisions of a board and a period, in full or as it is published."""
    boards = tuple((board_id, board.name) for board_id, board in house().municipality.boards.items())
    board = request.args.get("board", "")
    board = board if board in dict(boards) else (boards[0][0] if boards else "")
    today = house().clock.today()
    since, until = _day("since") or today.replace(day=1), _day("until") or today
    published = request.args.get("version") == "published"
    with house().database.transaction() as tx:
        found = registry.delegated(tx, board, since=since, until=until, published=published)
        access.journal_look(tx, "register", board=board)
    return render(
        DelegatedPage(
            **framed("cases"),
            board=board,
            boards=boards,
            since=since,
            until=until,
            published=published,
            rows=tuple((each, plain(OUTCOMES[each.outcome])) for each in found),
            heading=plain("Beslut på delegation, {board}", board=dict(boards).get(board, board)),
        )
    )


def _line(each: Registered, unit: str) -> Line:
    return Line(each.at, each.number, each.registry_number, each.direction == "in", each.who, each.what, unit)


def _day(name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
