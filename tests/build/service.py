"""A small service, made of model values: what the rooms below the form language need to be tried without it."""

import hashlib
from collections.abc import Mapping
from typing import Any

from eservices.definitions.conditions import Condition
from eservices.definitions.model import (
    BeforeYouStart,
    Declaration,
    Group,
    Legal,
    Option,
    Question,
    Required,
    Retention,
    Routing,
    Sensitivity,
    Service,
    Span,
    Step,
    Text,
)
from eservices.questions.kinds import make


def a_question(question_id: str, type_name: str = "text", *, options: tuple[str, ...] = (), **more: Any) -> Question:
    settings: Mapping[str, object] = more.pop("settings", {})
    return Question(
        question_id,
        make(type_name, settings, options),
        Text(f"{question_id}.label", question_id.capitalize()),
        options=tuple(Option(key, Text(f"{question_id}.option.{key}", key.capitalize())) for key in options),
        **more,
    )


def a_step(step_id: str, *questions: Question, group: Group | None = None, when: Condition | None = None) -> Step:
    return Step(step_id, Text(f"{step_id}.title", step_id.capitalize()), questions, group, when)


def who(*, personal_number: bool = False) -> Step:
    """Who applies, and how they want news."""
    questions = [
        a_question("name", autocomplete="name", prefill="person.name"),
        a_question("contact", "radio", options=("email", "phone", "letter")),
        a_question("email", "email", required=Required.FALSE),
        a_question("phone", "phone", required=Required.FALSE),
        a_question("address", "postal_address", required=Required.FALSE),
    ]
    if personal_number:
        questions.insert(1, a_question("personal_number", "personal_number", sensitivity=Sensitivity.PERSONAL))
    return a_step("person", *questions)


def what() -> Step:
    """What it is about: a property is found by its name, and an enclosure may come later."""
    return a_step(
        "matter",
        a_question("wish", "textarea"),
        a_question("property", "text", required=Required.FALSE, index="property"),
        a_question("drawing", "file", required=Required.EXPECTED),
    )


def a_service(
    service_id: str = "klotterplank",
    *,
    steps: tuple[Step, ...] | None = None,
    regime: str = "forvaltningslag",
    view: str = "full",
    unit: str = "park",
    appeal: str = "forvaltningsbesvar",
    declarations: tuple[str, ...] = (),
    own_states: Mapping[str, str] | None = None,
) -> Service:
    """A service that is valid, and small enough to see through."""
    steps = steps if steps is not None else (who(), what())
    told = repr((service_id, steps, regime, view, unit, appeal, declarations, own_states))
    return Service(
        id=service_id,
        version=hashlib.sha256(told.encode()).hexdigest(),
        title=Text("title", "Ansök om klotterplank"),
        summary=Text("summary", "Ansök om ett plank att måla på."),
        status="active",
        owner="Parkenheten",
        theme="fritid",
        applicants=("person",),
        login="none",
        identification="none",
        languages=("sv", "en"),
        before=BeforeYouStart(),
        legal=Legal(
            regime, "nämnden", "Kommunallagen", "Delegation 1", appeal, "4.7", Retention(None, "closed", "keep", "x")
        ),
        routing=Routing(unit, Span(10, "working_days"), "allman", view, "beslut", Span(8, "working_hours")),
        steps=steps,
        declarations=tuple(Declaration(name, Text(f"{name}.label", "Jag intygar.")) for name in declarations),
        own_states=own_states or {},
        content={"service": service_id, "told": told},
    )
