"""What is wrong with a definition although its shape is right: one function per rule.

A rule gives findings: a code, the place in the definition, and the facts of the sentence. It knows no YAML.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from eservices.definitions.complaints import WARNING, Finding, Path, suggestion
from eservices.definitions.conditions import (
    APPLICANT_KIND,
    All,
    AnyOf,
    Compare,
    Condition,
    Not,
    comparisons,
)
from eservices.definitions.model import QUOTE, Audience, Option, Question, Required, Sensitivity, Service, Step, Text
from eservices.definitions.municipality import Municipality
from eservices.definitions.possible import Possibilities, visibility
from eservices.questions.setting import Reference

#: Names that pages, addresses and conditions use themselves.
RESERVED = frozenset(
    {"check", "receipt", "continue", "all", "any", "not", "today", "municipality", "csrf_token", "go", "new"}
)

#: From this much on a text is hard to read; newspapers lie around 45.
MOST_LIX = 50
_FEWEST_WORDS = 15
_LONG_WORD = 7  #: letters
_LONGEST_LABEL = 160

#: Way of contact -> type of the question that tells the detail, and the detail in words.
_DETAILS = {
    "email": ("email", "e-postadressen", "the e-mail address"),
    "sms": ("phone", "telefonnumret", "the telephone number"),
    "phone": ("phone", "telefonnumret", "the telephone number"),
    "letter": ("postal_address", "postadressen", "the postal address"),
}

_NUMBERS = frozenset({"integer", "decimal", "money", "computed"})
_INDEXED = {
    "place": frozenset({"location", "postal_address", "text"}),
    "property": frozenset({"property_designation", "text"}),
}
_APPEALS = {
    "private_law": frozenset({"none"}),
    "kommunallag": frozenset({"laglighetsprovning", "none"}),
    "forvaltningslag": frozenset({"forvaltningsbesvar", "lansstyrelsen", "kammarratten", "none"}),
}


def lint(service: Service, municipality: Municipality | None = None) -> Iterator[Finding]:
    """Every finding of every rule. Without a municipality its units, boards and facts are not judged."""
    ground = Ground(service, municipality)
    for rule in RULES:
        yield from rule(ground)


@dataclass(frozen=True)
class Place:
    """Where a question is asked: its step and its turn there."""

    step: int
    turn: int
    group: str | None
    path: Path


@dataclass(frozen=True)
class Ground:
    """A service, where everything in it stands, and what can happen in it."""

    service: Service
    municipality: Municipality | None

    @cached_property
    def places(self) -> dict[str, Place]:
        """The place of every question that an author wrote."""
        found: dict[str, Place] = {}
        for index, step in enumerate(self.service.steps):
            inside: Path = ("group", "questions") if step.group else ("questions",)
            for turn, question in enumerate(step.asked):
                path: Path = ("steps", index, *inside, question.id)
                found.setdefault(question.id, Place(index, turn, step.group.id if step.group else None, path))
        return found

    @cached_property
    def possibilities(self) -> Possibilities:
        return Possibilities(self.service)

    @cached_property
    def group_steps(self) -> dict[str, int]:
        """The groups, and the step each is."""
        return {step.group.id: index for index, step in enumerate(self.service.steps) if step.group}

    def steps(self) -> Iterator[tuple[Path, Step]]:
        return ((("steps", index), step) for index, step in enumerate(self.service.steps))

    def questions(self) -> Iterator[tuple[Path, Question]]:
        """Every question, those of one id too."""
        for path, step in self.steps():
            inside: Path = ("group", "questions") if step.group else ("questions",)
            for question in step.asked:
                if not question.label.ours:
                    yield (*path, *inside, question.id), question

    def conditions(self) -> Iterator[tuple[Path, Condition, Place | None]]:
        """Every condition with its path, and from where it looks: None sees everything."""
        for index, (path, step) in enumerate(self.steps()):
            if step.when is not None:
                yield (*path, "when"), step.when, Place(index, -1, None, path)
            if step.cosigners is not None and step.cosigners.when is not None:
                group = step.group.id if step.group else None
                yield (*path, "cosigners", "when"), step.cosigners.when, Place(index, len(step.asked), group, path)
        for path, question in self.questions():
            yield from self._conditions_of(path, question)
        for index, stop in enumerate(self.service.stops):
            yield ("stops", index, "when"), stop.when, None
        for requirement in self.service.requirements:
            if requirement.when is not None:
                yield ("requirements", requirement.id, "when"), requirement.when, None
        for index, rule in enumerate(self.service.routing.rules):
            yield ("routing", "case", "rules", index, "when"), rule.when, None
        for index, one in enumerate(self.service.legal.by_law):
            if one.when is not None:
                yield ("legal", "by_law", index, "when"), one.when, None

    def _conditions_of(self, path: Path, question: Question) -> Iterator[tuple[Path, Condition, Place | None]]:
        here = self.places[question.id]
        if question.when is not None:
            yield (*path, "when"), question.when, here
        if question.required_when is not None:
            yield (*path, "required"), question.required_when, here
        for option in question.options:
            if option.when is not None:
                yield (*path, "options", option.key, "when"), option.when, here

    def texts(self) -> Iterator[tuple[Path, Text, Place | None]]:
        """Every text with its path, and from where it may quote: None may quote no answer."""
        yield from ((path, text, None) for path, text in self._header_texts() if text is not None)
        for index, (path, step) in enumerate(self.steps()):
            start = Place(index, -1, None, path)
            yield (*path, "title"), step.title, start
            if step.intro is not None:
                yield (*path, "intro"), step.intro, start
            if step.cosigners is not None and step.cosigners.text is not None:
                yield (*path, "cosigners", "text"), step.cosigners.text, None  # a counterpart reads it
        for path, question in self.questions():
            for text in question.texts():
                yield (*path, *_inside(text, question)), text, self.places[question.id]
        last = Place(len(self.service.steps), 0, None, ())
        yield from ((path, text, last) for path, text in self._last_texts())

    def _header_texts(self) -> Iterator[tuple[Path, Text | None]]:
        service = self.service
        yield ("title",), service.title
        yield ("summary",), service.summary
        yield ("easy_read",), service.easy_read
        for number, ready in enumerate(service.before.have_ready):
            yield ("before_you_start", "have_ready", number), ready
        yield ("before_you_start", "cost"), service.before.cost
        yield ("before_you_start", "answer"), service.before.answer

    def _last_texts(self) -> Iterator[tuple[Path, Text]]:
        service = self.service
        for index, stop in enumerate(service.stops):
            yield ("stops", index, "title"), stop.title
            yield ("stops", index, "text"), stop.text
        for requirement in service.requirements:
            yield ("requirements", requirement.id, "text"), requirement.text
        for declaration in service.declarations:
            yield ("declaration", declaration.id, "label"), declaration.label
        for number, text in enumerate(service.next):
            yield ("next", number), text


def _inside(text: Text, question: Question) -> Path:
    """The path of one of a question's texts, below the question."""
    parts = text.key.split(".")
    name = question.id
    rest = parts[parts.index(name, 1) + 1 :] if name in parts[1:] else parts[2:]
    return ("options", *rest[1:]) if rest[:1] == ["option"] else tuple(rest)


