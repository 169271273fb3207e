"""制度の一覧, one scheme with its versions and calls, two versions side by side."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.kernel import clock
from portal.ui.acts import trying
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from subsidies.models import Scheme, SchemeVersion
from subsidies.office import policies, selectors, services, states
from subsidies.office.about import About
from subsidies.office.about_forms import SchemeForm
from subsidies.office.filters import SchemeFilter
from subsidies.office.models import Revision
from subsidies.office.rules import wording
from subsidies.office.services.revisions import about_of
from subsidies.office.views.common import crumbs, own_scheme, readers, scheme_crumb, ward_only
from subsidies.rules.scheme import InvalidRules, SchemeRules

DRAFT = "draft"


@readers
@require_safe
def scheme_list(request: HttpRequest) -> HttpResponse:
    """All schemes of the ward with their versions and what is being changed."""
    year = clock.fiscal_year(clock.today())
    conditions = SchemeFilter(request.GET)
    context = {
        "filter": conditions,
        "query": request.GET.urlencode(),
        "rows": selectors.scheme_rows(request.actor, **conditions.wanted),
        "year": year,
        "many_wards": request.actor.ward_id is None,
        "may_edit": policies.may_edit(request.actor),
    }
    return TemplateResponse(request, "office/schemes.html", context)


@ward_only
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new scheme: from a copy of published rules to its first revision."""
    ward_id = request.actor.ward_id
    if ward_id is None or not policies.may_edit(request.actor):
        raise Http404
    form = SchemeForm(request.POST or None, ward_id=ward_id)
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            revision = services.scheme_create(
                actor=request.actor,
                code=form.cleaned_data["code"],
                about=form.about(),
                version_id=form.cleaned_data["version"],
            )
            text = _(
                "制度を作りました。規則を直し、決裁に回してください。公開するまで、職員だけに見えます。"
            )
            messages.success(request, text)
            return redirect("office:revision", revision.pk)
    context = {"form": form, "breadcrumb": crumbs(Crumb(_("新しい制度")))}
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "office/scheme_form.html", context, status=status)


@readers
@require_safe
def scheme(request: HttpRequest, scheme_id: int) -> HttpResponse:
    """One scheme: newest rules in words, older versions, calls, the open revision."""
    found = own_scheme(request, scheme_id)
    versions = list(selectors.versions_of(found))
    rules = SchemeRules.parse(versions[0].rules) if versions else None
    calls = policies.visible_calls(request.actor).filter(version__scheme=found)
    context = {
        "scheme": found,
        "versions": versions,
        "groups": wording.grouped(wording.differences(rules, rules)) if rules else {},
        "unconfirmed": rules.unconfirmed if rules else (),
        "calls": calls.select_related("version").order_by("-fiscal_year", "-round"),
        "revision": _open_revision(request, found),
        "may_edit": policies.may_edit(request.actor),
        "may_budget": policies.may_budget(request.actor),
        "breadcrumb": crumbs(Crumb(found.display_name)),
    }
    return TemplateResponse(request, "office/scheme.html", context)


@readers
@require_safe
def version(request: HttpRequest, scheme_id: int, number: int) -> HttpResponse:
    """One version in words."""
    found = own_scheme(request, scheme_id)
    chosen = selectors.versions_of(found).filter(number=number).first()
    if chosen is None:
        raise Http404
    rules = SchemeRules.parse(chosen.rules)
    context = {
        "scheme": found,
        "version": chosen,
        "groups": wording.grouped(wording.differences(rules, rules)),
        "breadcrumb": crumbs(scheme_crumb(found), Crumb(_("第%(n)d版") % {"n": number})),
    }
    return TemplateResponse(request, "office/version.html", context)


@readers
@require_safe
def compare(request: HttpRequest, scheme_id: int) -> HttpResponse:
    """Two versions side by side; only what differs, unless everything is asked for."""
    found = own_scheme(request, scheme_id)
    versions = list(selectors.versions_of(found))
    revision = _open_revision(request, found)
    if not versions:
        # A scheme that is not published yet stands beside the rules it was copied from.
        versions = [revision.based_on] if revision else []
    if not versions:
        raise Http404
    older = versions[1] if len(versions) > 1 else versions[0]
    before = _chosen(request.GET.get("before", ""), versions, revision) or (
        str(older.number),
        older,
    )
    usual = (DRAFT, revision) if revision else (str(versions[0].number), versions[0])
    after = _chosen(request.GET.get("after", ""), versions, revision) or usual
    problem, differences = "", ()
    try:
        differences = _differences(found, before[1], after[1])
    except InvalidRules as invalid:
        problem = str(invalid)
    everything = "all" in request.GET
    shown = [item for item in differences if everything or item.changed]
    context = {
        "scheme": found,
        "versions": versions,
        "revision": revision,
        "before": before[0],
        "after": after[0],
        "groups": wording.grouped(shown),
        "count": sum(item.changed for item in differences),
        "everything": everything,
        "problem": problem,
        "breadcrumb": crumbs(scheme_crumb(found), Crumb(_("版の比較"))),
    }
    return TemplateResponse(request, "office/compare.html", context)


def _differences(
    scheme: Scheme, before: SchemeVersion | Revision, after: SchemeVersion | Revision
) -> tuple[wording.Difference, ...]:
    """Of the rules, and of name and summary where one side is the draft. Raises InvalidRules."""
    rules = wording.differences(SchemeRules.parse(before.rules), SchemeRules.parse(after.rules))
    if isinstance(after, Revision):
        return (*wording.laid_out(About.of(scheme).lines(), about_of(after).lines()), *rules)
    return rules


def _chosen(
    text: str, versions: list[SchemeVersion], revision: Revision | None
) -> tuple[str, SchemeVersion | Revision] | None:
    if text == DRAFT and revision:
        return DRAFT, revision
    number = posted_number(text)
    found = next((item for item in versions if item.number == number), None)
    return (text, found) if found else None


def _open_revision(request: HttpRequest, scheme: Scheme) -> Revision | None:
    rows = policies.visible_revisions(request.actor).select_related("based_on")
    return rows.filter(scheme=scheme, status__in=states.OPEN).first()
