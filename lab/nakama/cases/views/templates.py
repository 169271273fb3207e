"""ひな形とチーム of a hub: what it has kept, renamed and dropped here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lab.nakama.cases import services
from lab.nakama.cases.forms.planning import TemplateNameForm
from lab.nakama.cases.models import HubTemplate
from lab.nakama.cases.selectors import cases as find
from lab.nakama.cases.views.common import firm_only, tried
from portal.ui.acts import form_page
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def templates(request: HttpRequest) -> HttpResponse:
    """Each with its steps and firms; a form to rename, a button to drop."""
    rows = services.own_templates(request.actor)
    post = request.POST
    chosen = posted_number(post.get("rename", "")) or 0
    forms = {
        pk: TemplateNameForm(
            post if pk == chosen else None, initial={"name": row.name}, prefix=f"t{pk}"
        )
        for pk, row in rows.items()
    }
    if gone := posted_number(post.get("drop", "")):
        done = _("ひな形を消しました。これまでの案件はそのままです。")
        tried(request, None, services.template_drop, done, template_id=gone)
        return redirect("cases:templates")
    form = forms.get(chosen)
    if (
        form is not None
        and form.is_valid()
        and tried(
            request,
            form,
            services.template_rename,
            _("名前を変えました。"),
            template_id=chosen,
            name=form.cleaned_data["name"],
        )
    ):
        return redirect("cases:templates")
    names = find.process_names()
    context = {
        "rows": [(row, _steps(row, names), forms[pk]) for pk, row in rows.items()],
        "form": form,
        "breadcrumb": [
            Crumb(_("仲間まわしの案件"), reverse("cases:list")),
            Crumb(_("ひな形とチーム")),
        ],
    }
    return form_page(request, "cases/templates.html", context)


def _steps(row: HubTemplate, names: dict[str, str]) -> list[tuple[str, str]]:
    """(process, firm) in their order; "" where nobody was chosen."""
    return [
        (names.get(step["code"], step["code"]), row.firms.get(str(step["firm"]), ""))
        for step in row.steps
    ]