# ---- names -----------------------------------------------------------------------------------------------------------


def ids_are_unique(ground: Ground) -> Iterator[Finding]:
    """Questions, steps, stops, requirements and declarations share one set of names."""
    first: dict[str, Path] = {}
    for path, name in _ids(ground):
        if name in RESERVED or (name == APPLICANT_KIND and path[-1] != name):
            yield Finding("reserved_id", path, {"id": name})
        if name in first:
            what, what_en = _WHAT[str(first[name][0]) if "questions" not in first[name] else "questions"]
            yield Finding("duplicate_id", path, {"id": name, "what": what, "what_en": what_en, "first": first[name]})
        first.setdefault(name, path)


_WHAT = {
    "questions": ("frågan", "the question"),
    "steps": ("steget", "the step"),
    "stops": ("stoppet", "the stop"),
    "requirements": ("kravet", "the requirement"),
    "declaration": ("intygandet", "the declaration"),
}


def _ids(ground: Ground) -> Iterator[tuple[Path, str]]:
    for path, step in ground.steps():
        yield (*path, "step"), step.id
    yield from ((path, question.id) for path, question in ground.questions())
    for index, stop in enumerate(ground.service.stops):
        yield ("stops", index, "stop"), stop.id
    yield from ((("requirements", each.id), each.id) for each in ground.service.requirements)
    yield from ((("declaration", each.id), each.id) for each in ground.service.declarations)


