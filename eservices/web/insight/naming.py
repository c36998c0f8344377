"""What the figures are called, and how gaps and times are said."""

from collections.abc import Mapping

from eservices.insight.equality import Comparison, Group, Verdict
from eservices.insight.measures import Measure
from eservices.insight.periods import Period
from eservices.language import N_
from eservices.web.i18n import plain, words

GROUPS: Mapping[Group, str] = {
    Group.WEB: N_("Webben"),
    Group.ASSISTED: N_("Alla andra vägar"),
    Group.PHONE: N_("Telefon"),
    Group.COUNTER: N_("Disk"),
    Group.PAPER: N_("Papper"),
    Group.OTHER: N_("E-post, chatt och annat"),
}

MEASURES: Mapping[Measure, str] = {
    Measure.RECEIPT: N_("Till bekräftelsen har kommit fram"),
    Measure.FIRST_CONTACT: N_("Till första livstecknet från kommunen"),
    Measure.SETTLED: N_("Till ärendet är avgjort"),
    Measure.INFORMED: N_("Till personen har fått veta beslutet"),
}

VERDICTS: Mapping[Verdict, str] = {
    Verdict.LONGER: N_("Väntar längre"),
    Verdict.SHORTER: N_("Webben väntar längre"),
    Verdict.ALIKE: N_("Lika"),
    Verdict.UNSETTLED: N_("Kan inte avgöras än"),
    Verdict.TOO_FEW: N_("För få ärenden"),
}

#: Shape and colour of the mark beside the word.
MARKS: Mapping[Verdict, str] = {Verdict.LONGER: "warn", Verdict.SHORTER: "on", Verdict.ALIKE: "ok"}

OUTCOMES: Mapping[str, str] = {
    "granted": N_("Bifall"),
    "partly_granted": N_("Delvis bifall"),
    "refused": N_("Avslag"),
    "dismissed": N_("Avvisat"),
    "written_off": N_("Avskrivet"),
}

_HOUR, _AT_ONCE = 1 / 24, 1 / 24 / 6


def period(asked: Period) -> str:
    """Fjärde kvartalet 2026, or the year."""
    if asked.quarter is None:
        return str(asked.year)
    quarters = (
        N_("Första kvartalet {year}"),
        N_("Andra kvartalet {year}"),
        N_("Tredje kvartalet {year}"),
        N_("Fjärde kvartalet {year}"),
    )
    return plain(quarters[asked.quarter - 1], year=str(asked.year))


def wait(days: float | None) -> str:
    """A waiting time in words: at once, hours, or days with one decimal."""
    if days is None:
        return plain(N_("vet vi inte än"))
    if days < _AT_ONCE:
        return plain(N_("genast"))
    if days < 1:
        return plain(N_("{n} tim"), n=words().number(round(days / _HOUR, 1)))
    return plain(N_("{n} dagar"), n=words().number(round(days, 1)))


def gap(one: Comparison) -> str:
    """The gap with its interval: 1,21 gånger så lång (1,05 till 1,40)."""
    found = one.gap
    if found is None:
        return "–"
    number = words().number
    if one.as_ratio:
        return plain(
            N_("{n} gånger så lång ({low} till {high})"),
            n=number(round(found.estimate, 2)),
            low=number(round(found.low, 2)),
            high=number(round(found.high, 2)),
        )
    # Plus nought: a rounded nought has no sign.
    estimate, low, high = (round(value, 1) + 0.0 for value in (found.estimate, found.low, found.high))
    if estimate == low == high == 0:
        return plain(N_("ingen skillnad"))
    return plain(N_("{n} dagar längre ({low} till {high})"), n=number(estimate), low=number(low), high=number(high))


def limit(one: Comparison) -> str:
    """From where on a gap is an alarm."""
    if one.as_ratio:
        return plain(N_("mer än {n} procent längre"), n=words().number(one.limit.percent or 0))
    days = one.limit.days or 0.0
    if days < 1:
        return words().plural("mer än {n} timme längre", "mer än {n} timmar längre", round(days / _HOUR))
    return words().plural("mer än {n} dag längre", "mer än {n} dagar längre", round(days))


def part(told: int | None) -> str:
    """A part of a whole that may be told; one that is not told need not be small itself."""
    return plain(N_("visas inte")) if told is None else words().number(told)


def count(told: int | None) -> str:
    """A number that may be told, or that it is small."""
    return plain(N_("färre än 5")) if told is None else words().number(told)
