"""Staff sign in, are slowed down when they guess, never locked out by others, and can be signed out from afar."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import delete, select, text

from eservices.identity import accounts, passwords, sessions
from eservices.identity.accounts import NameTaken, Refused, Throttled, WeakPassword
from eservices.identity.people import Role, Staff
from eservices.identity.tables import sign_in_failures, staff, staff_sessions
from eservices.storage.database import Database, Transaction, Unavailable
from eservices.storage.prepared import Prepared
from tests.storage.rows import NOW

_PASSWORD = "blå båt i fyra vindar"
_CENTRE, _ELSEWHERE = "192.0.2.10", "198.51.100.7"
_MINUTE = dt.timedelta(minutes=1)


pytestmark = pytest.mark.usefixtures("quick_hashing")


def test_the_right_password_opens_a_session_with_name_roles_and_language(database: Database) -> None:
    _add(database, "Anna", roles={Role.CASE_OFFICER: ["hamn", "avfall"], Role.CONTACT_AGENT: ["*"]}, language="en")

    signed_in = _sign_in(database, "anna")

    with database.read() as tx:
        session = sessions.get(tx, signed_in.token, NOW)
    assert session is not None
    assert session.staff == signed_in.staff
    assert session.staff.roles == {Role.CASE_OFFICER: {"hamn", "avfall"}, Role.CONTACT_AGENT: {"*"}}
    assert (session.staff.username, session.staff.language) == ("anna", "en")


def test_who_signs_in_while_the_count_of_the_account_is_forgiven_comes_in(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add(postgres_database, "anna")
    with pytest.raises(Refused):
        _sign_in(postgres_database, "anna", password="fel")
    run = Transaction.run

    def and_then_forgive(tx: Transaction, query: Prepared, values: Any) -> int:
        touched = run(tx, query, values)
        if query is accounts._BEGIN_COUNT[tx.dialect]:
            with suppress(Unavailable), postgres_database.transaction() as other_window:
                other_window.execute(text("SET LOCAL lock_timeout = 100"))
                other_window.execute(delete(sign_in_failures))
        return touched

    monkeypatch.setattr(Transaction, "run", and_then_forgive)

    assert _sign_in(postgres_database, "anna").staff.username == "anna"


@pytest.mark.parametrize("username", ["anna", "nobody", "closed"])
def test_whatever_is_wrong_the_answer_is_the_same(database: Database, username: str) -> None:
    _add(database, "anna")
    _add(database, "closed")
    with database.transaction() as tx:
        accounts.disable_staff(tx, "closed", NOW)

    with pytest.raises(Refused) as caught:
        _sign_in(database, username, password=_PASSWORD if username == "closed" else "fel")

    assert str(caught.value) == ""


def test_every_session_has_a_new_secret_and_only_its_digest_is_kept(database: Database) -> None:
    _add(database, "anna")

    first, second = _sign_in(database, "anna"), _sign_in(database, "anna")

    with database.read() as tx:
        kept = str(list(tx.execute(select(staff_sessions)))) + str(list(tx.execute(select(staff))))
    assert first.token != second.token
    assert first.token not in kept
    assert _PASSWORD not in kept
    assert _CENTRE not in kept


def test_a_session_ends_by_rest_but_not_while_there_is_life(database: Database) -> None:
    _add(database, "anna")
    token = _sign_in(database, "anna").token

    later = NOW + 50 * _MINUTE
    with database.transaction() as tx:
        session = sessions.get(tx, token, later)
        assert session is not None
        assert session.stale
        sessions.touch(tx, token, later)

    with database.read() as tx:
        assert sessions.get(tx, token, later + 50 * _MINUTE) is not None
        assert sessions.get(tx, token, later + 61 * _MINUTE) is None


def test_a_session_ends_in_any_case_after_twelve_hours(database: Database) -> None:
    _add(database, "anna")
    token = _sign_in(database, "anna").token

    for hours in range(1, 12):
        with database.transaction() as tx:
            sessions.touch(tx, token, NOW + hours * 60 * _MINUTE)

    with database.read() as tx:
        assert sessions.get(tx, token, NOW + 719 * _MINUTE) is not None
        assert sessions.get(tx, token, NOW + 720 * _MINUTE) is None


def test_signing_out_revoking_and_closing_the_account_each_end_sessions_at_once(database: Database) -> None:
    person = _add(database, "anna")
    out, revoked, closed = (_sign_in(database, "anna").token for _ in range(3))

    with database.transaction() as tx:
        sessions.end(tx, out, NOW)
        assert [sessions.get(tx, token, NOW) is not None for token in (out, revoked, closed)] == [
            False, True, True
        ]  # fmt: skip
        assert len(sessions.listed(tx, person.id, NOW)) == 2
        assert sessions.end_all(tx, person.id, NOW) == 2
        assert sessions.get(tx, revoked, NOW) is None

    token = _sign_in(database, "anna").token
    with database.transaction() as tx:
        assert accounts.disable_staff(tx, "Anna", NOW)
        assert not accounts.disable_staff(tx, "anna", NOW)
        assert sessions.get(tx, token, NOW) is None


def test_a_changed_password_ends_the_sessions_of_the_old_one(database: Database) -> None:
    person = _add(database, "anna")
    token = _sign_in(database, "anna").token

    with database.transaction() as tx:
        accounts.change_password(tx, person, "en helt annan fras här", NOW)
        assert sessions.get(tx, token, NOW) is None

    with pytest.raises(Refused):
        _sign_in(database, "anna")
    assert _sign_in(database, "anna", password="en helt annan fras här")


def test_guessing_is_slowed_down_more_and_more(database: Database) -> None:
    _add(database, "anna")
    _guess(database, "anna", times=5)
    now, waits = NOW, []
    for _ in range(9):
        with pytest.raises(Refused):
            _sign_in(database, "anna", password="fel", now=now)
        with pytest.raises(Throttled) as caught:
            _sign_in(database, "anna", now=now)
        waits.append(caught.value.wait)
        now += caught.value.wait

    assert waits[:4] == [dt.timedelta(seconds=15 * 2**doubled) for doubled in range(4)]
    assert waits[-1] == 15 * _MINUTE


def test_a_guesser_waits_even_with_the_right_password_until_the_wait_is_over(database: Database) -> None:
    _add(database, "anna")
    _guess(database, "anna", times=6)

    with pytest.raises(Throttled) as caught:
        _sign_in(database, "anna")

    assert _sign_in(database, "anna", now=NOW + caught.value.wait).staff.username == "anna"
    assert _sign_in(database, "anna", now=NOW + caught.value.wait).staff.username == "anna"


def test_a_colleagues_typing_errors_lock_nobody_else_out(database: Database) -> None:
    _add(database, "anna")
    _add(database, "bo")

    _guess(database, "anna", times=20)

    assert _sign_in(database, "bo").staff.username == "bo"


def test_an_attacker_elsewhere_cannot_lock_out_whoever_works_from_her_own_network(database: Database) -> None:
    _add(database, "anna")
    _sign_in(database, "anna")

    for network in range(60):
        _guess(database, "anna", times=3, address=f"203.0.{network}.1")

    assert _sign_in(database, "anna").staff.username == "anna"
    with pytest.raises(Throttled):
        _sign_in(database, "anna", password="fel", address=_ELSEWHERE)


def test_one_password_tried_on_every_name_is_slowed_down_for_all_but_those_who_work_there(database: Database) -> None:
    _add(database, "anna")
    _add(database, "bo")
    _sign_in(database, "anna")

    for number in range(61):
        _guess(database, f"name{number}", times=1)

    with pytest.raises(Throttled):
        _sign_in(database, "name99", password="fel")
    with pytest.raises(Throttled):
        _sign_in(database, "bo")
    assert _sign_in(database, "anna").staff.username == "anna"
    assert _sign_in(database, "bo", address=_ELSEWHERE).staff.username == "bo"


def test_signing_in_rightly_all_day_slows_nobody_down(database: Database) -> None:
    for number in range(70):
        _add(database, f"name{number}")
        assert _sign_in(database, f"name{number}").staff.username == f"name{number}"


def test_a_password_changed_while_the_old_one_was_looked_at_opens_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = _add(database, "anna")

    def changed_meanwhile(password: str, kept: str | None) -> bool:
        with database.transaction() as tx:
            accounts.change_password(tx, person, "en helt annan fras här", NOW)
        return passwords.matches(password, kept)

    monkeypatch.setattr(accounts, "matches", changed_meanwhile)
    with pytest.raises(Refused):
        _sign_in(database, "anna")

    with database.read() as tx:
        assert sessions.listed(tx, person.id, NOW) == ()


def test_a_hundred_guesses_at_once_are_counted_as_a_hundred(database: Database) -> None:
    _add(database, "anna")

    def guess(_: int) -> str:
        try:
            _sign_in(database, "anna", password="fel")
        except (Refused, Throttled) as error:
            return type(error).__name__
        return "in"

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(guess, range(40)))

    assert outcomes.count("Refused") == 6  # five are free, the sixth is told to wait
    assert outcomes.count("Throttled") == 34


def test_guesses_are_forgiven_after_an_hour_of_quiet(database: Database) -> None:
    _add(database, "anna")
    _guess(database, "anna", times=5)

    _guess(database, "anna", times=5, now=NOW + 61 * _MINUTE)

    assert _sign_in(database, "anna", now=NOW + 61 * _MINUTE)


def test_unknown_names_are_slowed_down_like_known_ones(database: Database) -> None:
    _guess(database, "nobody", times=6)

    with pytest.raises(Throttled):
        _sign_in(database, "nobody")


def test_the_time_to_look_is_spent_for_unknown_names_too(monkeypatch: pytest.MonkeyPatch) -> None:
    verified = []
    real = passwords._HASHER.verify
    hasher = passwords.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", _Counting(hasher, verified))

    assert not passwords.matches("fel", None)
    assert not passwords.matches("fel", hasher.hash("rätt"))

    assert real is not None
    assert len(verified) == 2


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("kort", "too_short"),
        ("x" * 201, "too_long"),
        ("Lösenord123456", "too_common"),
        ("aaaaaaaaaaaaaaa", "too_common"),
        ("123456789012", "too_common"),
        ("abcdefghijklmn", "too_common"),
        ("Anna1234567890", "like_name"),
        ("Öbergson202611", "like_name"),
    ],
)
def test_a_password_that_anybody_would_try_is_refused(tx: Transaction, password: str, code: str) -> None:
    with pytest.raises(WeakPassword) as caught:
        accounts.add_staff(
            tx, username="anna", name="Anna Öbergson", password=password, roles={Role.ADMIN: ["*"]}, now=NOW
        )

    assert caught.value.code == code


@pytest.mark.parametrize("password", ["korvmosrostlokbil", "93817264059183", "кіт сидить на вікні", "   mellanslag   "])
def test_a_long_password_of_whatever_signs_is_taken(tx: Transaction, password: str) -> None:
    accounts.add_staff(tx, username="anna", name="Anna Öbergson", password=password, roles={}, now=NOW)


def test_only_a_demonstration_takes_a_password_that_everybody_knows(database: Database) -> None:
    with database.transaction() as tx:
        accounts.add_staff(tx, username="agent", name="Agent", password="demo", roles={}, now=NOW, any_password=True)

    with pytest.raises(Refused):  # a database that once was a demonstration
        _sign_in(database, "agent", password="demo")
    signed_in = accounts.sign_in(
        database, username="agent", password="demo", address=_CENTRE, now=NOW, any_password=True
    )
    assert signed_in.staff.username == "agent"


def test_a_name_is_given_once_whatever_its_capitals(database: Database) -> None:
    _add(database, "anna")

    with pytest.raises(NameTaken):
        _add(database, " ANNA ")

    with database.read() as tx:
        assert [account.staff.username for account in accounts.list_staff(tx)] == ["anna"]


def test_a_hash_with_old_costs_is_made_anew_at_the_next_sign_in(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add(database, "anna")
    before = _hash_of_anna(database)
    monkeypatch.setattr(passwords, "_HASHER", passwords.PasswordHasher(time_cost=2, memory_cost=64, parallelism=1))

    _sign_in(database, "anna")

    assert _hash_of_anna(database) != before
    assert _sign_in(database, "anna")


def test_lists_know_what_people_are_called_and_in_which_language_they_work(database: Database) -> None:
    anna = _add(database, "anna", name="Anna Ek", roles={Role.CASE_OFFICER: ["hamn"]})
    bo = _add(database, "bo", name="Bo Al", roles={Role.CASE_OFFICER: ["*"]})
    with database.transaction() as tx:
        accounts.set_language(tx, bo.id, "fi")

        assert [account.staff.language for account in accounts.list_staff(tx)] == ["sv", "fi"]
        assert accounts.names(tx, [anna.id, bo.id, "unknown"]) == {anna.id: "Anna Ek", bo.id: "Bo Al"}
        assert accounts.names(tx, []) == {}


def test_old_sessions_and_counts_are_swept(database: Database) -> None:
    _add(database, "anna")
    _sign_in(database, "anna")
    _guess(database, "bo", times=1)

    with database.transaction() as tx:
        assert sessions.forget(tx, NOW + dt.timedelta(days=31)) == 1
        accounts.forget_failures(tx, NOW + dt.timedelta(days=31))
        assert list(tx.execute(select(sign_in_failures))) == []


class _Counting:
    def __init__(self, hasher: passwords.PasswordHasher, verified: list[str]):
        self._hasher = hasher
        self._verified = verified

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def verify(self, kept: str, password: str) -> bool:
        self._verified.append(kept)
        return self._hasher.verify(kept, password)


def _add(
    database: Database,
    username: str,
    *,
    name: str = "Någon",
    roles: dict[Role, list[str]] | None = None,
    language: str = "sv",
) -> Staff:
    with database.transaction() as tx:
        return accounts.add_staff(
            tx, username=username, name=name, password=_PASSWORD, roles=roles or {}, now=NOW, language=language
        )


def _sign_in(
    database: Database, username: str, *, password: str = _PASSWORD, address: str = _CENTRE, now: dt.datetime = NOW
) -> accounts.SignedIn:
    return accounts.sign_in(database, username=username, password=password, address=address, now=now)


def _guess(database: Database, username: str, *, times: int, address: str = _CENTRE, now: dt.datetime = NOW) -> None:
    for number in range(times):
        try:
            _sign_in(database, username, password=f"fel {number}", address=address, now=now)
        except (Refused, Throttled):
            continue


def _hash_of_anna(database: Database) -> str:
    with database.read() as tx:
        return str(tx.execute(select(staff.c.password_hash)).scalar_one())
