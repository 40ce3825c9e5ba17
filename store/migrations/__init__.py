"""Alembic migrations of the two files; `store.schema` runs them."""