def options_differ(ground: Ground) -> Iterator[Finding]:
    """Two options that nobody, or no reader of addresses, can tell apart."""
    for path, question in ground.questions():
        keys: dict[str, str] = {}
        labels: dict[str, str] = {}
        for option in question.options:
            here = (*path, "options", option.key)
            if (other := keys.setdefault(option.key.casefold(), option.key)) != option.key:
                yield Finding("clashing_option", here, {"first": other, "second": option.key})
            label = option.label.sv.casefold()
            if (other := labels.setdefault(label, option.key)) != option.key and not _apart(question, other, option):
                facts = {"first": other, "second": option.key, "label": option.label.sv}
                yield Finding("same_label", here, facts)


def _apart(question: Question, other: str, option: Option) -> bool:
    """Whether two options have conditions, so that they are not met side by side as far as anybody knows."""
    first = next(each for each in question.options if each.key == other)
    return first.when is not None and option.when is not None


# ---- conditions ------------------------------------------------------------------------------------------------------


def conditions_look_back(ground: Ground) -> Iterator[Finding]:
    """A condition looks at what was asked before it, and never into a repeated group from outside."""
    for path, condition, here in ground.conditions():
        for place, compare in _placed(condition, path):
            yield from _looks_right(ground, place, compare.question, here)


def _looks_right(ground: Ground, path: Path, name: str, here: Place | None) -> Iterator[Finding]:
    if name in ground.group_steps:
        if here is not None and ground.group_steps[name] >= here.step:
            yield Finding("later_question", path, {"question": name})
        return
    asked = ground.places.get(name)
    if asked is None:
        return
    if asked.group is not None and (here is None or here.group != asked.group):
        yield Finding("inside_group", path, {"question": name, "group": asked.group})
    elif here is not None and here is asked:
        yield Finding("own_question", path, {"question": name})
    elif here is not None and (asked.step, asked.turn) >= (here.step, here.turn):
        yield Finding("later_question", path, {"question": name})


def _placed(condition: Condition, path: Path) -> Iterator[tuple[Path, Compare]]:
    """Every comparison of a condition with its own place."""
    match condition:
        case Compare():
            yield path, condition
        case All(parts) | AnyOf(parts):
            name = "all" if isinstance(condition, All) else "any"
            for index, part in enumerate(parts):
                yield from _placed(part, (*path, name, index))
        case Not(part):
            yield from _placed(part, (*path, "not"))


def conditions_can_hold(ground: Ground) -> Iterator[Finding]:
    """A condition that no answers can fulfil."""
    for path, condition, here in ground.conditions():
        around = _around(ground, path, here)
        if not ground.possibilities.can_hold(condition):
            yield Finding("never_holds", path, _why_never(ground, condition))
        elif around is not None and not ground.possibilities.can_hold(condition, around):
            facts = {
                "reason": "det som den hör till är aldrig med samtidigt.",
                "reason_en": "what it belongs to is never there at the same time.",
            }
            yield Finding("never_holds", path, facts)


def _around(ground: Ground, path: Path, here: Place | None) -> Condition | None:
    """The condition under which what has the condition is there at all."""
    if here is None or path[-2:] == ("cosigners", "when") or here.turn < 0:
        return None
    step = ground.service.steps[here.step]
    question = step.asked[here.turn]
    own_when = path[-1] == "when" and path[-2] == question.id
    return step.when if own_when else visibility(ground.service, question.id)


def _why_never(ground: Ground, condition: Condition) -> dict[str, object]:
    names = list(dict.fromkeys(compare.question for compare in comparisons(condition)))
    asked = [name for name in names if name in ground.places]
    hidden = next((name for name in asked if not ground.possibilities.can_be_shown(name)), None)
    if hidden is not None:
        return {"reason": f"frågan `{hidden}` ställs aldrig.", "reason_en": f"the question `{hidden}` is never asked."}
    if len(names) == 1:
        return {
            "reason": f"inget svar på `{names[0]}` passar.",
            "reason_en": f"no answer to `{names[0]}` fits.",
        }
    listed = ", ".join(f"`{name}`" for name in names)
    return {
        "reason": f"svaren på {listed} kan inte vara så samtidigt.",
        "reason_en": f"the answers to {listed} cannot be so at once.",
    }


