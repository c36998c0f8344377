"""A decision on paper, of each kind: tagged, in its language, with the appeal that its route has, posted as it is."""

import datetime as dt
import io
from dataclasses import replace
from typing import Any

import pikepdf
import pytest

from eservices.cases.appeals import APPEAL_ROUTES
from eservices.cases.model import Decision, DecisionKind, MadeBy, Outcome, Part
from eservices.definitions.library import Library
from eservices.definitions.municipality import Address, AppealBody, Municipality
from eservices.documents.decision import DecisionDocument, Recipient, decision_html, decision_pdf
from eservices.documents.guide import REASONS_IN_SWEDISH, printed
from eservices.documents.letterhead import letterhead
from eservices.documents.rendering import Press
from eservices.language import words
from eservices.settings import house_folder
from tests.build.papers import said_on
from tests.documents.test_documents import structure

MADE_AT = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)


MUNICIPALITY = replace(
    Municipality.plain("Exempelby kommun"),
    postal_address=Address(street="Exempelby kommun", postal_code="471 99", city="Exempelby"),
    appeal_bodies={
        route: AppealBody(f"Den som prövar {route}", "Box 1, 400 00 Exempelstad") for route in APPEAL_ROUTES
    },
    samples=("appeal_bodies",),
)


def a_decision(**more: Any) -> DecisionDocument:
    said = {"reasons": "Bussen har låggolv.", "law": "7 § lagen (1997:736) om färdtjänst", "text": "Du får resa."}
    made = Decision(
        id="1", revision=1, decided_by="2", decided_at=MADE_AT, digest="0a1636d92b4a4d76",
        **{"outcome": Outcome.GRANTED, "delegate": "Punkt 6.6", "appeal_route": "forvaltningsbesvar", "valid_until": None, **said, **more},
    )  # fmt: skip
    return DecisionDocument(
        decision=made, number="2026-2ZJ5J", title="Ansök om färdtjänst", name="Maj Sjögren", unit="Trafikenheten",
        board="Nämnden", decided_by="Kim Lind", regime="forvaltningslag", municipality=MUNICIPALITY,
        before=dt.date(2026, 11, 3) if made.kind is not DecisionKind.DECISION else None,
    )  # fmt: skip


@pytest.fixture(scope="module")
def press() -> Press:
    return Press(house_folder("templates"))


def test_each_part_that_was_asked_for_has_its_own_outcome_in_a_table_that_is_read_out(press: Press, library: Library):
    parts = (Part("Resor på fritiden", Outcome.GRANTED), Part("Resor till arbetet", Outcome.REFUSED))
    made = a_decision(
        outcome=Outcome.PARTLY_GRANTED, parts=parts, conditions="Du beställer dagen innan.",
        plain=("Du får resa på fritiden.",), valid_until=dt.date(2028, 11, 25),
    )  # fmt: skip

    paper = decision_pdf(
        press, letterhead(library.municipality, words("sv")), made, words("sv"), address="https://e.se"
    )

    tags, said = structure(paper), said_on(paper)
    assert tags.count("H1") == 1
    assert (tags.count("Table"), tags.count("TH"), tags.count("TD")) == (1, 2, 2)
    assert tags.index("L") < tags.index("Table"), "the short lines come first"
    for told in (
        "Resor på fritiden Ja", "Resor till arbetet Nej", "Du beställer dagen innan.",
        "Beslutet gäller till och med 25 november 2028.", "Kim Lind, Trafikenheten", "Punkt 6.6",
    ):  # fmt: skip
        assert told in said


@pytest.mark.parametrize("route", sorted(APPEAL_ROUTES))
def test_the_appeal_is_that_of_the_route_and_no_other(press: Press, library: Library, route: str):
    made = a_decision(appeal_route=route, made_by=MadeBy.BOARD, meeting_on=dt.date(2026, 11, 20), paragraph="84")

    html, _ = decision_html(
        press, letterhead(library.municipality, words("sv")), made, words("sv"), address="https://e.se"
    )

    assert [one for one in APPEAL_ROUTES if APPEAL_ROUTES[one].sentence in html] == [route]
    may, ours = APPEAL_ROUTES[route].weeks is not None, APPEAL_ROUTES[route].checked_by_us
    assert (f"Den som prövar {route}, Box 1" in html) is may, "FL 33 §: who tries it"
    assert ("utan till oss: Exempelby kommun, 471 99 Exempelby" in html) is ours, "FL 43 §: it is sent to us"
    assert ("är ett exempel som inte är kontrollerat" in html) is may
    assert ("Om du vill överklaga" in html) == (APPEAL_ROUTES[route].weeks is not None)
    assert "Nämnden, 20 november 2026, paragraf 84" in html


def test_a_decision_is_posted_as_it_is_with_the_address_in_the_window_and_help_in_the_reader_s_language(
    press: Press, library: Library
):
    made, to = a_decision(kind=DecisionKind.CHANGE), Recipient(("Maj Sjögren", "Strandvägen 3"), "F3X1-5764")

    html, guide = decision_html(
        press, letterhead(library.municipality, words("sv")), made, words("sv"),
        address="https://e.se/sv/case", reader="fi", to=to,
    )  # fmt: skip

    assert guide is not None
    said = said_on(printed(html, guide))
    for told in ("Ändrat beslut", "Ersätter beslutet 3 november 2026.", "Strandvägen 3", "F3X1-5764", guide.title):
        assert told in said
    assert said.index("Strandvägen 3") < said.index("Ansök om färdtjänst")


def test_what_the_officer_wrote_is_tagged_as_swedish_in_a_decision_that_is_printed_in_another_language(
    press: Press, library: Library
):
    theirs = words("fi")
    made = a_decision(plain=("Du får resa.",), conditions="Du beställer dagen innan.")

    paper = decision_pdf(
        press, letterhead(library.municipality, theirs), made, theirs, address="https://e.se", reader="fi"
    )

    with pikepdf.open(io.BytesIO(paper)) as pdf:
        assert pdf.Root.Lang == "fi"
        told = [str(one.Lang) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Art"]
    assert told == ["sv"] * 5, "short lines, the decision, its conditions, reasons, and the rule"
    assert theirs(REASONS_IN_SWEDISH) in said_on(paper), "and it is said, in the reader's language"
