"""Who the answers are about: name, number and ways to reach them, found by what the definition says of its questions.

A question says `prefill: person.name` (or number, email, phone, address); where no question of the service does, the
first of a type that can only mean it stands in, unless it tells how a co-signer is reached. A contact preference is a
choice among ways of contact, told by its options.

Who applies for somebody else may be asked for their name alone: then the ways of contact are theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from eservices.definitions.conditions import APPLICANT_KIND
from eservices.definitions.model import Question, Service
from eservices.journey.answers import AnswerState
from eservices.journey.path import Walk
from eservices.values import ContactMethod, Json

_METHODS = {method.value: method for method in ContactMethod}

#: Fact -> the browser's own name for it (HTML autocomplete).
_AUTOCOMPLETE = {"name": "name"}


@dataclass(frozen=True, slots=True)
class Applicant:
    """The applicant as the answers tell; empty strings where they do not. `method` is how they want news."""

    kind: str
    name: str
    personal_number: str
    email: str
    phone: str
    address: dict[str, str]
    method: ContactMethod
    organisation_number: str = ""
    #: What they need in order to talk with us, by the names of `submissions.model.Needs`.
    needs: Mapping[str, str | bool] = field(default_factory=dict)

    @property
    def anonymous(self) -> bool:
        """Nothing says who it is, and there is no way to reach them but the case's own page."""
        return not (self.name or self.personal_number or self.email or self.phone or self.address)


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody beside the applicant: `child`, whom it is about, or `representative`, who acts with a mandate."""

    role: str
    name: str
    personal_number: str
    email: str
    phone: str
    address: dict[str, str]
    method: ContactMethod


#: The roles that a question's `prefill` can tell beside the applicant's own.
OTHERS = ("child", "representative")


def _answered(here: Walk) -> list[tuple[Question, Json]]:
    return [
        (question, here.answers.value(question.id))
        for step in here.steps
        for question in step.questions
        if (answer := here.answers.get(question.id)) is not None and answer.state is AnswerState.ANSWERED
    ]


def is_protected(here: Walk) -> bool:
    """Whether an answer says that somebody in the case has a protected identity."""
    return any(
        question.protects is not None and question.protects in question.type.chosen(value)
        for question, value in _answered(here)
    )


def applicant_of(here: Walk) -> Applicant:
    """Read the applicant out of the visible answers."""
    visible = _answered(here)
    return _represented(_applicant(here, visible), here.service, visible)


def _applicant(here: Walk, visible: list[tuple[Question, Json]]) -> Applicant:
    """Whoever the answers about the applicant tell of; the ways of contact may turn out to be a representative's."""

    def find(fact: str, of: str = "person") -> Json:
        return _find(here.service, visible, fact, of)

    number = _text(find("personal_number"))
    address = find("address")
    email, phone = _text(find("email")), _text(find("phone"))
    places = {key: str(value) for key, value in address.items()} if isinstance(address, dict) else {}
    return Applicant(
        str(here.lookup(APPLICANT_KIND)),
        _text(find("name") or find("name", "organisation")),
        "" if number == "none" else number,
        email,
        phone,
        places,
        _preference(visible) or _natural(email, phone, places),
        _text(find("number", "organisation")),
        _needs(visible),
    )


#: What a choice among needs may be called to be understood by its key; any other is kept in its own words.
KNOWN_NEEDS = frozenset({"sign_language", "large_print", "braille", "slow_pace"})
_INTERPRETER = "interpreter"


