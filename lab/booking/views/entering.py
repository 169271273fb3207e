"""入室・退室: the kiosk at the door with its QR code, the firm's phone, and the result of a trial."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lab.booking import drawing, policies, states
from lab.booking.forms.firm import TrialForm
from lab.booking.models import Lab, Reservation
from lab.booking.services import changes, firms
from lab.booking.services.errors import Refused
from lab.booking.views.common import denied, firm_only, machine_names, own_reservation, refused
from lab.booking.words import hours_text
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import digits
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.parts import Crumb

SALT = "booking.door"
DOOR_SECONDS = 15 * 60
LIMITS = {"kiosk": "20/10m/key"}


def door_token(lab: Lab) -> str:
    """What the kiosk's QR code says: it proves being there, for some minutes."""
    return signing.dumps(lab.pk, salt=SALT)


def few_tries(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """So many refusals at one door, wherever they come from: six digits are not found by trying."""

    @wraps(view)
    def limited(request: HttpRequest, key: object) -> HttpResponse:
        if not _may_try(request, key, dry_run=True):
            answer: HttpResponse = ratelimit.handler429(request)
            return answer
        answer = view(request, key=key)
        if answer.status_code == 409:
            _may_try(request, key)
        return answer

    return limited


def _may_try(request: HttpRequest, key: object, *, dry_run: bool = False) -> bool:
    used = ratelimit.consume(
        request, app="booking", action="kiosk", config=LIMITS, key=str(key), dry_run=dry_run
    )
    return used is not None


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@few_tries
def kiosk(request: HttpRequest, key: object) -> HttpResponse:
    """The tablet at the door: digits in, one clear answer. Its address is the lab's secret."""
    answer = ""
    with acting(Actor.system("booking.kiosk")):
        lab = get_object_or_404(Lab, kiosk=key)
        if request.method == "POST":
            try:
                answer = _pass(lab, request.POST.get("code", ""))
            except TransitionRefused as error:
                audit.record(
                    actor=Actor.system("booking.kiosk", ward_id=lab.ward_id),
                    action="booking.refused",
                    obj=lab,
                    reason=str(error),
                    detail={"act": "kiosk"},
                )
                answer, status = str(error), 409
                context = {"lab": lab, "refusal": answer, "image": _door(lab)}
                return TemplateResponse(request, "booking/kiosk.html", context, status=status)
        context = {"lab": lab, "answer": answer, "image": _door(lab)}
    return TemplateResponse(request, "booking/kiosk.html", context)


def _door(lab: Lab) -> Any:
    address = settings.SITE_URL + reverse("booking:enter", args=[door_token(lab)])
    return drawing.qr_svg(address, _("入室・退室のQRコード"))


def _pass(lab: Lab, typed: str) -> str:
    """Let in, or out. Raises Refused."""
    code = digits(typed)[:6]
    now = clock.now()
    rows = Reservation.objects.filter(
        lab=lab,
        code=code,
        status__in=(states.APPROVED, states.IN_USE),
        starts_at__lt=now + _day(),
        ends_at__gt=now - _day(),
    )
    row = rows.order_by("starts_at").first()
    if row is None:
        raise Refused(
            _("この番号の予約は見つかりません。数字を確かめるか、職員に声をかけてください。")
        )
    actor = Actor.system("booking.kiosk", ward_id=lab.ward_id)
    if row.status == states.IN_USE:
        changes.check_out(actor=actor, reservation_id=row.pk)
        return _("退室を記録しました。ご利用ありがとうございました。")
    changes.check_in(actor=actor, reservation_id=row.pk)
    return _("入室を記録しました。%(until)sまで使えます。") % {
        "until": f"{row.ends_at.astimezone(clock.TOKYO):%H:%M}"
    }


def _day() -> Any:
    import datetime as dt

    return dt.timedelta(hours=12)


@firm_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """The phone that has read the QR code: the firm's bookings of today with one button each."""
    try:
        lab_id = signing.loads(token, salt=SALT, max_age=DOOR_SECONDS)
    except signing.SignatureExpired:
        context = {
            "refusal": _("このQRコードは古くなりました。入口の画面をもう一度読み取ってください。")
        }
        return TemplateResponse(request, "booking/enter.html", context, status=409)
    except signing.BadSignature as bad:
        raise Http404 from bad
    lab = get_object_or_404(Lab, pk=lab_id)
    now = clock.now()
    rows = list(
        policies.visible_reservations(request.actor)
        .filter(
            lab=lab,
            status__in=(states.APPROVED, states.IN_USE),
            starts_at__lt=now + _day(),
            ends_at__gt=now - _day(),
        )
        .select_related("lab")
        .order_by("starts_at")
    )
    if request.method == "POST":
        row = next((row for row in rows if str(row.public_id) == request.POST.get("row")), None)
        if row is None:
            raise Http404
        return _enter(request, row)
    names = machine_names(rows)
    context = {
        "lab": lab,
        "rows": [
            {"row": row, "when": hours_text(row), "machines": names.get(row.pk, "")} for row in rows
        ],
    }
    return TemplateResponse(request, "booking/enter.html", context)


def _enter(request: HttpRequest, row: Reservation) -> HttpResponse:
    try:
        if row.status == states.IN_USE:
            changes.check_out(actor=request.actor, reservation_id=row.pk)
            messages.success(request, _("退室を記録しました。"))
        else:
            changes.check_in(actor=request.actor, reservation_id=row.pk)
            messages.success(request, _("入室を記録しました。安全に気をつけて使ってください。"))
    except TransitionRefused as error:
        denied(request, error, row, "enter")
        context = {"refusal": str(error), "lab": row.lab}
        return TemplateResponse(request, "booking/enter.html", context, status=409)
    return redirect("booking:reservation", row.public_id)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: HttpRequest, public_id: object) -> HttpResponse:
    """試用の結果を書く."""
    row = own_reservation(request, public_id)
    form = TrialForm(request.POST or None, initial={"problem": row.note})
    if request.method == "POST" and form.is_valid():
        try:
            made = firms.trial_report(
                actor=request.actor, reservation_id=row.pk, **form.cleaned_data
            )
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, row, "trial")
        else:
            messages.success(request, _("試用の結果を受け取りました。ありがとうございました。"))
            return redirect("booking:trial_result", made.public_id)
    context = {
        "form": form,
        "row": row,
        "when": hours_text(row),
        "machines": machine_names([row]).get(row.pk, ""),
        "breadcrumb": [
            Crumb(_("ラボの予約"), reverse("booking:mine")),
            Crumb(hours_text(row), reverse("booking:reservation", args=[public_id])),
            Crumb(_("試用の結果")),
        ],
    }
    return form_page(request, "booking/trial.html", context)


@firm_only
@require_http_methods(["GET", "HEAD"])
def trial_result(request: HttpRequest, public_id: object) -> HttpResponse:
    """What was written, whether it may be used, and the way to the subsidies."""
    rows = policies.visible_trials(request.actor).select_related("reservation__lab")
    report = get_object_or_404(rows, public_id=public_id)
    context = {
        "report": report,
        "when": hours_text(report.reservation),
        "breadcrumb": [Crumb(_("ラボの予約"), reverse("booking:mine")), Crumb(_("試用の結果"))],
    }
    return TemplateResponse(request, "booking/trial_result.html", context)


@firm_only
@require_POST
def trial_consent(request: HttpRequest, public_id: object) -> HttpResponse:
    """申請の下書きに使ってよい, or not any more."""
    report = get_object_or_404(policies.visible_trials(request.actor), public_id=public_id)
    may = request.POST.get("may_prefill") == "yes"
    try:
        firms.consent_change(actor=request.actor, trial_id=report.pk, may_prefill=may)
    except TransitionRefused as error:
        refused(request, error, report, "consent")
    return redirect("booking:trial_result", public_id)
