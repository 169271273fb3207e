"""Lists of obligations to take away (CSV, XLSX)."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel import clock
from portal.kernel.actor import Actor
from subsidies import states as application_states
from subsidies.obligations import states
from subsidies.obligations.filters import AssetFilter, ObligationFilter
from subsidies.obligations.models import Obligation
from subsidies.obligations.selectors import handover, listing
from subsidies.policies import is_office

COLUMNS = (
    Column(_("期限"), "date"),
    Column(_("区分")),
    Column(_("回"), "number"),
    Column(_("受付番号")),
    Column(_("補助事業者")),
    Column(_("状態")),
    Column(_("担当")),
    Column(_("最後の督促"), "date"),
    Column(_("督促の回数"), "number"),
    Column(_("理由")),
)
NOBODY = _("担当者なし")


def _found(actor: Actor, params: Params) -> QuerySet[Obligation]:
    today = clock.today()
    wanted = ObligationFilter(params, owners=handover.owners(actor, today)).wanted
    return listing.obligation_rows(actor, wanted, today=today)


def _cells(row: Obligation) -> Sequence[Cell]:
    return [
        row.due_on,
        str(row.get_kind_display()),
        row.number if row.kind == "effect_report" else None,
        row.receipt_no,
        row.firm_name,
        str(states.OBLIGATION.state(row.status).label),
        row.owner.name if row.owner and row.is_owned else str(NOBODY),
        row.reminded_on,
        row.reminders,
        row.reason,
    ]


def _rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for row in _found(actor, params).iterator(chunk_size=2000):
        yield _cells(row)


def _count(actor: Actor, params: Params) -> int:
    return _found(actor, params).count()


register(
    Report(
        code="obligations",
        title=_("義務の一覧"),
        columns=COLUMNS,
        rows=_rows,
        count=_count,
        may=is_office,
        filters=("q", "kind", "owner", "due", "status", "month"),
    )
)

HANDED = (
    Column(_("種類")),
    Column(_("期限"), "date"),
    Column(_("受付番号")),
    Column(_("企業名")),
    Column(_("内容")),
    Column(_("状態")),
)


def person_of(params: Params) -> int | None:
    """The person of the address; None: what nobody answers for."""
    text = params.get("person", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _handed(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    person = person_of(params)
    for row in handover.owned_by(actor, person, today=clock.today()):
        state = str(states.OBLIGATION.state(row.status).label)
        what = str(row.get_kind_display())
        yield [str(_("義務")), row.due_on, row.receipt_no, row.firm_name, what, state]
    for case in handover.in_charge_of(actor, person):
        state = str(application_states.APPLICATION.state(case.status).label)
        what = case.title or case.scheme_name
        yield [str(_("申請")), case.due_on, case.receipt_no, case.firm_name, what, state]


def _handed_count(actor: Actor, params: Params) -> int:
    person = person_of(params)
    owned = handover.owned_by(actor, person, today=clock.today()).count()
    return owned + handover.in_charge_of(actor, person).count()


register(
    Report(
        code="handover",
        title=_("引継ぎの一覧"),
        columns=HANDED,
        rows=_handed,
        count=_handed_count,
        may=is_office,
        filters=("person",),
    )
)


ASSETS = (
    Column(_("受付番号")),
    Column(_("補助事業者")),
    Column(_("財産の名称")),
    Column(_("数量"), "number"),
    Column(_("単価（税抜・円）"), "yen"),
    Column(_("取得価格（税抜・円）"), "yen"),
    Column(_("取得日"), "date"),
    Column(_("保管場所")),
    Column(_("耐用年数の区分")),
    Column(_("耐用年数（年）"), "number"),
    Column(_("耐用年数を確認済み")),
    Column(_("処分制限の終わり"), "date"),
    Column(_("状態")),
    Column(_("処分日"), "date"),
    Column(_("処分価額（円）"), "yen"),
    Column(_("返還する額（円）"), "yen"),
)


def _ledger(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    found = listing.asset_rows(actor, **AssetFilter(params).wanted)
    for row in found.iterator(chunk_size=2000):
        yield [
            row.receipt_no,
            row.firm_name,
            row.description,
            row.quantity,
            row.unit_yen,
            row.net_yen,
            row.acquired_on,
            row.place,
            str(row.get_life_display()),
            row.life_years,
            row.life_confirmed,
            row.restricted_until,
            str(states.ASSET.state(row.status).label),
            row.disposed_on,
            row.price_yen if row.disposed_on else None,
            row.returned_yen if row.disposed_on else None,
        ]


register(
    Report(
        code="assets",
        title=_("取得財産等管理台帳"),
        columns=ASSETS,
        rows=_ledger,
        count=lambda actor, params: listing.asset_rows(actor, **AssetFilter(params).wanted).count(),
        may=is_office,
        filters=("q", "status"),
    )
)
