"""Two people changed the same case: nothing is done, nothing typed is lost, and how the case is now."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import ClassVar

from flask import request
from werkzeug.exceptions import Conflict
from werkzeug.wrappers import Response

from eservices import journal
from eservices.cases import store
from eservices.cases.model import Case
from eservices.identity import accounts
from eservices.storage.database import Transaction
from eservices.web.case_handling.telling import entry_shown
from eservices.web.pages import render
from eservices.web.staff import access
from eservices.web.staff.field import Field
from eservices.web.staff.page import StaffPage, framed
from eservices.web.staff.telling import tell


@dataclass(frozen=True, slots=True)
class Since:
    """One thing that happened while somebody was typing."""

    name: str
    at: dt.datetime
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictPage(StaffPage):
    """Two people changed the same case: how it is now, and what was typed, to be sent again."""

    template: ClassVar[str] = "staff/conflict.html"
    case: Case
    officer: str
    since: tuple[Since, ...]
    fields: tuple[Field, ...]
    address: str
    back: str
    button: str


def conflict(tx: Transaction, number: str, fields: tuple[Field, ...], button: str, *, expected: int) -> Response:
    """409: nothing was changed, nothing typed is lost, and how the case is now."""
    case = store.by_number(tx, number)
    if case is None:
        raise Conflict
    telling = tell()
    access.journal_look(tx, "case", case)
    entries = [entry for entry in journal.of_case(tx, case.id, case.key) if entry.kind != "viewed"]
    since = tuple(
        Since(shown.name, shown.at, shown.who)
        for shown in (entry_shown(e, telling) for e in reversed(entries[-_acts_since(case, expected) :]))
    )
    names = accounts.names(tx, [case.officer_id] if case.officer_id else [])
    page = ConflictPage(
        **framed("cases"),
        case=case,
        officer=names.get(case.officer_id or "", ""),
        since=since,
        fields=tuple(replace(f, hint="") for f in fields),
        address=request.path,
        back=f"/cases/{number}",
        button=button,
    )
    return render(page, 409)


def _acts_since(case: Case, expected: int) -> int:
    """About how many entries the journal has got since the page was shown: an act a version, but no endless list."""
    return max(1, min(5, case.row_version - expected))
