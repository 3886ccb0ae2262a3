"""Alembic migrations of the course database."""
