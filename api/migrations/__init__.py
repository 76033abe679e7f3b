"""Alembic migrations; the tables of every room, in one history."""
