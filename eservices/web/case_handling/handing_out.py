"""Handing out a whole case: for whom, what is left out and why, signed; then two copies to fetch.

The law's part is a person's: what the definition keeps from this reader is left out from the beginning, and whoever
signs has looked through the rest and left out what else is secret, by a provision.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.wrappers import Response

from eservices import attachments, journal
from eservices.attachments import Attachment
from eservices.cases import marks
from eservices.cases.model import Case
from eservices.documents.case_file import Exported, LeftOut, Reader, gather
from eservices.documents.case_print import BECAUSE, told_of
from eservices.documents.handing_out import HANDED_OUT, Order, copy_names, order
from eservices.identity.people import Act, may
from eservices.language import N_, SOURCE
from eservices.language import words as words_of
from eservices.storage.database import Transaction
from eservices.web.bodies import typed
from eservices.web.case_handling.belonging import PROVISIONS
from eservices.web.case_handling.room import blueprint
from eservices.web.case_handling.telling import mark_told
from eservices.web.files import size_in_words
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.pages import render, see_other
from eservices.web.staff import access, confirming
from eservices.web.staff.access import Ground
from eservices.web.staff.field import Errors, Field
from eservices.web.staff.page import StaffPage, framed
from eservices.web.staff.reason import reason_page
from eservices.web.staff.telling import tell

#: For whom, and by which law.
EDITIONS = {
    Reader.PARTY: (
        N_("Den sökande, eller den som företräder hen"),
        N_("Får ta del av allt som har tillförts ärendet. 10 § förvaltningslagen."),
    ),
    Reader.COUNTERPART: (
        N_("En annan part"),
        N_("Till exempel en granne. Får inte veta mer om den sökande än vad hen redan har fått se."),
    ),
    Reader.PUBLIC: (
        N_("Den som har begärt allmänna handlingar"),
        N_("2 kap. tryckfrihetsförordningen. Fråga inte vem det är eller varför, om sekretessen inte kräver det."),
    ),
    Reader.UNIT: (N_("Enheten själv"), N_("Hela ärendet, till exempel för ett arkiv.")),
}

#: So much of a text shows what it is.
_BEGINNING = 90


@dataclass(frozen=True, slots=True)
class CopyShown:
    """An edition that was ordered: its files once they are made."""

    told: str
    about: str
    files: tuple[tuple[str, str, str], ...]  #: address, name, size


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOutPage(StaffPage):
    template: ClassVar[str] = "case_handling/hand_out.html"
    case: Case
    done: str
    marked: tuple[str, ...]
    edition: Field
    chosen: str
    withheld: tuple[tuple[str, str], ...]
    fields: tuple[Field, ...]
    copies: tuple[CopyShown, ...]
    errors: Errors = ()


@blueprint.get("/<casenumber:number>/hand-out")
@access.requires(Act.EXPORT_CASE)
def ask_to_hand_out(number: str) -> Response:
    """For whom; then all that they get and do not get."""
    showing = confirming.fields()
    with house().database.transaction() as tx:
        case = access.case_for(tx, number, Act.EXPORT_CASE)
        ground = _ground(tx, case)
        if ground is None:
            return reason_page("cases", case, f"/cases/{number}/look", "/cases/")
        access.journal_look(tx, "export", case, ground=ground)
        page = _page(tx, case, _edition(request.args.get("edition", "")), showing)
    return render(page)


@blueprint.post("/<casenumber:number>/hand-out")
@access.requires(Act.EXPORT_CASE)
def hand_out(number: str) -> Response:
    """Have both copies made, once whoever asks has shown who they are."""
    wrong, showing = confirming.wrong(), confirming.fields()
    form = typed()
    besides = LeftOut(frozenset(form.get("out", "").split()), form.get("provision", "").strip())
    with house().database.transaction() as tx:
        case = access.case_for(tx, number, Act.EXPORT_CASE)
        ground = _ground(tx, case)
        if ground is None:
            return reason_page("cases", case, f"/cases/{number}/look", "/cases/")
        edition = _edition(form.get("edition", ""))
        errors = (*_wrong(edition, besides), *wrong)
        if errors or edition is None:
            access.journal_look(tx, "export", case, ground=ground)
            return render(_page(tx, case, edition, showing, besides=besides, errors=errors), 422)
        order(
            tx, case, edition,
            besides=besides, actor=access.actor(), clock=house().clock, why=form.get("why", "").strip(),
        )  # fmt: skip
    return see_other(f"/cases/{number}/hand-out?done=ordered")


def _ground(tx: Transaction, case: Case) -> Ground | None:
    return access.ground_for(tx, case, own_work=may(access.current_staff(), Act.WORK_ON_CASE, case.unit))


def _edition(written: str) -> Reader | None:
    return Reader(written) if written in set(Reader) else None


def _wrong(edition: Reader | None, besides: LeftOut) -> Errors:
    if edition is None:
        return (("edition", plain("Välj vem det är för.")),)
    if besides.keys and not besides.provision:
        return (("provision", plain("Skriv vilken bestämmelse som gör det hemligt.")),)
    return ()


def _page(
    tx: Transaction,
    case: Case,
    edition: Reader | None,
    showing: Sequence[Field],
    *,
    besides: LeftOut | None = None,
    errors: Errors = (),
) -> HandOutPage:
    telling, exported = tell(), gather(tx, case, edition, words_of(SOURCE)) if edition is not None else None
    choices = tuple((reader.value, plain(name), plain(hint)) for reader, (name, hint) in EDITIONS.items())
    return HandOutPage(
        **framed("cases"),
        case=case,
        done=plain("Kopiorna görs nu. Ladda om sidan om en stund.") if request.args.get("done") else "",
        marked=tuple(mark_told(mark, telling) for mark in marks.of_case(tx, case.id)),
        edition=Field("radios", "edition", plain("Vem är det för?"), edition or "", choices=choices),
        chosen=edition.value if edition is not None else "",
        withheld=tuple(_withheld(exported)) if exported is not None else (),
        fields=(*_fields(exported, besides or LeftOut()), *showing) if exported is not None else (),
        copies=tuple(_copies(tx, case)),
        errors=errors,
    )


def _withheld(exported: Exported) -> Iterator[tuple[str, str]]:
    for one in exported.withheld:
        yield told_of(one, words()), plain(BECAUSE.get(one.because, one.because))


def _fields(exported: Exported, besides: LeftOut) -> Iterator[Field]:
    choices = tuple((one.key, told_of(one, words()), _beginning(one.says)) for one in exported.included)
    if choices:
        yield Field(
            "checks",
            "out",
            plain("Det här är med. Kryssa för det som är hemligt och ska bort."),
            " ".join(sorted(besides.keys)),
            choices=choices,
            hint=plain("Det som du kryssar för står sedan i listan över det som inte är med."),
            optional=True,
        )
        usual = plain("Till exempel {provisions}.", provisions=words().listing(PROVISIONS[:3], end="or"))
        yield Field(
            "text", "provision", plain("Bestämmelse som gör det hemligt"), besides.provision, hint=usual, optional=True
        )
    hint = plain("Står i journalen. Till exempel hur begäran kom.")
    yield Field("text", "why", plain("Anteckning"), hint=hint, optional=True)


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _BEGINNING else f"{line[:_BEGINNING].rsplit(' ', 1)[0]} …"


def _copies(tx: Transaction, case: Case) -> Iterator[CopyShown]:
    lying = {file.question: file for file in attachments.of_case(tx, case.id, case.key)}
    telling = tell()
    for entry in reversed(journal.of_case(tx, case.id, case.key)):
        if entry.kind != HANDED_OUT or not isinstance(entry.content, dict):
            continue
        ordered = Order.from_json(entry.content)
        files = [lying[name] for name in copy_names(ordered) if name in lying]
        about = words().plural("{n} sak är inte med.", "{n} saker är inte med.", int(str(entry.content["withheld"])))
        yield CopyShown(
            told=plain(EDITIONS[ordered.reader][0]),
            about=f"{telling.moment(entry.at)} · {entry.staff_name or ''} · {about}",
            files=tuple(_file(case, file) for file in files),
        )


def _file(case: Case, file: Attachment) -> tuple[str, str, str]:
    return f"/cases/{case.number}/files/{file.id}", file.name, size_in_words(file.size_bytes, words())
