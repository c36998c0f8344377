"""The word that the municipality says when it rings somebody, so that they know it is no false caller. Pure.

It stands on the receipt. It is made from the party and the house's own index secret, so that nobody can work it out,
the same for every receipt and every call of the case, and kept nowhere.
"""

from eservices.storage.sealing import KeyRing

_FIRST = (
    "berg", "björk", "dal", "ek", "gran", "guld", "havs", "höst", "is", "klipp", "koppar", "kvälls", "lind", "ljung",
    "moln", "morgon", "mån", "natt", "regn", "sand", "silver", "sjö", "skogs", "snö", "sol", "sommar", "sten",
    "stjärn", "strand", "vind", "vinter", "ängs",
)  # fmt: skip
_LAST = (
    "brygga", "bro", "brasa", "båt", "bänk", "falk", "fyr", "grind", "hare", "klocka", "korg", "kruka", "lax", "lykta",
    "lärka", "mås", "port", "räv", "segel", "sked", "sparv", "stig", "svan", "säl", "trast", "tärna", "uggla", "utter",
    "vante", "vik", "åra", "älg",
)  # fmt: skip


def word_of(keys: KeyRing, party_id: str) -> str:
    """The party's word, easy to say and to recognise; Swedish in every language, like a name."""
    number = int(keys.digest("control word", party_id), 16) % (len(_FIRST) * len(_LAST))
    return _FIRST[number // len(_LAST)] + _LAST[number % len(_LAST)]
