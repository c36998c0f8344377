"""Faults that are put in on purpose, one for each target: a round that misses one of them shows nothing.

Most were ours once. Each is put in by patching, thrown at like the rest, and must be found within a part of the time.
"""

import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from eservices import outbox
from eservices.attachments import content, pictures
from eservices.attachments.model import Refused
from eservices.definitions import complaints, load, yaml_text
from eservices.definitions.library import Library
from eservices.language import best_match
from eservices.questions import faults
from eservices.submissions import codes
from eservices.web import security, stepping
from eservices.web.resident import passes
from eservices.web.staff.field import Field
from tests.fuzz import reading


@dataclass(frozen=True)
class Planted:
    """What is wrong with a house that has it, by which words of a fault it is known, and how it is put in.

    A patch that no longer fits the code breaks at once as well: that is another fault, and finds nothing.
    """

    target: str
    told: str
    shows: str
    put_in: Callable[[pytest.MonkeyPatch], None]

    def is_among(self, faults: Sequence[str]) -> bool:
        """Whether this very fault was found."""
        return any(self.shows in fault for fault in faults)


def _speechless(patched: pytest.MonkeyPatch) -> None:
    patched.delitem(complaints.SENTENCES, "no_colon")


def _line(patched: pytest.MonkeyPatch) -> None:
    real = yaml_text.Document
    patched.setattr(
        yaml_text, "Document",
        lambda file, root, found, lines, repaired: real(file, root, tuple(replace(c, line=c.line - 1) for c in found), lines, repaired),
    )  # fmt: skip


def _digits(patched: pytest.MonkeyPatch) -> None:
    """Signs that `isdigit` takes for a digit and `int` does not."""
    real = codes._cleaned
    patched.setattr(codes, "_cleaned", lambda typed, meant: str(int(typed)) if typed.isdigit() else real(typed, meant))


def _torn(patched: pytest.MonkeyPatch) -> None:
    """A letter whose packing is torn, read by somebody who trusts it."""

    def trusting(stream: Any, *, name: str, limits: Any) -> content.Looked:
        try:
            return content.look(stream, name=name, limits=limits)
        except Refused as refused:
            if refused.code == "file_mismatched" and stream.getvalue().startswith(b"PK"):
                raise ValueError("the letter is torn") from None
            raise

    patched.setattr(reading, "look", trusting)


def _header(patched: pytest.MonkeyPatch) -> None:
    patched.setattr(reading, "best_match", lambda header: header[:2] if ";q=" in header else best_match(header))


def _bytes(patched: pytest.MonkeyPatch) -> None:
    patched.setattr(security, "_is_text", lambda _sent: True)


def _offered(patched: pytest.MonkeyPatch) -> None:
    """A choice that is not there is looked up as if it were."""
    chosen = property(
        lambda field: field.kind == "radios" and not {value: True for value, _, _ in field.choices}[field.value]
    )
    patched.setattr(Field, "is_none_of_its_choices", chosen)


def _forgotten(patched: pytest.MonkeyPatch) -> None:
    """Whoever corrects a page loses what stands on the others."""
    real = stepping.take_step

    def careless(service: Any, answers: Any, spot: Any, form: Any, **more: Any) -> Any:
        taken = real(service, answers, spot, form, **more)
        asked = {question.id for question in service.step(spot.step).questions}
        kept = {place: answer for place, answer in taken.answers.given.items() if place[0] in asked}
        return replace(taken, answers=replace(taken.answers, given=kept)) if taken.problems else taken

    patched.setattr(stepping, "take_step", careless)


def _text(patched: pytest.MonkeyPatch) -> None:
    """A block is taken for text before it is read."""
    real = load.read_block

    def trusting(path: Path, called: str) -> Any:
        path.read_text("utf-8")
        return real(path, called)

    patched.setattr(load, "read_block", trusting)


def _unsaid(patched: pytest.MonkeyPatch) -> None:
    patched.delitem(faults.FAULTS, "month_unknown")


def _pattern(patched: pytest.MonkeyPatch) -> None:
    """What somebody looks for is taken for a pattern."""
    real = Library.search

    def matching(library: Library, query: str, language: str) -> Any:
        re.search(query, "")
        return real(library, query, language)

    patched.setattr(Library, "search", matching)


def _cut(patched: pytest.MonkeyPatch) -> None:
    """A photo that does not come to its end breaks whoever reads it."""
    real = pictures.cleaned

    def breaking(*content: Any, **how: Any) -> Any:
        try:
            return real(*content, **how)
        except pictures.UnreadablePicture:
            raise EOFError("the photo is cut") from None

    patched.setattr(pictures, "cleaned", breaking)


def _named(patched: pytest.MonkeyPatch) -> None:
    """A gateway is believed to name what we gave it."""
    real = outbox.delivery_of
    patched.setattr(outbox, "delivery_of", lambda tx, row_id: real(tx, f"{int(row_id, 16):032x}"))


def _beginning(patched: pytest.MonkeyPatch) -> None:
    """A signature is right when it begins so."""
    near = SimpleNamespace(digest=hmac.digest, compare_digest=lambda ours, brought: ours[:8] == brought[:8])
    patched.setattr(passes, "hmac", near)


ALL = (
    Planted("definitions", "a complaint that has no sentence", "KeyError: 'no_colon'", _speechless),
    Planted("the municipality's file", "lines are counted from nought", "complaint.line >= 1", _line),
    Planted("codes", "signs that are nearly digits", "invalid literal for int", _digits),
    Planted("languages", "a header that is believed", "found in LANGUAGES", _header),
    Planted("files", "a torn letter that is trusted", "the letter is torn", _torn),
    Planted("pages of journeys", "answers of other pages are forgotten", " changed [", _forgotten),
    Planted("addresses", "bytes that are no text", "UnicodeDecodeError", _bytes),
    Planted("blocks", "a block that is no text", "UnicodeDecodeError", _text),
    Planted("answers", "a month that is none, of which nothing is said", "KeyError: 'month_unknown'", _unsaid),
    Planted("searches", "a search that is a pattern", "re/_parser.py", _pattern),
    Planted("photos", "a photo that is cut", "the photo is cut", _cut),
    Planted("reports of gateways", "a name that is believed", "ValueError", _named),
    Planted("passes", "a signature of which the beginning is read", "200 for the case", _beginning),
    Planted("acts of staff", "a choice that is believed", "KeyError", _offered),
)


def of_target() -> Mapping[str, list[Planted]]:
    found: dict[str, list[Planted]] = {}
    for one in ALL:
        found.setdefault(one.target, []).append(one)
    return found