def steps_are_reached(ground: Ground) -> Iterator[Finding]:
    """A step whose questions all hide for ever is an empty page."""
    for path, step in ground.steps():
        written = [question for question in step.asked if not question.label.ours]
        if step.when is not None and not ground.possibilities.can_hold(step.when):
            continue  # said of the condition already
        if written and not any(ground.possibilities.can_be_shown(question.id) for question in written):
            facts = {
                "id": step.id,
                "what": "steget",
                "what_en": "step",
                "reason": "ingen av dess frågor ställs någonsin.",
                "reason_en": "none of its questions is ever asked.",
            }
            yield Finding("unreachable", path, facts)


def some_option_stays(ground: Ground) -> Iterator[Finding]:
    """Where all options have conditions, there may be a question without choices."""
    for path, question in ground.questions():
        whens = [option.when for option in question.options]
        if not whens or any(when is None for when in whens):
            continue
        none_of_them = All(tuple(Not(when) for when in whens if when is not None))
        around = visibility(ground.service, question.id)
        if ground.possibilities.can_hold(none_of_them, *([around] if around else [])):
            yield Finding("no_options_left", (*path, "options"), severity=WARNING)


def computed_values_look_back(ground: Ground) -> Iterator[Finding]:
    """A computed value reckons with numbers, days and groups that came before it."""
    for path, question in ground.questions():
        if question.type.name != "computed":
            continue
        operation = getattr(question.type, "operation", "")
        here = ground.places[question.id]
        for name in question.type.refers_to:
            place = (*path, "value")
            known = _before(ground, here)
            if name not in known:
                yield Finding("unknown_part", place, {"name": name, **suggestion(name, known)})
            elif name in ground.places and not _suits(operation, ground.service.questions[name]):
                facts = {"name": name, "type": ground.service.questions[name].type.name}
                yield Finding("part_is_no_number", place, facts)


def limits_look_back(ground: Ground) -> Iterator[Finding]:
    """What sets a limit, or what amounts add up to, was answered before and can be measured with."""
    for path, question in ground.questions():
        wanted = list(question.type.limits)
        if question.adds_up_to is not None:
            wanted.append(("adds_up_to", Reference(question.adds_up_to)))
        here = ground.places[question.id]
        for key, reference in wanted:
            yield from _limit(ground, (*path, key), reference, here, _MEASURES.get(question.type.name, _NUMBERS))
    for index, (path, step) in enumerate(ground.steps()):
        if step.group is not None:
            for key, reference in step.group.limits:
                here = Place(index, -1, None, path)
                yield from _limit(ground, (*path, "group", key), reference, here, _NUMBERS)


#: Type -> the types of answers that can limit it; numbers, unless written.
_MEASURES = {
    "date": frozenset({"date"}),
    "date_range": frozenset({"date"}),
    "time": frozenset({"time"}),
}


def _limit(ground: Ground, path: Path, reference: Reference, here: Place, types: frozenset[str]) -> Iterator[Finding]:
    key, name = path[-1], reference.name
    known = _before(ground, here)
    question = ground.service.questions.get(name)
    if name not in known:
        yield Finding("limit_not_known", path, {"key": key, "name": name, **suggestion(name, known)})
    elif types is not _NUMBERS and (question is None or ground.places[name].group not in {None, here.group}):
        yield Finding("limit_does_not_fit", path, {"key": key, "name": name, "type": "group"})
    elif question is not None and "date" in types and question.type.name == "date_range":
        if not reference.end:
            yield Finding("period_has_two_ends", path, {"key": key, "name": name})
    elif question is not None and (question.type.name not in types or reference.end):
        yield Finding("limit_does_not_fit", path, {"key": key, "name": name, "type": question.type.name})


def items_are_there(ground: Ground) -> Iterator[Finding]:
    """What is chosen among the items of a group: the group comes before, its items have the name, and there are any."""
    for path, question in ground.questions():
        if question.items is None:
            continue
        group, name = question.items.each, question.items.name
        before = [each for each, step in ground.group_steps.items() if step < ground.places[question.id].step]
        if group not in before:
            yield Finding("items_not_known", (*path, "options"), {"name": group, **suggestion(group, before)})
            continue
        step = ground.service.steps[ground.group_steps[group]]
        inside = [each.id for each in step.asked]
        if name not in inside:
            facts = {"name": name, "group": group, **suggestion(name, inside)}
            yield Finding("items_without_name", (*path, "options"), facts)
        none = Compare(group, "less_than", 1)
        around = visibility(ground.service, question.id)
        least = step.group.minimum if step.group is not None else 0
        if least < 1 and (around is None or ground.possibilities.can_hold(around, none)):
            yield Finding("items_may_be_none", path, {"group": group}, WARNING)


