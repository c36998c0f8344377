"""Sentences are set in a template once for each language, and say there what they would have said when asked."""

from typing import cast

import pytest
from flask import Flask, g

from eservices import language as languages
from eservices.web.templates import Templates

UNTRANSLATED = "Den här meningen står i ingen katalog & har inga fakta"


@pytest.fixture
def templates(app: Flask) -> Templates:
    return cast("Templates", app.jinja_env)


@pytest.mark.parametrize("language", ["sv", "en", "ar"])
@pytest.mark.parametrize(
    "source",
    [
        '<a>{{ _("Hoppa till innehållet") }}</a>',
        '{% set said = _("Hoppa till innehållet") %}{{ said }}, {{ said|length }}',
        "<p title=\"{{ plain('Hoppa till innehållet') }}\">",
        "{% macro twice(said) %}{{ said }} {{ said }}{% endmacro %}{{ twice(_('Hoppa till innehållet')) }}",
        f"{{{{ _('{UNTRANSLATED}') }}}}",
        f"{{% macro twice(said) %}}{{{{ said }}}} {{{{ said }}}}{{% endmacro %}}{{{{ twice(_('{UNTRANSLATED}')) }}}}",
        f"<p title=\"{{{{ plain('{UNTRANSLATED}') }}}}\">",
        "{{ _('Vi sparar svaren i {days} dagar.', days=30) }}",
    ],
)
def test_a_sentence_set_in_place_is_the_sentence_that_is_asked_for(
    app: Flask, templates: Templates, language: str, source: str
) -> None:
    with app.test_request_context():
        g.language, g.words = language, languages.words(language)

        assert templates.speaking(language).from_string(source).render() == templates.from_string(source).render()


def test_a_sentence_without_a_translation_is_marked_as_swedish(templates: Templates) -> None:
    page = templates.speaking("en").from_string(f"<p>{{{{ _('{UNTRANSLATED}') }}}}</p>").render()

    assert page == f"<p>{languages.SWEDISH_MARK}{UNTRANSLATED.replace('&', '&amp;')}</span></p>"


def test_no_page_asks_for_a_sentence_that_is_always_the_same(app: Flask, templates: Templates) -> None:
    swedish = templates.speaking("sv")
    swedish.globals = {**swedish.globals, "_": None}

    assert "Hoppa" in swedish.from_string('{{ _("Hoppa till innehållet") }}').render()
