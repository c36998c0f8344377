"""Each class of attack is tried on a house that has the fault, too, and is told there: what finds nothing must be able to.

Markup, forged forms, formulas, headers and queries have theirs beside the attack itself; what is thrown has its own in
`tests/fuzz/planted.py`.
"""

from collections.abc import Callable

import pytest
from flask import Flask

from eservices.attachments import content
from eservices.calendars import FixedClock
from eservices.cases.model import Case
from eservices.identity import accounts, limits, passwords
from eservices.identity.people import Role
from eservices.settings import Settings
from eservices.web import bodies, security
from eservices.web.house import House
from eservices.web.resident import passes
from eservices.web.staff import access
from tests.attachments import test_content as files
from tests.security import test_attacks, test_bodies, test_doors, test_knowing, test_limits, test_production
from tests.security.conftest import Caller
from tests.staff.conftest import Person

SignedIn = Callable[..., Person]
HandedIn = Callable[..., tuple[str, str]]
Patched = pytest.MonkeyPatch

#: How a test says no.
told = pytest.raises((AssertionError, pytest.fail.Exception))


def test_a_house_that_lets_every_unit_in(
    signed_in: SignedIn, handed_in: HandedIn, case_of: Callable[[str], Case], monkeypatch: Patched
):
    monkeypatch.setattr(access, "is_open_for", lambda *_: True)
    with told:
        test_doors.test_a_case_of_another_unit_is_told_apart_from_no_case_by_nothing(signed_in, handed_in, case_of)


def test_a_house_that_lets_every_role_work_on_cases(signed_in: SignedIn, handed_in: HandedIn, monkeypatch: Patched):
    monkeypatch.setattr(access, "may", lambda *_: True)
    with told:
        test_doors.test_only_officers_work_on_cases(signed_in, handed_in, Role.MANAGER)


def test_a_house_that_believes_every_pass(app: Flask, handed_in: HandedIn, monkeypatch: Patched):
    monkeypatch.setattr(passes.hmac, "compare_digest", lambda *_: True)
    with told:
        test_doors.test_a_pass_that_somebody_wrote_themselves_opens_nothing(app, handed_in)


def test_a_house_that_counts_no_guesses(caller: Callable[[str], Caller], monkeypatch: Patched):
    monkeypatch.setattr(limits, "hit", lambda *_: True)
    with told:
        test_limits.test_one_address_that_guesses_is_stopped(caller)


def test_a_house_that_writes_no_look_down(signed_in: SignedIn, handed_in: HandedIn, house: House, monkeypatch: Patched):
    monkeypatch.setattr(access.journal, "write_look", lambda *_, **__: None)
    with told:
        test_knowing.test_every_page_that_names_the_person_is_in_the_journal(signed_in, handed_in, house, "note")


def test_a_house_that_takes_text_without_end(app: Flask, monkeypatch: Patched):
    monkeypatch.setattr(bodies, "TEXT_BYTES", 10**9)
    with told:
        test_bodies.test_text_in_a_form_with_files_has_the_same_limit_as_without(app, 1)


def test_a_house_that_unpacks_whatever_comes(monkeypatch: Patched):
    monkeypatch.setattr(content, "_MOST_RATIO", 10**9)
    letter = files.files.a_word_document(**{"word/big.xml": bytes(40_000_000)})
    with told:
        files.test_what_is_not_what_it_says_or_hides_something_is_refused("brev.docx", letter, "file_unsafe")


def test_a_house_that_works_less_for_names_it_does_not_know(
    app: Flask, house: House, clock: FixedClock, monkeypatch: Patched
):
    real = passwords.matches
    monkeypatch.setattr(accounts, "matches", lambda given, kept: kept is not None and real(given, kept))
    with told:
        test_attacks.test_signing_in_costs_the_same_work_whoever_it_is(app, house, clock, monkeypatch)


def test_a_house_whose_cookies_scripts_can_read(settings: Settings, clock: FixedClock, monkeypatch: Patched):
    def careless(response, name, value, *, max_age=None):
        response.set_cookie("__Host-" + name, value, max_age, secure=True, samesite="Lax", path="/")

    monkeypatch.setattr(security, "set_cookie", careless)
    with told:
        test_production.test_every_cookie_that_we_set_is_the_hosts_own_and_out_of_reach(settings, clock)
