"""Showing and taking one step of a draft. Knows no surface: residents and agents use it in different frames.

What may be asked, what is right and where one goes next is decided below the web, for every channel alike. Here a page
is put together, and what was sent for it is handed down and kept.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from eservices import attachments
from eservices.calendars import day_of
from eservices.definitions.model import Question, Step
from eservices.journey.answers import Answer, Answers, AnswerState, Place
from eservices.journey.check import sums_wrong
from eservices.journey.path import (
    Spot,
    VisibleStep,
    Walk,
    entrance,
    items_wanted,
    stop_spot,
)
from eservices.journey.summary import shown
from eservices.journey.taking import as_it_stands, take_step
from eservices.storage.database import Transaction
from eservices.submissions import drafts, pinned
from eservices.submissions.model import Draft
from eservices.values import Problem
from eservices.web import pages, seeing
from eservices.web.assembling import (
    NO_FILES,
    Visit,
    check_page,
    files_in,
    group_page,
    page_after,
    step_page,
    stop_page,
    visit_to,
)
from eservices.web.frames import Frame, Typed
from eservices.web.journey_pages import JourneyPage, StepPage
from eservices.web.security import TOKEN
from eservices.web.seeing import SEEN, Clash, Other
from eservices.web.uploads import Files

#: The button that was pressed.
GO = "go"
#: Pressed by whoever keys in a paper: what cannot be read is left as it is.
LEAVE = "leave"
#: Sent with an item that was not there yet when its page was shown.
NEW = "new"


@dataclass(frozen=True, slots=True)
class Moved:
    """Go on to another page."""

    address: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Show this page."""

    page: JourneyPage
    status: int = 200


Outcome: TypeAlias = Moved | Shown


def answer(outcome: Outcome) -> Response:
    """The outcome as an answer to the browser: 303, or a page."""
    if isinstance(outcome, Moved):
        return pages.see_other(outcome.address)
    return pages.render(outcome.page, outcome.status, offered=outcome.page.offered)


def show(
    tx: Transaction, draft: Draft, spot: Spot, frame: Frame, *, changing: bool = False, files: Files = NO_FILES
) -> Outcome:
    """The page at `spot` as the draft is now; elsewhere where it cannot be shown yet, or no longer."""
    visit = visit_to(tx, draft, frame)
    gate = _gate(visit, spot)
    if gate is not None:
        return gate
    visible = visit.here.step(spot.step)
    if visible is None:
        raise NotFound
    if visible.step.group is not None and spot.item is None:
        return Shown(group_page(visit, visible))
    page = step_page(visit, visible, spot, files=files, changing=changing)
    return Shown(page) if page.fields else Moved(_address(frame, _following(visit, spot, changing=changing)))


def gate(tx: Transaction, draft: Draft, spot: Spot, frame: Frame) -> Moved | None:
    """Where one is sent instead of the page at `spot`, if it cannot be shown or sent yet, or no longer."""
    return _gate(visit_to(tx, draft, frame), spot)


