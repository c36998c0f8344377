"""The demo's staff: one account a role, each with the password `demo` and no second factor. Never in production."""

from eservices.calendars import SystemClock
from eservices.identity import accounts
from eservices.identity.people import ALL_UNITS, Role
from eservices.settings import Settings
from eservices.storage.database import Database

PASSWORD = "demo"  # noqa: S105 the demo says so on its first page

#: username -> (name as others see it, role). The names are made up.
ACCOUNTS: dict[str, tuple[str, Role]] = {
    "agent": ("Kim Lundgren", Role.CONTACT_AGENT),
    "officer": ("Mattias Holm", Role.CASE_OFFICER),
    "manager": ("Sara Lind", Role.MANAGER),
    "registrar": ("Aino Virtanen", Role.REGISTRAR),
    "admin": ("Robin Ek", Role.ADMIN),
}


def make_accounts(settings: Settings) -> int:
    """Make the demo accounts that are not there yet; gives how many. Each role holds for every unit.

    Raises `ValueError` outside a demo: a known password must never open a real municipality.
    """
    if not settings.demo:
        raise ValueError("demo accounts belong in a demo")
    database = Database.of(settings)
    now = SystemClock().now()
    made = 0
    with database.transaction() as tx:
        known = {account.staff.username for account in accounts.list_staff(tx)}
        for username, (name, role) in ACCOUNTS.items():
            if username not in known:
                accounts.add_staff(
                    tx, username=username, name=name, password=PASSWORD, roles={role: (ALL_UNITS,)}, now=now,
                    any_password=True,
                )  # fmt: skip
                made += 1
    database.dispose()
    return made
