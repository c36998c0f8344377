"""Every document that any test here prints is looked at as somebody who listens would meet it."""

from typing import Any

import pytest
import weasyprint

from tests.documents.tags import faults_in


@pytest.fixture(autouse=True)
def _documents_are_read_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    """No document of ours leaves the press without tags, language, title, headings in order and words for pictures."""
    printing: Any = weasyprint.HTML.write_pdf

    def printed(*given: Any, **how: Any) -> bytes:
        document: bytes = printing(*given, **how)
        if how.get("pdf_variant"):
            faults = faults_in(document, letters=False)
            assert not faults, "; ".join(faults)
        return document

    monkeypatch.setattr(weasyprint.HTML, "write_pdf", printed)
