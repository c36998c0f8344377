"""A service as the platform knows it: frozen and already valid. What the YAML says, without the YAML.

Made only by `definitions.load`. Texts are Swedish at source; `definitions.texts` lays translations over them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from eservices.definitions.conditions import Condition
from eservices.questions.base import QuestionType


@dataclass(frozen=True, slots=True)
class Text:
    """One translatable text. `key` is its address within the service, such as `boat.boat_type.option.motor`."""

    key: str
    sv: str
    easy: str | None = None


class Required(StrEnum):
    """FL 19-20 §§: `true` blocks on web and phone; `expected` never blocks, it becomes the list of what is missing."""

    TRUE = "true"
    EXPECTED = "expected"
    FALSE = "false"


class Sensitivity(StrEnum):
    NORMAL = "normal"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"
    CONFIDENTIAL = "confidential"


class Audience(StrEnum):
    """Who may see an answer, from the narrowest: the applicant always, the unit always."""

    SELF = "self"
    CO_PARTY = "co_party"
    UNIT = "unit"
    CONTACT_CENTRE = "contact_centre"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. `when` makes it a choice only while the condition holds."""

    key: str
    label: Text
    hint: Text | None = None
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question of one service, with everything any channel needs to ask it."""

    id: str
    type: QuestionType
    label: Text
    hint: Text | None = None
    why: Text | None = None
    say: Text | None = None
    text: Text | None = None  #: the body of an information text
    #: The degree of `required`; where `required_when` is set it holds only while that does, and is `false` otherwise.
    required: Required = Required.TRUE
    required_when: Condition | None = None
    when: Condition | None = None
    options: tuple[Option, ...] = ()
    sensitivity: Sensitivity = Sensitivity.NORMAL
    audience: Audience = Audience.CONTACT_CENTRE
    index: str | None = None  #: place, property
    read_back: bool = False  #: read back word by word on the phone
    autocomplete: str | None = None
    prefill: str | None = None  #: "person.name": what the answer says about the applicant (see `journey.people`)
    preselected: str | None = None  #: the option chosen before anybody has answered
    only_resident_knows: bool = False  #: may be asked together with a continue code


@dataclass(frozen=True, slots=True)
class Group:
    """Questions asked once per item; one page an item and a summary list."""

    id: str
    item: Text  #: heading of an item, may quote {n}
    questions: tuple[Question, ...]
    minimum: int = 0
    maximum: int = 10


@dataclass(frozen=True, slots=True)
class Step:
    """One page, or one repeated group. Holds either questions or a group (whose id is the step's)."""

    id: str
    title: Text
    questions: tuple[Question, ...] = ()
    group: Group | None = None
    when: Condition | None = None
    intro: Text | None = None

    @property
    def asked(self) -> tuple[Question, ...]:
        """The step's own questions, or those of its group."""
        return self.group.questions if self.group else self.questions


@dataclass(frozen=True, slots=True)
class Stop:
    """A page that ends the path and says what to do instead; what was entered is kept."""

    id: str
    when: Condition
    title: Text
    text: Text
    emergency: bool = False  #: danger for life: shows 112 before everything else


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something to enclose or fulfil, shown on the start page and, when its condition holds, on the check page."""

    id: str
    text: Text
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    id: str
    label: Text


@dataclass(frozen=True, slots=True)
class Span:
    """An amount of time as the author wrote it: 10 working days, 8 working hours, 6 weeks, 2 years, 4 months."""

    amount: int
    unit: str  #: working_hours, working_days, days, weeks, months, years


@dataclass(frozen=True, slots=True)
class Retention:
    keep: Span | None  #: None: kept for ever, or until obsolete
    after: str
    then: str  #: delete, archive, keep
    source: str


@dataclass(frozen=True, slots=True)
class Legal:
    """The legal header. `regime` decides which statutory clocks, rights and appeal texts apply."""

    regime: str  #: forvaltningslag, kommunallag, private_law
    board: str
    basis: str
    delegate: str
    appeal: str  #: forvaltningsbesvar, laglighetsprovning, lansstyrelsen, none
    klassa: str
    retention: Retention
    personal_number_because: Text | None = None


@dataclass(frozen=True, slots=True)
class UnitRule:
    """Chooses another unit or queue while its condition holds; the first rule that holds wins."""

    when: Condition
    unit: str | None = None
    queue: str | None = None


@dataclass(frozen=True, slots=True)
class Routing:
    """Both halves are mandatory: to case handling, and to the contact centre."""

    unit: str
    decide_within: Span
    queue: str
    view: str  #: full, summary, existence_only, by_reference_only
    mandate: str
    first_contact_within: Span
    rules: tuple[UnitRule, ...] = ()
    targets: tuple[str, ...] = ()  #: external targets, by name


@dataclass(frozen=True, slots=True)
class BeforeYouStart:
    minutes: int | None = None
    have_ready: tuple[Text, ...] = ()
    cost: Text | None = None
    answer: Text | None = None


@dataclass(frozen=True)
class Service:
    """A whole e-service. `version` is the SHA-256 of `content`, the canonical JSON with shared blocks in place."""

    id: str
    version: str
    title: Text
    summary: Text
    status: str
    owner: str
    theme: str
    applicants: tuple[str, ...]
    login: str
    identification: str
    languages: tuple[str, ...]
    before: BeforeYouStart
    legal: Legal
    routing: Routing
    steps: tuple[Step, ...]
    stops: tuple[Stop, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    easy_read: Text | None = None
    next: tuple[Text, ...] = ()  #: what happens after sending, in order
    submit: Text | None = None  #: the words on the sending button
    anonymous: bool = False  #: may be sent without saying who one is
    keywords: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()  #: header keys whose value is not verified: marked wherever a person sees them
    own_states: Mapping[str, str] = field(default_factory=dict)  #: own case state -> public kind
    content: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Every question by id, those in groups too."""
        return {question.id: question for step in self.steps for question in step.asked}

    @cached_property
    def step_of(self) -> Mapping[str, Step]:
        """Question id -> the step that asks it."""
        return {question.id: step for step in self.steps for question in step.asked}

    @cached_property
    def group_of(self) -> Mapping[str, Group]:
        """Question id -> the group it repeats in; outside groups absent."""
        return {q.id: step.group for step in self.steps if step.group for q in step.group.questions}

    @cached_property
    def dependents(self) -> Mapping[str, frozenset[str]]:
        """The dependency map, made once: question id -> ids of questions, steps and stops that a change of it touches."""
        from eservices.definitions.dependencies import dependents  # a leaf beside this module

        return dependents(self)

    def step(self, step_id: str) -> Step | None:
        return next((step for step in self.steps if step.id == step_id), None)

    def texts(self) -> Iterator[Text]:
        """Every translatable text, in reading order."""
        from eservices.definitions.texts import texts_of

        return texts_of(self)
