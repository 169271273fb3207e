"""Lists of the exchange to take away (CSV, XLSX): for the lab's staff and offices, without a price."""

from collections import Counter
from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from lab.nakama.exchange import policies
from lab.nakama.exchange.models import FairEntry, FairMeeting
from lab.nakama.exchange.selectors.board import WardLine, by_ward
from lab.nakama.exchange.selectors.outside import families
from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from programs.selectors import ward_names


def _reads(actor: Actor) -> bool:
    return policies.is_staff(actor) or actor.hat == Hat.AUDITOR


def _counts(actor: Actor) -> bool:
    return _reads(actor) or policies.is_office(actor) or actor.hat == Hat.POLICY


def _lists_joints(actor: Actor) -> bool:
    return _reads(actor) or policies.is_office(actor)


def _lines(actor: Actor) -> list[WardLine]:
    first, _last = clock.fiscal_year_bounds(clock.fiscal_year(clock.today()))
    return by_ward(actor, first)


def _ward_rows(actor: Actor, _params: Params) -> Iterator[Sequence[Cell]]:
    names = ward_names()
    for line in _lines(actor):
        yield [
            names[line.ward_id],
            *(line.surpluses, line.needs, line.running, line.agreed, line.done),
            *(line.joint_running, line.joint_ordered),
        ]


def _listing_rows(actor: Actor, _params: Params) -> Iterator[Sequence[Cell]]:
    """No names and no prices."""
    names = ward_names()
    for row in policies.own_listings(actor).order_by("-listed_at", "-pk"):
        yield [
            str(row.get_kind_display()),
            row.what,
            row.quantity,
            str(row.get_unit_display()),
            row.left,
            names[row.ward_id],
            row.until,
            str(row.state.label),
            row.listed_at,
        ]


def _fair_rows(actor: Actor, _params: Params) -> Iterator[Sequence[Cell]]:
    """Who takes part in which 商談会, and how many appointments each has."""
    names = ward_names()
    meetings = FairMeeting.objects.filter(cancelled_at=None).values_list("buyer_id", "seller_id")
    met = Counter(entry for pair in meetings for entry in pair)
    for entry in _entries(actor).select_related("fair"):
        yield [
            entry.fair.name,
            entry.fair.day,
            str(entry.fair.state.label),
            entry.firm_name,
            names[entry.ward_id],
            str(entry.get_side_display()),
            entry.table,
            met[entry.pk],
        ]


def _entries(actor: Actor) -> QuerySet[FairEntry]:
    rows = FairEntry.objects.filter(fair__in=policies.visible_fairs(actor), withdrawn_at=None)
    return rows.order_by("-fair__day", "fair", "side", "table", "pk")


def _purchase_rows(actor: Actor, _params: Params) -> Iterator[Sequence[Cell]]:
    """No prices, no needs of firms."""
    names = ward_names()
    for row in policies.visible_purchases(actor).prefetch_related("items"):
        yield [
            row.name,
            names[row.ward_id],
            str(_("、")).join(item.name for item in row.items.all()),
            row.closes_on,
            row.checked_by,
            row.checked_on,
            str(row.state.label),
        ]


def _joint_rows(actor: Actor, _params: Params) -> Iterator[Sequence[Cell]]:
    """How far joint orders are: no firm, no price."""
    names = ward_names()
    for row in policies.visible_joints(actor):
        yield [
            row.number,
            names[row.ward_id],
            row.item,
            row.quantity,
            row.due_on,
            row.closes_on,
            str(row.get_form_display()),
            row.firms,
            str(row.state.label),
            row.contracted_on,
        ]


def _match_rows(actor: Actor, _params: Params) -> Iterator[Sequence[Cell]]:
    """What 3-OC counts of matches made outside the portal; amounts as bands alone."""
    names, kinds = ward_names(), families()
    for row in policies.visible_matches(actor):
        yield [
            names[row.ward_id],
            row.buyer_name,
            names[row.other_ward_id],
            row.supplier_name,
            kinds.get(row.family, row.family),
            row.matched_on,
            str(row.get_band_display()),
            str(row.get_trigger_display()),
            str(row.state.label),
            row.lapses_on,
        ]


register(
    Report(
        code="exchange-matches",
        title=_("取引の成立の申告"),
        columns=[
            Column(_("発注した企業の区")),
            Column(_("発注した企業")),
            Column(_("受注した企業の区")),
            Column(_("受注した企業")),
            Column(_("仕事の種類")),
            Column(_("成立した日"), "date"),
            Column(_("金額の範囲（税抜）")),
            Column(_("きっかけ")),
            Column(_("状態")),
            Column(_("確認の期限"), "date"),
        ],
        rows=_match_rows,
        count=lambda actor, _params: policies.visible_matches(actor).count(),
        may=_lists_joints,
    )
)
register(
    Report(
        code="exchange-wards",
        title=_("企業どうしの取引の件数"),
        columns=[
            Column(_("区")),
            Column(_("余っている"), "number"),
            Column(_("欲しい"), "number"),
            Column(_("動いている組合せ"), "number"),
            Column(_("資材融通の成立"), "number"),
            Column(_("資材の受渡し"), "number"),
            Column(_("進行中の共同受注"), "number"),
            Column(_("共同受注の成立"), "number"),
        ],
        rows=_ward_rows,
        count=lambda actor, _params: len(_lines(actor)),
        may=_counts,
    )
)
register(
    Report(
        code="exchange-listings",
        title=_("資材の掲載"),
        columns=[
            Column(_("種類")),
            Column(_("資材")),
            Column(_("数量"), "number"),
            Column(_("単位")),
            Column(_("相手の決まっていない数量"), "number"),
            Column(_("場所")),
            Column(_("期限"), "date"),
            Column(_("状態")),
            Column(_("掲載日時"), "moment"),
        ],
        rows=_listing_rows,
        count=lambda actor, _params: policies.own_listings(actor).count(),
        may=_reads,
    )
)
register(
    Report(
        code="exchange-fairs",
        title=_("商談会の参加と商談"),
        columns=[
            Column(_("商談会")),
            Column(_("開催日"), "date"),
            Column(_("状態")),
            Column(_("企業名")),
            Column(_("区")),
            Column(_("立場")),
            Column(_("テーブル"), "number"),
            Column(_("商談"), "number"),
        ],
        rows=_fair_rows,
        count=lambda actor, _params: _entries(actor).count(),
        may=_reads,
    )
)
register(
    Report(
        code="exchange-purchases",
        title=_("共同購買の一覧"),
        columns=[
            Column(_("名称")),
            Column(_("主催")),
            Column(_("品目")),
            Column(_("必要量の締切"), "date"),
            Column(_("独占禁止法の確認をした人")),
            Column(_("確認した日"), "date"),
            Column(_("状態")),
        ],
        rows=_purchase_rows,
        count=lambda actor, _params: policies.visible_purchases(actor).count(),
        may=_reads,
    )
)
register(
    Report(
        code="exchange-joints",
        title=_("共同受注の一覧"),
        columns=[
            Column(_("番号")),
            Column(_("区")),
            Column(_("品目")),
            Column(_("数量"), "number"),
            Column(_("納期"), "date"),
            Column(_("申出の締切"), "date"),
            Column(_("契約の形")),
            Column(_("分担する社数"), "number"),
            Column(_("状態")),
            Column(_("成立した日"), "date"),
        ],
        rows=_joint_rows,
        count=lambda actor, _params: policies.visible_joints(actor).count(),
        may=_lists_joints,
    )
)
