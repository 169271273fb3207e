"""ひな形: the files that a scheme hands out for the documents it asks for."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.kernel.files.services import UploadRefused
from portal.kernel.transitions import TransitionRefused
from portal.ui.parts import Crumb
from subsidies.models import Call, DocumentTemplate, Scheme
from subsidies.office import policies, selectors
from subsidies.office.views.common import crumbs, own_scheme, readers, scheme_crumb
from subsidies.office.ward_forms import BlankForm
from subsidies.rules.scheme import Document, SchemeRules
from subsidies.services.templates import template_put, template_remove

HERE = "office:papers"


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def templates(request: HttpRequest, scheme_id: int) -> HttpResponse:
    """Every document of the newest version with its ひな形; one is put or taken back at a time."""
    scheme = own_scheme(request, scheme_id)
    may_edit = policies.may_edit(request.actor)
    documents = _documents(scheme)
    failed: dict[str, BlankForm] = {}
    if request.method == "POST":
        if not may_edit:
            raise Http404
        try:
            if (code := request.POST.get("remove", "")) in documents:
                template_remove(actor=request.actor, scheme_id=scheme.pk, code=code)
                messages.success(request, _("ひな形の配布をやめました。"))
                return redirect(HERE, scheme.pk)
            failed = _put(request, scheme, documents)
        except TransitionRefused as refused:
            messages.error(request, str(refused))
        if not failed:
            return redirect(HERE, scheme.pk)
    rows = DocumentTemplate.objects.filter(scheme=scheme, replaced_at=None)
    there = {row.code: row for row in rows.select_related("stored_file")}
    form = next(iter(failed.values()), None)
    context = {
        "scheme": scheme,
        "rows": [
            (item, there.get(item.code), failed.get(item.code) or BlankForm(item))
            for item in documents.values()
        ],
        # The public address of a file goes by a call of the scheme.
        "call": Call.objects.filter(version__scheme=scheme).order_by("-pk").first(),
        "may_edit": may_edit,
        "form": form,
        "breadcrumb": crumbs(scheme_crumb(scheme), Crumb(_("ひな形"))),
    }
    status = 422 if form else 200
    return TemplateResponse(request, "office/templates.html", context, status=status)


def _documents(scheme: Scheme) -> dict[str, Document]:
    newest = selectors.versions_of(scheme).first()
    return {item.code: item for item in SchemeRules.parse(newest.rules).documents} if newest else {}


def _put(
    request: HttpRequest, scheme: Scheme, documents: dict[str, Document]
) -> dict[str, BlankForm]:
    """Take the file in; what was wrong with it, by the document's code."""
    asked = documents.get(request.POST.get("requirement", ""))
    if asked is None:
        raise Http404
    form = BlankForm(asked, request.POST, request.FILES)
    if form.is_valid():
        try:
            template_put(
                actor=request.actor,
                scheme_id=scheme.pk,
                code=asked.code,
                uploaded=form.cleaned_data["file"],
            )
        except UploadRefused as refused:
            form.add_error("file", refused.reason)
        else:
            text = _("「%(name)s」のひな形を、公募のページに載せました。")
            messages.success(request, text % {"name": asked.name})
            return {}
    return {asked.code: form}
