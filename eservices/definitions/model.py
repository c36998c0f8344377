"""A service as the platform knows it: frozen and already valid. What the YAML says, without the YAML.

Made only by `definitions.load`. Texts are Swedish at source; `definitions.texts` lays translations over them.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from eservices.definitions.conditions import APPLICANT_KIND, TODAY, Condition, comparisons, references
from eservices.questions.base import QuestionType
from eservices.questions.setting import Reference
from eservices.values import ContactMethod

_CONTACT_METHODS = frozenset(ContactMethod)

#: A name in braces: an earlier answer, or `municipality.` and one of its facts.
QUOTE = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)\}")


@dataclass(frozen=True, slots=True)
class Text:
    """One translatable text. `key` is its address within the service, such as `boat.boat_type.option.motor`.

    `ours` marks the platform's own words (the question about the applicant's kind): their translations lie in the
    catalogue `messages`. `house` is the address of a text of the municipality's file, `lists.schools.north`, whose
    translation is kept with that. `said` marks somebody's own words, which are in whatever language they are.
    """

    key: str
    sv: str
    easy: str | None = None
    ours: bool = False
    house: str = ""
    said: bool = False

    @property
    def quotes(self) -> tuple[str, ...]:
        """The names in its braces, in order."""
        return tuple(QUOTE.findall(self.sv)) if "{" in self.sv else ()


class Lifecycle(StrEnum):
    """Where a service stands. All but `draft` are shown; `closed` says what to do instead."""

    DRAFT = "draft"
    PILOT = "pilot"
    ACTIVE = "active"
    SUNSET = "sunset"
    CLOSED = "closed"


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
class ItemOptions:
    """The options of a choice are the items of a group: each by its number, called as one of its answers calls it."""

    each: str
    name: str

    @property
    def key(self) -> str:
        """Under which the walk keeps what there is to choose among: (number, what it is called)."""
        return f"{self.each}/{self.name}"


@dataclass(frozen=True, slots=True)
class Document:
    """A form to print and fill in that belongs to a file question, such as a doctor's certificate."""

    name: Text
    link: str


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
    missing: Text | None = None  #: what follows when it is left out, on the check page and in the case's list
    #: The author's own words for a fault, by its code; said instead of the general sentence.
    errors: tuple[tuple[str, Text], ...] = ()
    items: ItemOptions | None = None  #: what there is to choose among, where that is the items of a group
    #: Another answer that this one makes, together with those of the same step that name it too.
    adds_up_to: str | None = None
    document: Document | None = None  #: a form to fill in, that the file is to be
    protects: str | None = None  #: the answer that says that somebody in the case has a protected identity
    says_where: bool = False  #: its author says that the answer tells where somebody is (see `tells_where`)

    @property
    def tells_where(self) -> bool:
        """Whether the answer says where somebody is, how to reach them, or who they are; schools and harbours do too.

        Of a protected person nobody on the other side sees it.
        """
        listed = any(option.label.house for option in self.options)
        own_words = bool(getattr(self.type, "other", None)) or self.items is not None
        return self.type.tells_where or self.says_where or listed or own_words or self.index is not None

    @property
    def rests_on(self) -> tuple[str, ...]:
        """The answers that this one must be confirmed again for when they change: what limits it, what it is chosen
        among, and what its label tells. A total rests on itself."""
        names = [reference.name for _, reference in self.type.limits]
        if self.items is not None:
            names.append(self.items.key)
        if self.type.asks:
            names += [name for name in self.label.quotes if not name.startswith("municipality.")]
        elif self.type.shows_total:
            names.append(self.id)
        return tuple(dict.fromkeys(names))

    @property
    def dependent_options(self) -> bool:
        """Whether some option is there only under a condition."""
        return self.items is not None or any(option.when is not None for option in self.options)

    @property
    def asks_contact_method(self) -> bool:
        """Whether it is a choice among ways of contact, told by its options."""
        keys = {option.key for option in self.options}
        return self.type.chooses_one and len(keys) > 1 and keys <= _CONTACT_METHODS

    def texts(self) -> Iterator[Text]:
        """Its texts, in reading order."""
        yield from _present(self.label, self.hint, self.why, self.say, self.text, self.missing)
        yield from (text for _, text in self.errors)
        if self.document is not None:
            yield self.document.name
        for option in self.options:
            yield option.label
            if option.hint is not None:
                yield option.hint


@dataclass(frozen=True, slots=True)
class Group:
    """Questions asked once per item; one page an item and a summary list."""

    id: str
    item: Text  #: heading of an item, may quote {n}
    questions: tuple[Question, ...]
    minimum: int = 0
    maximum: int = 10
    #: `min` and `max` where they are other answers; a walk puts what they come to in place of the two above.
    limits: tuple[tuple[str, Reference], ...] = ()


@dataclass(frozen=True, slots=True)
class Cosigners:
    """Who must sign beside the applicant: one for each item of a group, or one told by the step's questions.

    `reach` are the questions that say how; one who cannot be reached is an answer with a reason, never a wait.
    """

    name: str  #: the question that holds the name
    reach: tuple[str, ...]
    each: str | None = None  #: the group whose items they are
    when: Condition | None = None
    text: Text | None = None  #: what they read before they answer


