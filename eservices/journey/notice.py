"""What people are told before they tell us anything: what happens with their data, and how a decision is appealed.

Made of the header of the service, for its start page, its paper and whoever reads it out.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from eservices.definitions.model import Retention, Service, Span
from eservices.definitions.municipality import Municipality
from eservices.definitions.texts import ServiceTexts
from eservices.language import N_, Words, altered


class Saying(Protocol):
    """Gives a sentence in the reader's language, marked where the channel marks what is only in Swedish."""

    def __call__(self, text: str, **facts: object) -> str: ...


#: Where a decision is appealed, by the route of the definition.
APPEALS = {
    "forvaltningsbesvar": N_("Du kan överklaga beslutet till förvaltningsrätten. Hur du gör står i beslutet."),
    "laglighetsprovning": N_(
        "Du som är medlem i kommunen kan begära laglighetsprövning hos förvaltningsrätten. Hur du gör står i beslutet."
    ),
    "lansstyrelsen": N_("Du kan överklaga beslutet till länsstyrelsen. Hur du gör står i beslutet."),
}

#: From when data is kept, by the header's `after`; and what becomes of it then.
_KEPT = {
    "closed": N_("Vi sparar uppgifterna i {time} efter att ärendet är avslutat."),
    "decided": N_("Vi sparar uppgifterna i {time} efter beslutet."),
    "received": N_("Vi sparar uppgifterna i {time} efter att de kom in."),
    "expired": N_("Vi sparar uppgifterna i {time} efter att beslutet har slutat gälla."),
    "obsolete": N_("Vi sparar uppgifterna i {time} efter att de inte längre behövs."),
}
_THEN = {
    "delete": N_("Sedan tar vi bort dem."),
    "archive": N_("Sedan lämnas de till kommunens arkiv."),
    "keep": N_("Sedan bevarar vi dem."),
}

#: What people are told of a header key that is not verified. What is told nowhere is none of their worry.
_SAMPLES = {
    "minutes": N_("hur lång tid det tar"),
    "cost": N_("kostnaden"),
    "fee": N_("kostnaden"),
    "answer": N_("svarstiden"),
    "decide_within": N_("svarstiden"),
    "opening": N_("ansökningstiden"),
    "basis": N_("den rättsliga grunden"),
    "personal_number_because": N_("varför vi frågar efter personnummer"),
    "retention": N_("hur länge vi sparar uppgifterna"),
    "board": N_("vilken nämnd som ansvarar"),
    "unit": N_("vem som svarar"),
    "appeal": N_("hur man överklagar"),
}

_SPANS: Mapping[str, Callable[[Words, int], str]] = {
    "working_hours": lambda words, n: words.plural("{n} arbetstimme", "{n} arbetstimmar", n),
    "working_days": lambda words, n: words.plural("{n} arbetsdag", "{n} arbetsdagar", n),
    "days": lambda words, n: words.plural("{n} dag", "{n} dagar", n),
    "weeks": lambda words, n: words.plural("{n} vecka", "{n} veckor", n),
    "months": lambda words, n: words.plural("{n} månad", "{n} månader", n),
    "years": lambda words, n: words.plural("{n} år", "{n} år", n),
}


def span_in_words(span: Span, words: Words) -> str:
    """A length of time as people say it."""
    return _SPANS[span.unit](words, span.amount)


def _kept(retention: Retention, words: Words, say: Saying) -> str:
    """How long data is kept, and what becomes of it then."""
    if retention.keep is None:
        if retention.then == "delete":
            return say(N_("Vi tar bort uppgifterna när de inte längre behövs."))
        return say(N_("Uppgifterna bevaras i kommunens arkiv."))
    kept = say(_KEPT.get(retention.after, _KEPT["closed"]), time=span_in_words(retention.keep, words))
    return kept + " " + say(_THEN[retention.then]) if retention.then in _THEN else kept


def samples_in_words(service: Service, words: Words) -> str:
    """What of that which people are told is an example and not verified, as a list in a sentence; "" for nothing."""
    told = (words(sentence) for key, sentence in _SAMPLES.items() if key in service.samples and _is_told(service, key))
    return words.listing(dict.fromkeys(told))


def _is_told(service: Service, key: str) -> bool:
    """Whether people are told it at all."""
    before = service.before
    told = {
        "minutes": before.minutes,
        "cost": before.cost,
        "fee": before.cost,
        "answer": before.answer,
        "decide_within": not before.answer,
        "personal_number_because": service.legal.personal_number_because,
        "appeal": service.legal.appeal in APPEALS,
    }
    return bool(told.get(key, True))


def privacy_notice(
    service: Service, texts: ServiceTexts, municipality: Municipality, words: Words, say: Saying
) -> Sequence[str]:
    """What the law (GDPR 13) wants told, out of the header of the service."""
    legal, dpo = service.legal, municipality.dpo
    board = municipality.board(legal.board).name
    told = [
        say(N_("{board} ansvarar för dina uppgifter och använder dem för att handlägga ditt ärende."), board=board),
        say(N_("Rättslig grund: {basis}."), basis=legal.basis.rstrip(".")),
    ]
    if legal.personal_number_because:
        reason = altered(texts.get(legal.personal_number_because), lambda written: written.rstrip("."))
        told.append(say(N_("Därför frågar vi efter personnummer: {reason}."), reason=reason))
    told.append(_kept(legal.retention, words, say))
    told += [
        say(N_("De som handlägger ärendet och kundcenter ser dem.")),
        say(
            N_("Det du skickar in blir allmän handling. Den lämnas ut till den som ber om den, om den inte är hemlig.")
        ),
        say(
            N_("Du har rätt att få veta vilka uppgifter vi har om dig, få fel rättade och klaga hos {supervisor}."),
            supervisor=municipality.supervisors["privacy"].name,
        ),
        say(
            N_("Frågor om personuppgifter svarar {name} på, telefon {phone}."),
            name=dpo.name,
            phone=dpo.phone or municipality.contact_centre.phone,
        ),
    ]
    return told
