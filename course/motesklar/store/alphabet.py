"""The Swedish alphabet as an order of the database."""

from sqlalchemy import ColumnElement, String, literal_column
from sqlalchemy.orm import InstrumentedAttribute

#: SQLite's own order ends at Z and puts Å before Ä only by chance of their code points; with these
#: replaced it is the Swedish alphabet, on PostgreSQL as well.
_ORDER = (
    ("Å", "zza"), ("å", "zza"), ("Ä", "zzb"), ("ä", "zzb"), ("Æ", "zzb"), ("æ", "zzb"),
    ("Ö", "zzc"), ("ö", "zzc"), ("Ø", "zzc"), ("ø", "zzc"),
    ("É", "e"), ("é", "e"), ("È", "e"), ("è", "e"), ("Ü", "y"), ("ü", "y"), ("Á", "a"), ("á", "a"),
)  # fmt: skip
_KEYS = str.maketrans(dict(_ORDER))


def alphabetical(column: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """What a column is ordered by, capital letters or not."""
    return literal_column(alphabetical_sql(str(column.expression)), String)


def alphabetical_sql(column: str) -> str:
    """The same as SQL, letter by letter what an index on it says: values would not match it."""
    text = column
    for letter, key in _ORDER:
        text = f"replace({text}, '{letter}', '{key}')"
    return f"lower({text})"


def alphabetical_key(text: str) -> str:
    """The same of a text, to be looked for in such a column."""
    return text.translate(_KEYS).lower()
