"""Whoever looks after the house sees what is wrong and mends it; and every right there is opens something."""

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from eservices import outbox, standing
from eservices.cases.model import Case
from eservices.identity.people import Act, Role
from eservices.web.house import House
from eservices.web.staff.running import FAULTS
from tests.staff.conftest import Person

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]
CaseOf = Callable[[str], Case]


def test_every_right_guards_a_page(app: Flask) -> None:
    rules = [getattr(view, "access_rule", ()) for view in app.view_functions.values()]
    guarded = {act for rule in rules if rule != tuple(Act) for act in rule}

    assert set(Act) == guarded, "a right that opens nothing promises what the house does not do"


def test_every_fault_has_its_words() -> None:
    kinds = set(re.findall(r'Fault\("(\w+)"', Path(standing.__file__).read_text("utf-8")))

    assert kinds == set(FAULTS)


def test_what_could_not_be_sent_is_seen_without_its_content_and_tried_again(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    case = case_of(handed_in()[0])
    with house.database.transaction() as tx:
        put = {"kind": "message", "payload": {"to": "maj@exempel.se"}, "key": case.key, "at": house.clock.now()}
        row_id = outbox.put(tx, target=outbox.EMAIL, **put)
        row = next(
            r for r in outbox.claim(tx, house.clock.now(), "w", 99, outbox.Ways((outbox.EMAIL,))) if r.id == row_id
        )
        outbox.refuse(tx, row, house.clock.now(), "550 5.1.1 no such mailbox")
    admin = signed_in(Role.ADMIN).go("/staff/running")
    assert "550 5.1.1 no such mailbox" in admin.text("tbody")
    assert "maj@" not in admin.text()

    admin.send(form="/retry", button=f"row={row_id}")

    assert "Det försöks igen nu." in admin.text()
    assert admin.texts("tbody tr") == []
    assert signed_in(Role.MANAGER).go("/staff/running").status == 403


def test_a_system_is_told_once_more_from_a_day_on(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf, house: House
) -> None:
    house.settings = dataclasses.replace(house.settings, webhooks={"diary": "https://diary.exempel.se/"})
    case = case_of(handed_in()[0])
    with house.database.transaction() as tx:
        outbox.put(
            tx, kind="case.submitted", target="webhook:diary", payload={}, key=case.key, at=house.clock.now()
        )  # fmt: skip
        (row,) = outbox.claim(tx, house.clock.now(), "w", 1, outbox.Ways(("webhook:diary",)))
        outbox.acknowledge(tx, row, house.clock.now())
    admin = signed_in(Role.ADMIN).go("/staff/running")

    admin.send({"since": "2099-01-01"}, form="/replay")
    assert (admin.status, admin.text(".summary li")) == (422, "Skriv en dag som har varit, högst ett år tillbaka.")
    admin.send({"since": "2026-11-24"}, form="/replay")

    assert "1 händelse berättas en gång till." in admin.text()
    with house.database.read() as tx:
        assert outbox.is_due(tx, house.clock.now(), outbox.Ways(("webhook:diary",)))


def test_a_manager_gives_a_case_to_an_officer_and_works_on_none(
    signed_in: SignedIn, handed_in: HandedIn, case_of: CaseOf
) -> None:
    number, _ = handed_in()
    signed_in(Role.CASE_OFFICER, "hamn", name="handlaggare")
    manager = signed_in(Role.MANAGER, "hamn").go(f"/cases/{number}/give")

    officer = manager.page.css_first("input[name=officer]").attributes["value"] or ""
    manager.send({"officer": officer, "why": "Semester"})

    assert case_of(number).officer_id == officer
    assert manager.go(f"/cases/{number}/note").status == 403
