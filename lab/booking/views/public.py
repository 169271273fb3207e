"""Pages for everybody: the labs, their weeks, their machines, what is free at a time; calendars by address."""

import datetime as dt

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lab.booking import drawing, ical, states
from lab.booking.codes import Category, Purpose
from lab.booking.forms.firm import FreeForm, length_text
from lab.booking.models import FeeTable, Lab, Machine, Reservation
from lab.booking.selectors import free, grid
from lab.booking.views.common import asked_day, machine_names
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import clock, icalendar
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.ui.markup import yen_text
from portal.ui.parts import Crumb, Row, Tab
from programs.models import FirmMembership

CALENDAR_DAYS_BACK = 60


@login_not_required
@require_safe
def labs(request: HttpRequest) -> HttpResponse:
    """ラボを使う: the labs with their machines, grouped by kind."""
    machines: dict[int, list[Machine]] = {}
    for machine in grid.with_photos(
        Machine.objects.filter(is_accessory=False).order_by("category", "name")
    ):
        machines.setdefault(machine.lab_id, []).append(machine)
    rows = Lab.objects.select_related("ward")
    context = {
        "labs": [
            {
                "lab": lab,
                "machines": [
                    {"machine": item, "sign": drawing.picture(item)}
                    for item in machines.get(lab.pk, [])
                ],
            }
            for lab in rows
        ],
    }
    return TemplateResponse(request, "booking/labs.html", context)


@login_not_required
@require_safe
def week(request: HttpRequest, public_id: object) -> HttpResponse:
    """1週間の空き of a whole lab."""
    lab = get_object_or_404(Lab.objects.select_related("ward"), public_id=public_id)
    now = clock.now()
    first = asked_day(request, "week", grid.monday_of(now.date()))
    category = request.GET.get("category", "")
    category = category if category in Category.values else ""
    machines = grid.bookable(lab, category)
    context = {
        "lab": lab,
        "grid": drawing.lab_grid(grid.lab_week(lab, machines, first, now), first),
        "has_machines": bool(machines),
        "weeks": _weeks(request.path, first, now, f"&category={category}" if category else ""),
        "categories": Category.choices,
        "category": category,
        "first": first,
        "breadcrumb": [Crumb(_("ラボを使う"), reverse("booking:labs")), Crumb(lab.name)],
    }
    return TemplateResponse(request, "booking/week.html", context)


@login_not_required
@require_safe
def machine(request: HttpRequest, public_id: object) -> HttpResponse:
    """One machine: what it can do and asks for, and its week with a button for every free slot."""
    rows = grid.with_photos(Machine.objects.select_related("lab__ward"))
    rows = rows.prefetch_related("accessories")
    found = get_object_or_404(rows, public_id=public_id)
    now = clock.now()
    first = asked_day(request, "week", grid.monday_of(now.date()))
    drawn = grid.machine_week(found, first, now)
    context = {
        "machine": found,
        "sign": drawing.picture(found, large=True),
        "rows": _facts(found),
        "asks": _asks(found),
        "grid": drawing.machine_grid(drawn, found),
        "weeks": _weeks(request.path, first, now),
        "first": first,
        "last": first + dt.timedelta(days=6),
        "may_book": request.actor.hat in {Hat.FIRM, Hat.PUBLIC},
        "breadcrumb": [
            Crumb(_("ラボを使う"), reverse("booking:labs")),
            Crumb(found.lab.name, reverse("booking:week", args=[found.lab.public_id])),
            Crumb(found.name),
        ],
    }
    return TemplateResponse(request, "booking/machine.html", context)


@login_not_required
@require_safe
def free_now(request: HttpRequest, public_id: object) -> HttpResponse:
    """この時間に空いている設備."""
    lab = get_object_or_404(Lab.objects.select_related("ward"), public_id=public_id)
    form = FreeForm(request.GET if "day" in request.GET else None)
    found: list[Machine] | None = None
    if form.is_bound and form.is_valid():
        category = form.cleaned_data["category"]
        found = [
            item
            for item in free.free_at(lab, form.span, clock.now())
            if not category or item.category == category
        ]
    context = {
        "lab": lab,
        "form": form,
        "found": found,
        "at": f"{form.span.start:%Y-%m-%dT%H:%M}" if found is not None else "",
        "minutes": form.span.minutes if found is not None else 0,
        "breadcrumb": [
            Crumb(_("ラボを使う"), reverse("booking:labs")),
            Crumb(lab.name, reverse("booking:week", args=[lab.public_id])),
            Crumb(_("時間から探す")),
        ],
    }
    status = 422 if form.is_bound and form.errors else 200
    return TemplateResponse(request, "booking/free.html", context, status=status)


