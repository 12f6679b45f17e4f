"""Runs the migrations on the connection that store/migrate.py hands over."""

from alembic import context

from lpdownload.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
