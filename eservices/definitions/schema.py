"""The form language as JSON Schema, for completion in editors: made of the same descriptions the loader reads by."""

from typing import Any

from eservices.definitions import grammar


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a definition."""
    return grammar.json_schema()
