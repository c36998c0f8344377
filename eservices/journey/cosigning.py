"""Who must sign beside the applicant, and what of the answers they and other parties may see. Pure.

Who is not on the applicant's own side sees what the author has said is for co-parties or public. A co-signer sees that
in the parts that concern them, and of a group of co-signers nobody's item but their own. Of a protected person a
counterpart sees nothing that says where they are.
"""

from dataclasses import dataclass, field

from eservices.definitions.conditions import Lookup, holds
from eservices.definitions.model import Audience, Cosigners
from eservices.journey.answers import Place
from eservices.journey.path import VisibleStep, Walk
from eservices.values import ContactMethod, Json

_FOR_COSIGNERS = frozenset({Audience.CO_PARTY, Audience.PUBLIC})

#: What an answer can only be about a person -> the way of reaching them that it tells.
_WAYS = {
    "email": ContactMethod.EMAIL,
    "phone": ContactMethod.PHONE,
    "address": ContactMethod.LETTER,
}


@dataclass(frozen=True, slots=True)
class Cosigner:
    """Somebody who must sign. `method` is the first way of the definition that there is something for."""

    step: str
    item: int | None
    name: str
    method: ContactMethod | None  #: None: there is no way to reach them
    email: str = ""
    phone: str = ""
    address: dict[str, str] = field(default_factory=dict)


def cosigners_of(here: Walk) -> tuple[Cosigner, ...]:
    """Everybody who must sign, with these answers, in reading order. One who cannot be reached is not among them."""
    found: list[Cosigner] = []
    for visible in here.steps:
        wanted = visible.step.cosigners
        if wanted is None:
            continue
        group = here.step(wanted.each) if wanted.each is not None else None
        if group is None and wanted.each is None:
            found.extend(_cosigner(here, wanted, visible, None, visible.lookup))
        for item in group.items if group is not None else ():
            found.extend(_cosigner(here, wanted, group or visible, item.number, item.lookup))
    return tuple(found)


def _cosigner(here: Walk, wanted: Cosigners, at: VisibleStep, item: int | None, lookup: Lookup) -> list[Cosigner]:
    if wanted.when is not None and not holds(wanted.when, lookup):
        return []
    visible = {place for place, _, _ in here.places()}

    def value(question: str) -> Json:
        for place in ((question, item), (question, None)):
            if place in visible:
                return here.answers.value(*place)
        return None

    method: ContactMethod | None = None
    texts: dict[ContactMethod, str] = {}
    address: dict[str, str] = {}
    for question_id in wanted.reach:
        way = _WAYS.get(here.service.questions[question_id].type.fact)
        given = value(question_id)
        if way is None or not given:
            continue
        method = method or way
        if isinstance(given, dict):
            address = {key: str(part) for key, part in given.items()}
        else:
            texts[way] = str(given)
    name = value(wanted.name)
    return [
        Cosigner(
            at.step.id,
            item,
            name if isinstance(name, str) else "",
            method,
            texts.get(ContactMethod.EMAIL, ""),
            texts.get(ContactMethod.PHONE, ""),
            address,
        )
    ]


def what_they_see(here: Walk, step: str, item: int | None, *, protected: bool) -> frozenset[Place]:
    """The places of the answers that this co-signer may see, and no others."""
    groups_of_signers = {
        visible.step.cosigners.each or visible.step.id
        for visible in here.steps
        if visible.step.cosigners is not None and (visible.step.cosigners.each or visible.step.group)
    }
    may_see = what_others_see(here, protected=protected)
    return frozenset(place for place in may_see if _concerns(here, place, step, item, groups_of_signers))


def what_others_see(here: Walk, *, protected: bool) -> frozenset[Place]:
    """The places of the answers that a party may see who is not on the applicant's own side."""
    return frozenset(
        place
        for place, question, _ in here.places()
        if question.audience in _FOR_COSIGNERS and not (protected and question.tells_where)
    )


def _concerns(here: Walk, place: Place, step: str, item: int | None, signers: set[str]) -> bool:
    at = here.service.step_of[place[0]].id
    return at not in signers or (at == step and place[1] == item)
