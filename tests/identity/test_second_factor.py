"""The second factor: codes as the standard reckons them, each good once, and a way back in without the app."""

import datetime as dt

import pytest

from eservices.identity import accounts, second_factor
from eservices.identity.accounts import Refused
from eservices.identity.people import Role, Staff
from eservices.storage.database import Database
from tests.storage.rows import NOW

_PASSWORD = "blå båt i fyra vindar"
_HALF_MINUTE = dt.timedelta(seconds=30)


pytestmark = pytest.mark.usefixtures("quick_hashing")


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
        (2000000000, "69279037"), (20000000000, "65353130"),
    ],
)  # fmt: skip
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert second_factor.code_at(b"12345678901234567890", seconds // 30, digits=8) == code


def test_with_a_factor_the_password_alone_opens_nothing_and_no_code_opens_twice(database: Database) -> None:
    secret, _ = _with_factor(database)
    code, later = _code(secret, NOW + 2 * _HALF_MINUTE), NOW + 2 * _HALF_MINUTE

    for wrong in ("", "000000x", "１２３４５６", code[:5], _code(secret, NOW - 4 * _HALF_MINUTE)):
        with pytest.raises(Refused):
            _sign_in(database, wrong, later)
    assert _sign_in(database, f"{code[:3]} {code[3:]}", later)

    with pytest.raises(Refused):
        _sign_in(database, code, later)
    assert _sign_in(database, _code(secret, later + _HALF_MINUTE), later)


def test_the_code_that_turned_it_on_is_used_up(database: Database) -> None:
    secret, _ = _with_factor(database)

    with pytest.raises(Refused):
        _sign_in(database, _code(secret, NOW), NOW)


def test_a_recovery_code_opens_once_and_belongs_to_one_person(database: Database) -> None:
    _, codes = _with_factor(database)
    _with_factor(database, "berit")

    assert len(set(codes)) == 10
    with pytest.raises(Refused):
        _sign_in(database, codes[0], NOW, "berit")
    assert _sign_in(database, codes[0].upper().replace("-", " "), NOW)
    with pytest.raises(Refused):
        _sign_in(database, codes[0], NOW)
    assert _sign_in(database, codes[1], NOW)


def test_an_unconfirmed_factor_asks_nothing_and_a_confirmed_one_is_not_shown_again(database: Database) -> None:
    person = _add(database, "anna")
    with database.transaction() as tx:
        secret = second_factor.begin(tx, person.id, NOW)
        assert second_factor.begin(tx, person.id, NOW) == secret
        assert second_factor.confirm(tx, person.id, "", NOW) == ()
    assert _sign_in(database, "", NOW)

    assert secret is not None
    with database.transaction() as tx:
        assert second_factor.confirm(tx, person.id, _code(secret, NOW), NOW)
        assert second_factor.begin(tx, person.id, NOW) is None
        assert second_factor.confirm(tx, person.id, _code(secret, NOW + _HALF_MINUTE), NOW) == ()


def test_whoever_has_lost_everything_can_be_let_in_again(database: Database) -> None:
    _with_factor(database)
    with database.transaction() as tx:
        person = accounts.list_staff(tx)[0].staff
        assert second_factor.remove(tx, person.id)
        assert not second_factor.remove(tx, person.id)

    assert _sign_in(database, "", NOW)


def _add(database: Database, username: str) -> Staff:
    with database.transaction() as tx:
        return accounts.add_staff(
            tx, username=username, name="Anna", password=_PASSWORD, roles={Role.ADMIN: ["*"]}, now=NOW
        )


def _with_factor(database: Database, username: str = "anna") -> tuple[bytes, tuple[str, ...]]:
    person = _add(database, username)
    with database.transaction() as tx:
        secret = second_factor.begin(tx, person.id, NOW)
        assert secret is not None
        return secret, second_factor.confirm(tx, person.id, _code(secret, NOW), NOW)


def _code(secret: bytes, at: dt.datetime) -> str:
    return second_factor.code_at(secret, int(at.timestamp()) // 30)


def _sign_in(database: Database, code: str, now: dt.datetime, username: str = "anna") -> str:
    return accounts.sign_in(
        database, username=username, password=_PASSWORD, address="192.0.2.10", now=now, code=code
    ).token
