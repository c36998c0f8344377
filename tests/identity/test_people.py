"""Which role may do what, for which unit."""

from hypothesis import given
from hypothesis import strategies as st

from eservices.identity.people import ALL_UNITS, Act, Role, Staff, may, units

_UNITS = st.sampled_from(["hamn", "avfall", "skola", ALL_UNITS])
_ROLES = st.dictionaries(st.sampled_from(Role), st.frozensets(_UNITS))


def test_an_agent_sees_no_case_from_within() -> None:
    agent = _staff({Role.CONTACT_AGENT: frozenset({ALL_UNITS})})

    assert may(agent, Act.TAKE_DOWN)
    assert may(agent, Act.DELIVER)
    assert not any(may(agent, act) for act in (Act.SEE_CASE, Act.WORK_ON_CASE, Act.DECIDE, Act.SEE_PROTECTED))


def test_an_officer_decides_in_the_own_unit_only() -> None:
    officer = _staff({Role.CASE_OFFICER: frozenset({"hamn"})})

    assert may(officer, Act.DECIDE, "hamn")
    assert not may(officer, Act.DECIDE, "avfall")
    assert not may(officer, Act.SEE_CASE, "avfall")
    assert units(officer, Act.SEE_CASE) == {"hamn"}


def test_whoever_administers_accounts_sees_no_case_and_decides_nothing() -> None:
    admin = _staff({Role.ADMIN: frozenset({ALL_UNITS})})

    assert {act for act in Act if may(admin, act)} == {Act.MANAGE_STAFF, Act.SEE_OPERATIONS}


def test_leading_a_unit_is_not_deciding_in_it() -> None:
    manager = _staff({Role.MANAGER: frozenset({"hamn"})})

    assert may(manager, Act.ASSIGN_CASE, "hamn")
    assert not may(manager, Act.DECIDE, "hamn")


def test_every_act_is_somebodys() -> None:
    holders = [_staff({role: frozenset({ALL_UNITS})}) for role in Role]

    assert all(any(may(holder, act) for holder in holders) for act in Act)


@given(roles=_ROLES, act=st.sampled_from(Act), unit=st.sampled_from(["hamn", "avfall", "skola", "okänd"]))
def test_a_right_holds_exactly_for_the_units_it_was_given_for(
    roles: dict[Role, frozenset[str]], act: Act, unit: str
) -> None:
    person = _staff(roles)

    held = units(person, act)

    assert may(person, act, unit) == (unit in held or ALL_UNITS in held)
    assert not may(person, act, unit) or may(person, act)


def _staff(roles: dict[Role, frozenset[str]]) -> Staff:
    return Staff("1", "x", "X", roles)
