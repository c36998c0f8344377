"""Every prepared query of the house can be run on both engines, seldom used ones too."""

import importlib
import pkgutil

from sqlalchemy import Insert, create_engine

import eservices
from eservices.storage.prepared import Prepared


def test_every_prepared_query_compiles_for_its_engines() -> None:
    dialects = [create_engine(url).dialect for url in ("sqlite://", "postgresql+psycopg://x@/x")]
    found = _prepared()

    for (_, only_for), query in found.items():
        names = dict.fromkeys(query.query.table.c.keys()) if isinstance(query.query, Insert) else {}
        for dialect in dialects:
            if only_for in {"", dialect.name}:
                assert query.ready(dialect, names).sql

    assert len(found) > 60


def _prepared() -> dict[tuple[str, str], Prepared]:
    """By name, and the engine it was written for where its SQL is that engine's own."""
    found = {}
    for module in pkgutil.walk_packages(eservices.__path__, "eservices."):
        if module.name.endswith("__main__") or module.name.startswith(("eservices.schema.migrations", "eservices.web")):
            continue
        loaded = importlib.import_module(module.name)
        for name, value in vars(loaded).items():
            for only_for, query in value.items() if isinstance(value, dict) else [("", value)]:
                if isinstance(query, Prepared):
                    found[f"{module.name}.{name}", str(only_for)] = query
    return found