def _before(ground: Ground, here: Place) -> list[str]:
    groups = [name for name, step in ground.group_steps.items() if step < here.step]
    asked = [name for name, place in ground.places.items() if (place.step, place.turn) < (here.step, here.turn)]
    return [*asked, *groups]


def _suits(operation: str, question: Question) -> bool:
    match operation:
        case "count":
            return "contains" in question.type.operators
        case "days_between":
            return question.type.name in {"date", "date_range"}
        case _:
            return question.type.name in _NUMBERS


# ---- texts -----------------------------------------------------------------------------------------------------------


def quotes_are_known(ground: Ground) -> Iterator[Finding]:
    """A text quotes only what has been answered before it, and facts of the municipality that exist."""
    for path, text, here in ground.texts():
        for name in text.quotes:
            if name.startswith("municipality."):
                facts = ground.municipality.facts if ground.municipality is not None else {name: ""}
                if name not in facts:
                    yield Finding("unknown_fact", path, {"name": name, **suggestion(name, facts)}, WARNING)
            else:
                yield from _quote(ground, path, name, here)


def _quote(ground: Ground, path: Path, name: str, here: Place | None) -> Iterator[Finding]:
    asked = ground.places.get(name)
    if here is None or asked is None:
        known = [] if here is None else list(ground.places)
        yield Finding("unknown_quote", path, {"name": name, **suggestion(name, known)})
    elif asked.group is not None and asked.group != here.group:
        yield Finding("inside_group", path, {"question": name, "group": asked.group})
    elif (asked.step, asked.turn) >= (here.step, here.turn):
        yield Finding("later_quote", path, {"name": name})
    elif asked.step == here.step and ground.service.questions[name].type.asks:
        yield Finding("quote_on_same_page", path, {"name": name}, WARNING)


def texts_are_plain(ground: Ground) -> Iterator[Finding]:
    """What only machines read, and braces that quote nothing, stand on the page as they are written."""
    for path, text, _ in ground.texts():
        if (tag := _TAG.search(text.sv)) is not None:
            yield Finding("html_in_text", path, {"tag": tag[0]}, WARNING)
        elif (marks := _MARKS.search(text.sv)) is not None:
            yield Finding("marks_in_text", path, {"marks": marks[0]}, WARNING)
        elif (brace := re.search(r"[{}]", QUOTE.sub("", text.sv))) is not None:
            yield Finding("lone_brace", path, {"sign": brace[0]}, WARNING)


_MARKS = re.compile(r"\[[^\]]+\]\([^)\s]+\)|\*\*[^*\n]+\*\*|(?m:^#{1,4} )|`[^`\n]+`")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|&[a-z]+;")


def texts_are_readable(ground: Ground) -> Iterator[Finding]:
    """Long sentences and long words, by LIX; labels that have become explanations."""
    for path, text, _ in ground.texts():
        lix = readability(text.sv)
        if lix is not None and lix > MOST_LIX:
            yield Finding("hard_to_read", path, {"lix": lix, "most": MOST_LIX}, WARNING)
        if text.key.endswith(".label") and ".option." not in text.key and len(text.sv) > _LONGEST_LABEL:
            yield Finding("long_label", path, {"length": len(text.sv)}, WARNING)


def readability(text: str) -> int | None:
    """LIX: words in a sentence, plus long words in a hundred. None for texts too short to judge."""
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text)
    if len(words) < _FEWEST_WORDS:
        return None
    sentences = max(1, len(re.findall(r"[.!?:](?=\s|$)", text)))
    long_words = sum(len(word) >= _LONG_WORD for word in words)
    return round(len(words) / sentences + 100 * long_words / len(words))


# ---- people ----------------------------------------------------------------------------------------------------------


def preferences_have_details(ground: Ground) -> Iterator[Finding]:
    """Whoever chooses to be reached in a way is asked for what it takes."""
    for path, question in ground.questions():
        if not question.asks_contact_method:
            continue
        for option in question.options:
            if option.key in _DETAILS:
                yield from _detail(ground, (*path, "options", option.key), question, option)


