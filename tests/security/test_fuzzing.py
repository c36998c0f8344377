"""A small part of `make fuzz`, always the same, and some of the faults that are planted there; all of them by it."""

from collections.abc import Mapping

import pytest

from tests.fuzz import definitions, planted, reading, sending
from tests.fuzz.running import Target, throw

#: So many are thrown at each target in the suite; a round of `make fuzz` throws thousands.
_FEW = 20
#: Short ones with a group, a file, a choice of others.
_SERVICES = ("batplats", "felanmalan", "sophamtning")
#: Within so many a planted fault is found with the seed of the suite.
_ENOUGH = 600
#: Those that take many tries are planted by `make fuzz` alone.
_LONG = frozenset({"definitions", "languages", "pages of journeys", "acts of staff"})
_QUICK = [one for one in planted.ALL if one.target not in _LONG]
#: Each photo is decoded in a process of its own.
_DEAR = frozenset({"photos", "searches"})


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Target]:
    folder = tmp_path_factory.mktemp("fuzz")
    sent = sending.targets(sending.Sending(folder / "house", _SERVICES))
    return {one.name: one for one in (*definitions.targets(folder / "forms"), *reading.targets(), *sent)}


_NAMES = (
    "definitions", "the municipality's file", "blocks", "answers", "codes", "languages", "searches", "files", "photos",
    "pages of journeys", "addresses", "acts of staff", "reports of gateways", "passes",
)  # fmt: skip


def test_every_target_is_tried_here(targets: Mapping[str, Target]):
    assert tuple(targets) == _NAMES


def test_every_target_has_a_fault_that_is_planted():
    assert planted.of_target().keys() == set(_NAMES)


@pytest.mark.parametrize("name", _NAMES)
def test_what_is_thrown_breaks_nothing(targets: Mapping[str, Target], name: str):
    few = _FEW // 4 if name in _DEAR else _FEW
    found = throw(targets[name], seed=1, examples=few)

    assert found.faults == []
    assert found.tried >= few


@pytest.mark.parametrize("fault", _QUICK, ids=lambda one: one.told)
def test_a_fault_that_is_planted_is_found(
    targets: Mapping[str, Target], fault: planted.Planted, monkeypatch: pytest.MonkeyPatch
):
    fault.put_in(monkeypatch)

    found = throw(targets[fault.target], seed=1, examples=_ENOUGH).faults
    assert fault.is_among(found), found
