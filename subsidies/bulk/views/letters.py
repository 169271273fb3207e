"""通知書の一覧: every letter the ward has issued, one to open or all that are found to print."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.kernel.files.responses import file_response
from portal.kernel.files.services import FileUnavailable, open_for_download
from portal.kernel.transitions import TransitionRefused
from portal.letters.models import Letter
from subsidies.bulk import letters, services
from subsidies.bulk.filters import LetterFilter
from subsidies.views.common import ward_only

PER_PAGE = 50


@ward_only
@require_safe
def letter_list(request: HttpRequest) -> HttpResponse:
    """One page of the letters found, with the button that prints all of them."""
    conditions = LetterFilter(request.GET, kinds=letters.kinds(request.actor))
    found = letters.letters(request.actor, conditions.chosen)
    context = {
        "filter": conditions,
        "page": Paginator(found.reverse(), PER_PAGE).get_page(request.GET.get("page")),
        "conditions": urlencode(conditions.chosen.as_url()),
        "most": f"{services.MOST:,}",
    }
    return TemplateResponse(request, "bulk/letters.html", context)


@ward_only
@require_POST
def letters_prepare(request: HttpRequest) -> HttpResponse:
    """Freeze what the filter finds and show it before it is printed."""
    asked = QueryDict(request.POST.get("conditions", ""))
    conditions = LetterFilter(asked, kinds=letters.kinds(request.actor))
    try:
        run = services.letters_prepare(actor=request.actor, filters=conditions.chosen)
    except TransitionRefused as refused:
        messages.error(request, str(refused))
        return redirect(f"{reverse('bulk:letters')}?{asked.urlencode()}")
    return redirect("bulk:run", run.public_id)


@ward_only
@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One letter; opening it is recorded."""
    try:
        found = letters.visible_letters(request.actor).select_related("stored_file").get(pk=pk)
        reader = open_for_download(actor=request.actor, stored=found.stored_file, may=True)
    except Letter.DoesNotExist as missing:
        raise Http404 from missing
    except FileUnavailable:
        messages.error(request, _("この通知書のファイルは、保存期間が終わったため開けません。"))
        return redirect("bulk:letters")
    return file_response(found.stored_file, reader)
