"""A point on the map as people have it: from a telephone or a map, in degrees, or in SWEREF 99 TM.

Not for anything on land or at sea far from Sweden: a pair of numbers from elsewhere is a slip. The sums are
Lantmäteriet's published formulas for the Gauss-Krüger projection on the ellipsoid GRS 80.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import asin, atan, cos, cosh, degrees, radians, sin, sinh

#: What may stand around the numbers; letters for south and west are not among them.
_WORDS = re.compile(r"SWEREF\s*99(?:\s*TM)?|WGS\s*84|LATITUDE?|LONGITUDE?|LONG?|LAT|[NEÖOXY:=()\[\]]")
_DECIMAL = r"\d{1,2}[.,]\d{2,}"
_DEGREES = re.compile(rf"({_DECIMAL})\s*°?(?:\s*[,;/]\s*|\s+)({_DECIMAL})\s*°?")
_TIGHT = re.compile(r"(\d{1,2},\d{2,})°?,(\d{1,2},\d{2,})°?")
_MINUTES = re.compile(r"(\d{1,2})\s*°\s*(\d{1,2}(?:[.,]\d+)?)\s*['′’](?:\s*(\d{1,2}(?:[.,]\d+)?)\s*(?:[\"″”]|''|′′))?")
_NORTH, _EAST = r"\d(?:\s?\d{3}){2}(?:[.,]\d+)?", r"\d{3}\s?\d{3}(?:[.,]\d+)?"
_SEPARATOR = r"\s*[,;/\s]\s*"
_METRES = re.compile(
    rf"(?:(?P<n>{_NORTH}){_SEPARATOR}(?P<e>{_EAST})|(?P<east>{_EAST}){_SEPARATOR}(?P<north>{_NORTH}))(?:\s*M)?"
)
_LONGEST = 80
_SIXTY = 60

#: Sweden with its waters, and a little more.
_SOUTH, _NORTHERNMOST, _WEST, _EASTERNMOST = 54.5, 69.5, 9.5, 25.0


@dataclass(frozen=True, slots=True)
class Point:
    """A point in WGS 84 (which here is SWEREF 99), in degrees north and east."""

    latitude: float
    longitude: float

    @property
    def near_sweden(self) -> bool:
        return _SOUTH <= self.latitude <= _NORTHERNMOST and _WEST <= self.longitude <= _EASTERNMOST

    def written(self) -> tuple[str, str]:
        """North and east with five decimals, which is to the metre."""
        return f"{self.latitude:.5f}", f"{self.longitude:.5f}"


def read_point(written: str) -> Point | None:
    """The point that somebody wrote, in any of the usual ways and in either order; None where it is no such pair."""
    text = unicodedata.normalize("NFKC", written).upper().replace("º", "°").strip()
    if len(text) > _LONGEST:
        return None
    text = _WORDS.sub(" ", text).strip(" .,;")
    if found := _METRES.fullmatch(text):
        north, east = found["n"] or found["north"], found["e"] or found["east"]
        return from_sweref(_number(north), _number(east))
    pair = [_number(each) for each in _pair(text)] or list(_by_minutes(text))
    if len(pair) != 2:  # noqa: PLR2004  north and east
        return None
    one, other = pair
    return Point(other, one) if one < _EASTERNMOST < other else Point(one, other)


def _pair(text: str) -> tuple[str, ...]:
    found = _TIGHT.fullmatch(text) or _DEGREES.fullmatch(text)
    return (found[1], found[2]) if found else ()


def _by_minutes(text: str) -> Iterator[float]:
    """Degrees, minutes and perhaps seconds, twice: 57°59'48.1" 11°32'52.8"."""
    if _MINUTES.sub("", text).strip(" ,;/"):
        return
    for whole, minutes, seconds in _MINUTES.findall(text):
        yield int(whole) + _number(minutes) / _SIXTY + _number(seconds or "0") / _SIXTY**2


def _number(written: str) -> float:
    return float(Decimal("".join(written.split()).replace(",", ".")))


# ---- SWEREF 99 TM ----------------------------------------------------------------------------------------------------

_AXIS, _FLATTENING = 6_378_137.0, 1 / 298.257222101
_MIDDLE, _SCALE, _FALSE_EAST = radians(15), 0.9996, 500_000.0

_E2 = _FLATTENING * (2 - _FLATTENING)
_N = _FLATTENING / (2 - _FLATTENING)
_ROUND = _AXIS / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_DELTA = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161280,
)
_BACK = (
    _E2 + _E2**2 + _E2**3 + _E2**4,
    -(7 * _E2**2 + 17 * _E2**3 + 30 * _E2**4) / 6,
    (224 * _E2**3 + 889 * _E2**4) / 120,
    -(4279 * _E2**4) / 1260,
)


def from_sweref(north: float, east: float) -> Point:
    """A point in SWEREF 99 TM, in metres, as degrees."""
    xi, eta = north / (_SCALE * _ROUND), (east - _FALSE_EAST) / (_SCALE * _ROUND)
    terms = tuple(enumerate(_DELTA, start=1))
    xi_, eta_ = (
        xi - sum(delta * sin(2 * k * xi) * cosh(2 * k * eta) for k, delta in terms),
        eta - sum(delta * cos(2 * k * xi) * sinh(2 * k * eta) for k, delta in terms),
    )
    conformal = asin(sin(xi_) / cosh(eta_))
    longitude = _MIDDLE + atan(sinh(eta_) / cos(xi_))
    squared = sin(conformal) ** 2
    more = sum(back * squared**k for k, back in enumerate(_BACK))
    return Point(degrees(conformal + sin(conformal) * cos(conformal) * more), degrees(longitude))
