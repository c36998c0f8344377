"""What people type and paste, made plain, before any type reads it. Nothing here raises, and all of it is linear.

Kept are letters, marks and emoji of every script, with the joiners and direction marks they need. Taken away is what
nobody sees and a machine trips over: control characters, zero-width spaces, direction overrides, half characters.
"""

import re
import unicodedata
from collections.abc import Sequence

#: Shown where a half character (a lone surrogate) stood: something was there, and we could not read it.
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"

_SURROGATES = re.compile("[\ud800-\udfff]")

#: Zero-width space, word joiner, byte order mark, soft hyphen; embeddings, overrides and isolates; interlinear marks;
#: noncharacters. Joiners (U+200C, U+200D) and plain direction marks stay: emoji, Persian and Arabic need them.
_UNSEEN = re.compile("[\u00ad\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff]")

#: Control characters other than line breaks and tabs.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

_BREAKS = re.compile(r"\r\n?|\u2028|\u2029|\x85|\x0b|\x0c")

#: Looks like nothing although Unicode calls it a letter or a symbol.
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d"), "-")

#: Arabic decimal and thousands separators, Arabic comma, and the marks that stand in for an apostrophe.
_SEPARATORS = {0x066B: ",", 0x066C: " ", 0x060C: ",", 0x2019: "'", 0x02BC: "'", 0x2032: "'"}

_MOST_MARKS = 30

#: Direction marks and joiners: needed in text, never in a number or a code.
_MARKS = dict.fromkeys((0x200C, 0x200D, 0x200E, 0x200F, 0x061C), None)


def first(values: Sequence[str]) -> str:
    """The first thing that was sent under a name, or ""."""
    return next((value for value in values if value.strip()), values[0] if values else "")


def line(text: str) -> str:
    """Text on one line: every run of white space is one space, and what looks empty is empty."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return _seen(" ".join(_plain(text).split()))


def lines(text: str) -> str:
    """Text with its line breaks, as LF; spaces at the ends of lines and blank lines around the whole go."""
    plain = _plain(_BREAKS.sub("\n", text)).replace("\t", " ")
    kept = "\n".join(" ".join(part.split(" ")).rstrip() for part in plain.split("\n"))
    return _seen(kept.strip())


def code(text: str) -> str:
    """A number or a code: digits of all scripts as 0-9, all dashes as `-`, full-width signs as ordinary ones."""
    text = line(text)
    if text.isascii():
        return text
    text = text.translate(_MARKS).translate(_SEPARATORS).translate(_DASHES)
    return " ".join("".join(map(_ordinary, text)).split())


def digits(text: str) -> str:
    """The digits alone."""
    return "".join(sign for sign in text if sign in "0123456789")


def few_marks(text: str) -> str:
    """`text` with at most thirty marks on any letter, as the Unicode standard's stream-safe text: no language has more.

    Composing letters takes the square of a run of marks: minutes for what fits into one form.
    """
    if text.isascii():
        return text
    kept, run = [], 0
    for sign in text:
        run = run + 1 if unicodedata.category(sign)[0] == "M" else 0
        if run <= _MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


def _plain(text: str) -> str:
    text = _SURROGATES.sub(_UNREADABLE, text)
    return unicodedata.normalize("NFC", few_marks(_CONTROLS.sub("", _UNSEEN.sub("", text))))


def _seen(text: str) -> str:
    """`text`, or "" where there is nothing to see in it."""
    if text.isascii():
        return text
    if all(sign in _BLANK_LETTERS or unicodedata.category(sign)[0] in "CZM" for sign in text):
        return ""
    return text


def _ordinary(sign: str) -> str:
    number = unicodedata.decimal(sign, None)
    if number is not None:
        return str(number)
    return chr(ord(sign) - 0xFEE0) if "\uff01" <= sign <= "\uff5e" else sign
