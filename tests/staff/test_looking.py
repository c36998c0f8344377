"""Looks that somebody should ask about are shown to the manager, without naming whom they were at."""

from collections.abc import Callable

from eservices.cases import looking, protecting
from eservices.cases.model import Case
from eservices.identity.people import Role
from eservices.web.house import House
from tests.build.drafts import a_member_of_staff, acting
from tests.staff.conftest import Person

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]


def test_own_name_protected_people_and_much_without_work_are_shown_to_the_manager(
    signed_in: SignedIn, handed_in: HandedIn, case_of: Callable[[str], Case], house: House
) -> None:
    officer = signed_in(Role.CASE_OFFICER, name="curious")  # Kim Curious
    own, ordinary, protected = handed_in(name="Bo Curious")[0], handed_in()[0], handed_in()[0]
    for number in (own, ordinary, protected):
        officer.go(f"/cases/{number}")
    with house.database.transaction() as tx:
        actor = acting(a_member_of_staff(tx, house.clock))
        protecting.protect(tx, case_of(protected).id, actor=actor, now=house.clock.now(), why="Begärt")
    manager = signed_in(Role.MANAGER)

    shown = manager.go("/cases/").go("/cases/looks").text()

    assert f"Kim Curious Samma efternamn som någon i ärendet {own}" in shown
    assert f"Kim Curious Någon i ärendet har skyddade uppgifter {protected}" in shown
    assert ordinary not in shown
    for kept in ("Sjögren", "Bo Curious", "Många ärenden"):
        assert kept not in shown
    assert signed_in(Role.MANAGER, "avfall", name="elsewhere").go("/cases/looks").text().endswith("30 dagarna.")
    assert officer.go("/cases/looks").status == 403


def test_many_looks_are_no_question_where_something_was_done(
    signed_in: SignedIn, handed_in: HandedIn, monkeypatch
) -> None:
    monkeypatch.setattr(looking, "MANY", 2)
    numbers = [handed_in()[0] for _ in range(2)]
    idle, busy = signed_in(Role.CASE_OFFICER, name="idle"), signed_in(Role.CASE_OFFICER, name="busy")
    for number in numbers:
        idle.go(f"/cases/{number}")
        busy.go(f"/cases/{number}/note").send({"body": "Ringde och frågade om rampen."})

    shown = signed_in(Role.MANAGER).go("/cases/looks").text()

    assert "Kim Idle Många ärenden, inget gjort i något av dem 2" in shown
    assert "Kim Busy" not in shown
