"""How somebody is reached, as it is typed on a page that no definition describes: read as any service reads it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from eservices.cases.model import Case, Party
from eservices.language import Words
from eservices.questions import faults
from eservices.questions.kinds import make
from eservices.values import ContactMethod

#: The controls of an address, by the part of it that each is.
ADDRESS = {"-street": "street", "-postal_code": "postal_code", "-city": "city"}

#: Every control that tells where somebody is.
CONTROLS = ("email", "phone", *ADDRESS.values())


@dataclass(frozen=True, slots=True)
class Reach:
    """Where news reaches somebody; blank where nothing was typed."""

    email: str = ""
    phone: str = ""
    address: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.email or self.phone or self.address)

    def serves(self, method: ContactMethod) -> bool:
        """Whether news can go this way."""
        needed = {
            ContactMethod.EMAIL: self.email,
            ContactMethod.SMS: self.phone,
            ContactMethod.PHONE: self.phone,
            ContactMethod.LETTER: self.address,
        }
        return method not in needed or bool(needed[method])


def is_hidden(case: Case, party: Party) -> bool:
    """Whether it is neither shown nor asked where the party is."""
    return case.protected or party.protected


def leads_to(party: Party, method: ContactMethod, more: Reach) -> bool:
    """Whether news can go this way to a party, by what is known until now or by `more`."""
    return more.serves(method) or Reach(party.email, party.phone, party.address).serves(method)


def read(typed: Mapping[str, str], today: dt.date, words: Words) -> tuple[Reach, list[tuple[str, str]]]:
    """What was typed, and what is wrong with it: each control at fault, with the sentence for it."""
    found: dict[str, str] = {}
    wrong: list[tuple[str, str]] = []
    for name in ("email", "phone"):
        parsed = make(name, {}).parse({"": [typed.get(name, "")]}, today)
        wrong += [(name, faults.sentence(fault, "", words)) for fault in parsed.faults[:1]]
        found[name] = parsed.value if isinstance(parsed.value, str) else ""
    parts = {part: [typed.get(control, "")] for part, control in ADDRESS.items()}
    parsed = make("postal_address", {}).parse(parts, today)
    wrong += [(ADDRESS[fault.part], faults.sentence(fault, "", words)) for fault in parsed.faults]
    lines = parsed.value.items() if isinstance(parsed.value, dict) else ()
    return Reach(found["email"], found["phone"], {part: str(line) for part, line in lines}), wrong
