"""Under which keys a case is found: names by word, as written and as they sound; numbers, addresses, places. Pure.

Nothing here is stored as it is: `cases.store` keeps keyed digests of these forms. A form must come out the same for
what a resident wrote and for what somebody types into a search box, in whatever letters and order.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class IndexKey(NamedTuple):
    """One way to find a case: the kind of key, and the normal form of what was written."""

    kind: str  #: name, sound, personal_number, phone, email, place, property
    form: str


#: Ukrainian and Russian letters as Swedish and English passports write them.
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z", "и": "y",
    "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ю": "iu",
    "я": "ia", "ы": "y", "э": "e", "ё": "e", "ъ": "",
}  # fmt: skip

#: Arabic consonants and long vowels; short vowels are not written, which the sound of a word makes up for.
_ARABIC = {
    "ا": "a", "أ": "a", "إ": "i", "آ": "a", "ب": "b", "ت": "t", "ث": "th", "ج": "j", "ح": "h", "خ": "kh", "د": "d",
    "ذ": "dh", "ر": "r", "ز": "z", "س": "s", "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "", "غ": "gh",
    "ف": "f", "ق": "q", "ك": "k", "ل": "l", "م": "m", "ن": "n", "ه": "h", "ة": "a", "و": "u", "ي": "i", "ى": "a",
    "ء": "", "ئ": "", "ؤ": "u", "پ": "p", "چ": "ch", "گ": "g", "ک": "k", "ی": "i",
}  # fmt: skip

#: Latin letters that are not a letter with an accent.
_LATIN = {"ß": "ss", "æ": "a", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "œ": "o", "ı": "i"}

_TO_LATIN = str.maketrans({**_CYRILLIC, **_ARABIC, **_LATIN})

#: What sounds alike, longest first: what is left keeps apart what people hear as different.
_SOUNDS = (
    ("shch", "s"), ("sch", "s"), ("skj", "s"), ("stj", "s"), ("ch", "k"), ("ck", "k"), ("kh", "k"), ("gh", "g"),
    ("ph", "f"), ("th", "t"), ("dh", "d"), ("dt", "t"), ("zh", "s"), ("sh", "s"), ("sj", "s"), ("tj", "k"),
    ("kj", "k"), ("ts", "s"), ("tz", "s"), ("hj", "j"), ("lj", "j"), ("gj", "j"), ("dj", "j"), ("x", "ks"),
    ("z", "s"), ("c", "k"), ("q", "k"), ("w", "v"), ("y", "i"), ("j", "i"),
)  # fmt: skip
_C_BEFORE_SOFT = re.compile("c(?=[eiy])")
_REPEATED = re.compile(r"(.)\1+")
_WORD = re.compile(r"[^\W\d_]+")
_APOSTROPHES = re.compile("['’ʼ`´-]")

_MOST_WORDS = 12  #: nobody's name has more; what follows is somebody filling a field with something else


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in their plain form, each once. Håkan Öberg-Lind gives hakan, oberg, lind, oberglind."""
    plain = _plain(name)
    words = _WORD.findall(_APOSTROPHES.sub(" ", plain))
    joined = [word for word in _WORD.findall(_APOSTROPHES.sub("", plain)) if word not in words]
    return tuple(dict.fromkeys(words + joined))[:_MOST_WORDS]


def sound_of(word: str) -> str:
    """How a plain word sounds, roughly: Carlsson and Karlsson are one, so are Muhammad and Mohammed.

    Vowels tell little between spellings and nothing in Arabic, so only a first one counts, and only that it is one.
    """
    sound = _C_BEFORE_SOFT.sub("s", word)
    for written, heard in _SOUNDS:
        sound = sound.replace(written, heard)
    first, rest = sound[:1], sound[1:]
    bones = re.sub("[aeiouh]", "", rest)
    start = "a" if first in "aeiou" else first
    return _REPEATED.sub(r"\1", start + bones)


def keys_of_person(*, name: str, personal_number: str, phone: str, email: str) -> Iterator[IndexKey]:
    """Every key a person in a case is found by. Values come in the normal forms of their question types."""
    for word in words_of(name):
        yield IndexKey("name", word)
        yield IndexKey("sound", sound_of(word))
    if personal_number:
        yield IndexKey("personal_number", digits_of(personal_number))
    if phone:
        yield IndexKey("phone", phone_form(phone))
    if email:
        yield IndexKey("email", email.strip().lower())


def keys_of_answers(indexed: Iterable[tuple[str, str]]) -> Iterator[IndexKey]:
    """Keys of answers that their definition wants indexed: (place or property, the answer's one-line form)."""
    for kind, form in indexed:
        if form:
            yield IndexKey(kind, one_line(form))


def one_line(text: str) -> str:
    """Plain letters and digits with single spaces: how a place or property is compared."""
    return " ".join(re.findall(r"[^\W_]+", _plain(text)))


def digits_of(number: str) -> str:
    """A personal or organisation number as its digits: ten-digit forms are not found, the century is needed."""
    return re.sub(r"\D", "", number)


def phone_form(number: str) -> str:
    """A phone number as digits after the plus sign; a national one is taken as Swedish."""
    digits = re.sub(r"\D", "", number)
    if number.strip().startswith("+"):
        return digits
    if digits.startswith("00"):
        return digits[2:]
    return "46" + digits[1:] if digits.startswith("0") else digits


def _plain(text: str) -> str:
    """Lower case, without accents, in Latin letters."""
    split = unicodedata.normalize("NFKD", text.casefold().replace("й", "i").replace("ї", "i"))
    bare = "".join(sign for sign in split if not unicodedata.combining(sign) and not _is_mark(sign))
    return bare.translate(_TO_LATIN)


def _is_mark(sign: str) -> bool:
    """Signs without sound: the Arabic lengthening stroke, zero-width joiners, direction marks."""
    return sign == "ـ" or (unicodedata.category(sign) in {"Cf", "Cc"} and sign not in "\n\t")