def _detail(ground: Ground, path: Path, question: Question, option: Option) -> Iterator[Finding]:
    kind, detail, detail_en = _DETAILS[option.key]
    chosen = Compare(question.id, "is", option.key)
    facts = {"method": option.key, "type": kind, "detail": detail, "detail_en": detail_en}
    asked = [each for each in ground.service.questions.values() if each.type.name == kind]
    met = []
    for each in asked:
        when = visibility(ground.service, each.id)
        if when is None or ground.possibilities.can_hold(chosen, when):
            met.append(each)
    if not met:
        yield Finding("detail_not_asked", path, facts)
        return
    for each in met:
        if not _may_be_left_out(ground, each, chosen):
            return
    facts = {"method": option.key, "question": met[0].id, "preference": question.id}
    yield Finding("detail_not_required", path, facts, WARNING)


def _may_be_left_out(ground: Ground, detail: Question, chosen: Condition) -> bool:
    """Whether somebody who chose the way may still leave its detail blank, or is not asked for it."""
    when = visibility(ground.service, detail.id)
    if when is not None and ground.possibilities.can_hold(chosen, Not(when)):
        return True
    if detail.required_when is not None:
        return ground.possibilities.can_hold(chosen, Not(detail.required_when))
    return detail.required is not Required.TRUE


def personal_numbers_have_a_reason(ground: Ground) -> Iterator[Finding]:
    """A personal number only where the law's conditions are met, and the reason is told."""
    asking = [(path, q) for path, q in ground.questions() if q.type.name == "personal_number"]
    reason = ground.service.legal.personal_number_because
    if asking and reason is None:
        yield Finding("personal_number_without_reason", asking[0][0])
    if reason is not None and not asking:
        yield Finding("reason_without_personal_number", ("legal", "personal_number_because"), severity=WARNING)
    for path, question in asking:
        if question.sensitivity is Sensitivity.NORMAL:
            yield Finding("personal_number_not_sensitive", (*path, "sensitivity"))


def the_protected_are_not_asked_where_they_are(ground: Ground) -> Iterator[Finding]:
    """Where a service asks whether somebody is protected, it does not go on to ask where they are."""
    for _, asking in ground.questions():
        if asking.protects is None:
            continue
        said = Compare(asking.id, "contains" if "contains" in asking.type.operators else "is", asking.protects)
        for path, question in ground.questions():
            around = visibility(ground.service, question.id)
            if question.tells_where and ground.possibilities.can_hold(said, *([around] if around else [])):
                facts = {"question": question.id, "protects": asking.id}
                yield Finding("protected_is_asked", path, facts, WARNING)


def sensitive_answers_stay_close(ground: Ground) -> Iterator[Finding]:
    """What is sensitive is not for everybody."""
    for path, question in ground.questions():
        if question.sensitivity not in {Sensitivity.SENSITIVE, Sensitivity.CONFIDENTIAL}:
            continue
        facts = {"sensitivity": question.sensitivity, "audience": question.audience, "question": question.id}
        if question.audience is Audience.PUBLIC:
            yield Finding("sensitive_to_all", (*path, "audience"), facts)
        elif question.audience is Audience.CONTACT_CENTRE and ground.service.routing.view == "full":
            yield Finding("sensitive_full_view", (*path, "sensitivity"), facts, WARNING)


def anonymous_means_anonymous(ground: Ground) -> Iterator[Finding]:
    """Where one may be anonymous, nobody must say who they are."""
    if not ground.service.anonymous:
        return
    for path, question in ground.questions():
        always = visibility(ground.service, question.id) is None
        tells_who = question.prefill and not question.prefill.startswith("letter.")
        if always and tells_who and question.required is Required.TRUE and question.required_when is None:
            yield Finding("anonymous_but_asked", path, {"question": question.id}, WARNING)


# ---- the header ------------------------------------------------------------------------------------------------------


def header_fits(ground: Ground) -> Iterator[Finding]:
    """Parts of the header that contradict each other."""
    service = ground.service
    if "sv" not in service.languages:
        yield Finding("without_swedish", ("languages",))
    if service.legal.appeal not in _APPEALS.get(service.legal.regime, {service.legal.appeal}):
        facts = {"appeal": service.legal.appeal, "regime": service.legal.regime}
        yield Finding("appeal_does_not_fit", ("legal", "appeal"), facts, WARNING)
    days = [
        (name, day)
        for name in ("pilot_from", "active_from", "sunset_from", "closed_from")
        if (day := getattr(service.life, name)) is not None
    ]
    for (earlier, first), (later, second) in itertools.pairwise(days):
        if second < first:
            yield Finding("dates_out_of_order", ("life", later), {"earlier": earlier, "later": later})
    opening = service.opening
    if opening is not None and opening.opens and opening.closes and opening.closes < opening.opens:
        yield Finding("dates_out_of_order", ("opening", "closes"), {"earlier": "opens", "later": "closes"})


