"""Foreign keys that nearly every table of the rooms has. Both lead one way only (no reverse name)."""

from django.conf import settings
from django.db import models


def ward_key() -> models.ForeignKey:
    """The ward whose row it is; the table's own indexes begin with it."""
    return models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, related_name="+", db_index=False
    )


def person_key(**kwargs: object) -> models.ForeignKey:
    """Who did it."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **kwargs
    )
