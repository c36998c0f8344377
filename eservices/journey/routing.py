"""Definition + answers -> where it goes: the responsible unit, and the contact centre's queue. Both, always."""

import datetime as dt
from dataclasses import dataclass

from eservices.calendars import OpeningHours, day_of, due
from eservices.definitions.conditions import holds
from eservices.definitions.model import ByLaw, Service, Span
from eservices.journey.answers import Answers
from eservices.journey.path import Walk, walk


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a submission goes. `view` is what the contact centre may see; `targets` are external, by name."""

    board: str
    unit: str
    queue: str
    view: str
    targets: tuple[str, ...]
    decide_within: Span
    by_law: tuple[ByLaw, ...] = ()  #: the times that the law sets beside it


@dataclass(frozen=True, slots=True)
class Due:
    """The last days of what is promised and of what the law sets, as the clocks of a case will have them."""

    promised: dt.date
    by_law: tuple[dt.date, ...] = ()


def due_of(destination: Destination, received: dt.datetime, hours: OpeningHours) -> Due:
    """When it is due that was handed over at `received`."""
    promised, *by_law = (
        day_of(due(span, received, hours))
        for span in (destination.decide_within, *(one.within for one in destination.by_law))
    )
    return Due(promised, tuple(by_law))


def route(service: Service, answers: Answers) -> Destination:
    """Choose unit and queue. Only visible answers count; the first rule that holds wins."""
    return route_of(walk(service, answers))


def route_of(here: Walk) -> Destination:
    """`route`, for a walk already made."""
    routing = here.service.routing
    unit, queue, promised = routing.unit, routing.queue, routing.decide_within
    for rule in routing.rules:
        if holds(rule.when, here.lookup):
            unit, queue = rule.unit or unit, rule.queue or queue
            promised = rule.decide_within or promised
            break
    by_law = tuple(one for one in here.service.legal.by_law if one.when is None or holds(one.when, here.lookup))
    return Destination(here.service.legal.board, unit, queue, routing.view, routing.targets, promised, by_law)
