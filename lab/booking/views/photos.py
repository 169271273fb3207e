"""設備の写真: seen by everybody, put there by the lab's staff."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lab.booking import drawing, policies
from lab.booking.forms.staff import PhotoForm
from lab.booking.models import Machine, MachinePhoto
from lab.booking.services import photos
from lab.booking.views.common import denied, staff_crumbs, staff_only
from portal.kernel import audit
from portal.kernel.files.services import UploadRefused
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.parts import Crumb

A_YEAR = 31_536_000


@login_not_required
@require_safe
def photo(request: HttpRequest, public_id: object, digest: str) -> HttpResponse:
    """The picture; another one has another address."""
    row = get_object_or_404(MachinePhoto, machine__public_id=public_id, digest=digest)
    response = HttpResponse(bytes(row.picture), content_type="image/jpeg")
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def photo_edit(request: HttpRequest, public_id: object) -> HttpResponse:
    """写真を載せる, 説明を直す, 外す."""
    rows = Machine.objects.select_related("lab", "photo").defer("photo__picture")
    labs = policies.staff_labs(request.actor)
    machine = get_object_or_404(rows, public_id=public_id, lab__in=labs)
    there = getattr(machine, "photo", None)
    if request.method == "POST" and "drop" in request.POST:
        photos.photo_drop(actor=request.actor, machine_id=machine.pk)
        messages.success(request, _("写真を外しました。種類の絵が出ます。"))
        return redirect("booking:machines", machine.lab.public_id)
    bound = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PhotoForm(*bound, initial={"alt": there.alt if there else machine.name})
    if form.is_bound and form.is_valid() and _saved(request, machine, form):
        messages.success(request, _("写真を保存しました。だれでも見られます。"))
        return redirect("booking:machines", machine.lab.public_id)
    context = {
        "machine": machine,
        "picture": drawing.picture(machine, large=True),
        "has_photo": there is not None,
        "form": form,
        "breadcrumb": [
            *staff_crumbs(machine.lab, "")[:1],
            Crumb(_("設備"), reverse("booking:machines", args=[machine.lab.public_id])),
            Crumb(_("%(name)sの写真") % {"name": machine.name}),
        ],
    }
    return form_page(request, "booking/photo.html", context)


def _saved(request: HttpRequest, machine: Machine, form: PhotoForm) -> bool:
    given = form.cleaned_data
    try:
        photos.photo_save(
            actor=request.actor,
            machine_id=machine.pk,
            uploaded=given["picture"],
            alt=given["alt"],
        )
    except UploadRefused as error:
        form.add_error("picture", error.reason)
        audit.record(
            actor=request.actor,
            action="booking.refused",
            obj=machine,
            ward_id=request.actor.ward_id,
            reason=str(error.reason),
            detail={"act": "photo_save"},
        )
    except TransitionRefused as error:
        form.add_error(None, str(error))
        denied(request, error, machine, "photo_save")
    else:
        return True
    return False
