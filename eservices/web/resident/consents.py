"""What somebody agreed to by telephone or at the counter, and who may speak for them: to see, and to take back."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.cases import consents, following
from eservices.cases.consents import Consent, Given
from eservices.cases.following import Following
from eservices.identity.people import Actor
from eservices.language import N_, Words, direction, html_lang, own_name
from eservices.web import i18n
from eservices.web.house import house
from eservices.web.pages import render, see_other
from eservices.web.resident import passes
from eservices.web.resident.blueprint import blueprint
from eservices.web.resident.case_acts import ActPage

_ADDRESS = "/<lang:language>/case/<casenumber:number>/consents/<id:submission>/<any('consent','mandate'):given>"

SPEAKS_AS = {
    "relative": N_("Anhörig"),
    "guardian": N_("Vårdnadshavare"),
    "trustee": N_("God man eller förvaltare"),
    "representative": N_("Ombud"),
    "helper": N_("Någon som hjälper dig"),
}

#: How we know that they may.
BASES = {
    "present": N_("Du var med och sa ja."),
    "shown": N_("Vi fick se en fullmakt eller ett beslut."),
    "stated": N_("Personen sa att du vill det."),
}


@dataclass(frozen=True, slots=True)
class Agreed:
    """A consent or mandate as the one who gave it reads it. `take_back` leads to the page where it is taken back."""

    heading: str
    said: str  #: as it was read out
    language: str
    direction: str
    about: str
    at: dt.datetime
    spoken: str  #: the language it was read out in, by its own name
    lasts: str
    take_back: str


def agreed(seen: Following, words: Words) -> Iterator[Agreed]:
    """Everything given in this case, the newest first."""
    today = house().clock.today()
    for one in reversed(seen.consents):
        address = f"/{words.language}/case/{seen.number}/consents/{one.submission_id}/{one.given}"
        yield Agreed(
            heading=words(_heading(one)),
            said=one.text or one.who,
            language=html_lang(one.language) if one.text else "",
            direction=direction(one.language) if one.text else "auto",
            about=_about(one, words),
            at=one.at,
            spoken=own_name(one.language) if one.text else "",
            lasts=_lasts(one, words, today),
            take_back=address if one.holds(today) else "",
        )


@blueprint.get(_ADDRESS)
def ask_to_take_back(number: str, submission: str, given: str) -> Response:
    """What it means to take it back, before one does."""
    party = passes.follower(number)
    with house().database.read() as tx:
        found = _found(following.followed(tx, *party), submission, given)
    back = f"/{i18n.language()}/case/{number}"
    if not found.holds(house().clock.today()):
        return see_other(back)
    return render(
        ActPage(
            number=number,
            heading=i18n.plain("Ta tillbaka"),
            about=_what_follows(found),
            boxes=(),
            button=i18n.plain("Ta tillbaka"),
            back=back,
        )
    )


@blueprint.post(_ADDRESS)
def take_back(number: str, submission: str, given: str) -> Response:
    """Take it back. Those who work with the case see it at once."""
    party = passes.follower(number)
    with house().database.transaction() as tx:
        found = _found(following.followed(tx, *party), submission, given)
        consents.take_back(
            tx, party[0], found.submission_id, found.given, actor=Actor.resident(), now=house().clock.now()
        )
    return see_other(f"/{i18n.language()}/case/{number}?done=consent_withdrawn")


def _found(seen: Following | None, submission: str, given: str) -> Consent:
    """One that this party gave: a counterpart has none to take back."""
    for one in seen.consents if seen is not None else ():
        if (one.submission_id, one.given) == (submission, given):
            return one
    raise NotFound


def _heading(one: Consent) -> str:
    return N_("Du sa ja till det här") if one.given is Given.CONSENT else N_("Får tala för dig")


def _about(one: Consent, words: Words) -> str:
    told = [words(table[code]) for table, code in ((SPEAKS_AS, one.speaks_as), (BASES, one.basis)) if code in table]
    return ". ".join(sentence.rstrip(".") for sentence in told) + "." if told else ""


def _lasts(one: Consent, words: Words, today: dt.date) -> str:
    if one.taken_back_at is not None:
        return words("Du tog tillbaka det {moment}.", moment=one.taken_back_at)
    if one.until is None:
        return words("Det gäller tills du tar tillbaka det.")
    if one.holds(today):
        return words("Det gäller till och med {day}.", day=words.day(one.until))
    return words("Det gällde till och med {day}.", day=words.day(one.until))


def _what_follows(one: Consent) -> tuple[str, str]:
    if one.given is Given.MANDATE:
        return (
            i18n.plain("{who} får inte längre tala för dig i det här ärendet.", who=one.who or i18n.plain("Personen")),
            i18n.plain("Det som redan är gjort ändras inte. Ärendet fortsätter."),
        )
    return (
        i18n.plain("Du sa ja till: {said}", said=one.text),
        i18n.plain("Ärendet fortsätter. Vill du ta tillbaka hela ärendet gör du det på ärendets sida."),
    )
