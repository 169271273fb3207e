"""制度の一覧, one scheme with its versions and calls, two versions side by side."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.kernel import clock
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from subsidies.models import Scheme, SchemeVersion
from subsidies.office import policies, selectors, states
from subsidies.office.models import Revision
from subsidies.office.rules import wording
from subsidies.office.views.common import crumbs, own_scheme, readers, scheme_crumb
from subsidies.rules.scheme import InvalidRules, SchemeRules

DRAFT = "draft"


@readers
@require_safe
def scheme_list(request: HttpRequest) -> HttpResponse:
    """All schemes of the ward with their versions and what is being changed."""
    year = clock.fiscal_year(clock.today())
    context = {
        "rows": selectors.scheme_rows(request.actor),
        "year": year,
        "many_wards": request.actor.ward_id is None,
    }
    return TemplateResponse(request, "office/schemes.html", context)


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
        differences = wording.differences(
            SchemeRules.parse(before[1].rules), SchemeRules.parse(after[1].rules)
        )
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
