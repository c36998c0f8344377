"""What is told before a service may be active, beside what keeps it back."""

from pathlib import Path

import pytest

from eservices.journey.publishing import for_publishing
from tests.build.definition import DEFINITION, read

ANONYMOUS = DEFINITION.partition("      way:\n")[0].replace("theme: fritid", "theme: fritid\nanonymous: true")
NAMED = ANONYMOUS.replace("anonymous: true\n", "")
ASKED = "      news:\n        label: Hur når vi dig?\n        type: {}\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (DEFINITION, False),
        (NAMED, True),
        (ANONYMOUS, False),
        (NAMED + ASKED.format("email"), False),
        (NAMED + ASKED.format("postal_address"), False),
        (NAMED + ASKED.format("phone\n        prefill: person.phone"), False),
        (NAMED + ASKED.format("phone\n        prefill: somebody_else"), True),
        (NAMED + ASKED.format("text"), True),
    ],
)
def test_a_service_where_nobody_can_be_told_of_the_decision_gets_a_warning(text: str, told: bool) -> None:
    complaints = [c for c in for_publishing(read(text), Path("klotterplank.yaml"), ()) if c.code == "no_way_to_reach"]

    assert [complaint.severity for complaint in complaints] == ["warning"] * told
