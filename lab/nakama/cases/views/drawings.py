"""図面: sent and lent by the leads, promised for and seen by others, every look listed for the owner."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lab.nakama.cases import nda, policies, services, states, watermark
from lab.nakama.cases.forms.asking import DrawingForm, GrantForm
from lab.nakama.cases.models import Case, CaseParty, Drawing, DrawingGrant
from lab.nakama.cases.selectors import cases as find
from lab.nakama.cases.services import GrantOver, NotMarked, NotPromised
from lab.nakama.cases.views.common import crumbs, firm_only, noted, seen_case, tabs, tried
from portal.kernel import audit, clock
from portal.kernel.files import responses
from portal.kernel.files.services import FileUnavailable, UploadRefused
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.numbers import posted_number
from programs.models import Firm

LOOKS = 100


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def drawings(request: HttpRequest, public_id: object) -> HttpResponse:
    """The drawings of a case; for the leads who may see them until when, and who has."""
    case = seen_case(request, public_id)
    held = policies.parts(request.actor, case.pk)
    if not held & policies.LEADS:
        return _for_viewer(request, case)
    add = DrawingForm(
        request.POST if "add" in request.POST else None,
        request.FILES if "add" in request.POST else None,
        steps=[(row.position, str(row)) for row in find.steps_of(case)],
    )
    asked = [
        (row.pk, f"{row.firm_name}　{row.step.name}")
        for row in policies.visible_invitations(request.actor)
        .filter(case=case)
        .exclude(status__in=[states.CANNOT, states.NOT_NOW, states.PASSED])
        .order_by("pk")
    ]
    lend = GrantForm(request.POST if "grant" in request.POST else None, asked=asked)
    if request.method == "POST" and _changed(request, case, add, lend):
        return redirect("cases:drawings", public_id)
    context = {
        "case": case,
        "form": lend if lend.is_bound else add,
        "add": add,
        "lend": lend if asked else None,
        "drawings": find.drawings_of(request.actor, case),
        "grants": DrawingGrant.objects.filter(case=case).order_by("-pk")[:LOOKS],
        "ndas": case.ndas.order_by("-pk")[:LOOKS],
        "looks": find.looks_of(case)[:LOOKS],
        "now": clock.now(),
        "may_add": case.status in {states.DRAFT, states.RUNNING, *states.ASKING},
        "must_promise": CaseParty.Part.BUYER not in held
        and not policies.has_promised(request.actor, case.pk),
        "tabs": tabs(request, case, "drawings"),
        "breadcrumb": crumbs(case, _("図面")),
    }
    return form_page(request, "cases/drawings.html", context)


def _changed(request: HttpRequest, case: Case, add: DrawingForm, lend: GrantForm) -> bool:
    if "revoke" in request.POST:
        grant_id = posted_number(request.POST["revoke"])
        try:
            services.grant_revoke(actor=request.actor, case_id=case.pk, grant_id=grant_id or 0)
        except DrawingGrant.DoesNotExist as missing:
            raise Http404 from missing
        messages.success(request, _("閲覧の許可を取り消しました。"))
        return True
    if "grant" in request.POST:
        return lend.is_valid() and tried(
            request,
            lend,
            services.grant,
            _("図面を見せる許可を出しました。"),
            case_id=case.pk,
            invitation_id=lend.cleaned_data["invitation"],
            days=lend.cleaned_data["days"],
        )
    return add.is_valid() and _added(request, case, add)


def _added(request: HttpRequest, case: Case, form: DrawingForm) -> bool:
    data = form.cleaned_data
    try:
        with noted(request, "drawing_add"):
            services.drawing_add(
                actor=request.actor,
                case_id=case.pk,
                name=data["name"],
                uploaded=data["drawing"],
                position=data["position"],
            )
    except UploadRefused as refused:
        form.add_error("drawing", refused.reason)
    except TransitionRefused as refused:
        form.add_error(None, str(refused))
    else:
        messages.success(request, _("図面を受け取りました。"))
        return True
    return False


def _for_viewer(request: HttpRequest, case: Case) -> HttpResponse:
    firm_id = policies.own_firm(request.actor)
    now = clock.database_now()
    grants = list(DrawingGrant.objects.filter(case=case, firm_id=firm_id).order_by("-expires_at"))
    live = [row for row in grants if row.revoked_at is None and row.expires_at > now]
    promised = policies.has_promised(request.actor, case.pk)
    context = {
        "case": case,
        "drawings": find.drawings_of(request.actor, case) if live and promised else [],
        "until": live[0].expires_at if live else None,
        "is_over": bool(grants) and not live,
        "must_promise": bool(live) and not promised,
        "tabs": tabs(request, case, "drawings"),
        "breadcrumb": crumbs(case, _("図面")),
    }
    return TemplateResponse(request, "cases/drawings_seen.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def promise(request: HttpRequest, public_id: object) -> HttpResponse:
    """秘密保持の約束, each person once a case."""
    case = seen_case(request, public_id)
    text = nda.current()
    if request.method == "POST":
        digest = request.POST.get("sha256", "")
        done = _("約束を受け付けました。図面を見られます。")
        if "agree" not in request.POST:
            messages.error(request, _("「約束します」にチェックを入れてください。"))
        elif tried(request, None, services.nda_accept, done, case_id=case.pk, sha256=digest):
            return redirect("cases:drawings", public_id)
    context = {
        "case": case,
        "nda": text,
        "promised": policies.has_promised(request.actor, case.pk),
        "breadcrumb": crumbs(case, _("秘密保持の約束")),
    }
    return TemplateResponse(request, "cases/nda.html", context)


@firm_only
@require_safe
def drawing(request: HttpRequest, public_id: object, drawing_id: object) -> HttpResponseBase:
    """One drawing: PDF or picture with the viewer's mark; CAD data for those who do the work."""
    case = seen_case(request, public_id)
    try:
        with noted(request, "drawing_open"):
            found, reader = services.drawing_open(
                actor=request.actor, case_id=case.pk, public_id=drawing_id
            )
    except Drawing.DoesNotExist as missing:
        raise Http404 from missing
    except FileUnavailable:
        return _gone(
            request, case, _("図面の安全性を確認しています。少し待って、開き直してください。"), 409
        )
    except NotPromised:
        return redirect("cases:nda", public_id)
    except NotMarked as data:
        return _gone(request, case, str(data), 403)
    except GrantOver as over:
        return _gone(request, case, str(over), 410)
    extension = found.stored_file.extension
    if extension not in watermark.MARKED:
        return responses.file_response(found.stored_file, reader)
    firm = Firm.objects.only("name").get(pk=policies.own_firm(request.actor))
    with reader:
        try:
            sheets = watermark.as_pdf(reader, extension)
            content = watermark.stamped(
                sheets, firm=firm.name, person=request.actor.name, at=clock.now()
            )
        except watermark.NotADrawing:
            return _gone(
                request,
                case,
                _("この図面は開けません。送った人に、作り直しを頼んでください。"),
                409,
            )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="drawing-{found.revision}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _gone(request: HttpRequest, case: Case, text: str, status: int) -> HttpResponse:
    audit.record(
        actor=request.actor, action="cases.drawing_refused", obj=case, ward_id=0, reason=text
    )
    context = {"case": case, "text": text, "breadcrumb": crumbs(case, _("図面"))}
    return TemplateResponse(request, "cases/gone.html", context, status=status)
