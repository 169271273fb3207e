"""名簿 and 謝金表 of the officials; the advisor's own entry."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from advisors import policies, services
from advisors.forms.office import FeesForm, ProfileForm
from advisors.models import Advisor, FeeTable
from advisors.selectors.registry import load_of, people_to_add
from advisors.views.common import (
    advisor_only,
    keepers_only,
    looked,
    noted,
    office_or_auditor,
    tried,
)
from portal.kernel import clock
from portal.kernel.transitions import TransitionRefused
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from programs.selectors import ward_names


@office_or_auditor
@require_safe
def registry(request: HttpRequest) -> HttpResponse:
    """相談員の名簿: who may be sent here, how much room they have."""
    rows = list(policies.visible_advisors(request.actor).order_by("user__name_kana", "pk"))
    load = load_of(request.actor, rows)
    today = clock.today()
    context = {
        "rows": [(row, load[row.user_id], row.contract_to < today) for row in rows],
        "may_keep": policies.may_keep_registry(request.actor),
        "own_ward": request.actor.ward_id,
    }
    looked(request, "advisors.registry_viewed")
    return TemplateResponse(request, "advisors/registry.html", context)


@keepers_only
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """名簿に載せる."""
    people = people_to_add(request.actor)
    if not people:
        messages.info(
            request, _("名簿に載せられる人がいません。先に、相談員の役割を付けてください。")
        )
        return redirect("advisors:registry")
    form = ProfileForm(
        request.POST or None, people=people, initial={"wards": [request.actor.ward_id]}
    )
    if request.method == "POST" and form.is_valid():
        data = {"user_id": form.cleaned_data["user"], "profile": form.profile()}
        if tried(request, form, services.advisor_add, _("名簿に載せました。"), **data):
            return redirect("advisors:registry")
    return _form_page(request, form, _("相談員を名簿に載せる"), _("名簿に載せる"))


@office_or_auditor
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, public_id: object) -> HttpResponse:
    """One entry; of the own ward to change, of another ward to read."""
    row = get_object_or_404(policies.visible_advisors(request.actor), public_id=public_id)
    looked(request, "advisors.entry_viewed", row)
    may_change = policies.may_keep_registry(request.actor) and row.ward_id == request.actor.ward_id
    if not may_change:
        return TemplateResponse(request, "advisors/entry.html", _entry_context(row))
    form = ProfileForm(request.POST or None, people=[], initial=ProfileForm.initial_of(row))
    if request.method == "POST" and form.is_valid():
        revision = posted_number(request.POST.get("revision", "")) or 0
        data = {"advisor_id": row.pk, "profile": form.profile(), "revision": revision}
        if tried(request, form, services.advisor_save, _("名簿を保存しました。"), **data):
            return redirect("advisors:registry")
        row.refresh_from_db()
    return _form_page(
        request, form, row.user.name, _("名簿を保存する"), hidden={"revision": row.revision}
    )


@office_or_auditor
@require_http_methods(["GET", "HEAD", "POST"])
def fees(request: HttpRequest) -> HttpResponse:
    """謝金表: every version, a new one to draft, one to publish by somebody else."""
    form = FeesForm(request.POST if "draft" in request.POST else None)
    if request.method == "POST" and _fees_done(request, form):
        return redirect("advisors:fees")
    actor = request.actor
    rows = list(
        policies.visible_fees(actor)
        .select_related("ward", "drafted_by", "published_by")
        .order_by("ward_id", "-number")
    )
    in_force = services.fees_on(actor.ward_id, clock.today()) if actor.ward_id else None
    context = {
        "rows": rows,
        "in_force": in_force,
        "form": form,
        "may_draft": policies.may_keep_registry(actor),
        "may_publish": policies.may_approve(actor),
        "is_auditor": actor.ward_id is None,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "advisors/fees.html", context, status=status)


def _fees_done(request: HttpRequest, form: FeesForm) -> bool:
    if "publish" in request.POST:
        number = posted_number(request.POST["publish"]) or 0
        try:
            with noted(request, "fees_publish", number=number):
                services.fees_publish(actor=request.actor, number=number)
        except FeeTable.DoesNotExist:
            messages.error(request, _("この版はありません。画面を開き直してください。"))
        except TransitionRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("謝金表を確定しました。"))
        return True
    done = _("新しい版を作りました。ほかの決裁者が確定すると使えます。")
    return form.is_valid() and tried(request, form, services.fees_draft, done, **form.cleaned_data)


@advisor_only
@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """自分の登録, and what the wards pay."""
    row = policies.visible_advisors(request.actor).first()
    context = {
        **(_entry_context(row) if row else {"row": None}),
        "fees": list(
            policies.visible_fees(request.actor)
            .filter(ward_id__in=row.wards, valid_from__lte=clock.today())
            .order_by("ward_id", "-valid_from", "-number")
            .distinct("ward_id")
            .select_related("ward")
        )
        if row
        else [],
    }
    return TemplateResponse(request, "advisors/profile.html", context)


def _entry_context(row: Advisor) -> dict[str, object]:
    names = ward_names()
    wards = _("、").join(names[code] for code in row.wards if code in names)
    return {
        "row": row,
        "wards": wards,
        "vendors": _("、").join(row.vendors) or _("なし"),
        "breadcrumb": [
            Crumb(_("相談員の名簿"), reverse("advisors:registry")),
            Crumb(row.user.name),
        ],
    }


def _form_page(
    request: HttpRequest,
    form: ProfileForm,
    heading: str,
    button: str,
    *,
    hidden: dict[str, object] | None = None,
) -> HttpResponse:
    url = reverse("advisors:registry")
    context = {
        "form": form,
        "heading": heading,
        "lead": _("資格・分野・空き・利害関係は、チームの提案に使われます。"),
        "button": button,
        "hidden": hidden or {},
        "cancel_url": url,
        "breadcrumb": [Crumb(_("相談員の名簿"), url), Crumb(heading)],
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "advisors/form.html", context, status=status)