#: Said by who wants to stand under Övrigt.
_NO_THEME = "ovrigt"


def names_are_known(ground: Ground) -> Iterator[Finding]:
    """Boards and units that the municipality's file does not have."""
    if ground.municipality is None:
        return
    service, themes, events = ground.service, ground.municipality.themes, ground.municipality.life_events
    if themes and service.theme not in {*themes, _NO_THEME}:
        yield Finding(
            "unknown_theme", ("theme",), {"theme": service.theme, **suggestion(service.theme, themes)}, WARNING
        )
    for event in service.life_events:
        if events and event not in events:
            yield Finding(
                "unknown_life_event", ("life_events",), {"event": event, **suggestion(event, events)}, WARNING
            )
    routing, boards, units = ground.service.routing, ground.municipality.boards, ground.municipality.units
    board = ground.service.legal.board
    if board and board not in boards:
        yield Finding("unknown_board", ("legal", "board"), {"board": board, **suggestion(board, boards)}, WARNING)
    written: list[tuple[Path, str | None]] = [(("routing", "case", "unit"), routing.unit)]
    written += [(("routing", "case", "rules", i, "unit"), rule.unit) for i, rule in enumerate(routing.rules)]
    for path, unit in written:
        if unit and unit not in units:
            yield Finding("unknown_unit", path, {"unit": unit, **suggestion(unit, units)}, WARNING)


def indexes_fit(ground: Ground) -> Iterator[Finding]:
    """Only places and properties can be looked up as such."""
    for path, question in ground.questions():
        if question.index is not None and question.type.name not in _INDEXED[question.index]:
            facts = {"index": question.index, "type": question.type.name}
            yield Finding("index_does_not_fit", (*path, "index"), facts, WARNING)


def prefills_fit(ground: Ground) -> Iterator[Finding]:
    """What an answer tells about a person is read as such: an address out of an address, a language out of a text."""
    for path, question in ground.questions():
        fact = (question.prefill or "").partition(".")[2]
        fits = _TELLS.get(fact, {fact})
        if fact and question.type.name not in fits:
            facts = {"prefill": question.prefill, "type": question.type.name, "types": sorted(fits)}
            yield Finding("prefill_does_not_fit", (*path, "prefill"), facts, WARNING)


def it_is_said_whose_it_is(ground: Ground) -> Iterator[Finding]:
    """What tells who somebody is, and does not say of whom, is taken for the applicant's: its author should know."""
    said = ground.service.told_by_prefill
    if not any(told.startswith("person.") for told in said):
        return
    # Who says how they want to be reached is asked for the details of that.
    reached = {"email", "phone", "address"} if any(q.asks_contact_method for _, q in ground.questions()) else set()
    for path, question in ground.questions():
        fact = question.type.fact
        alone = ground.places[question.id].group is None and question.id not in ground.service.about_cosigners
        if (
            question.prefill is None
            and question.type.tells_who
            and fact
            and alone
            and f"person.{fact}" not in said
            and fact not in reached
        ):
            yield Finding("whose_is_it", path, {"question": question.id, "fact": fact}, WARNING)


#: What is told about a person -> the types of question that can tell it; the others bear its own name.
_TELLS = {
    "name": {"text"},
    "address": {"postal_address"},
    "number": {"organisation_number"},
    "needs": {"checkboxes", "text", "textarea"},
    "interpreter": {"text"},
    "about": {"text"},
    "text": {"textarea"},
}

Rule = Callable[[Ground], Iterable[Finding]]

#: Every rule, in the order their findings come.
RULES: tuple[Rule, ...] = (
    ids_are_unique,
    options_differ,
    conditions_look_back,
    conditions_can_hold,
    steps_are_reached,
    some_option_stays,
    computed_values_look_back,
    limits_look_back,
    items_are_there,
    quotes_are_known,
    texts_are_plain,
    texts_are_readable,
    preferences_have_details,
    personal_numbers_have_a_reason,
    sensitive_answers_stay_close,
    the_protected_are_not_asked_where_they_are,
    anonymous_means_anonymous,
    header_fits,
    names_are_known,
    indexes_fit,
    prefills_fit,
    it_is_said_whose_it_is,
)
