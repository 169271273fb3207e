"""Deletion: what opens the account goes, the person's row gets a pseudonym, copies of the name, the
address and the telephone number in other tables go where nothing holds them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Invitation, User
from portal.kernel import clock
from portal.personal import holdings
from portal.personal.services.copies import copies_expire
from programs.models import FirmMembership

PSEUDONYM = "削除された利用者"
# Rows that are the account itself: nobody else needs them.
GOING = frozenset(
    {
        "account.emailaddress",
        "mfa.authenticator",
        "usersessions.usersession",
        "socialaccount.socialaccount",
        "notices.notice",
        "notices.sentmail",
        "notices.optout",
        "notices.deadaddress",
    }
)
# Columns below the accounts that name a person by number alone.
_NUMBERS = frozenset({"actor_id", "owner_user_id"})
TRAIL, LETTERS, RECORDS = "trail", "letters", "records"
WHY: dict[str, str | Promise] = {
    TRAIL: _("監査記録：後から変えられない記録で、行政の説明責任のために残します"),
    LETTERS: _("発行した通知書：公文書として保存期間の間残します"),
    RECORDS: _("申請・決定・講座などの記録：保存期間（完了の翌年度から5年）の間残します"),
}
_OF_APP = {"kernel": TRAIL, "letters": LETTERS}


@dataclass(slots=True)
class Plan:
    """What a deletion would do. `going`: table → rows; `kept`: reason → rows."""

    going: Counter[str] = field(default_factory=Counter)
    renamed: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)


def traces(user: User) -> Iterator[tuple[type[models.Model], models.Field, Q, str]]:
    """Every text column with the rows that carry something of the person, and what. As the system.

    Address and telephone number are looked for wherever they stand; the name where a row also points
    to the person, because others are called the same.
    """
    people = {table.model: (*table.about, *table.acted) for table in holdings.tables()}
    for model in apps.get_models():
        if model._meta.proxy or not model._meta.managed or model is User:
            continue
        numbers = [one.name for one in model._meta.concrete_fields if one.name in _NUMBERS]
        links = Q()
        for name in (*people.get(model, ()), *numbers):
            links |= Q(**{name: user.pk})
        for column in filter(_is_text, model._meta.concrete_fields):
            for value in filter(None, (user.email, user.phone)):
                yield model, column, _holds(column, value), value
            if links and user.name:
                yield model, column, _holds(column, user.name) & links, user.name


def _is_text(column: models.Field) -> bool:
    """Columns into which somebody wrote; codes are none."""
    kinds = (models.CharField, models.TextField, models.JSONField)
    return isinstance(column, kinds) and not column.choices and not column.primary_key


def _holds(column: models.Field, value: str) -> Q:
    return Q(**{f"{column.name}__icontains": value})


def reason_to_keep(model: type[models.Model], column: models.Field) -> str:
    """Why the text stays; "" where it can go. What is frozen as JSON belongs to a record."""
    if reason := _OF_APP.get(model._meta.app_label):
        return reason
    return RECORDS if isinstance(column, models.JSONField) else ""


def plan(user: User) -> Plan:
    """What would go and what must stay. Writes nothing. As the system."""
    made = Plan()
    for table in holdings.tables():
        rows = holdings.rows_of(table, (*table.about, *table.acted), user.pk).count()
        if rows:
            counts = made.going if table.label in GOING else made.renamed
            counts[table.name] += rows
    for model, column, where, _value in traces(user):
        if f"{model._meta.app_label}.{model._meta.model_name}" in GOING:
            continue
        if reason := reason_to_keep(model, column):
            made.kept[reason] += model._base_manager.filter(where).count()
    made.kept += Counter()
    return made


def erase(user: User) -> Counter[str]:
    """Do it; returns what had to stay: reason → rows. As the system, in one transaction."""
    now = clock.now()
    copies_expire(now=now, user_id=user.pk)
    FirmMembership.objects.filter(user=user, valid_to=None).update(valid_to=clock.to_date(now))
    for table in holdings.tables():
        if table.label in GOING:
            holdings.rows_of(table, (*table.about, *table.acted), user.pk).delete()
    kept = _blank(user)
    Invitation.objects.filter(email=user.email).update(email=_address(user))
    user.email, user.name, user.name_kana, user.phone = _address(user), PSEUDONYM, "", ""
    user.is_active = False
    user.set_unusable_password()
    user.credentials_version += 1
    user.save()
    return kept


def _blank(user: User) -> Counter[str]:
    """The name becomes the pseudonym, address and number go; what the database holds fast stays."""
    kept: Counter[str] = Counter()
    for model, column, rows, value in list(traces(user)):
        if model is Invitation:
            continue
        reason = reason_to_keep(model, column)
        found = model._base_manager.filter(rows)
        if reason:
            kept[reason] += found.count()
            continue
        new = PSEUDONYM if value == user.name else ""
        for key, text in list(found.values_list("pk", column.name)):
            try:
                with transaction.atomic():
                    model._base_manager.filter(pk=key).update(
                        **{column.name: text.replace(value, new)}
                    )
            except DatabaseError:
                # Frozen by a trigger or not the system's to write: a record in its retention.
                kept[RECORDS] += 1
    return kept + Counter()


def _address(user: User) -> str:
    """An address that nobody has (RFC 2606), and that is nobody else's."""
    return f"deleted-{user.pk}@portal.invalid"