def take(
    tx: Transaction,
    draft: Draft,
    spot: Spot,
    typed: Typed,
    frame: Frame,
    *,
    now: dt.datetime,
    changing: bool = False,
    files: Files = NO_FILES,
) -> Outcome:
    """Keep what was sent for the page at `spot`, and say where to go. The draft is locked by this transaction.

    What is right is kept even when something else on the page is wrong. A stop whose condition now holds comes before
    the errors. Raises `BadRequest` for controls that the page does not have.
    """
    visit = visit_to(tx, draft, frame)
    gate = _gate(visit, spot)
    if gate is not None:
        return gate
    visible = visit.here.step(spot.step)
    if visible is None:
        raise NotFound
    group = visible.step.group
    _refuse_unknown(visible.step, spot, typed, frame)
    if group is not None and spot.item is None:
        return _take_list(tx, visit, visible, typed, now)
    answers, spot, is_new = _room_for(visit, spot, typed)
    taken = take_step(
        visit.service,
        answers,
        spot,
        typed.to_dict(flat=False),
        origin=frame.origin(now),
        today=day_of(now),
        files=files.ids,
        states=frame.put_off(typed),
        here=visit.here if answers is draft.answers else None,
    )
    clashes: tuple[Clash, ...] = ()
    if seen := typed.get(SEEN, ""):
        merged, clashes = seeing.between(visible.step.asked, seen, answers, taken.answers, spot)
        taken = replace(taken, answers=merged)
    after = visit.after(taken.answers)
    problems = [*files.problems, *taken.problems]
    pressed = typed.get(GO, "")
    if problems and pressed == LEAVE and frame.numbered:
        today = day_of(now)
        sent = typed.to_dict(flat=False)
        taken = as_it_stands(visit.service, taken, spot, sent, origin=frame.origin(now), today=today)
        after, problems = visit.after(taken.answers), []
    if after.here.stop is not None and _stops_at(after.here, spot):
        drafts.keep(tx, draft, taken.answers, now=now, language=frame.keeps_language)
        return Moved(frame.stop_address(after.here.stop.id))
    if pressed == "save" or pressed.startswith("language:"):
        # A new item of which nothing was filled in is none; one that was begun is kept, and gone on with later.
        begun = any(taken.answers.given[place].state is AnswerState.ANSWERED for place in taken.changed)
        kept = taken.answers if begun or not is_new else draft.answers
        drafts.keep(tx, draft, kept, now=now, language=frame.keeps_language)
        language = pressed.partition(":")[2]
        return Moved(frame.in_language(language, spot) if language else frame.saved_address())
    if problems or clashes:
        if clashes or (not is_new and taken.changed):
            drafts.keep(tx, draft, taken.answers, now=now, language=frame.keeps_language)
        page = step_page(visit, visible, spot, typed=typed, problems=problems, files=files, changing=changing)
        told = replace(page, others=tuple(_other(visit, clash, page) for clash in clashes))
        return Shown(told, 409 if clashes else 422)
    to = _following(after, spot, changing=changing)
    passed, shown = spot.step, to.step if to else None
    drafts.keep(tx, draft, taken.answers, now=now, passed=passed, shown=shown, language=frame.keeps_language)
    return Moved(_address(frame, to, changing=changing))


def remove_item(tx: Transaction, draft: Draft, spot: Spot, frame: Frame, *, now: dt.datetime) -> Moved:
    """Take an item out of its group; doing it again changes nothing. The draft is locked by this transaction."""
    service = pinned.service(tx, draft.version)
    step = service.step(spot.step)
    if step is None or step.group is None or spot.item is None:
        raise NotFound
    if spot.item in draft.answers.items.get(step.group.id, ()):
        answers = draft.answers.without_item(step.group.id, spot.item)
        drafts.keep(tx, draft, answers, now=now, language=frame.keeps_language)
    return Moved(frame.address(Spot(step.id)))


def remove_file(tx: Transaction, draft: Draft, spot: Spot, file: str, frame: Frame, *, now: dt.datetime) -> str | None:
    """Take a file off a page; gives the name of its bytes, to be erased after the commit. The draft is locked."""
    stored_as = attachments.remove(tx, file, draft_id=draft.id)
    changes: dict[Place, Answer] = {}
    for place, given in draft.answers.given.items():
        value = given.value
        if (
            place[1] == spot.item
            and isinstance(value, dict)
            and isinstance(ids := value.get("ids"), list)
            and file in ids
        ):
            rest = {**value, "ids": [one for one in ids if one != file]}
            answered = bool(rest["ids"] or rest.get("later"))
            state = AnswerState.ANSWERED if answered else AnswerState.BLANK
            changes[place] = Answer(rest if answered else None, state, frame.origin(now))
    if changes:
        drafts.keep(tx, draft, draft.answers.with_answers(changes), now=now, language=frame.keeps_language)
    return stored_as


def show_stop(tx: Transaction, draft: Draft, stop_id: str, frame: Frame) -> Outcome:
    """The stop page while its condition holds; otherwise on with the journey."""
    visit = visit_to(tx, draft, frame)
    stop = visit.here.stop
    if stop is None or stop.id != stop_id:
        return Moved(_address(frame, visit.here.first_open) if stop is None else frame.stop_address(stop.id))
    return Shown(stop_page(visit, stop))


