"""Canonical content -> a service. What cannot be is gathered as findings, each with its place, and none hides another.

Knows neither YAML nor files, so a definition that was pinned years ago is rebuilt from its stored content alone.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from eservices.definitions.complaints import Finding, Path, suggestion
from eservices.definitions.conditions import APPLICANT_KIND, OPERATORS, All, AnyOf, Compare, Condition, Not
from eservices.definitions.model import (
    Audience,
    BeforeYouStart,
    ByLaw,
    Cosigners,
    Declaration,
    Document,
    Group,
    ItemOptions,
    Legal,
    Life,
    Monitor,
    Opening,
    Option,
    OwnState,
    Question,
    Required,
    Requirement,
    Retention,
    Routing,
    Sensitivity,
    Service,
    Span,
    Step,
    Stop,
    Text,
    UnitRule,
    Validity,
)
from eservices.language import N_
from eservices.questions import kinds
from eservices.questions.base import BadSetting, QuestionType
from eservices.questions.setting import Setting, read_reference

#: What the platform calls the kinds of applicant, and how it asks for them.
KIND_LABELS: Mapping[str, str] = {
    "person": N_("Privatperson"),
    "company": N_("Företag"),
    "association": N_("Förening eller annan organisation"),
    "visitor": N_("Besökare"),
    "child": N_("Barn, genom vårdnadshavare"),
}
#: The code of what is left blank.
BLANK_CODE = "required"

_KIND_QUESTION = N_("Vem gäller det?")
_KIND_SPOKEN: Mapping[tuple[str, ...], str] = {
    ("person", "company"): N_("Gäller det dig själv eller ett företag?"),
    ("person", "company", "association"): N_("Gäller det dig själv, ett företag eller en förening?"),
    ("person", "company", "association", "visitor"): N_(
        "Gäller det dig själv, ett företag eller en förening, eller är du besökare här?"
    ),
}

_COUNTS = frozenset({"is", "one_of", "at_least", "at_most", "more_than", "less_than", "answered"})
_NOTHING: Mapping[str, Any] = {}

#: How many items a group may have whose limit is another answer, while that is not known.
_MOST_ITEMS = 100


@dataclass(frozen=True, slots=True)
class Built:
    """The service, None where its steps could not be read at all, and what is wrong with it."""

    service: Service | None
    findings: tuple[Finding, ...]


def build(content: Mapping[str, Any], version: str) -> Built:
    """Build a service. Where the header lacks something, emptiness stands in for it: the shape has complained."""
    return _Builder(content, version).build()


class _Builder:
    def __init__(self, content: Mapping[str, Any], version: str):
        self.content = content
        self.version = version
        self.findings: list[Finding] = []
        self.types: dict[str, QuestionType | None] = {}  # None: known, and broken
        self.groups: set[str] = set()
        self.applicants: tuple[str, ...] = tuple(content.get("applicants") or ("person",))

    def find(self, code: str, path: Path, **facts: object) -> None:
        self.findings.append(Finding(code, path, facts))

    def build(self) -> Built:
        steps = self.content.get("steps") or []
        for path, entry in self._question_entries(steps):
            if entry.get("id") not in self.types:
                self.types[entry["id"]] = self._type(entry, path)
        self.groups = {step["id_"] for step in map(_with_id, steps) if "group" in step}
        made = tuple(step for index, entry in enumerate(steps) if (step := self._step(entry, index)) is not None)
        if not made:
            return Built(None, tuple(self.findings))
        service = self._service(made)
        if service.needs_kind and APPLICANT_KIND not in service.questions:
            service = self._with_kind(service)
        return Built(service, tuple(self.findings))

    # ---- questions

    def _question_entries(self, steps: list[dict[str, Any]]) -> Iterable[tuple[Path, dict[str, Any]]]:
        for index, step in enumerate(steps):
            group = step.get("group")
            path: Path = ("steps", index, "group", "questions") if group else ("steps", index, "questions")
            for entry in (group or step).get("questions") or []:
                yield (*path, entry["id"]), entry

    def _type(self, entry: dict[str, Any], path: Path) -> QuestionType | None:
        name = entry.get("type")
        if name is None:
            return None
        written = entry.get("options") or []
        if isinstance(written, dict):
            options = []
        else:
            options = [option["id"] for option in written]
            if kinds.kind(name).has_options and any(option.get("broken") for option in written):
                return None
        try:
            return kinds.make(name, entry.get("settings") or {}, options, items=isinstance(written, dict))
        except BadSetting as error:
            facts = dict(error.facts)
            known = facts.pop("known", ())
            if isinstance(known, tuple) and "written" in facts:
                facts |= suggestion(str(facts["written"]), known)
            place = (*path, error.key) if error.key in (*entry, *(entry.get("settings") or {})) else path
            self.find(error.code, place, **{"key": error.key, **facts})
            return None

    def _question(
        self, entry: dict[str, Any], key: str, path: Path, usual: Mapping[str, Any] = _NOTHING
    ) -> Question | None:
        kind = self.types.get(entry["id"])
        if kind is None or "label" not in entry:
            return None
        text = _Texts(f"{key}.{entry['id']}", entry)
        required, required_when = self._required(entry, kind, path)
        if kind.name == "info" and "text" not in entry:
            self.find("info_text", path)
        offered = getattr(kind, "options", ())
        written = entry.get("options") or []
        items = ItemOptions(written["each"], written["name"]) if isinstance(written, dict) else None
        document = entry.get("document")
        if (preselected := entry.get("preselected")) is not None and preselected not in offered:
            near = suggestion(preselected, offered)
            self.find("required_and_preselected", (*path, "preselected"), option=preselected, **near)
        if (protects := entry.get("protects")) is not None and protects not in offered:
            self.find("protects_nothing", (*path, "protects"), option=protects, **suggestion(protects, offered))
        return Question(
            entry["id"],
            kind,
            text.needed("label"),
            hint=text("hint"),
            why=text("why"),
            say=text("say"),
            text=text("text"),
            missing=text("missing"),
            errors=tuple(self._errors(entry.get("error"), kind, text, (*path, "error"))),
            required=required,
            required_when=required_when,
            when=self._when(entry, path),
            options=tuple(
                self._option(option, text.key, (*path, "options", option["id"]), entry.get("options_list", ""))
                for option in (written if items is None else ())
                if not option.get("broken")
            ),
            items=items,
            adds_up_to=entry.get("adds_up_to"),
            document=None
            if not document
            else Document(_Texts(f"{text.key}.document", document).needed("name"), document.get("link", "")),
            sensitivity=_sensitivity(entry, kind, usual),
            audience=Audience(entry.get("audience") or usual.get("audience") or Audience.CONTACT_CENTRE),
            index=entry.get("index"),
            read_back=entry.get("read_back", False),
            autocomplete=entry.get("autocomplete"),
            prefill=entry.get("prefill"),
            preselected=preselected,
            only_resident_knows=entry.get("only_resident_knows", False),
            protects=protects,
            says_where=entry.get("says_where", False),
        )

    def _errors(self, written: Any, kind: QuestionType, texts: "_Texts", path: Path) -> Iterator[tuple[str, Text]]:
        """The author's own words for faults, by their codes; a text alone is for what is left blank."""
        if isinstance(written, str):
            yield BLANK_CODE, texts.needed("error")
            return
        for entry in written or ():
            if entry.get("broken"):
                continue
            code, known = entry["id"], sorted({BLANK_CODE, *kind.codes})
            if code not in known:
                self.find("unknown_error", (*path, code), fault=code, type=kind.name, **suggestion(code, known))
            easy = (entry.get("easy_read") or {}).get("text")
            yield code, Text(f"{texts.key}.error.{code}", entry.get("text") or "", easy)

    def _required(self, entry: dict[str, Any], kind: QuestionType, path: Path) -> tuple[Required, Condition | None]:
        written = entry.get("required")
        if written is None:
            return Required(kind.default_required), None
        if isinstance(written, dict):
            return Required(kind.default_required), self._condition(written, (*path, "required"))
        if written == "true" and kind.default_required == "expected":
            self.find("required_file", (*path, "required"))
        return Required(written), None

    def _option(self, entry: dict[str, Any], key: str, path: Path, listed: str) -> Option:
        # The option's own label has the shorter address: `boat.boat_type.option.motor`.
        text = _Texts(f"{key}.option.{entry['id']}", entry)
        house = f"lists.{listed}.{entry['id']}" if listed else ""
        easy = (entry.get("easy_read") or {}).get("label")
        label = Text(text.key, entry.get("label") or entry["id"], easy, house=house)
        return Option(entry["id"], label, text("hint"), self._when(entry, path))

    # ---- steps and what stands beside them

    def _step(self, entry: dict[str, Any], index: int) -> Step | None:
        path: Path = ("steps", index)
        step_id = entry.get("step")
        if step_id is None:
            return None
        group_entry = entry.get("group")
        if group_entry and entry.get("questions"):
            self.find("questions_or_group", path)
        text = _Texts(step_id, entry)
        group, questions = None, self._questions(entry.get("questions"), step_id, (*path, "questions"), entry)
        if group_entry:
            inside = self._questions(group_entry.get("questions"), step_id, (*path, "group", "questions"), entry)
            item = Text(
                f"{step_id}.item", group_entry.get("item") or "{n}", (group_entry.get("easy_read") or {}).get("item")
            )
            group, questions = self._group(group_entry, step_id, item, inside, (*path, "group")), ()
        elif not entry.get("questions"):
            self.find("nothing_asked", path, step=step_id)
        return Step(
            step_id,
            text.needed("title"),
            questions,
            group,
            self._when(entry, path),
            text("intro"),
            self._cosigners(entry.get("cosigners"), entry, (*path, "cosigners")),
        )

    def _group(self, entry: dict[str, Any], name: str, item: Text, inside: tuple[Question, ...], path: Path) -> Group:
        written = {key: entry[key] for key in ("min", "max") if key in entry}
        limits = tuple(
            (key, reference) for key, value in written.items() if (reference := read_reference(value)) is not None
        )
        fixed = {key: value for key, value in written.items() if isinstance(value, int)}
        least = fixed.get("min", 0)
        most = fixed.get("max", _MOST_ITEMS if limits else max(10, least))
        if least > most:
            self.find("minimum_above_maximum", (*path, "min"))
        return Group(name, item, inside, least, most, limits)

    def _questions(
        self, entries: list[dict[str, Any]] | None, key: str, path: Path, usual: Mapping[str, Any]
    ) -> tuple[Question, ...]:
        """`usual` is the step, which may say how sensitive its answers are and who may see them."""
        made = (self._question(entry, key, (*path, entry["id"]), usual) for entry in entries or [])
        return tuple(question for question in made if question is not None)

    def _cosigners(self, entry: dict[str, Any] | None, step: dict[str, Any], path: Path) -> Cosigners | None:
        if not entry:
            return None
        asked = {question["id"] for question in (step.get("group") or step).get("questions") or []}
        each = entry.get("each")
        if each is not None and each not in self.groups:
            self.find("unknown_group", (*path, "each"), group=each, **suggestion(each, self.groups))
        reach = tuple(entry.get("reach") or ())
        for place, name in [("name", entry.get("name")), *(("reach", name) for name in reach)]:
            if name is not None and name not in asked:
                self.find("cosigner_question", (*path, place), question=name, **suggestion(name, asked))
        text = _Texts(f"{step.get('step')}.cosigners", entry)
        return Cosigners(entry.get("name") or "", reach, each, self._when(entry, path), text("text"))

    def _with_kind(self, service: Service) -> Service:
        """The applicant's kind, asked first in the first step because a condition looks at it."""
        first, *others = service.steps
        if first.group is not None:
            self.find("kind_in_group", ("steps", 0))
            return service
        key = f"{first.id}.{APPLICANT_KIND}"
        options = tuple(
            Option(kind, Text(f"{key}.option.{kind}", KIND_LABELS[kind], ours=True)) for kind in service.applicants
        )
        spoken = _KIND_SPOKEN.get(service.applicants)
        question = Question(
            APPLICANT_KIND,
            kinds.make("radio", {}, service.applicants),
            Text(f"{key}.label", _KIND_QUESTION, ours=True),
            say=None if spoken is None else Text(f"{key}.say", spoken, ours=True),
            options=options,
            preselected="person" if "person" in service.applicants else service.applicants[0],
        )
        return replace(service, steps=(replace(first, questions=(question, *first.questions)), *others))

    # ---- conditions

    def _when(self, entry: Mapping[str, Any], path: Path) -> Condition | None:
        written = entry.get("when")
        return None if written is None else self._condition(written, (*path, "when"))

    def _needed(self, entry: Mapping[str, Any], path: Path) -> Condition:
        return self._when(entry, path) or All(())

    def _condition(self, content: Mapping[str, Any], path: Path) -> Condition | None:
        [(name, inner)] = content.items()
        if name in {"all", "any"}:
            found = [self._condition(part, (*path, name, index)) for index, part in enumerate(inner)]
            parts = tuple(part for part in found if part is not None)
            if len(parts) < len(found):
                return None
            return All(parts) if name == "all" else AnyOf(parts)
        if name == "not":
            part = self._condition(inner, (*path, "not"))
            return None if part is None else Not(part)
        [(operator, written)] = inner.items()
        return self._compare(name, operator, written, path)

    def _compare(self, name: str, operator: str, written: Any, path: Path) -> Condition | None:
        if name == APPLICANT_KIND and name not in self.types:
            return self._compare_kind(operator, written, path)
        if name in self.groups:
            return self._compare_count(name, operator, written, path)
        if name in self.types:
            kind = self.types[name]
            return None if kind is None else self._compare_answer(name, kind, operator, written, path)
        if name in OPERATORS:
            self.find("condition_without_question", path, operator=name)
        else:
            known = [*self.types, *self.groups, APPLICANT_KIND]
            self.find("unknown_question", path, question=name, **suggestion(name, known))
        return None

    def _compare_answer(
        self, name: str, kind: QuestionType, operator: str, written: Any, path: Path
    ) -> Condition | None:
        if not kind.operators:
            self.find("nothing_to_compare", path, question=name)
            return None
        if operator == "is" and "is" not in kind.operators and "contains" in kind.operators:
            operator = "contains"
        if operator in {"one_of", "contains"} and isinstance(written, list) and "contains" in kind.operators:
            parts = [self._compared(name, kind, "contains", item, path) for item in written]
            return AnyOf(tuple(part for part in parts if part is not None)) if all(parts) else None
        return self._compared(name, kind, operator, written, path)

    def _compared(self, name: str, kind: QuestionType, operator: str, written: Any, path: Path) -> Condition | None:
        if kind.chosen("x") or kind.has_options:
            written = _as_keys(written)
        try:
            return Compare(name, operator, kind.operand(operator, written))
        except BadSetting as error:
            place = (*path, "operand")
            if error.code == "no_such_comparison":
                known = sorted(kind.operators)
                self.find("wrong_operator", path, question=name, type=kind.name, operator=operator, known=known)
            elif error.code == "not_an_option":
                option = str(error.facts.get("written", written))
                near = suggestion(option, error.facts.get("known", ()))  # type: ignore[arg-type]
                self.find("unknown_option", place, question=name, option=option, **near)
            else:
                self.find("wrong_operand", place, question=name, type=kind.name, operand=written)
            return None

    def _compare_kind(self, operator: str, written: Any, path: Path) -> Condition | None:
        if operator not in {"is", "one_of"}:
            facts = {"question": APPLICANT_KIND, "type": "radio", "operator": operator, "known": ("is", "one_of")}
            self.find("wrong_operator", path, **facts)
            return None
        wanted = [str(item) for item in written] if isinstance(written, list) else [str(written)]
        for kind in wanted:
            if kind not in self.applicants:
                near = suggestion(kind, self.applicants)
                self.find("unknown_kind", (*path, "operand"), kind=kind, **near)
        return Compare(APPLICANT_KIND, operator, tuple(wanted) if operator == "one_of" else wanted[0])

    def _compare_count(self, name: str, operator: str, written: Any, path: Path) -> Condition | None:
        if operator not in _COUNTS:
            self.find("wrong_operator", path, question=name, type="group", operator=operator, known=sorted(_COUNTS))
            return None
        try:
            if operator == "answered":
                return Compare(name, operator, Setting("boolean", "").read(operator, written))
            if operator == "one_of":
                return Compare(name, operator, tuple(Setting("integer", "").read(operator, n) for n in written))
            return Compare(name, operator, Setting("integer", "").read(operator, written))
        except BadSetting:
            self.find("wrong_operand", (*path, "operand"), question=name, type="group", operand=written)
            return None

    # ---- the header

    def _service(self, steps: tuple[Step, ...]) -> Service:
        content = self.content
        easy = content.get("easy_read") or _NOTHING
        states = self._states()
        return Service(
            id=content.get("service") or "",
            version=self.version,
            title=Text("title", content.get("title") or "", easy.get("title")),
            summary=Text("summary", content.get("summary") or "", easy.get("summary")),
            status=content.get("status") or "draft",
            owner=content.get("owner") or "",
            theme=content.get("theme") or "",
            applicants=self.applicants,
            login=content.get("login") or "optional",
            identification=content.get("identification") or ("anonymous" if content.get("anonymous") else "stated"),
            languages=tuple(content.get("languages") or ("sv",)),
            before=_before(content.get("before_you_start") or _NOTHING),
            legal=replace(_legal(content.get("legal") or _NOTHING), by_law=tuple(self._by_law())),
            routing=self._routing(content.get("routing") or _NOTHING),
            steps=steps,
            stops=tuple(self._stops()),
            requirements=tuple(
                Requirement(
                    entry["id"],
                    _Texts(f"requirement.{entry['id']}", entry).needed("text"),
                    self._when(entry, ("requirements", entry["id"])),
                )
                for entry in content.get("requirements") or ()
                if not entry.get("broken")
            ),
            declarations=tuple(
                Declaration(entry["id"], _Texts(f"declaration.{entry['id']}", entry).needed("label"))
                for entry in content.get("declaration") or ()
                if not entry.get("broken")
            ),
            easy_read=Text("easy_read", easy["text"], easy["text"]) if "text" in easy else None,
            next=tuple(Text(f"next.{number}", text) for number, text in enumerate(content.get("next") or (), start=1)),
            submit=Text("submit", content["submit"]) if "submit" in content else None,
            anonymous=content.get("anonymous", False),
            life_events=tuple(content.get("life_events") or ()),
            keywords=Text("keywords", ", ".join(content["keywords"])) if content.get("keywords") else None,
            samples=tuple(content.get("samples") or ()),
            own_states={state.key: state.public for state in states},
            states=states,
            life=_life(content.get("life") or _NOTHING),
            opening=_opening(content.get("opening")),
            one_case=content.get("one_case", False),
            validity=_validity(content.get("validity")),
            monitor=_monitor(content.get("monitor") or _NOTHING),
            representatives=tuple(content.get("representatives") or ()),
            content=content,
        )

    def _states(self) -> tuple[OwnState, ...]:
        return tuple(
            OwnState(entry["id"], _Texts(f"states.{entry['id']}", entry).needed("label"), entry["public"])
            for entry in self.content.get("states") or ()
            if "public" in entry and not entry.get("broken")
        )

    def _stops(self) -> Iterable[Stop]:
        for index, entry in enumerate(self.content.get("stops") or ()):
            if "stop" in entry:
                text = _Texts(f"stop.{entry['stop']}", entry)
                when = self._needed(entry, ("stops", index))
                yield Stop(
                    entry["stop"], when, text.needed("title"), text.needed("text"), entry.get("emergency", False)
                )

    def _by_law(self) -> Iterable[ByLaw]:
        for index, entry in enumerate((self.content.get("legal") or _NOTHING).get("by_law") or ()):
            if "within" in entry:
                when = self._when(entry, ("legal", "by_law", index))
                yield ByLaw(span(entry["within"]), entry.get("law") or "", when)

    def _routing(self, entry: Mapping[str, Any]) -> Routing:
        case, centre = entry.get("case") or _NOTHING, entry.get("contact_centre") or _NOTHING
        rules = tuple(
            UnitRule(
                self._needed(rule, ("routing", "case", "rules", index)),
                rule.get("unit"),
                rule.get("queue"),
                span(rule["decide_within"]) if "decide_within" in rule else None,
            )
            for index, rule in enumerate(case.get("rules") or ())
        )
        return Routing(
            unit=case.get("unit") or "",
            decide_within=span(case.get("decide_within") or "1 day"),
            queue=centre.get("queue") or "",
            view=centre.get("view") or "full",
            mandate=centre.get("mandate") or "",
            first_contact_within=span(centre.get("first_contact_within") or "1 day"),
            rules=rules,
            targets=tuple(case.get("targets") or ()),
        )


