"""The text messages themselves: postcards that lie open on a table. No name, no answer, not what it is about.

Only who is asked to sign, and who goes on alone with what was begun together, is given a code: it opens nothing
personal by itself.
"""

import re
from collections.abc import Mapping
from typing import Any

from eservices.documents.letterhead import Letterhead
from eservices.language import Words
from eservices.worker.post import Never

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


def number_of(written: str) -> str:
    """The receiver as a gateway wants it: a number with its country. Raises `Never`."""
    if not _NUMBER.fullmatch(written):
        raise Never("this is no number with its country")
    return written


def words_of(kind: str, payload: Mapping[str, Any], head: Letterhead, words: Words, *, address: str) -> str:
    """What is said, and where to read or hear the rest."""
    number = payload.get("number", "")
    if kind == "receipt":
        said = words("Vi har tagit emot ditt ärende {number}.", number=number)
        if word := payload.get("word"):
            said += " " + words("När vi ringer dig säger vi ditt kontrollord: {word}.", word=word)
    elif kind == "signature":
        said = words("Vi behöver ditt svar i ärende {number}. Din kod är {code}.", number=number, code=payload["code"])
    elif kind == "continue_code":
        said = words("Fortsätt med koden {code}.", code=payload["code"])
    else:
        said = words("Du har fått ett meddelande i ärende {number}.", number=number)
    more = words("Läs mer på {address} eller ring {phone}.", address=address, phone=head.phone)
    return f"{head.name}: {said} {more}"
