"""The letter to somebody who must sign beside the applicant: that there is something, and how to see and answer it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from eservices.documents.letter import Letter
from eservices.language import Words


def signing_letter(facts: Mapping[str, Any], words: Words, *, unit: str) -> Letter:
    """It says nothing of what the case is about: somebody else may open it."""
    return Letter(
        number=facts["number"],
        date=dt.date.fromisoformat(facts["date"]),
        subject=words("Vi behöver ditt svar i ett ärende"),
        body=(
            words("Någon har lämnat in ett ärende till oss och uppgett att du också ska godkänna det."),
            words(
                "Med ärendenumret och din kod ser du vad det gäller och kan svara ja eller nej. "
                "Koden står här nedanför."
            ),
            words("Ring oss om du hellre vill ha det uppläst. Du kan svara direkt i telefonen."),
            words("Känner du inte till det här? Ring oss."),
        ),
        unit=unit,
        name=facts["name"],
        address=facts["address"],
        code=facts["code"],
    )
