"""Passwords of staff: argon2id, judged by length and by a short list of what everybody tries first.

No rules about digits and signs: they make passwords worse, and people write them down.
"""

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 200

#: Beginnings and middles of what is guessed first, in the languages spoken here; compared without case and digits.
_TRIED_FIRST = frozenset(
    {
        "password", "passwort", "losenord", "lösenord", "qwerty", "asdfgh", "zxcvbn", "letmein", "welcome", "valkommen",
        "välkommen", "sommar", "vinter", "hosten", "våren", "hemligt", "secret", "admin", "administrator", "kommun",
        "kundcenter", "kontaktcenter", "abc", "abcdef", "iloveyou", "dragon", "monkey", "fotboll", "sverige", "summer",
        "winter", "changeme", "master", "default", "test", "guest", "user",
    }
)  # fmt: skip

#: 19 MiB and two passes: what OWASP asks for at least, and some 30 ms of a small server.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class WeakPassword(Exception):
    """The password is too easy to guess: `code` is too_short, too_long, too_common or like_name."""

    def __init__(self, code: str, facts: Mapping[str, object] = MappingProxyType({})):
        super().__init__(code)
        self.code = code
        self.facts = facts


def judge(password: str, *, username: str, name: str) -> None:
    """Raises `WeakPassword` for one that is too short or that anybody would try."""
    if len(password) < SHORTEST:
        raise WeakPassword("too_short", {"minimum": SHORTEST})
    if len(password) > LONGEST:
        raise WeakPassword("too_long", {"maximum": LONGEST})
    letters = "".join(sign for sign in password.casefold() if sign.isalpha())
    if letters in _TRIED_FIRST or len(set(password)) < SHORTEST // 3 or _counts(password):
        raise WeakPassword("too_common")
    own = {username.casefold(), *name.casefold().split()}
    if any(letters == "".join(sign for sign in word if sign.isalpha()) for word in own):
        raise WeakPassword("like_name")


def hashed(password: str) -> str:
    """The argon2id hash to keep, salt and costs within it."""
    return _HASHER.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether the password is the kept one. Takes the same time when there is no such account (`kept` is None)."""
    try:
        right = _HASHER.verify(kept if kept is not None else _nobodys(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return right and kept is not None


def outdated(kept: str) -> bool:
    """Whether the hash was made with other costs than today's, and should be made again at the next sign-in."""
    return _HASHER.check_needs_rehash(kept)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _HASHER.hash("the password of nobody")


def _counts(password: str) -> bool:
    """Whether it is one run of neighbouring signs: 123456789012, abcdefghijkl."""
    steps = {ord(after) - ord(before) for before, after in pairwise(password)}
    return steps <= {1, -9} or steps <= {-1, 9}
