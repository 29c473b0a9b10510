"""This tier opens no database."""

from tests.support.no_database import no_database

__all__ = ["no_database"]