class _Texts:
    """The texts of one entry, each with its address and its easy variant."""

    def __init__(self, key: str, entry: Mapping[str, Any]):
        self.key = key
        self._entry = entry
        self._easy: Mapping[str, str] = entry.get("easy_read") or _NOTHING

    def __call__(self, name: str) -> Text | None:
        return self.needed(name) if name in self._entry else None

    def needed(self, name: str) -> Text:
        return Text(f"{self.key}.{name}", self._entry.get(name) or "", self._easy.get(name))


def span(written: str) -> Span:
    """`10 working days` as it was checked."""
    amount, unit = written.split(" ", 1)
    unit = unit.replace(" ", "_")
    return Span(int(amount), unit if unit.endswith("s") else f"{unit}s")


def _sensitivity(entry: Mapping[str, Any], kind: QuestionType, usual: Mapping[str, Any]) -> Sensitivity:
    """As the question says, else as its step says, but no less than its type is."""
    if "sensitivity" in entry:
        return Sensitivity(entry["sensitivity"])
    levels = list(Sensitivity)
    return max(
        Sensitivity(kind.default_sensitivity), Sensitivity(usual.get("sensitivity") or "normal"), key=levels.index
    )


def _with_id(step: dict[str, Any]) -> dict[str, Any]:
    return {**step, "id_": step.get("step")}


