import psycopg
import pytest
import sqlalchemy as sa

from tests.support.no_database import DatabaseInPureTierError

ADDRESS = "host=/nowhere dbname=nothing"


def test_the_pure_tier_cannot_open_a_database() -> None:
    with pytest.raises(DatabaseInPureTierError):
        psycopg.connect(ADDRESS)
    with pytest.raises(DatabaseInPureTierError):
        psycopg.Connection.connect(ADDRESS)
    with pytest.raises(DatabaseInPureTierError):
        sa.create_engine("postgresql+psycopg:///nothing?host=/nowhere").connect()
