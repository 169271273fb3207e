"""目標値 and 基準値: as they hold, how they came to be, and changing them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kpi.indicators import BY_CODE, Indicator
from kpi.releases import policies, services
from kpi.releases.forms import BaselineForm, TargetForm
from kpi.releases.models import TargetVersion
from kpi.releases.rules import WARDS
from kpi.releases.selectors import targets as selectors
from kpi.releases.subjects import subject_of
from kpi.releases.views.common import staff_only, told
from portal.exports import sheets
from portal.exports.reports import Column
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.ui.acts import form_page
from portal.ui.parts import Crumb
from portal.ui.templatetags.ui import wareki_year
from programs.selectors import ward_names

YEARS_BACK, YEARS_AHEAD = 3, 3


@staff_only
@require_safe
def current(request: HttpRequest) -> HttpResponse:
    """This fiscal year."""
    return redirect("releases:targets", year=clock.fiscal_year(clock.today()))


@staff_only
@require_safe
def year_page(request: HttpRequest, year: int) -> HttpResponse:
    """Every indicator's targets of a year against the policy's own; `?format=`: by ward."""
    _check(year)
    lines = selectors.lines(year)
    if form := request.GET.get("format", ""):
        return _file(year, lines, form)
    context = {
        "lines": lines,
        "own": request.actor.ward_id,
        "rows": [(line, line.wards.get(request.actor.ward_id or 0)) for line in lines],
        "year": year,
        "years": _years(),
        "may_set": policies.sets_targets(request.actor),
        "breadcrumb": [Crumb(_("目標と基準値"))],
    }
    return TemplateResponse(request, "releases/targets.html", context)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def indicator(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """One indicator: the wards' targets, the form for those one may set, every version."""
    _check(year)
    definition = BY_CODE.get(code)
    if definition is None:
        raise Http404
    line = next(line for line in selectors.lines(year) if line.indicator is definition)
    wards = _own_wards(request.actor)
    form = None
    if wards:
        form = TargetForm(request.POST or None, wards=wards, initial=_initial(line, wards))
        if request.method == "POST" and form.is_valid():
            with told(request, form, "target_set"):
                done = services.target_set(
                    actor=request.actor,
                    goals=_goals(form, line, year),
                    reason=form.cleaned_data["reason"],
                )
                messages.success(
                    request, _("%(count)d区の目標を変えました。") % {"count": len(done)}
                )
                return redirect("releases:target", year, code)
    elif request.method == "POST":
        raise Http404
    context = {
        "line": line,
        "indicator": definition,
        "wards": [(ward_names()[ward], line.wards.get(ward)) for ward in WARDS],
        "versions": [(row, ward_names()[row.ward_id]) for row in selectors.versions(code, year)],
        "is_wide": len(wards) > 1,
        "year": year,
        "form": form,
        "breadcrumb": [
            Crumb(_("目標と基準値"), reverse("releases:targets", args=[year])),
            Crumb(str(definition.name)),
        ],
    }
    return form_page(request, "releases/target.html", context)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def baselines(request: HttpRequest) -> HttpResponse:
    """What the indicators start from; a benchmark is somebody else's figure."""
    may_set = policies.may_make(request.actor)
    if request.method == "POST" and not may_set:
        raise Http404
    form = BaselineForm(request.POST or None) if may_set else None
    if form is not None and request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        reason = data.pop("reason")
        with told(request, form, "baseline_set"):
            services.baseline_set(actor=request.actor, base=services.Base(**data), reason=reason)
            messages.success(request, _("基準値を登録しました。"))
            return redirect("releases:baselines")
    context = {
        "rows": [(row, subject_of(row.indicator)) for row in selectors.baselines()],
        "versions": [(row, subject_of(row.indicator)) for row in selectors.baseline_versions()],
        "form": form,
        "breadcrumb": [
            Crumb(_("目標と基準値"), reverse("releases:targets_now")),
            Crumb(_("基準値")),
        ],
    }
    return form_page(request, "releases/baselines.html", context)


def _own_wards(actor: Actor) -> tuple[int, ...]:
    """The wards whose targets the actor sets."""
    return tuple(ward for ward in WARDS if policies.may_set_target(actor, ward))


def _initial(line: selectors.Line, wards: tuple[int, ...]) -> dict[str, object]:
    known = [row for ward in wards if (row := line.wards.get(ward))]
    first = next(iter(known), None)
    initial: dict[str, object] = {f"ward_{row.ward_id}": row.value for row in known}
    initial["basis"] = first.basis if first else ""
    for row in known:
        begun = line.begun.get(row.ward_id, 0)
        if row.path and row.value > begun:
            # The smallest whole share that comes to the same total.
            shares = [-(-100 * (step - begun) // (row.value - begun)) for step in row.path]
            return initial | dict(zip(TargetForm.STEPS, shares, strict=True))
    return initial


def _goals(form: TargetForm, line: selectors.Line, year: int) -> list[services.Goal]:
    """Of the wards whose number was changed; of all that have one where path or basis was."""
    data, changed = form.cleaned_data, set(form.changed_data)
    concerns_all = not changed.isdisjoint({*form.STEPS, "basis"})
    return [
        services.Goal(
            indicator=line.indicator.code,
            ward_id=ward,
            fiscal_year=year,
            value=value,
            path=form.path_of(value, line.begun.get(ward, 0)),
            basis=data["basis"],
        )
        for ward in form.wards
        if (value := data.get(f"ward_{ward}")) is not None
        and (concerns_all or f"ward_{ward}" in changed)
    ]


def _file(year: int, lines: list[selectors.Line], form: str) -> HttpResponse:
    def row(definition: Indicator, ward: int, found: TargetVersion | None) -> list[str | int]:
        return [
            year,
            definition.code,
            str(definition.name),
            ward,
            ward_names()[ward],
            "" if found is None else found.value,
            "" if found is None else " ".join(str(step) for step in found.path),
            "" if found is None else found.basis,
            "" if found is None else found.reason,
        ]

    return sheets.response(
        [
            Column(_("年度"), "number"),
            Column(_("指標コード")),
            Column(_("指標")),
            Column(_("地方公共団体コード"), "number"),
            Column(_("区")),
            Column(_("目標"), "number"),
            Column(_("途中の目標（6月末・9月末・12月末）")),
            Column(_("根拠")),
            Column(_("変更の理由")),
        ],
        [row(line.indicator, ward, line.wards.get(ward)) for line in lines for ward in WARDS],
        title=_("目標"),
        name=f"targets-{year}",
        form=form,
    )


def _years() -> list[tuple[int, str]]:
    this = clock.fiscal_year(clock.today())
    return [(year, wareki_year(year)) for year in range(this + YEARS_AHEAD, this - YEARS_BACK, -1)]


def _check(year: int) -> None:
    """Raises Http404."""
    if year not in range(2000, 2100):
        raise Http404
