"""Finding issued letters. Row policies keep each to its ward, its firm and the auditors."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from portal.letters.models import Letter


@dataclass(frozen=True, slots=True)
class Listed:
    """A letter as lists show it."""

    key: str
    kind: str
    title: str
    document_no: str
    issued_on: dt.date
    made_at: dt.datetime
    file_id: uuid.UUID


def letter_of(key: str) -> Letter | None:
    """The letter of what `key` names, None while there is none."""
    return Letter.objects.filter(key=key).select_related("stored_file").first()


def letters_of_case(case_no: str, kinds: Collection[str]) -> list[Listed]:
    """A case's letters of these kinds, oldest first."""
    rows = Letter.objects.filter(case_no=case_no, kind__in=kinds).order_by("id")
    names = ("key", "kind", "data__title", "document_no", "issued_on", "made_at", "stored_file_id")
    return [Listed(*row) for row in rows.values_list(*names)]
