"""What all tables share: the names of constraints, ids, references."""

from sqlalchemy import Column, ForeignKey, MetaData

from bot.store.columns import Id

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def row_id() -> Column[int]:
    """The id of a row."""
    return Column("id", Id, primary_key=True, autoincrement=True)


def of(table: str, name: str, *, nullable: bool = False) -> Column[int]:
    """A reference to a row of another table."""
    return Column(name, Id, ForeignKey(f"{table}.id"), nullable=nullable, index=True)
