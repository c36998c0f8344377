"""Finding a service by the words people use: everyday words, endings, compounds, other keyboards, slips of the finger.

Pure: words in, ids of services out. Which words a service is known by is said by whoever makes a `Lexicon`.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from eservices.language import fold

#: How much a word says: one that its owner chose for searching or that stands in the title, and one from elsewhere.
STRONG, WEAK = 1.0, 0.3


@dataclass(frozen=True, slots=True)
class Found:
    """What a search leads to, best first: what all its words fit, or else the nearest guesses."""

    fitting: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    sure: bool = False  #: whether the words are known as they were written, not as slips


@dataclass(slots=True)
class _Known:
    """A word of the lexicon in its forms, and what it says of which service."""

    word: str
    bare: str
    stem: str
    heard: str
    letters: int
    worth: dict[str, float] = field(default_factory=dict)


class Lexicon:
    """The words by which services are known."""

    def __init__(self, named: Iterable[tuple[str, str, float]]):
        """`named`: which service, words for it, and what these are worth."""
        self._words: dict[str, _Known] = {}
        services: set[str] = set()
        for service, text, worth in named:
            services.add(service)
            for word in _telling(words_of(text)):
                known = self._words.get(word)
                if known is None:
                    known = self._words[word] = _Known(word, *_forms(word))
                known.worth[service] = max(worth, known.worth.get(service, 0))
        self._services = len(services)

    def search(self, query: str) -> Found:
        """The services for the words. A word that nearly all of them are known by, or that says nothing, is passed
        over; every other must fit."""
        words = words_of(query)[:_MOST_WORDS]
        hits = [self._hits(word) for word in _telling(words)]
        telling = [hit for hit in hits if len(hit) <= max(_FEW, self._services * _COMMON)] or hits
        totals: dict[str, float] = {}
        for hit in hits:
            rare = math.log(1 + self._services / (len(hit) or 1))
            for service, score in hit.items():
                totals[service] = totals.get(service, 0) + score * rare
        ranked = sorted(totals, key=lambda service: (-totals[service], service))
        fitting = [service for service in ranked if all(service in hit for hit in telling)]
        if fitting:
            least = totals[fitting[0]] * _RELATED
            sure = all(max(hit.values(), default=0) >= _SURE * STRONG for hit in telling)
            return Found(fitting=tuple(service for service in fitting if totals[service] >= least), sure=sure)
        return Found(near=tuple((ranked or self._loosely(words))[:_GUESSES]))

    def _hits(self, word: str) -> dict[str, float]:
        """How well each service is known by the word; a slip in spelling is thought of only where nothing else fits."""
        found = self._by(word, _fits)
        if not found or max(found.values()) < _SURE:
            for service, score in self._by(word, _slips).items():
                found[service] = max(score, found.get(service, 0))
        return found

    def _loosely(self, words: Sequence[str]) -> list[str]:
        totals: dict[str, float] = {}
        for word in words:
            for service, score in self._by(word, _resembles).items():
                totals[service] = totals.get(service, 0) + score
        return sorted(totals, key=lambda service: (-totals[service], service))

    def _by(self, word: str, likeness: Callable[[_Known, _Known], float]) -> dict[str, float]:
        wanted = _Known(word, *_forms(word))
        found: dict[str, float] = {}
        for known in self._words.values():
            alike = likeness(wanted, known)
            if alike:
                for service, worth in known.worth.items():
                    found[service] = max(found.get(service, 0), alike * worth)
        return found


#: A word shared by more than this part of the services does not tell them apart; of so few, any does.
_COMMON, _FEW = 0.4, 3
#: How near the best a service must come to be shown beside it.
_RELATED = 0.2
_GUESSES, _MOST_WORDS = 3, 12
#: From here on no slip in spelling is thought of.
_SURE = 0.7

#: Little words that say nothing of what is wanted.
_SILENT = frozenset(
    """jag vi du man min mitt mina vår vårt en ett den det de att och eller i på för till av med om från vid som är ska
    vill kan får ha hur var när vad inte ny nytt nya mig
    i we you my our a an the to and or in on for of with from at is want need how where when what can do get have me
    minä haluan tarvitsen miten missä mikä ja tai on
    я ми ти мій моя мої хочу треба потрібно як де коли що на в у до за для з та і або не мені
    انا أنا اريد أريد في من على الى إلى عن مع كيف اين أين متى ما هل او أو""".split()
)


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: small letters, no signs; å ä ö are letters of their own."""
    return re.findall(r"\w+", _UNSEEN.sub("", fold(text)).replace("_", " "))


def phrases(keywords: str) -> list[str]:
    """What stands between the commas of a list of words, in any script."""
    return [phrase for part in re.split("[,،;]", keywords) if (phrase := part.strip())]


def _telling(words: Sequence[str]) -> Sequence[str]:
    return [word for word in words if word not in _SILENT] or words


# ---- the forms of a word

