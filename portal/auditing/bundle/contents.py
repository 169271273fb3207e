"""What belongs to a case: its rows, its files, its part of the audit trail.

Found along the foreign keys, as the disposal of a case finds what to erase: a new room's table or
file is in the bundle without anybody thinking of it. Account numbers stay out.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from portal.accounts.models import User
from portal.kernel.fields import BlindIndexField, EncryptedTextField
from portal.kernel.files.models import StoredFile
from portal.kernel.rls import is_readable
from portal.letters.models import Letter
from subsidies.contents import rules_of
from subsidies.grants import kinds
from subsidies.grants.models import ClaimAccount
from subsidies.models import Application
from subsidies.retention.services.carrying import path_to_application
from subsidies.watch.models import Trace

# Keys for comparing cases, not records of this one.
LEFT_OUT = (Trace,)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file of the case: the row, which paper it is, and the folder it goes to."""

    stored: StoredFile
    title: str
    folder: str


@dataclass
class Contents:
    """Everything of one case. `tables`: table → (title, rows as JSON)."""

    tables: dict[str, tuple[str, list[dict[str, Any]]]] = field(default_factory=dict)
    papers: list[Paper] = field(default_factory=list)
    people: dict[int, str] = field(default_factory=dict)
    objects: list[tuple[str, str]] = field(default_factory=list)


@cache
def _paths() -> tuple[tuple[type[models.Model], str], ...]:
    """Every table that hangs on an application, and how it leads there; the application first."""
    found = [
        (model, path)
        for model in apps.get_models()
        if model.__module__.startswith("subsidies") and model not in LEFT_OUT
        if is_readable(model._meta.db_table, "app_auditor")
        if (path := path_to_application(model))
    ]
    return ((Application, "pk"), *found)


def contents(case: Application) -> Contents:
    """The case as the auditor may read it."""
    found = Contents()
    seen: dict[uuid.UUID, tuple[str, str]] = {}
    people: set[int] = set()
    papers = _paper_names(case)
    for letter in Letter.objects.filter(case_no=case.receipt_no).order_by("id"):
        title = str(letter.data.get("title") or letter.kind)
        seen[letter.stored_file_id] = (title, "letters")
        found.objects.append(("letters.letter", str(letter.pk)))
    for model, path in _paths():
        rows = list(model._base_manager.filter(**{path: case.pk}).order_by("pk"))
        if not rows:
            continue
        name = str(model._meta.verbose_name)
        found.tables[model._meta.db_table] = (name, [_plain(row) for row in rows])
        found.objects += [(model._meta.label_lower, str(row.pk)) for row in rows]
        for row in rows:
            people.update(_people(row))
            for key, title in _files(row, name, papers):
                seen.setdefault(key, (title, "documents"))
    for stored in StoredFile.objects.filter(pk__in=seen).order_by("created_at", "pk"):
        found.papers.append(Paper(stored, *seen[stored.pk]))
        found.objects.append(("kernel.storedfile", str(stored.pk)))
    found.people = dict(User.objects.filter(pk__in=people).values_list("pk", "name"))
    return found


def _plain(row: models.Model) -> dict[str, Any]:
    """The row's own columns; an account by its last digits alone."""
    cells = {
        column.attname: _cell(getattr(row, column.attname))
        for column in row._meta.concrete_fields
        if not isinstance(column, EncryptedTextField | BlindIndexField)
    }
    if isinstance(row, ClaimAccount):
        cells["masked"] = row.masked
    return cells


def _cell(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | bool | list | dict):
        return value
    return str(value)


def _people(row: models.Model) -> Iterator[int]:
    for column in row._meta.concrete_fields:
        if column.related_model is User and (key := getattr(row, column.attname)):
            yield key


def _paper_names(case: Application) -> dict[str, str]:
    """Code of a required paper → its name, of the application and of what is filed later."""
    asked = [*rules_of(case.version).documents]
    for code in kinds.names():
        asked += kinds.get(code).documents
    return {paper.code: paper.name for paper in asked}


def _files(
    row: models.Model, name: str, papers: Mapping[str, str]
) -> Iterator[tuple[uuid.UUID, str]]:
    for column in row._meta.concrete_fields:
        if column.related_model is StoredFile and (key := getattr(row, column.attname)):
            requirement = getattr(row, "requirement", "")
            yield key, papers.get(requirement, requirement) or name


def of_tables(found: Contents) -> dict[str, int]:
    """Table → number of rows, for the manifest."""
    counts: dict[str, int] = defaultdict(int)
    for table, (_title, rows) in found.tables.items():
        counts[table] = len(rows)
    return dict(counts)
