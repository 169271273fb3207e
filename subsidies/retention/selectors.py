"""Reading what is kept: the lists, what holds a case, who is in a disposal."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from portal.kernel.actor import Actor
from subsidies.grants.models import Recovery
from subsidies.grants.money_states import OWED
from subsidies.obligations import states as obligation_states
from subsidies.obligations.models import Asset, Obligation
from subsidies.obligations.rules.plan import RETENTION
from subsidies.retention import policies
from subsidies.retention.models import Disposal, DisposalItem, Hold, KeptCase
from subsidies.retention.rules.retention import Cause, causes, is_over

DUE, RUNNING, HELD, GONE = "due", "running", "held", "gone"
VIEWS = (DUE, HELD, RUNNING, GONE)

CAUSES = {
    Cause.ASSET: ngettext_lazy(
        "処分制限のかかる財産が%(n)d件あります。", "処分制限のかかる財産が%(n)d件あります。", "n"
    ),
    Cause.RECOVERY: ngettext_lazy(
        "返還の済んでいないものが%(n)d件あります。",
        "返還の済んでいないものが%(n)d件あります。",
        "n",
    ),
    Cause.OBLIGATION: ngettext_lazy(
        "済んでいない義務が%(n)d件あります。", "済んでいない義務が%(n)d件あります。", "n"
    ),
}


@dataclass(frozen=True, slots=True)
class Held:
    """What holds a case: by itself (numbers per cause), and by hand."""

    running: dict[Cause, int] = field(default_factory=dict)
    holds: tuple[Hold, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.causes or self.holds)

    @property
    def causes(self) -> list[Cause]:
        return causes(self.running)

    @property
    def reasons(self) -> list[str]:
        """In words, the ones by hand with who said so."""
        by_itself = [str(CAUSES[cause] % {"n": self.running[cause]}) for cause in self.causes]
        return by_itself + [
            str(_("%(kind)s：%(reason)s"))
            % {"kind": hold.get_kind_display(), "reason": hold.reason}
            for hold in self.holds
        ]


def kept_rows(
    actor: Actor, *, view: str, today: dt.date, year: int | None = None, query: str = ""
) -> QuerySet[KeptCase]:
    """The ward's cases of one view: due (満了), held (停止中), running (保存中), gone (廃棄済み).

    `year` is the year of the 31 March on which the years end.
    """
    rows = policies.visible_kept(actor).select_related("application")
    if year is not None:
        rows = rows.filter(ends_on__year=year)
    if query:
        rows = rows.filter(
            Q(application__firm_name__icontains=query) | Q(application__receipt_no__icontains=query)
        )
    if view == GONE:
        return rows.filter(disposed_at__isnull=False).order_by("-disposed_at", "id")
    rows = rows.filter(disposed_at=None).order_by("ends_on", "id")
    if view == HELD:
        return rows.filter(_is_held(today))
    if view == RUNNING:
        return rows.filter(ends_on__gte=today)
    return rows.filter(ends_on__lt=today)


def disposal_rows(actor: Actor, status: str = "") -> QuerySet[Disposal]:
    """Disposals with their people and `gone`, the number of cases erased; the newest first."""
    rows = policies.visible_disposals(actor).select_related("prepared_by", "approved_by")
    if status:
        rows = rows.filter(status=status)
    counted = Count("items", filter=Q(items__outcome=DisposalItem.Outcome.DONE))
    return rows.annotate(gone=counted).order_by("-id")


def _is_held(today: dt.date) -> Q:
    grant = OuterRef("application__grant__pk")
    return (
        Q(Exists(Hold.objects.filter(application=OuterRef("application"), lifted_at=None)))
        | Q(Exists(_assets(today).filter(grant=grant)))
        | Q(Exists(_recoveries().filter(grant=grant)))
        | Q(Exists(_obligations().filter(grant=grant)))
    )


def _assets(today: dt.date) -> QuerySet[Asset]:
    return Asset.objects.filter(status=obligation_states.IN_USE, restricted_until__gte=today)


def _recoveries() -> QuerySet[Recovery]:
    return Recovery.objects.filter(status=OWED)


def _obligations() -> QuerySet[Obligation]:
    """Open ones but the retention's own: that one is settled by the disposal."""
    return Obligation.objects.filter(status=obligation_states.OPEN).exclude(kind=RETENTION)


def held_by(applications: Collection[int], today: dt.date) -> dict[int, Held]:
    """What holds each of these applications; those that nothing holds are left out."""
    running: dict[int, dict[Cause, int]] = {}
    sources: Sequence[tuple[Cause, QuerySet]] = (
        (Cause.ASSET, _assets(today)),
        (Cause.RECOVERY, _recoveries()),
        (Cause.OBLIGATION, _obligations()),
    )
    for cause, rows in sources:
        counted = rows.filter(grant__application__in=applications).order_by()
        for pk, number in counted.values_list("grant__application").annotate(Count("pk")):
            running.setdefault(pk, {})[cause] = number
    holds: dict[int, list[Hold]] = {}
    for hold in Hold.objects.filter(application__in=applications, lifted_at=None):
        holds.setdefault(hold.application_id, []).append(hold)
    return {pk: Held(running.get(pk, {}), tuple(holds.get(pk, ()))) for pk in {*running, *holds}}


def why_not(row: KeptCase, held: Held | None, today: dt.date) -> str:
    """Why the case may not be disposed of today, in words; "" when it may."""
    if row.disposed_at is not None:
        return str(ALREADY)
    if not is_over(row.ends_on, today):
        return str(NOT_YET)
    return str(_("廃棄を止めています。")) + "".join(held.reasons) if held else ""


ALREADY: Promise = _("すでに廃棄されています。")
NOT_YET: Promise = _("保存期間がまだ終わっていません。")


def with_reasons(rows: Iterable[KeptCase], today: dt.date) -> list[tuple[KeptCase, list[str]]]:
    """Rows of a page with what holds each, in two more queries for all of them."""
    found = list(rows)
    held = held_by([row.application_id for row in found], today)
    return [
        (row, held[row.application_id].reasons if row.application_id in held else [])
        for row in found
    ]


def counts(actor: Actor, today: dt.date) -> dict[str, int]:
    """How many cases each view has."""
    return {view: kept_rows(actor, view=view, today=today).count() for view in VIEWS}


def years(actor: Actor) -> list[int]:
    """Years in whose March something ends, newest first."""
    ends = policies.visible_kept(actor).order_by().values_list("ends_on__year", flat=True)
    return sorted(set(ends.distinct()), reverse=True)