@dataclass(frozen=True, slots=True)
class Step:
    """One page, or one repeated group. Holds either questions or a group (whose id is the step's)."""

    id: str
    title: Text
    questions: tuple[Question, ...] = ()
    group: Group | None = None
    when: Condition | None = None
    intro: Text | None = None
    cosigners: Cosigners | None = None

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
class ByLaw:
    """A time that the law sets for this kind of case. Nothing stops its clock, whatever the case waits for."""

    within: Span
    law: str
    when: Condition | None = None


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
    fee: Text | None = None  #: the tariff it follows
    controller: str = ""  #: who answers for the personal data, where it is not the board
    by_law: tuple[ByLaw, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitRule:
    """Chooses another unit or queue while its condition holds; the first rule that holds wins."""

    when: Condition
    unit: str | None = None
    queue: str | None = None
    decide_within: Span | None = None


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
class Life:
    """When the life-cycle changes by itself, and what comes instead. Days are the first of the new state."""

    pilot_from: dt.date | None = None
    active_from: dt.date | None = None
    sunset_from: dt.date | None = None
    closed_from: dt.date | None = None
    share: int = 100  #: of a hundred visitors, how many are offered the pilot
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """The period in which it may be sent, both days included, to the contact centre's next closing after the last."""

    opens: dt.date | None
    closes: dt.date | None


@dataclass(frozen=True, slots=True)
class Validity:
    """How long a permit lasts, and how long before its end the holder is reminded to renew."""

    lasts: Span
    renew_before: Span | None = None


@dataclass(frozen=True, slots=True)
class Monitor:
    """When the equal-service monitor raises an alarm: a gap between channels, in per cent or as time."""

    gap_percent: int | None = None
    gap: Span | None = None


@dataclass(frozen=True, slots=True)
class OwnState:
    """A case state of this service, and the public kind it is shown as."""

    key: str
    label: Text
    public: str


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
    life_events: tuple[str, ...] = ()  #: what happens in a life that makes one need it
    keywords: Text | None = None  #: everyday words by which people search, between commas; each language has its own
    samples: tuple[str, ...] = ()  #: header keys whose value is not verified: marked wherever a person sees them
    own_states: Mapping[str, str] = field(default_factory=dict)  #: own case state -> public kind
    states: tuple[OwnState, ...] = ()
    life: Life = Life()
    opening: Opening | None = None
    one_case: bool = False  #: one running case per person; said before the effort
    validity: Validity | None = None
    monitor: Monitor = Monitor()
    representatives: tuple[str, ...] = ()  #: who may act for the applicant: guardian, proxy, custodian
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
    def asked_in(self) -> Mapping[str, frozenset[str]]:
        """Step -> the ids of its questions, or of those of its group."""
        return {step.id: frozenset(question.id for question in step.asked) for step in self.steps}

    @cached_property
    def dependents(self) -> Mapping[str, frozenset[str]]:
        """The dependency map, made once: id of a question or group -> ids of the questions, steps, stops and
        requirements that a change of it touches, at one remove or many."""
        direct: dict[str, set[str]] = {}
        for touched, causes in self._causes():
            for cause in causes:
                direct.setdefault(cause, set()).add(touched)
        for step in self.steps:  # what a step hides, its questions hide
            if step.id in {touched for others in direct.values() for touched in others}:
                direct.setdefault(step.id, set()).update(question.id for question in step.asked)
        return {cause: frozenset(_reached(cause, direct)) for cause in direct}

    @cached_property
    def days_matter(self) -> frozenset[str]:
        """The ids of questions whose answer is compared with the day it was given."""
        return frozenset(
            compare.question
            for _, condition in self.conditions()
            for compare in comparisons(condition)
            if compare.operand == TODAY
        )

    @cached_property
    def needs_kind(self) -> bool:
        """Whether a condition looks at the applicant's kind, so that it must be asked."""
        return len(self.applicants) > 1 and any(APPLICANT_KIND in references(c) for _, c in self.conditions())

    @cached_property
    def assumed_kind(self) -> str | None:
        """The applicant's kind as long as nobody has said it; None where a question of the author's must tell."""
        asked = self.questions.get(APPLICANT_KIND)
        if asked is not None:
            return asked.preselected
        return "person" if "person" in self.applicants or not self.applicants else self.applicants[0]

    @cached_property
    def summed(self) -> frozenset[str]:
        """The ids of questions inside groups that a computed value adds up over the items."""
        return frozenset(
            name
            for question in self.questions.values()
            for name in (*question.type.refers_to, *question.rests_on)
            if name in self.group_of and self.group_of[name] is not self.group_of.get(question.id)
        ) | frozenset(
            reference.name
            for step in self.steps
            if step.group is not None
            for _, reference in step.group.limits
            if reference.name in self.group_of
        )

    @cached_property
    def resting(self) -> Mapping[str, tuple[str, ...]]:
        """Id of a question whose answer must be confirmed again when others change -> those others."""
        return {q.id: names for q in self.questions.values() if (names := q.rests_on)}

    @cached_property
    def told_by_prefill(self) -> frozenset[str]:
        """What the questions say of whom: `person.name`, `child.personal_number` and so on."""
        return frozenset(question.prefill for question in self.questions.values() if question.prefill)

    @cached_property
    def about_cosigners(self) -> frozenset[str]:
        """The ids of questions that tell who a co-signer is and how to reach them."""
        told = (step.cosigners for step in self.steps)
        return frozenset(name for each in told if each is not None for name in (each.name, *each.reach))

    @cached_property
    def chosen_among(self) -> Mapping[str, tuple[ItemOptions, ...]]:
        """Group -> how its items are called where something is chosen among them."""
        found: dict[str, dict[str, ItemOptions]] = {}
        for question in self.questions.values():
            if question.items is not None:
                found.setdefault(question.items.each, {})[question.items.name] = question.items
        return {group: tuple(each.values()) for group, each in found.items()}

    @cached_property
    def adding(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """Step -> for each answer that some of its questions add up to, those questions."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for step in self.steps:
            for question in step.asked:
                if question.adds_up_to is not None:
                    wanted = found.setdefault(step.id, {})
                    wanted[question.adds_up_to] = (*wanted.get(question.adds_up_to, ()), question.id)
        return found

    @cached_property
    def quoting(self) -> Mapping[str, tuple[str, ...]]:
        """Id of a question whose texts quote earlier answers -> the ids of those."""
        found = {
            question.id: tuple(
                dict.fromkeys(n for text in question.texts() for n in text.quotes if n in self.questions)
            )
            for question in self.questions.values()
        }
        return {question_id: names for question_id, names in found.items() if names}

    def cosigners_at(self, step_id: str) -> Cosigners | None:
        """Who must sign that this step tells of: its own, or those whose items it holds."""
        told = (step.cosigners for step in self.steps if step.cosigners and step_id in {step.id, step.cosigners.each})
        return next(told, None)

    def step(self, step_id: str) -> Step | None:
        return self._step_by_id.get(step_id)

    @cached_property
    def _step_by_id(self) -> Mapping[str, Step]:
        return {step.id: step for step in self.steps}

    def conditions(self) -> Iterator[tuple[str, Condition]]:
        """Every condition with the id of what it governs, in reading order."""
        for step in self.steps:
            if step.when is not None:
                yield step.id, step.when
            if step.cosigners is not None and step.cosigners.when is not None:
                yield step.id, step.cosigners.when
            for question in step.asked:
                yield from ((question.id, c) for c in _conditions_of(question))
        yield from ((stop.id, stop.when) for stop in self.stops)
        yield from ((r.id, r.when) for r in self.requirements if r.when is not None)
        yield from (("routing", rule.when) for rule in self.routing.rules)
        yield from (("by_law", one.when) for one in self.legal.by_law if one.when is not None)

    def texts(self) -> Iterator[Text]:
        """Every translatable text, in reading order."""
        yield from _present(self.title, self.summary, self.easy_read, self.keywords)
        yield from self.before.have_ready
        yield from _present(self.before.cost, self.before.answer, self.legal.personal_number_because, self.legal.fee)
        for step in self.steps:
            told = step.cosigners.text if step.cosigners else None
            yield from _present(step.title, step.intro, step.group.item if step.group else None, told)
            for question in step.asked:
                yield from question.texts()
        for stop in self.stops:
            yield from (stop.title, stop.text)
        yield from (requirement.text for requirement in self.requirements)
        yield from (declaration.label for declaration in self.declarations)
        yield from _present(self.submit)
        yield from self.next
        yield from (state.label for state in self.states)

    def _causes(self) -> Iterator[tuple[str, Iterable[str]]]:
        for touched, condition in self.conditions():
            yield touched, references(condition)
        for question in self.questions.values():
            yield question.id, question.type.refers_to
            yield question.id, [name.partition("/")[0] for name in question.rests_on]
            if question.items is not None:
                yield question.id, [question.items.name]
            if question.adds_up_to is not None:
                yield question.id, [question.adds_up_to]
        for step in self.steps:
            if step.group is not None:
                yield step.id, [reference.name for _, reference in step.group.limits]
            for whole, parts in self.adding.get(step.id, {}).items():
                for part in parts:  # a sum that no longer fits is put right in any of its parts
                    yield step.id, [whole, *parts]
                    yield part, parts
            yield question.id, [name for text in question.texts() for name in text.quotes if name in self.questions]


def _present(*texts: Text | None) -> Iterator[Text]:
    return (text for text in texts if text is not None)


def _conditions_of(question: Question) -> Iterator[Condition]:
    if question.when is not None:
        yield question.when
    if question.required_when is not None:
        yield question.required_when
    yield from (option.when for option in question.options if option.when is not None)


def _reached(cause: str, direct: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    ahead = [cause]
    while ahead:
        for touched in direct.get(ahead.pop(), ()):
            if touched not in found:
                found.add(touched)
                ahead.append(touched)
    return found
