"""The limits of an answer as sentences, for a paper that cannot say afterwards that something is wrong."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from eservices.definitions.model import Question
from eservices.language import N_, Words
from eservices.questions.numbers import with_measure
from eservices.questions.setting import DayLimit, Reference

#: Gives what an earlier answer goes by on the paper: `fråga 7`, or the title of a part with several.
Named = Callable[[str], str]


def limits_in_words(question: Question, words: Words, named: Named) -> str:
    """What is too little, too much, too early or too late, in as few sentences as there are limits; "" for none."""
    tell = _TELLING.get(question.type.name)
    told = list(tell(question.type, words)) if tell else []
    dated = question.type.of_time
    for key, reference in question.type.limits:
        told.append(words(_by_answer(key, dated=dated), answer=_answer(reference, words, named)))
    if question.adds_up_to is not None:
        told.append(words(N_("Tillsammans ska det bli lika mycket som {answer}."), answer=named(question.adds_up_to)))
    return " ".join(told)


# ---- by type


def _number(kind: Any, words: Words) -> Iterator[str]:
    least, most = kind.min, kind.max
    measure = kind.measure_text
    if most is None:
        if least > 0:
            yield words(N_("Minst {least}."), least=with_measure(least, measure, words))
    elif least > 0:
        yield words(
            N_("Mellan {least} och {most}."), least=words.number(least), most=with_measure(most, measure, words)
        )
    else:
        yield words(N_("Högst {most}."), most=with_measure(most, measure, words))


def _days(kind: Any, words: Words) -> Iterator[str]:
    if kind.min is not None:
        yield _day(kind.min, _EARLIEST, words)
    if kind.max is not None:
        yield _day(kind.max, _LATEST, words)
    if (longest := getattr(kind, "max_days", None)) is not None:
        yield words.plural("Högst {n} dag.", "Högst {n} dagar.", longest)


#: What is said of a fixed day, of the day one fills the form in, and of a day so long after or before that.
_EARLIEST = (
    N_("Tidigast {day}."),
    N_("Tidigast den dag du fyller i blanketten."),
    N_("Tidigast {span} efter den dag du fyller i blanketten."),
    N_("Tidigast {span} före den dag du fyller i blanketten."),
)
_LATEST = (
    N_("Senast {day}."),
    N_("Senast den dag du fyller i blanketten."),
    N_("Senast {span} efter den dag du fyller i blanketten."),
    N_("Senast {span} före den dag du fyller i blanketten."),
)

_SPANS: Mapping[str, Callable[[Words, int], str]] = {
    "days": lambda words, n: words.plural("{n} dag", "{n} dagar", n),
    "weeks": lambda words, n: words.plural("{n} vecka", "{n} veckor", n),
    "months": lambda words, n: words.plural("{n} månad", "{n} månader", n),
    "years": lambda words, n: words.plural("{n} år", "{n} år", n),
}


def _day(limit: DayLimit, sentences: tuple[str, str, str, str], words: Words) -> str:
    fixed, today, after, before = sentences
    if limit.day is not None:
        return words(fixed, day=words.day(limit.day))
    if limit.amount == 0:
        return words(today)
    span = _SPANS[limit.unit](words, abs(limit.amount))
    return words(after if limit.amount > 0 else before, span=span)


def _times(kind: Any, words: Words) -> Iterator[str]:
    for limit, sentence in ((kind.min, N_("Tidigast klockan {time}.")), (kind.max, N_("Senast klockan {time}."))):
        if limit is not None:
            moment = limit if isinstance(limit, dt.time) else dt.time.fromisoformat(str(limit))
            yield words(sentence, time=words.time(moment))


def _choices(kind: Any, words: Words) -> Iterator[str]:
    if kind.min > 1:
        yield words(N_("Minst {least}."), least=words.number(Decimal(kind.min)))


_TELLING: Mapping[str, Callable[[Any, Words], Iterator[str]]] = {
    "integer": _number,
    "decimal": _number,
    "money": _number,
    "date": _days,
    "date_range": _days,
    "time": _times,
    "checkboxes": _choices,
}


# ---- by another answer


def _by_answer(key: str, *, dated: bool) -> str:
    """What is said of a limit that is another answer."""
    if key == "max_files":
        return N_("Högst så många som du har svarat på {answer}.")
    if key == "min":
        return N_("Inte före {answer}.") if dated else N_("Minst lika mycket som {answer}.")
    return N_("Inte efter {answer}.") if dated else N_("Högst lika mycket som {answer}.")


def _answer(reference: Reference, words: Words, named: Named) -> str:
    """The other answer, and what is added to it."""
    answer = named(reference.name)
    if reference.end:
        first, last = N_("första dagen enligt {answer}"), N_("sista dagen enligt {answer}")
        end = first if reference.end == "from" else last
        answer = words(end, answer=answer)
    if not reference.plus:
        return answer
    amount = abs(reference.plus)
    more = _SPANS[reference.unit](words, amount) if reference.unit else words.number(amount)
    return f"{answer} {'+' if reference.plus > 0 else MINUS} {more}"


MINUS = "\N{MINUS SIGN}"
