"""Who acts: staff, residents, the system itself; and which role may do what."""

from dataclasses import dataclass, field
from enum import StrEnum

from eservices.values import Channel


class Role(StrEnum):
    CONTACT_AGENT = "contact_agent"
    CASE_OFFICER = "case_officer"
    MANAGER = "manager"
    REGISTRAR = "registrar"
    ADMIN = "admin"


#: In `Staff.roles`: the role holds for every unit.
ALL_UNITS = "*"


@dataclass(frozen=True, slots=True)
class Staff:
    """A signed-in member of staff. `roles` maps each role to the units it holds for (or `ALL_UNITS`)."""

    id: str
    username: str
    name: str
    roles: dict[Role, frozenset[str]] = field(default_factory=dict)
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
