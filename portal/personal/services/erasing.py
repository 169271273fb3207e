"""Deletion: what opens the account goes, the person's row gets a pseudonym, copies of the name, the
address and the telephone number in other tables go where nothing holds them.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Invitation, User
from portal.accounts.services import invitations_end
from portal.kernel import clock
from portal.personal import holdings
from portal.personal.services.copies import copies_expire
from programs.models import Firm, FirmMembership

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
# Rows without the person's number that are theirs all the same: the column with the address, and
# what else tells them from those that have the number.
GOING_BY_ADDRESS: dict[str, tuple[str, dict[str, None]]] = {
    "mailing.subscription": ("email", {}),
    "notices.deadaddress": ("address", {"user": None}),
    "notices.sentmail": ("address", {"recipient": None}),
}
# Columns below the accounts that name a person by number alone.
_NUMBERS = frozenset({"actor_id", "owner_user_id"})
TRAIL, LETTERS, MONEY, RECORDS = "trail", "letters", "money", "records"
WHY: dict[str, str | Promise] = {
    TRAIL: _("監査記録：後から変えられない記録で、行政の説明責任のために残します"),
    LETTERS: _("発行した通知書：公文書として保存期間の間残します"),
    MONEY: _("謝金の請求と支払：だれに支払ったかを示す会計の記録として、保存期間の間残します"),
    RECORDS: _("申請・決定・講座などの記録：保存期間（完了の翌年度から5年）の間残します"),
}
_OF_APP = {"kernel": TRAIL, "letters": LETTERS, "claims": MONEY}
# A shorter name of one word is looked for as a whole text only: 「株」 stands in half the firms' names.
LEAST_NAME = 4


@dataclass(slots=True)
class Plan:
    """What a deletion would do. `going`: table → rows; `kept`: reason → rows."""

    going: Counter[str] = field(default_factory=Counter)
    renamed: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Trace:
    """Rows of a table whose column may carry something of the person, and what comes in its place.

    `pattern` means the same to PostgreSQL and to Python, in either case of letters. `text` is what it looks
    for without regard to where: asked first, because it is quick and leaves few rows for the pattern.
    """

    model: type[models.Model]
    column: models.Field
    pattern: str
    text: str
    new: str
    links: Q = field(default_factory=Q)

    @property
    def label(self) -> str:
        return f"{self.model._meta.app_label}.{self.model._meta.model_name}"

    @property
    def where(self) -> Q:
        name = self.column.name
        quick = Q(**{f"{name}__icontains": self.text})
        return self.links & quick & Q(**{f"{name}__iregex": self.pattern})

    @property
    def rows(self) -> models.QuerySet:
        return self.model._base_manager.filter(self.where)

    def without(self, text: str) -> str:
        return re.sub(self.pattern, lambda _found: self.new, text, flags=re.IGNORECASE)


def traces(user: User) -> Iterator[Trace]:
    """Every text column that may carry something of the person. As the system.

    Address and telephone number are looked for wherever they stand; the name where a row also points
    to the person, because others are called the same.
    """
    everywhere = _everywhere(user)
    called = _name_pattern(user.name)
    people = {table.model: (*table.about, *table.acted) for table in holdings.tables()}
    for model in apps.get_models():
        if model._meta.proxy or not model._meta.managed or model is User:
            continue
        numbers = [one.name for one in model._meta.concrete_fields if one.name in _NUMBERS]
        links = Q()
        for name in (*people.get(model, ()), *numbers):
            links |= Q(**{name: user.pk})
        for column in filter(_is_text, model._meta.concrete_fields):
            for pattern, text in everywhere:
                if (column.max_length or len(text)) >= len(text):
                    yield Trace(model, column, pattern, text, "")
            if links and called:
                yield Trace(model, column, called, user.name.strip(), PSEUDONYM, links)


def found(user: User) -> Iterator[tuple[Trace, int]]:
    """Traces that lead somewhere, with the number of rows: each table that has any is read once."""
    for model, several in groupby(traces(user), key=lambda trace: trace.model):
        if not model._base_manager.exists():
            continue
        asked = list(several)
        counts = model._base_manager.aggregate(
            **{f"rows{place}": Count("pk", filter=trace.where) for place, trace in enumerate(asked)}
        )
        yield from (
            (trace, rows) for trace, rows in zip(asked, counts.values(), strict=True) if rows
        )


def _everywhere(user: User) -> list[tuple[str, str]]:
    """(pattern, text) of what is the person's alone, as whole words: a@example.jp
    stands within hana@example.jp too. A firm's number, or one shared with somebody, is theirs as well.
    """
    address = rf"(?<![a-z0-9._%+-]){re.escape(user.email)}(?![a-z0-9-]|\.[a-z0-9])"
    found = [(address, user.email)]
    others = User.objects.filter(phone=user.phone).exclude(pk=user.pk)
    if user.phone and not (Firm.objects.filter(phone=user.phone).exists() or others.exists()):
        found.append((rf"(?<![0-9-]){re.escape(user.phone)}(?![0-9-])", user.phone))
    return found


def _name_pattern(name: str) -> str:
    name = name.strip()
    anywhere = not name or len(name) >= LEAST_NAME or len(name.split()) > 1
    return re.escape(name) if anywhere else rf"^\s*{re.escape(name)}\s*$"


def _is_text(column: models.Field) -> bool:
    """Columns into which somebody wrote; codes are none."""
    kinds = (models.CharField, models.TextField, models.JSONField)
    return isinstance(column, kinds) and not column.choices and not column.primary_key


def _by_address(user: User) -> Iterator[models.QuerySet]:
    for label, (column, other) in GOING_BY_ADDRESS.items():
        rows = apps.get_model(label)._base_manager.filter(**other)
        yield rows.filter(**{f"{column}__iexact": user.email})


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
    for rows_by_address in _by_address(user):
        made.going[str(rows_by_address.model._meta.verbose_name)] += rows_by_address.count()
    made.going += Counter()
    for trace, rows in found(user):
        if trace.label in GOING or trace.label in GOING_BY_ADDRESS:
            continue
        if reason := reason_to_keep(trace.model, trace.column):
            made.kept[reason] += rows
    return made


def erase(user: User) -> Counter[str]:
    """Do it; returns what had to stay: reason → rows. As the system, in one transaction."""
    now = clock.now()
    copies_expire(now=now, user_id=user.pk)
    FirmMembership.objects.filter(user=user, valid_to=None).update(valid_to=clock.to_date(now))
    invitations_end(invited_by_id=user.pk, now=now)
    for table in holdings.tables():
        if table.label in GOING:
            holdings.rows_of(table, (*table.about, *table.acted), user.pk).delete()
    for rows in _by_address(user):
        rows.delete()
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
    for trace, rows in list(found(user)):
        model, column = trace.model, trace.column
        if model is Invitation:
            continue
        if reason := reason_to_keep(model, column):
            kept[reason] += rows
            continue
        for key, text in list(trace.rows.values_list("pk", column.name)):
            try:
                with transaction.atomic():
                    model._base_manager.filter(pk=key).update(**{column.name: trace.without(text)})
            except DatabaseError:
                # Frozen by a trigger or not the system's to write: a record in its retention.
                kept[RECORDS] += 1
    return kept


def _address(user: User) -> str:
    """An address that nobody has (RFC 2606), and that is nobody else's."""
    return f"deleted-{user.pk}@portal.invalid"
