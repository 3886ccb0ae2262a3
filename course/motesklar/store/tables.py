"""Every table of the course database, whichever file it stands in."""

from motesklar.store import adoption_tables, models, people_tables, privacy_tables, review_tables

Base = models.Base

__all__ = ["Base", "adoption_tables", "people_tables", "privacy_tables", "review_tables"]
