"""The contact centre's own tasks: taken, left, put off, or done."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices import journal
from eservices.calendars import start_of_day
from eservices.cases import store
from eservices.cases.model import Case
from eservices.contact_centre import case_view, items
from eservices.contact_centre.calls import RESOLUTIONS
from eservices.contact_centre.case_view import View
from eservices.contact_centre.items import Item, ItemState
from eservices.identity import accounts
from eservices.identity.people import Act
from eservices.storage.database import Transaction
from eservices.web.contact_centre.colleagues import colleague, colleagues
from eservices.web.contact_centre.desk import NEEDS, RESOLVED
from eservices.web.contact_centre.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.field import Errors, day_in
from eservices.web.staff.page import StaffPage, framed
from eservices.web.staff.telling import phone_shown, service_title


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage(StaffPage):
    template: ClassVar[str] = "contact_centre/item.html"
    item: Item
    heading: str
    number: str
    title: str
    about: str
    name: str
    phone: str
    draft: str
    taken_by: str
    resolutions: tuple[tuple[str, str, str], ...]
    colleagues: tuple[tuple[str, str], ...]
    errors: Errors = ()


@blueprint.get("/items/<id:item_id>")
@access.requires(Act.USE_CONTACT_CENTRE)
def show_item(item_id: str) -> Response:
    """A task of the contact centre's own."""
    with house().database.transaction() as tx:
        item = _item(tx, item_id)
        case = store.by_id(tx, item.case_id) if item.case_id else None
        access.journal_look(tx, "task", case, item=item_id)
        page = _item_page(tx, item, case)
    return render(page)


@blueprint.post("/items/<id:item_id>")
@access.requires(Act.USE_CONTACT_CENTRE)
def settle_item(item_id: str) -> Response:
    """Take it, leave it, give it to a colleague, put it off to a day, or say what came of it."""
    form, now, staff = request.form, house().clock.now(), access.current_staff()
    did, resolution = form.get("did", ""), form.get("resolution", "")
    with house().database.transaction() as tx:
        item = _item(tx, item_id)
        case = store.by_id(tx, item.case_id) if item.case_id else None
        try:
            if did == "assign":
                if (chosen := colleague(tx, form.get("colleague", ""))) is not None:
                    items.assign(tx, item_id, staff_id=chosen.id)
                return see_other("/contact-centre/")
            if did == "take":
                items.take(tx, item_id, staff_id=staff.id)
                return see_other(f"/contact-centre/items/{item_id}")
            if did == "release":
                items.release(tx, item_id)
            elif did == "park":
                day = _day_to_come(form.get("park-until", ""))
                if day is None:
                    errors = (("park-until", plain("Skriv en dag som kommer, till exempel 2026-12-31.")),)
                    return render(_item_page(tx, item, case, errors), 422)
                items.park(tx, item_id, until=start_of_day(day))
            elif resolution in RESOLUTIONS:
                items.finish(tx, item_id, staff_id=staff.id, resolution=resolution, now=now)
                if case is not None:
                    journal.write(
                        tx,
                        actor=access.actor(item.channel),
                        kind="task_done",
                        at=now,
                        key=case.key,
                        case_id=case.id,
                        content={"need": item.need.value if item.need else "", "resolution": resolution},
                    )
            else:
                return render(_item_page(tx, item, case, (("resolution", plain("Välj hur det gick.")),)), 422)
        except items.Changed:
            errors = (("resolution", plain("En kollega har tagit uppgiften, eller gjort den.")),)
            return render(_item_page(tx, _item(tx, item_id), case, errors), 409)
    return see_other("/contact-centre/")


def _day_to_come(typed: str) -> dt.date | None:
    """The day until which something is put off; nothing typed: tomorrow."""
    today = house().clock.today()
    if not typed.strip():
        return today + dt.timedelta(days=1)
    day = day_in(typed.strip())
    return day if day is not None and day > today else None


def _title(item: Item, case: Case | None) -> str:
    """What a task is about, as far as the contact centre may know."""
    if case is not None:
        return "" if case_view.view_of(case) is View.BY_REFERENCE_ONLY else case.title
    return service_title(item.service) if item.service else ""


def _item(tx: Transaction, item_id: str) -> Item:
    item = items.get(tx, item_id)
    if item is None:
        raise NotFound
    return item


def _item_page(tx: Transaction, item: Item, case: Case | None, errors: Errors = ()) -> ItemPage:
    names = accounts.names(tx, [item.agent_id] if item.agent_id else [])
    told = {name: str(item.content.get(name, "")) for name in ("about", "name", "phone")}
    return ItemPage(
        **framed("contact_centre"),
        item=item,
        heading=plain(NEEDS[item.need]) if item.need else plain("Inget att göra"),
        number=case.number if case else "",
        title=_title(item, case),
        about=told["about"],
        name=told["name"],
        phone=phone_shown(told["phone"]),
        draft=item.draft_id or "" if item.state is not ItemState.DONE else "",
        taken_by=names.get(item.agent_id or "", ""),
        resolutions=tuple((code, plain(RESOLVED[code]), "") for code in RESOLUTIONS),
        colleagues=colleagues(tx),
        errors=errors,
    )
