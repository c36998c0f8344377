"""Who acts: staff, residents, the system itself; and which role may do what.

What a role may is one table, `_MAY`; nothing else in the house compares roles. A right holds for the units that the
role was given for, and for nothing that the table does not name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from eservices.values import Channel


class Role(StrEnum):
    CONTACT_AGENT = "contact_agent"
    CASE_OFFICER = "case_officer"
    MANAGER = "manager"
    REGISTRAR = "registrar"
    ADMIN = "admin"


class Act(StrEnum):
    """What staff may be allowed to do. Acts on a case are asked for with the case's unit."""

    #: The contact centre's queue, items and calls.
    USE_CONTACT_CENTRE = "use_contact_centre"
    #: Fill in a service for a caller, a visitor or from paper.
    TAKE_DOWN = "take_down"
    #: Open a resident's draft by the code they say.
    OPEN_DRAFT_BY_CODE = "open_draft_by_code"
    #: Bring news by phone or letter.
    DELIVER = "deliver"
    #: The queue of a unit, and everything in its cases.
    SEE_CASE = "see_case"
    #: Claim, note, message, change of status, supplement.
    WORK_ON_CASE = "work_on_case"
    #: Give a case to a colleague, or take it from one.
    ASSIGN_CASE = "assign_case"
    #: Move a case to another unit.
    HAND_OVER_CASE = "hand_over_case"
    #: Decide, and close.
    DECIDE = "decide"
    #: Cases with a party whose identity is protected.
    SEE_PROTECTED = "see_protected"
    #: Who has looked at a case.
    SEE_WHO_LOOKED = "see_who_looked"
    EXPORT_CASE = "export_case"
    #: The day's register, without what the cases say.
    SEE_REGISTER = "see_register"
    #: The decisions made on delegation, for the board and for everybody.
    SEE_DELEGATED = "see_delegated"
    #: Registry numbers, and corrections of what the register says.
    KEEP_REGISTER = "keep_register"
    #: Put a letter or an e-mail that has come with the case it belongs to.
    FILE_MAIL = "file_mail"
    #: Carry a case over to another system by hand, and mark that it is there.
    TRANSFER_CASE = "transfer_case"
    SEE_FIGURES = "see_figures"
    MANAGE_STAFF = "manage_staff"
    SEE_OPERATIONS = "see_operations"


#: In `Staff.roles`: the role holds for every unit.
ALL_UNITS = "*"

#: No role is above another: whoever administers accounts sees no case, whoever leads a unit decides nothing in it
#: without being an officer too, and nobody in the contact centre sees more of a case than its definition allows.
_MAY: Mapping[Role, frozenset[Act]] = MappingProxyType(
    {
        Role.CONTACT_AGENT: frozenset(
            {Act.USE_CONTACT_CENTRE, Act.TAKE_DOWN, Act.OPEN_DRAFT_BY_CODE, Act.DELIVER}
        ),
        Role.CASE_OFFICER: frozenset(
            {
                Act.SEE_CASE, Act.WORK_ON_CASE, Act.ASSIGN_CASE, Act.HAND_OVER_CASE, Act.DECIDE, Act.SEE_PROTECTED,
                Act.EXPORT_CASE, Act.FILE_MAIL, Act.TRANSFER_CASE,
            }
        ),
        Role.MANAGER: frozenset(
            {
                Act.SEE_CASE, Act.ASSIGN_CASE, Act.HAND_OVER_CASE, Act.SEE_WHO_LOOKED, Act.SEE_FIGURES,
                Act.SEE_DELEGATED,
            }
        ),
        Role.REGISTRAR: frozenset(
            {
                Act.SEE_CASE, Act.EXPORT_CASE, Act.SEE_REGISTER, Act.KEEP_REGISTER, Act.SEE_WHO_LOOKED,
                Act.FILE_MAIL, Act.TRANSFER_CASE, Act.SEE_DELEGATED,
            }
        ),
        Role.ADMIN: frozenset({Act.MANAGE_STAFF, Act.SEE_OPERATIONS}),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Staff:
    """A signed-in member of staff. `roles` maps each role to the units it holds for (or `ALL_UNITS`)."""

    id: str
    username: str
    name: str
    roles: Mapping[Role, frozenset[str]] = field(default_factory=dict)
    language: str = "sv"

    def has(self, role: Role, unit: str | None = None) -> bool:
        """Whether the role is held, for this unit if one is named."""
        units = self.roles.get(role)
        return units is not None and (unit is None or ALL_UNITS in units or unit in units)


class ActorKind(StrEnum):
    RESIDENT = "resident"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and through which channel: the first argument of every act."""

    kind: ActorKind
    channel: Channel
    staff_id: str | None = None
    name: str = ""

    @classmethod
    def resident(cls, channel: Channel = Channel.WEB) -> "Actor":
        return cls(ActorKind.RESIDENT, channel)

    @classmethod
    def of_staff(cls, staff: Staff, channel: Channel) -> "Actor":
        return cls(ActorKind.STAFF, channel, staff.id, staff.name)

    @classmethod
    def system(cls) -> "Actor":
        return cls(ActorKind.SYSTEM, Channel.API)


def may(staff: Staff, act: Act, unit: str | None = None) -> bool:
    """Whether `staff` may do `act`: for this unit, or, with none named, for any unit at all.

    Ask with the unit for everything that touches one case; without it only to decide whether a page is offered.
    """
    return any(act in _MAY[role] and staff.has(role, unit) for role in staff.roles)


def units(staff: Staff, act: Act) -> frozenset[str]:
    """The units for which `staff` may do `act`; holds `ALL_UNITS` when it is every one, and nothing when it is none."""
    return frozenset().union(*(held for role, held in staff.roles.items() if act in _MAY[role]))
