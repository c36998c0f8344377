"""Codes that people read, say and type: continue codes, codes to follow a case, case numbers. Pure.

Every code ends in a check sign that catches each single wrong sign and each exchange of two neighbours, so that a
slip is told at once and never opens somebody else's draft. What people mix up on paper (O and 0, I and 1) is read as
what was meant. This module knows how codes are written, not what they open.
"""

import secrets
from collections.abc import Callable
from typing import NamedTuple

#: Digits and letters that look alike in no handwriting: no I, L, O, U.
_WRITTEN = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

#: Signs that are also told apart on the telephone: one letter of those that sound alike (P for B, D and T, M for N).
_SPOKEN = "0123456789AFHJKMPQRWXYZ"

_LOOKS_LIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})

#: What somebody heard, where the alphabet has only one of the letters that sound alike.
_SOUNDS_LIKE = str.maketrans(dict(zip("OILBDTNSVUCEG", "011PPPMFWQPPP", strict=True)))

_ONE_BREATH = 4  #: so many signs are said and remembered at once

_CONTINUE_SIGNS = 5  #: 25 bits beside the check sign
_FOLLOW_SIGNS = 7  #: 31 bits beside the check sign; asked for together with a case number


def new_continue_code() -> str:
    """A random code for a draft, written 4KF-7PQ."""
    return _in_halves(_with_check(_random(_WRITTEN, _CONTINUE_SIGNS), _WRITTEN))


def read_continue_code(typed: str) -> str | None:
    """The code that was meant, as `new_continue_code` writes it; None when no code can have been meant."""
    signs = _cleaned(typed, _LOOKS_LIKE)
    return _in_halves(signs) if _is_sound(signs, _WRITTEN, {_CONTINUE_SIGNS + 1}) else None


def new_follow_code() -> str:
    """A random code for one party to follow a case, written K7PQ-4M2X."""
    return _in_halves(_with_check(_random(_SPOKEN, _FOLLOW_SIGNS), _SPOKEN))


def read_follow_code(typed: str) -> str | None:
    """The code that was meant, as `new_follow_code` writes it; None when no code can have been meant."""
    signs = _cleaned(typed, _SOUNDS_LIKE)
    return _in_halves(signs) if _is_sound(signs, _SPOKEN, {_FOLLOW_SIGNS + 1}) else None


def new_case_number(year: int, *, signs: int) -> str:
    """A random case number of a year, with so many signs beside the check sign: 2026-7K4P3 has four.

    It names neither service nor volume. Whether it is free is for the caller to find out.
    """
    body = _random(_SPOKEN, signs)
    return f"{year}-{body}{_check(str(year) + body, _SPOKEN)}"


def read_case_number(typed: str) -> str | None:
    """The case number that was meant (2026-7K4P3); None when no number can have been meant."""
    signs = _cleaned(typed, _SOUNDS_LIKE)
    year, body = signs[:4], signs[4:]
    if not (year.isdecimal() and _is_sound(signs, _SPOKEN, range(9, 13))):
        return None
    return f"{year}-{body}"


def case_numbers_of(signs: int) -> int:
    """How many case numbers of this length a year has."""
    return int(len(_SPOKEN) ** signs)


def spoken(code: str) -> str:
    """The code in small groups of single signs, as it is read aloud: 2 0 2 6, 7 K 4, P 3."""
    groups: list[str] = []
    for part in code.split("-"):
        width = len(part) if len(part) <= _ONE_BREATH else 3
        groups.extend(part[start : start + width] for start in range(0, len(part), width))
    return ", ".join(" ".join(group) for group in groups)


def _random(alphabet: str, signs: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(signs))


def _cleaned(typed: str, mistaken: dict[int, str]) -> str:
    # Long input is cut: nothing that long can be a code, and nobody should pay for reading it.
    return "".join(sign for sign in typed[:40].upper() if sign.isalnum()).translate(mistaken)


def _in_halves(signs: str) -> str:
    middle = len(signs) // 2
    return f"{signs[:middle]}-{signs[middle:]}"


def _with_check(body: str, alphabet: str) -> str:
    return body + _check(body, alphabet)


def _is_sound(signs: str, alphabet: str, lengths: set[int] | range) -> bool:
    if len(signs) not in lengths or any(sign not in alphabet for sign in signs):
        return False
    return _check(signs[:-1], alphabet) == signs[-1]


def _check(body: str, alphabet: str) -> str:
    """The check sign: what makes a weighted sum zero in a field with as many elements as the alphabet has signs."""
    field = _FIELDS[len(alphabet)]
    total = 0
    for sign in body:
        total = field.times(field.plus(total, alphabet.index(sign)))
    return alphabet[field.minus(total)]


class _Field(NamedTuple):
    times: Callable[[int], int]  #: multiply by a generator
    plus: Callable[[int, int], int]
    minus: Callable[[int], int]


_FIELDS = {
    # Two to the fifth, modulo x^5 + x^2 + 1.
    32: _Field(lambda a: (a << 1) ^ (0x25 if a & 16 else 0), lambda a, b: a ^ b, lambda a: a),
    # A prime; 5 generates it.
    23: _Field(lambda a: a * 5 % 23, lambda a, b: (a + b) % 23, lambda a: -a % 23),
}
