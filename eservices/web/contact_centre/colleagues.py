"""Who else works at the contact centre: whom one may give a task to."""

from eservices.identity import accounts
from eservices.identity.people import Act, Staff, may
from eservices.storage.database import Transaction
from eservices.web.staff import access


def colleagues(tx: Transaction) -> tuple[tuple[str, str], ...]:
    """The others who can bring news and do tasks, by name."""
    me = access.current_staff().id
    found = [one.staff for one in accounts.list_staff(tx) if one.is_open and may(one.staff, Act.DELIVER)]
    return tuple((staff.id, staff.name) for staff in sorted(found, key=lambda staff: staff.name) if staff.id != me)


def colleague(tx: Transaction, staff_id: str) -> Staff | None:
    """The one of them who was chosen; None for anybody else."""
    found = (one.staff for one in accounts.list_staff(tx) if one.is_open and may(one.staff, Act.DELIVER))
    return next((staff for staff in found if staff.id == staff_id), None)
