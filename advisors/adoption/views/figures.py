"""Recording: a week, a table of weeks, a review."""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from advisors.adoption import codes, services, words
from advisors.adoption.forms import ReviewForm, TableForm, WeekForm
from advisors.adoption.models import Review, Tool, WeekFigures
from advisors.adoption.rules import table as rules
from advisors.adoption.rules.weeks import last_week, monday, weeks_between
from advisors.adoption.views import common
from portal.kernel import clock
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.exports import csv_response


@common.writers
@require_http_methods(["GET", "HEAD", "POST"])
def week(request: HttpRequest, public_id: object) -> HttpResponse:
    """週の数字を記録する: the newest week without figures first; `?week=` corrects one."""
    row = common.own_tool(request, public_id)
    today = clock.today()
    known = {figures.week: figures for figures in row.weeks.all()}
    weeks = _open_weeks(row, today)
    if not weeks:
        messages.info(
            request, _("記録できる週は、まだありません。使い始めた週の金曜日から記録できます。")
        )
        return redirect("adoption:tool", public_id)
    wanted = _asked(request, weeks) or next(
        (day for day in reversed(weeks) if day not in known), weeks[-1]
    )
    before = known.get(wanted)
    initial = WeekForm.initial_of(before) if before else {"week": wanted.isoformat()}
    if request.method == "POST" and "remove" in request.POST:
        return _removed(request, row, weeks)
    form = WeekForm(
        request.POST or None,
        weeks=weeks,
        known=set(known),
        people=row.people,
        today=today,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid() and _week_saved(request, row, form):
        return redirect("adoption:tool", public_id)
    context = {
        "row": row,
        "form": form,
        "before": before if request.method != "POST" else None,
        "before_words": words.week_words(wanted, today),
        "breadcrumb": common.tool_crumbs(request, row, _("週の数字を記録する")),
    }
    return form_page(request, "adoption/week.html", context)


def _open_weeks(row: Tool, today: dt.date) -> list[dt.date]:
    return weeks_between(monday(row.started_on), last_week(today, row.stopped_on))


def _asked(request: HttpRequest, weeks: list[dt.date]) -> dt.date | None:
    """The week that the address names, if it is one of them."""
    text = request.GET.get("week", "")
    return next((day for day in weeks if day.isoformat() == text), None)


def _week_saved(request: HttpRequest, row: Tool, form: WeekForm) -> bool:
    data = form.cleaned_data
    try:
        with common.noted(request, "week_save", tool_id=row.pk):
            services.week_save(
                actor=request.actor,
                tool_id=row.pk,
                week=data["week"],
                entry=form.entry(),
                replace=data.get("replace", False),
            )
    except TransitionRefused as refused:
        _take(form, refused)
        return False
    told = _("%(week)sの数字を記録しました。")
    messages.success(request, told % {"week": words.week_words(data["week"], clock.today())})
    return True


def _take(form: WeekForm, refused: TransitionRefused) -> None:
    """Faults go to their fields, everything else above the form."""
    if isinstance(refused, services.FiguresRefused):
        for fault in refused.faults:
            form.add_error("errors_" if fault.field == "errors" else fault.field, fault.text)
    else:
        is_known = isinstance(refused, services.Known) and "replace" in form.fields
        form.add_error("replace" if is_known else None, str(refused))


def _removed(request: HttpRequest, row: Tool, weeks: list[dt.date]) -> HttpResponse:
    day = next((day for day in weeks if day.isoformat() == request.POST["remove"]), None)
    if day is None:
        raise Http404
    done = _("%(week)sの数字を消しました。") % {"week": words.week_words(day, clock.today())}
    common.tried(request, None, services.week_remove, done, tool_id=row.pk, week=day)
    return redirect("adoption:tool", row.public_id)


@common.writers
@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, public_id: object) -> HttpResponse:
    """表から取り込む: all or nothing; what was pasted or uploaded comes back to be mended."""
    row = common.own_tool(request, public_id)
    form = TableForm(request.POST or None, request.FILES or None)
    faults: tuple[rules.LineFault, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            with common.noted(request, "weeks_import", tool_id=row.pk):
                done = services.weeks_import(
                    actor=request.actor,
                    tool_id=row.pk,
                    text=form.cleaned_data["text"],
                    replace=form.cleaned_data["replace"],
                )
        except services.TableRefused as refused:
            faults = refused.faults
            form.add_error("pasted", _faulty(len(faults)))
        except TransitionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _imported(done))
            return redirect("adoption:tool", public_id)
    context = {
        "row": row,
        "form": form,
        "faults": faults,
        "headings": list(rules.headings().values()),
        "most": rules.MOST_LINES,
        "breadcrumb": common.tool_crumbs(request, row, _("表から取り込む")),
    }
    return form_page(request, "adoption/table.html", context)


def _faulty(count: int) -> str:
    return ngettext(
        "直すところが%(count)dか所あるため、何も取り込んでいません。「直すところ」の一覧を見て直してください。",
        "直すところが%(count)dか所あるため、何も取り込んでいません。「直すところ」の一覧を見て直してください。",
        count,
    ) % {"count": count}


def _imported(done: services.Imported) -> str:
    values = {"new": done.new, "replaced": done.replaced, "same": done.same}
    told = _("取り込みました：新しい週 %(new)d、置き換えた週 %(replaced)d、同じ数字の週 %(same)d。")
    return told % values


@common.readers
@require_safe
def weeks_csv(request: HttpRequest, public_id: object) -> HttpResponse:
    """Every week that can be recorded with what is recorded: to fill in, or to take away."""
    row = common.tool_of(request, public_id)
    known = {figures.week: figures for figures in row.weeks.all()}
    lines = [_line(day, known.get(day)) for day in _open_weeks(row, clock.today())]
    return csv_response(
        filename=f"tool-{row.pk}-weeks.csv", header=list(rules.headings().values()), rows=lines
    )


def _line(day: dt.date, figures: WeekFigures | None) -> list[object]:
    if figures is None:
        return [rules.slashed(day), "", "", "", ""]
    return [
        rules.slashed(day),
        figures.logged_in,
        figures.entered,
        figures.expected,
        figures.errors,
    ]


@common.writers
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, public_id: object, months: int) -> HttpResponse:
    """振り返りを記録する after 3, 6 or 12 months."""
    row = common.own_tool(request, public_id)
    if months not in codes.REVIEW_MONTHS:
        raise Http404
    before = Review.objects.filter(tool=row, months=months).first()
    initial = ReviewForm.initial_of(before) if before else {"held_on": clock.today()}
    form = ReviewForm(request.POST or None, initial=initial)
    heading = _("%(months)dか月の振り返り") % {"months": months}
    if request.method == "POST" and form.is_valid():
        done = _("振り返りを記録しました。")
        if common.tried(
            request,
            form,
            services.review_save,
            done,
            tool_id=row.pk,
            months=months,
            given=form.given(),
        ):
            return redirect("adoption:tool", public_id)
    context = {
        "form": form,
        "heading": heading,
        "lead": _("現場の声を集め、課題を整理し、改善を決めます。いまの利用率：%(use)s")
        % {"use": _use(row)},
        "button": _("振り返りを記録する"),
        "cancel_url": reverse("adoption:tool", args=[row.public_id]),
        "breadcrumb": common.tool_crumbs(request, row, heading),
    }
    return form_page(request, "advisors/form.html", context)


def _use(row: Tool) -> str:
    return _("まだ出せません") if row.use_percent is None else f"{row.use_percent}%"
