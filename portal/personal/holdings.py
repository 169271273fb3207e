"""Which rows of the portal's tables are a person's, found by the tables themselves: a new table that
names a person is part of it from its first day.

Two kinds: rows *about* a person (their account, seat, worksheet) and rows in which they *acted* (a
decision they signed, a visit they made). Of the latter the person gets what they did and when, not
the case of others.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.notices import topics
from portal.notices.models import Notice
from programs.models import FirmMembership

# Names of the columns that say: this row is about the person.
_ABOUT = frozenset({"user", "person", "recipient", "advisor", "author", "owner_user"})
# Rows that name the person because they worked on what is another's: a visit, a score, a draft.
_OF_OTHERS = frozenset(
    {
        "advisors.visit",
        "committee.assignment",
        "committee.scoresheet",
        "committee.sheetversion",
        "evaluation.plancomment",
        "evaluation.planshare",
        "wagtailcore.revision",
        "worksheets.advisorconsent",
        "worksheets.remark",
    }
)
# Rows with what a person told of their firm: the firm's, once they have left it.
_OF_FIRMS = frozenset(
    {
        "booking.trialreport",
        "diagnosis.diagnosis",
        "navi.naviresult",
        "worksheets.worksheet",
    }
)
# What opens doors, or is the machine's alone, is nobody's to take away.
_SECRET = frozenset(
    {
        "password",
        "data",
        "token_hash",
        "digest",
        "session_key",
        "search_text",
        "credentials_version",
        "key_hash",
    }
)
_SKIPPED_APPS = frozenset({"contenttypes", "sessions", "auth", "admin", "migrations"})


@dataclass(frozen=True, slots=True)
class Table:
    """A table that names people, and by which columns."""

    model: type[models.Model]
    about: tuple[str, ...]
    acted: tuple[str, ...]

    @property
    def label(self) -> str:
        return f"{self.model._meta.app_label}.{self.model._meta.model_name}"

    @property
    def name(self) -> str:
        return str(self.model._meta.verbose_name)


@dataclass(frozen=True, slots=True)
class Holding:
    """What one table has of the person. `rows` are plain values under the columns' names."""

    table: Table
    is_about: bool
    rows: list[dict[str, Any]] = field(default_factory=list)


def tables() -> Iterator[Table]:
    """All tables with a column that points to a person."""
    user = get_user_model()
    for model in apps.get_models():
        if model._meta.proxy or not model._meta.managed:
            continue
        if model._meta.app_label in _SKIPPED_APPS or model is user:
            continue
        names = [
            column.name
            for column in model._meta.concrete_fields
            if column.is_relation and column.related_model is user
        ]
        if names:
            label = f"{model._meta.app_label}.{model._meta.model_name}"
            about = () if label in _OF_OTHERS else tuple(name for name in names if name in _ABOUT)
            yield Table(model, about, tuple(name for name in names if name not in about))


def rows_of(table: Table, columns: tuple[str, ...], user_id: int) -> QuerySet:
    """Rows of the table in which one of the columns is the person. As the system."""
    wanted = Q()
    for name in columns:
        wanted |= Q(**{f"{name}_id": user_id})
    return table.model._base_manager.filter(wanted).order_by("pk")


def holdings(user_id: int) -> Iterator[Holding]:
    """Everything, table by table. As the system."""
    user = get_user_model().objects.get(pk=user_id)
    own = Table(get_user_model(), ("id",), ())
    yield Holding(own, is_about=True, rows=[plain(user)])
    is_own = _ownership(user_id)
    for table in tables():
        found = list(rows_of(table, table.about, user_id)) if table.about else []
        own, acts = [], []
        for row in found:
            (own if is_own(table, row) else acts).append(row)
        if own:
            yield Holding(table, is_about=True, rows=[plain(row) for row in own])
        acts += rows_of(table, table.acted, user_id) if table.acted else []
        if acts:
            yield Holding(table, is_about=False, rows=[_act(table, row, user_id) for row in acts])


def _ownership(user_id: int) -> Callable[[Table, Any], bool]:
    """Whether a row about the person is theirs to take away: not what they told of a firm they have
    left, nor what they were told of others' cases while they worked on them.
    """
    members = FirmMembership.objects.filter(user_id=user_id, valid_to=None)
    firms = {None, *members.values_list("firm_id", flat=True)}
    codes = topics.staff_codes()
    duty = Notice.objects.filter(recipient_id=user_id, topic__in=codes).exclude(mail=None)
    mails = set(duty.values_list("mail_id", flat=True))

    def is_own(table: Table, row: Any) -> bool:
        if table.label in _OF_FIRMS:
            return row.firm_id in firms
        if table.label == "notices.notice":
            return row.topic not in codes
        return table.label != "notices.sentmail" or row.pk not in mails

    return is_own


def plain(row: models.Model) -> dict[str, Any]:
    """The row's columns without secrets and raw bytes."""
    return {
        column.name: column.value_from_object(row)
        for column in row._meta.concrete_fields
        if column.name not in _SECRET and not isinstance(column, models.BinaryField)
    }


def _act(table: Table, row: models.Model, user_id: int) -> dict[str, Any]:
    """What the person did: the row's number, in which part, and its moments."""
    did = [name for name in (*table.about, *table.acted) if getattr(row, f"{name}_id") == user_id]
    moments = {
        column.name: column.value_from_object(row)
        for column in row._meta.concrete_fields
        if isinstance(column, (models.DateTimeField, models.DateField))
    }
    return {"id": row.pk, "did": ", ".join(did), **moments}


# Which part of the portal → what it is for, how long it stays.
REASONS: dict[str, tuple[str | Promise, str | Promise]] = {
    "accounts": (_("サインインと役割の確認のため"), _("利用している間")),
    "account": (_("サインインのため"), _("利用している間")),
    "mfa": (_("サインインのため"), _("利用している間")),
    "usersessions": (_("サインイン中の端末を示すため"), _("サインアウトするまで")),
    "notices": (_("手続の通知を届けるため"), _("利用している間")),
    "personal": (_("個人情報の申出に答えるため"), _("写しは7日、申出の記録は5年")),
    "dojo": (_("講座の受講と修了を記録するため"), _("年度の終わりから5年")),
    "worksheets": (_("講座の課題に講評を返すため"), _("年度の終わりから5年")),
    "booking": (_("ラボの予約のため"), _("年度の終わりから5年")),
}
_USUAL = (_("補助金と支援の手続を進め、記録するため"), _("手続の完了の翌年度から5年"))


def reason_of(app_label: str) -> tuple[str | Promise, str | Promise]:
    """Why a part of the portal holds it, and for how long."""
    return REASONS.get(app_label, _USUAL)