def is_stop(tx: Transaction, draft: Draft, spot: Spot) -> bool:
    """Whether this place of the journey is a stop page."""
    stops = pinned.service(tx, draft.version).stops
    return spot.item is None and any(stop.id == spot.step for stop in stops)


def show_check(
    tx: Transaction,
    draft: Draft,
    frame: Frame,
    *,
    problems: Sequence[Problem] = (),
    declared: frozenset[str] = frozenset(),
    changed: bool = False,
) -> Outcome:
    """Everything before it is sent; the first page that is still open where there is one.

    `changed` tells that the answers are no longer those that somebody wanted to send.
    """
    visit = visit_to(tx, draft, frame)
    here = visit.here
    if here.stop is not None:
        return Moved(frame.stop_address(here.stop.id))
    if here.first_open is not None:
        return Moved(_address(frame, here.first_open))
    if not here.steps:
        raise NotFound
    named = attachments.names(tx, files_in(visit.here.answers), draft.key)
    page = check_page(visit, problems, declared, changed=changed, names=named)
    return Shown(page, 422 if problems or changed else 200)


def declared(tx: Transaction, draft: Draft, typed: Typed) -> tuple[str, ...]:
    """Which declarations of the service were confirmed on the check page."""
    service = pinned.service(tx, draft.version)
    return tuple(declaration.id for declaration in service.declarations if declaration.id in typed)


def file_questions(tx: Transaction, draft: Draft, spot: Spot) -> dict[str, Question]:
    """The questions of this page that take files."""
    step = pinned.service(tx, draft.version).step(spot.step)
    return {question.id: question for question in (step.asked if step else ()) if question.type.takes_files}


def _gate(visit: Visit, spot: Spot) -> Moved | None:
    """Where one is sent instead: what has been sent is sent, and nothing is reached before what comes before it."""
    here, frame = visit.here, visit.frame
    step = visit.service.step(spot.step)
    if step is None or (spot.item is not None and step.group is None):
        raise NotFound
    if here.stop is not None and not _stops_at(here, spot) and not _before_stop(here, spot):
        return Moved(frame.stop_address(here.stop.id))
    if not here.reachable(spot):
        return Moved(_address(frame, here.first_open))
    if step.group is None:
        return None
    visible = here.step(spot.step)
    if spot.item is None:
        first = entrance(here, visible) if visible else spot
        return Moved(frame.address(first)) if first.item is not None else None
    numbers = here.answers.items.get(step.group.id, ())
    if spot.item in numbers:
        return None
    # An item that was shown as new, sent twice, or removed meanwhile: its page may still be sent.
    is_next = spot.item == here.answers.last_item.get(step.group.id, 0) + 1 and len(numbers) < step.group.maximum
    return None if is_next else Moved(frame.address(Spot(step.id)))


def _stops_at(here: Walk, spot: Spot) -> bool:
    stopped = stop_spot(here)
    return stopped is not None and stopped.step == spot.step


def _before_stop(here: Walk, spot: Spot) -> bool:
    ids = [visible.step.id for visible in here.steps]
    stopped = stop_spot(here)
    return stopped is not None and spot.step in ids and ids.index(spot.step) < ids.index(stopped.step)


def _address(frame: Frame, spot: Spot | None, *, changing: bool = False) -> str:
    if spot is None:
        return frame.check_address()
    return frame.address(spot) + ("?change" if changing else "")


def _following(after: Visit, spot: Spot, *, changing: bool) -> Spot | None:
    """The page after this one. Whoever came from the check page is asked only what the change has opened."""
    here = after.here
    if spot.item is not None and not (changing and spot.step in _closed(here)):
        return Spot(spot.step)
    if changing:
        return here.first_open
    following = page_after(here, spot)
    return following if following is not None and here.reachable(following) else here.first_open


def _other(visit: Visit, clash: Clash, page: StepPage) -> Other:
    """What somebody else has answered meanwhile, in the words of this reader."""
    field = next((field for field in page.fields if field.question.id == clash.question.id), None)
    label = field.asked.title if field is not None else visit.say(clash.question.label)
    return Other(label, shown(clash.question, clash.theirs, visit.told.texts, visit.frame.words), clash.theirs.origin)


