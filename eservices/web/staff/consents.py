"""Consents and mandates as staff see them: what was read out, who may speak, until when, and what was taken back."""

from collections.abc import Sequence
from dataclasses import dataclass

from eservices.cases import consents
from eservices.cases.consents import Consent, Given
from eservices.journal import Entry
from eservices.language import direction, html_lang
from eservices.naming import MANDATES, SPEAKS_AS
from eservices.submissions.model import Submission
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.staff.telling import tell


@dataclass(frozen=True, slots=True)
class ConsentShown:
    """One of them. `path` is where it is taken back, below the case's address, while it holds."""

    heading: str
    said: str
    language: str
    direction: str
    about: str
    lasts: str
    holds: bool
    path: str


def consents_shown(handed_in: Sequence[Submission], entries: Sequence[Entry]) -> tuple[ConsentShown, ...]:
    """Everything the applicant has agreed to in a case, the newest first."""
    return tuple(_shown(one) for one in reversed(consents.given_in(handed_in, entries)))


def _shown(one: Consent) -> ConsentShown:
    holds, spoken = one.holds(house().clock.today()), one.given is Given.CONSENT
    about = [tell().moment(one.at), tell().language(one.language)] if spoken else [tell().moment(one.at)]
    told = ((SPEAKS_AS, one.speaks_as), (MANDATES, one.basis))
    about += [plain(table[code]) for table, code in told if code in table]
    return ConsentShown(
        heading=plain("Sa ja till det här") if spoken else plain("Får tala för den sökande"),
        said=one.text or one.who,
        language=html_lang(one.language) if spoken else "",
        direction=direction(one.language) if spoken else "auto",
        about=" · ".join(about),
        lasts=_lasts(one, holds=holds),
        holds=holds,
        path=f"consents/{one.submission_id}/{one.given}" if holds else "",
    )


def _lasts(one: Consent, *, holds: bool) -> str:
    if one.taken_back_at is not None:
        return plain("Återtaget {moment}.", moment=tell().moment(one.taken_back_at))
    if one.until is None:
        return plain("Gäller tills personen tar tillbaka det.")
    day = words().day(one.until)
    return plain("Gäller till och med {day}.", day=day) if holds else plain("Gällde till och med {day}.", day=day)
