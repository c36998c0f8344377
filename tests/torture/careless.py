"""The platform with a database that answers before anything is on the disk: what `synced` must find."""

from typing import Any

from sqlalchemy import event

from wsgi import app

_engine = app.extensions["eservices"].database.engine


@event.listens_for(_engine, "connect")
def _without_care(connection: Any, _record: Any) -> None:
    sqlite = _engine.dialect.name == "sqlite"
    connection.execute("PRAGMA synchronous=OFF" if sqlite else "SET synchronous_commit = off")