def _closed(here: Walk) -> frozenset[str]:
    return frozenset(
        visible.step.id
        for visible in here.steps
        if visible.step.group and visible.step.group.id in here.answers.closed_groups
    )


def _refuse_unknown(step: Step, spot: Spot, typed: Typed, frame: Frame) -> None:
    """What a page never asked is nobody's answer. A control left empty says nothing: a newer version may have it."""
    known = {TOKEN, GO, NEW, SEEN, *frame.extra_fields}
    if step.group is not None and spot.item is None:
        known.add(f"{step.group.id}-more")
    else:
        known.update(question.id + part for question in step.asked for part in question.type.parts)
        if frame.may_put_off:
            known.update(f"{question.id}-state" for question in step.asked)
    unknown = {name for name in typed if name not in known and typed.getlist(name) != [""]}
    if unknown:
        raise BadRequest(f"unknown controls: {len(unknown)}")


def _room_for(visit: Visit, spot: Spot, typed: Typed) -> tuple[Answers, Spot, bool]:
    """The answers to write a page into, and the item it becomes.

    An item that two tabs have added under one number at once becomes two, unless it is the same item sent twice.
    """
    answers = visit.draft.answers
    step = visit.service.step(spot.step)
    if step is None or step.group is None or spot.item is None:
        return answers, spot, False
    numbers = answers.items.get(step.group.id, ())
    if spot.item not in numbers:
        answers, number = answers.with_new_item(step.group.id)
        return answers, Spot(spot.step, number), True
    if typed.get(NEW) and not _same_item(visit, spot, typed) and len(numbers) < step.group.maximum:
        answers, number = answers.with_new_item(step.group.id)
        return answers, Spot(spot.step, number), True
    return answers, spot, False


def _same_item(visit: Visit, spot: Spot, typed: Typed) -> bool:
    step = visit.service.step(spot.step)
    again = take_step(
        visit.service,
        visit.draft.answers,
        spot,
        typed.to_dict(flat=False),
        origin=visit.frame.origin(visit.draft.touched_at),
        today=day_of(visit.draft.touched_at),
    )
    return step is not None and not again.changed


def _take_list(tx: Transaction, visit: Visit, visible: VisibleStep, typed: Typed, now: dt.datetime) -> Outcome:
    group = visible.step.group
    if group is None:
        raise NotFound
    draft, frame = visit.draft, visit.frame
    pressed = typed.get(GO, "")
    if pressed.startswith("language:"):
        return Moved(frame.in_language(pressed.partition(":")[2], Spot(visible.step.id)))
    if pressed == "save":
        return Moved(frame.saved_address())
    more = typed.get(f"{group.id}-more", "")
    if more not in {"yes", "no"}:
        return Shown(group_page(visit, visible, [Problem("required", group.id, part="-more")]), 422)
    count = len(visible.items)
    if more == "yes" and count < group.maximum:
        number = draft.answers.last_item.get(group.id, 0) + 1
        return Moved(frame.address(Spot(visible.step.id, number)))
    wrong = "too_many_items" if more == "yes" else items_wanted(group, count)
    answers = draft.answers.with_group_closed(group.id)
    after = visit.after(answers)
    if wrong:
        facts = {"minimum": group.minimum, "maximum": group.maximum}
        problems = [Problem(wrong, group.id, facts=facts)]
    else:
        problems = sums_wrong(after.here, after.here.step(visible.step.id) or visible)
    if problems:
        return Shown(group_page(visit, visible, [replace(problem, part="-more") for problem in problems]), 422)
    was_complete = visit.here.first_open is None or group.id in draft.answers.closed_groups
    to = page_after(after.here, Spot(visible.step.id))
    to = to if to is not None and after.here.reachable(to) and not was_complete else after.here.first_open
    drafts.keep(
        tx,
        draft,
        answers,
        now=now,
        passed=visible.step.id,
        shown=to.step if to else None,
        language=frame.keeps_language,
    )
    return Moved(_address(frame, to))
