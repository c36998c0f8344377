"""The one blueprint of the residents' pages, and their addresses."""

from typing import Any

from flask import Blueprint

from eservices.web import i18n

blueprint = Blueprint("resident", __name__)


@blueprint.url_value_preprocessor
def speak(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The language of the address is the language of the page; views take it from there."""
    if values and "language" in values:
        i18n.use(values.pop("language"))


def of_service(language: str, service: str) -> str:
    """The start page of a service."""
    return f"/{language}/services/{service}"
