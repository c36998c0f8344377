"""What is told of people's data is what the header of the service says."""

from dataclasses import replace

import pytest

from eservices.definitions.library import Library
from eservices.definitions.model import Retention, Span
from eservices.journey.notice import privacy_notice
from eservices.language import words
from tests.build.service import a_service

FIVE_YEARS = Span(5, "years")


@pytest.mark.parametrize(
    ("retention", "told"),
    [
        ((FIVE_YEARS, "closed", "delete"), "i 5 år efter att ärendet är avslutat. Sedan tar vi bort dem."),
        ((FIVE_YEARS, "decided", "archive"), "i 5 år efter beslutet. Sedan lämnas de till kommunens arkiv."),
        ((FIVE_YEARS, "received", "delete"), "i 5 år efter att de kom in. Sedan tar vi bort dem."),
        ((FIVE_YEARS, "expired", "keep"), "i 5 år efter att beslutet har slutat gälla. Sedan bevarar vi dem."),
        ((FIVE_YEARS, "obsolete", "delete"), "i 5 år efter att de inte längre behövs. Sedan tar vi bort dem."),
        ((None, "obsolete", "delete"), "Vi tar bort uppgifterna när de inte längre behövs."),
        ((None, "closed", "keep"), "Uppgifterna bevaras i kommunens arkiv."),
    ],
)
def test_how_long_data_is_kept_and_what_becomes_of_it_is_told_as_the_plan_says(
    library: Library, retention: tuple[Span | None, str, str], told: str
) -> None:
    service, texts = a_service(), library.texts(library.services["batplats"], "sv")
    board = next(iter(library.municipality.boards))
    legal = replace(service.legal, board=board, retention=Retention(*retention, source="planen"))

    notice = privacy_notice(
        replace(service, legal=legal), texts, library.municipality, words("sv"), words("sv").__call__
    )

    assert any(paragraph.endswith(told) for paragraph in notice)