def _needs(visible: list[tuple[Question, Json]]) -> dict[str, str | bool]:
    """What the answers say that somebody needs in order to understand and be understood."""
    said = {question.prefill: (question, value) for question, value in visible if question.prefill in _ABOUT_NEEDS}
    language = _text(said[_SPEAKS][1]) if _SPEAKS in said else ""
    needs: dict[str, str | bool] = {_INTERPRETER: language} if language else {}
    if _NEEDS not in said:
        return needs
    question, value = said[_NEEDS]
    chosen = set(question.type.chosen(value)) - set(getattr(question.type, "exclusive", ()))
    needs |= dict.fromkeys(sorted(chosen & KNOWN_NEEDS), True)
    told = KNOWN_NEEDS | ({_INTERPRETER} if language else set())
    own = [option.label.sv for option in question.options if option.key in chosen - told]
    if isinstance(value, dict) and value.get("other"):
        own.append(str(value["other"]))
    if other := ", ".join(own) or (_text(value) if not question.options else ""):
        needs["other"] = other
    return needs


_NEEDS, _SPEAKS = "person.needs", "person.interpreter"
_ABOUT_NEEDS = frozenset({_NEEDS, _SPEAKS})


def others_of(here: Walk) -> tuple[Other, ...]:
    """Who else the answers name by their definition: the child it is about, the representative who acts."""
    visible = _answered(here)
    found = (_other(visible, role) for role in OTHERS)
    others = [other for other in found if other is not None]
    if _speaks_for_another(here.service, visible):
        applicant = _applicant(here, visible)
        others = [
            replace(
                other, email=applicant.email, phone=applicant.phone, address=applicant.address, method=applicant.method
            )
            if other.role == "representative"
            else other
            for other in others
        ]
    return tuple(others)


def _speaks_for_another(service: Service, visible: list[tuple[Question, Json]]) -> bool:
    """Whether a representative is named whom no question of the service asks how to reach."""
    named = any(question.prefill == "representative.name" for question, _ in visible)
    return named and not {f"representative.{way}" for way in ("email", "phone", "address")} & service.told_by_prefill


def _represented(applicant: Applicant, service: Service, visible: list[tuple[Question, Json]]) -> Applicant:
    """The applicant without the ways of contact that are the representative's."""
    if not _speaks_for_another(service, visible):
        return applicant
    return replace(applicant, email="", phone="", address={}, method=ContactMethod.OWN_PAGES)


def _other(visible: list[tuple[Question, Json]], role: str) -> Other | None:
    said = {question.prefill: value for question, value in visible if (question.prefill or "").startswith(f"{role}.")}
    if not said:
        return None
    number = _text(said.get(f"{role}.personal_number"))
    address = said.get(f"{role}.address")
    places = {key: str(value) for key, value in address.items()} if isinstance(address, dict) else {}
    email, phone = _text(said.get(f"{role}.email")), _text(said.get(f"{role}.phone"))
    wanted = _preference(visible)
    has = {ContactMethod.EMAIL: email, ContactMethod.PHONE: phone, ContactMethod.LETTER: places}
    method = wanted if wanted is not None and has.get(wanted) else _natural(email, phone, places)
    name = _text(said.get(f"{role}.name"))
    return Other(role, name, "" if number == "none" else number, email, phone, places, method)


def _find(service: Service, visible: list[tuple[Question, Json]], fact: str, of: str) -> Json:
    told = f"{of}.{fact}"
    for question, value in visible:
        if question.prefill == told:
            return value
    if told in service.told_by_prefill:
        return None  # another question would tell it, and says nothing: what stands nearby is somebody else's
    for question, value in visible:
        if question.prefill is not None or question.id in service.about_cosigners:
            continue  # its author has said what it tells, and of whom
        if question.type.fact == fact or question.autocomplete == _AUTOCOMPLETE.get(fact, "-"):
            return value
    return None


def _preference(visible: list[tuple[Question, Json]]) -> ContactMethod | None:
    for question, value in visible:
        if isinstance(value, str) and question.asks_contact_method:
            return _METHODS[value]
    return None


def _natural(email: str, phone: str, address: dict[str, str]) -> ContactMethod:
    if email:
        return ContactMethod.EMAIL
    if phone:
        return ContactMethod.PHONE
    return ContactMethod.LETTER if address else ContactMethod.OWN_PAGES


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