#: Marks inside words: soft hyphens, joiners, apostrophes, Arabic's stretching and vowels.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\u2066-\u2069'’ʼ`\u0640\u064b-\u0652]")
#: Letters that another keyboard lacks, or that are written in more than one way.
_PLAIN = str.maketrans("åäöæøüґєіїйыэёأإآٱةىؤئ", "aaoaouгеииииееااااهيوي")
_ARTICLE = re.compile("(?:وال|بال|كال|لل|ال)(?=.{3})")
_ENDINGS = (
    "arnas ernas ornas arna erna orna ande ningen ning heten ssa lla sta lle lta ksi ens ets ans ing "
    "ar er or en et an na es ed ta ja in s n t a e i "
    "ами ями ого ому ів ий ою ей ам ах ям ях ка ку ки ці а у ю я и і о е ь "
    "ات ين ون ه ي"
).split()  # fmt: skip
#: Endings that short words have too: båten, båtar.
_PLAIN_ENDINGS = frozenset({"en", "et", "ar", "er", "or", "an", "n", "t", "s"})
_SHORTEST_STEM = 3
_HEARD = ((r"(.)\1+", r"\1"), ("ck", "k"), ("c", "k"), ("z", "s"), ("w", "v"), ("x", "ks"), ("ph", "f"), ("q", "k"),
          ("th", "t"), ("hj|lj|dj", "j"), ("sch|stj|skj|sj", "sh"))  # fmt: skip


def _forms(word: str) -> tuple[str, str, str, int]:
    bare = _ARTICLE.sub("", word.translate(_PLAIN), count=1) if word[:1] > "\u0600" else word.translate(_PLAIN)
    heard = bare
    for written, said in _HEARD:
        heard = re.sub(written, said, heard)
    letters = 0
    for letter in bare:
        letters |= 1 << (ord(letter) % 61)
    return bare, _stem(bare), heard, letters


def _stem(word: str) -> str:
    """The word without its ending, as far as one tells without a dictionary."""
    for ending in _ENDINGS:
        shortest = _SHORTEST_STEM if ending in _PLAIN_ENDINGS else _SHORTEST_STEM + 1
        if word.endswith(ending) and len(word) - len(ending) >= shortest:
            return word[: -len(ending)]
    return word


# ---- how alike two words are, 0 to 1


def _fits(wanted: _Known, known: _Known) -> float:
    """The same word, in another form, or as a part of a compound."""
    if wanted.word == known.word:
        return 1.0
    if wanted.bare == known.bare:
        return 0.95
    if {wanted.stem, wanted.bare} & {known.stem, known.bare}:
        return 0.9 if len(wanted.stem) > _SHORTEST_STEM else 0.8
    return _shares_a_part(wanted, known)


def _shares_a_part(wanted: _Known, known: _Known) -> float:
    """One is the beginning of the other, or within it, or both have the same root."""
    short, long = sorted((wanted.bare, known.bare), key=len)
    if long.startswith(short) and len(short) >= _PART:
        likely = 0.55 if len(short) > _PART or short == wanted.bare else 0.25
        return likely + 0.3 * len(short) / len(long)
    if short in long and len(short) > _PART:
        return 0.4 + 0.3 * len(short) / len(long)
    if wanted.stem in known.bare and len(wanted.stem) > _PART:
        return 0.35
    root = known.stem if len(known.stem) >= _ROOT else wanted.stem  # "soptunnan" and "soptunnor"
    return 0.5 if len(root) >= _ROOT and short.startswith(root) and long.startswith(root) else 0.0


#: How long a word must be to be looked for inside another, and a root to stand for its word.
_PART, _ROOT = 3, 5


def _slips(wanted: _Known, known: _Known) -> float:
    """As it is heard, or with a letter or two wrong."""
    if wanted.heard == known.heard:
        return 0.85
    most = _slips_in(len(wanted.bare))
    if not most or abs(len(wanted.bare) - len(known.bare)) > most + 1:
        return 0.0
    best = 0.0
    for one, other in ((wanted.bare, known.bare), (wanted.stem, known.stem)):
        least = min(len(one), len(other))
        if least <= _PART or (wanted.letters ^ known.letters).bit_count() > 2 * most + 3:
            continue
        apart = distance(one, other, most)
        if apart <= most:
            best = max(best, 0.75 - apart / least + (0.1 if one[0] == other[0] else 0))
    return max(best, 0.0)


def _slips_in(length: int) -> int:
    """How many slips are forgiven in a word of that length."""
    return 0 if length <= _PART else 1 if length <= _ROOT else 2 if length <= 2 * _ROOT else 3


def _resembles(wanted: _Known, known: _Known) -> float:
    """Any likeness at all: three letters in a row that both have."""
    one, other = set(_threes(wanted.bare)), set(_threes(known.bare))
    alike = 2 * len(one & other) / (len(one) + len(other) or 1)
    return alike if alike >= _A_LITTLE else 0.0


_A_LITTLE = 0.25


def _threes(word: str) -> Iterator[str]:
    padded = f" {word} "
    return (padded[at : at + 3] for at in range(len(padded) - 2))


def distance(one: str, other: str, most: int) -> int:
    """How many letters are wrong, missing, too many or in the other order; `most` + 1 where it is more than `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        last, before = before, row
        row = [i]
        for j, against in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
