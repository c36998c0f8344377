"""Alembic's way in. It is given a connection that already has a transaction; see `eservices.schema.upgrade`."""

from alembic import context
from sqlalchemy import Connection

from eservices.schema import metadata

connection: Connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