def _as_keys(written: Any) -> Any:
    """Keys of options as text: an author may have written `190`, `true` or `no`."""
    if isinstance(written, list):
        return [_as_keys(item) for item in written]
    if isinstance(written, bool):
        return str(written).lower()
    return str(written) if isinstance(written, int) else written


def _before(entry: Mapping[str, Any]) -> BeforeYouStart:
    ready = tuple(
        Text(f"before.have_ready.{number}", text) for number, text in enumerate(entry.get("have_ready") or (), start=1)
    )
    text = _Texts("before", entry)
    return BeforeYouStart(entry.get("minutes"), ready, text("cost"), text("answer"))


def _legal(entry: Mapping[str, Any]) -> Legal:
    kept = entry.get("retention") or _NOTHING
    keep = kept.get("keep")
    text = _Texts("legal", entry)
    return Legal(
        regime=entry.get("regime") or "kommunallag",
        board=entry.get("board") or "",
        basis=entry.get("basis") or "",
        delegate=entry.get("delegate") or "",
        appeal=entry.get("appeal") or "none",
        klassa=entry.get("klassa") or "",
        retention=Retention(
            None if keep in {None, "for ever"} else span(keep),
            kept.get("after") or "",
            kept.get("then") or "",
            kept.get("source") or "",
        ),
        personal_number_because=text("personal_number_because"),
        fee=text("fee"),
        controller=entry.get("controller") or "",
    )


def _life(entry: Mapping[str, Any]) -> Life:
    days = {name: _day(entry.get(name)) for name in ("pilot_from", "active_from", "sunset_from", "closed_from")}
    return Life(**days, share=entry.get("share", 100), replaced_by=entry.get("replaced_by"))


def _opening(entry: Mapping[str, Any] | None) -> Opening | None:
    return None if not entry else Opening(_day(entry.get("opens")), _day(entry.get("closes")))


def _validity(entry: Mapping[str, Any] | None) -> Validity | None:
    if not entry or "lasts" not in entry:
        return None
    renew = entry.get("renew_before")
    return Validity(span(entry["lasts"]), None if renew is None else span(renew))


def _monitor(entry: Mapping[str, Any]) -> Monitor:
    gap = entry.get("gap")
    return Monitor(entry.get("gap_percent"), None if gap is None else span(gap))


def _day(written: str | None) -> dt.date | None:
    return None if written is None else dt.date.fromisoformat(written)