@login_not_required
@never_cache
@require_safe
def ics(request: HttpRequest, token: str) -> HttpResponse:
    """A calendar by its signed address; 404 as soon as the person has left the firm or the lab."""
    try:
        kind, key, person = ical.read(token)
    except (signing.BadSignature, ValueError, TypeError) as bad:
        raise Http404 from bad
    with acting(Actor.system("booking.calendar")):
        rows = _rows_of(kind, key, person)
        if rows is None:
            raise Http404
        since = clock.now() - dt.timedelta(days=CALENDAR_DAYS_BACK)
        found = list(
            rows.filter(starts_at__gte=since, status__in=states.LIVE)
            .select_related("lab")
            .order_by("starts_at")[:2000]
        )
        names = machine_names(found)
        body = ical.calendar(
            [(row, names.get(row.pk, "")) for row in found],
            name=_("ラボの予約"),
            stamp=clock.now(),
            for_staff=kind == ical.LAB,
        )
    return HttpResponse(body, content_type=icalendar.CONTENT_TYPE)


def _rows_of(kind: str, key: int, person: int):
    """The bookings of a firm or a lab, if the person still belongs there."""
    if kind == ical.FIRM:
        held = FirmMembership.objects.filter(
            firm_id=key, user_id=person, valid_to=None, user__is_active=True
        )
        return Reservation.objects.filter(firm_id=key) if held.exists() else None
    lab = Lab.objects.filter(pk=key).first()
    if lab is None:
        return None
    held = Assignment.objects.live_on(clock.today()).filter(
        user_id=person, role=Role.LAB_STAFF, ward_id=lab.ward_id, user__is_active=True
    )
    return Reservation.objects.filter(lab=lab) if held.exists() else None


def _weeks(path: str, first: dt.date, now: dt.datetime, more: str = "") -> list[Tab]:
    """Before, this week, after."""
    this = grid.monday_of(now.date())
    tabs = []
    if first > this:
        before = max(this, first - dt.timedelta(days=7))
        tabs.append(Tab(_("前の週"), f"{path}?week={before}{more}"))
    tabs.append(Tab(_("今週"), f"{path}?week={this}{more}", None, first == this))
    after = first + dt.timedelta(days=7)
    tabs.append(Tab(_("次の週"), f"{path}?week={after}{more}"))
    return tabs


def _facts(item: Machine) -> list[Row]:
    day = clock.today()
    table = FeeTable.objects.filter(lab=item.lab, valid_from__lte=day).first()
    line = table.lines.filter(machine=item).first() if table else None
    purposes = [Purpose(code).label for code in item.purposes] or [_("どの目的でも")]
    price = _("無料")
    if line is not None:
        price = f"{line.get_per_display()} {yen_text(line.amount_yen)}" + _("（税込）")
        if table.discount_percent:
            price += _("　%(ward)sの企業は%(percent)d%%引き") % {
                "ward": item.lab.ward.display_name,
                "percent": table.discount_percent,
            }
        if table.waives_first:
            price += _("　はじめての試用は無料")
    rows = [
        Row(_("置き場所"), f"{item.lab.name}　{item.place}"),
        Row(_("料金"), price),
        Row(_("予約の単位"), length_text(item.slot_minutes)),
        Row(_("1回の上限"), length_text(item.most_minutes)),
        Row(_("目的"), _("、").join(str(label) for label in purposes)),
    ]
    if item.maker:
        rows.insert(0, Row(_("メーカー・型番"), item.maker))
    if item.hazards:
        rows.append(Row(_("危険と注意"), item.hazards))
    names = [other.name for other in item.accessories.all()]
    if names:
        rows.append(Row(_("付属品"), _("、").join(names)))
    return rows


def _asks(item: Machine) -> list[str]:
    """What is needed before, in the order in which it is met."""
    found = []
    if item.needs_training:
        found.append(
            _(
                "操作の講習の修了が必要です。はじめての方は、目的に「操作の講習」を選んで予約してください。"
            )
        )
    if item.needs_approval or item.needs_supervisor:
        found.append(_("予約のあと、職員が承認します。"))
    if item.needs_supervisor:
        found.append(_("職員が立ち会います。"))
    found.append(
        _("開始の%(hours)d時間前まで、%(days)d日先まで予約できます。")
        % {"hours": item.lead_hours, "days": item.ahead_days}
    )
    return found
