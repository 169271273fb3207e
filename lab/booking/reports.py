"""Lists of the labs to take away (CSV, XLSX): bookings, visits, certificates, incidents, utilisation."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lab.booking import policies
from lab.booking.models import Lab
from lab.booking.selectors import figures, ledger
from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from programs.selectors import ward_names


def _reads(actor: Actor) -> bool:
    return policies.is_staff(actor) or actor.hat == Hat.AUDITOR


def _counts(actor: Actor) -> bool:
    return _reads(actor) or actor.hat in {Hat.WARD, Hat.POLICY}


def _of_lab(rows: Any, params: Params, path: str = "lab") -> Any:
    """Those of the lab of the address; what is no lab filters nothing."""
    try:
        return rows.filter(**{f"{path}__public_id": params["lab"]}) if params.get("lab") else rows
    except ValidationError:
        return rows


def _bookings(actor: Actor, params: Params) -> Any:
    return _of_lab(ledger.bookings(actor), params)


def _booking_rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    names = ward_names()
    for row in _bookings(actor, params).prefetch_related("bookings__machine"):
        yield [
            row.lab.name,
            row.starts_at,
            row.ends_at,
            str(_("、")).join(item.machine.name for item in row.bookings.all()),
            row.firm_name,
            names[row.firm_ward_id],
            row.person_name,
            str(row.get_purpose_display()),
            str(row.state.label),
            row.fee_yen,
            row.reason,
        ]


def _visits(actor: Actor, params: Params) -> Any:
    return _of_lab(policies.visible_visits(actor), params).select_related("lab")


def _visit_rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    names = ward_names()
    for row in _visits(actor, params).order_by("-at", "-pk"):
        yield [
            row.lab.name,
            row.day,
            row.person_name,
            row.firm_name,
            names.get(row.firm_ward_id, ""),
            str(row.get_way_display()),
            str(row.get_purpose_display()),
            row.reason,
        ]


def _certificates(actor: Actor, params: Params) -> Any:
    rows = policies.visible_certificates(actor).select_related("machine")
    return _of_lab(rows, params, "machine__lab")


def _certificate_rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for row in _certificates(actor, params):
        yield [
            row.machine.name,
            row.firm_name,
            row.person_name,
            row.granted_on,
            row.expires_on,
            row.withdrawn_on,
            row.withdrawn_reason,
        ]


def _incidents(actor: Actor, params: Params) -> Any:
    rows = policies.visible_incidents(actor).select_related("machine", "reservation")
    return _of_lab(rows, params, "machine__lab")


def _incident_rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for row in _incidents(actor, params):
        yield [
            row.machine.name,
            row.happened_at,
            row.reservation.starts_at if row.reservation else None,
            row.reservation.firm_name if row.reservation else "",
            str(row.get_weight_display()),
            row.what,
            row.done,
            row.closed_at,
        ]


def _figures(params: Params) -> list[tuple[str, figures.Figure]]:
    rows = Lab.objects.order_by("ward_id", "pk")
    try:
        lab = rows.filter(public_id=params.get("lab", "")).first()
    except ValidationError:
        lab = None
    lab = lab or rows.first()
    if lab is None:
        return []
    today = clock.today()
    year = params.get("year", "")
    asked = int(year) if year.isdecimal() and len(year) == 4 else clock.fiscal_year(today)
    found = figures.utilisation(lab, asked, today)
    parts = (
        (_("設備"), found.machines),
        (_("区"), found.wards),
        (_("目的"), found.purposes),
        (_("時間帯"), found.hours),
    )
    return [(str(label), item) for label, items in parts for item in items]


def _figure_rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for label, item in _figures(params):
        yield [
            label,
            item.label,
            item.minutes // 60,
            item.minutes,
            item.count,
            item.open_minutes,
            item.outside if item.open_minutes is not None else None,
            item.percent,
        ]


register(
    Report(
        code="lab-bookings",
        title=_("ラボの予約の一覧"),
        columns=(
            Column(_("ラボ")), Column(_("開始"), "moment"), Column(_("終了"), "moment"),
            Column(_("設備")), Column(_("企業")), Column(_("企業の区")), Column(_("利用する方")),
            Column(_("目的")), Column(_("状態")), Column(_("料金（円・税込）"), "yen"),
            Column(_("理由")),
        ),
        rows=_booking_rows,
        count=lambda actor, params: _bookings(actor, params).count(),
        may=_reads,
        filters=("lab",),
    )
)  # fmt: skip
register(
    Report(
        code="lab-visits",
        title=_("ラボの来館の一覧"),
        columns=(
            Column(_("ラボ")), Column(_("来館日"), "date"), Column(_("氏名")),
            Column(_("企業・所属")), Column(_("企業の区")), Column(_("来館の種類")),
            Column(_("目的")), Column(_("訂正の理由")),
        ),
        rows=_visit_rows,
        count=lambda actor, params: _visits(actor, params).count(),
        may=_reads,
        filters=("lab",),
    )
)  # fmt: skip
register(
    Report(
        code="lab-certificates",
        title=_("講習の修了の一覧"),
        columns=(
            Column(_("設備")), Column(_("企業")), Column(_("修了した方")),
            Column(_("修了日"), "date"), Column(_("有効期限"), "date"),
            Column(_("取消日"), "date"), Column(_("取消の理由")),
        ),
        rows=_certificate_rows,
        count=lambda actor, params: _certificates(actor, params).count(),
        may=_reads,
        filters=("lab",),
    )
)  # fmt: skip
register(
    Report(
        code="lab-incidents",
        title=_("事故・不具合の一覧"),
        columns=(
            Column(_("設備")), Column(_("日時"), "moment"), Column(_("予約の開始"), "moment"),
            Column(_("企業")), Column(_("重さ")),
            Column(_("起きたこと")), Column(_("対応")), Column(_("対応の終了"), "moment"),
        ),
        rows=_incident_rows,
        count=lambda actor, params: _incidents(actor, params).count(),
        may=_reads,
        filters=("lab",),
    )
)  # fmt: skip
register(
    Report(
        code="lab-utilisation",
        title=_("ラボの稼働"),
        columns=(
            Column(_("分け方")), Column(_("名前")), Column(_("利用時間（時間）"), "number"),
            Column(_("利用時間（分）"), "number"), Column(_("件数"), "number"),
            Column(_("使える時間（分）"), "number"), Column(_("使える時間の外の利用（分）"), "number"),
            Column(_("使える時間に占める割合")),
        ),
        rows=_figure_rows,
        count=lambda _actor, params: len(_figures(params)),
        may=_counts,
        filters=("lab", "year"),
    )
)  # fmt: skip
