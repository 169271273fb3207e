"""診断の設問: the versions of every instrument, one to read, a new one to save (policy staff)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from programs.diagnosis import policies, services
from programs.diagnosis.forms import VersionForm
from programs.diagnosis.instruments import known
from programs.diagnosis.models import Questionnaire
from programs.diagnosis.rules.toml import written
from programs.diagnosis.selectors.versions import names, newest
from programs.diagnosis.views.common import denied, policy_only, questions_readers


@questions_readers
@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """Every version, the newest of each instrument first."""
    called = names()
    rows = Questionnaire.objects.defer("definition").order_by("instrument", "-number")
    context = {
        "rows": [(row, called.get(row.instrument, row.instrument)) for row in rows],
        "instruments": [(code, called[code]) for code in known() if code in called],
        "may_save": policies.may_save_questions(request.actor),
    }
    return TemplateResponse(request, "diagnosis/versions.html", context)


@policy_only
@require_http_methods(["GET", "HEAD", "POST"])
def version_new(request: HttpRequest, instrument: str) -> HttpResponse:
    """新しい版: the questions in force as text, changed and saved; a circular branch is refused here."""
    if instrument not in known():
        raise Http404
    current = newest(instrument)
    form = VersionForm(request.POST or None, initial={"text": written(current.definition)})
    problems: list[object] = []
    if request.method == "POST" and form.is_valid():
        try:
            row = services.version_save(
                actor=request.actor,
                instrument=instrument,
                text=form.cleaned_data["text"],
                note=form.cleaned_data["note"],
                after=posted_number(request.POST.get("after", "")) or 0,
            )
        except services.NotSaved as unsound:
            problems = list(unsound.problems)
            for text in problems:
                form.add_error("text", str(text))
            denied(request, unsound, current, "version_save")
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, current, "version_save")
        else:
            messages.success(
                request,
                _("第%(number)d版を保存しました。今から使われます。") % {"number": row.number},
            )
            return redirect("diagnosis:versions")
    name = names()[instrument]
    context = {
        "form": form,
        "current": current,
        "name": name,
        "breadcrumb": [
            Crumb(_("診断の設問"), reverse("diagnosis:versions")),
            Crumb(_("「%(name)s」の新しい版") % {"name": name}),
        ],
    }
    return form_page(request, "diagnosis/version_new.html", context)
