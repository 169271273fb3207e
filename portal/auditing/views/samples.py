"""標本: those drawn, drawing one, one with its cases, one of its cases."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.auditing import policies, services, states
from portal.auditing.forms import DrawForm, NoteForm
from portal.auditing.models import Sample, SampleItem
from portal.auditing.selectors.population import Wanted
from portal.auditing.selectors.scope import Scope
from portal.auditing.strata import STRATA
from portal.auditing.views.common import FORM, auditors, case_context, crumbs, stated_purpose
from portal.auditing.words import conditions, purpose_of
from portal.kernel.transitions import ReasonMissing, TransitionRefused
from portal.ui.acts import form_page, found_or_404, trying
from portal.ui.markup import moment_text, yen_text
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb, Row, Tab
from programs.selectors import ward_name

PER_PAGE = 25
LISTED = (states.TODO, states.CHECKING, states.NOTED, states.CLEAN)


@auditors
@require_safe
def sample_list(request: HttpRequest) -> HttpResponse:
    """All samples of the office, the newest first, with how far each is."""
    rows = policies.visible_samples(request.actor).select_related("drawn_by")
    counted = rows.annotate(
        cases=Count("items"),
        settled=Count("items", filter=Q(items__status__in=[states.NOTED, states.CLEAN])),
        noted=Count("items", filter=Q(items__status=states.NOTED)),
    )
    page = Paginator(counted.order_by("-id"), PER_PAGE).get_page(request.GET.get("page"))
    return TemplateResponse(request, "auditing/samples.html", {"page": page})


@auditors
@require_http_methods(FORM)
def draw(request: HttpRequest) -> HttpResponse:
    """標本を抽出する; the list of cases hands its conditions over in the address."""
    start = {"method": Sample.Method.SIMPLE, "purpose": stated_purpose(request)}
    form = DrawForm(request.POST or None, initial=start | request.GET.dict())
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            made = services.sample_draw(actor=request.actor, **form.order)
            messages.success(request, _("標本を抽出しました。"))
            return redirect("auditing:sample", made.public_id)
    context = {
        "form": form,
        "how": [form[name] for name in ("name", "purpose", "method", "size", "strata", "seed")],
        "what": [
            form[name]
            for name in (
                "base",
                "year",
                "ward",
                "stage",
                "criterion",
                "least_yen",
                "most_yen",
                "q",
            )
        ],
        "breadcrumb": crumbs((_("標本"), "auditing:samples"), _("標本を抽出する")),
    }
    return form_page(request, "auditing/draw.html", context)


@auditors
@require_safe
def sample(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One sample: how it was drawn, how far it is, its cases."""
    found = found_or_404(policies.get_sample, request.actor, public_id=public_id)
    rows = policies.visible_items(request.actor).filter(sample=found)
    counts = dict(rows.order_by().values_list("status").annotate(number=Count("pk")))
    chosen = request.GET.get("status", "")
    shown = rows.filter(status=chosen) if chosen in LISTED else rows
    named = shown.select_related("application", "checked_by").order_by("position")
    page = Paginator(named, PER_PAGE).get_page(request.GET.get("page"))
    following = rows.filter(status__in=[states.CHECKING, states.TODO]).order_by("position").first()
    context = {
        "sample": found,
        "facts": _facts(found),
        "page": page,
        "rows": [(item, ward_name(item.ward_id), states.ITEM.state(item.status)) for item in page],
        "tabs": _tabs(chosen, counts),
        "following": following,
        "done": sum(counts.get(status, 0) for status in (states.NOTED, states.CLEAN)),
        "total": sum(counts.values()),
        "has_strata": any(item.stratum for item in page),
        "by_amount": found.method == Sample.Method.MONETARY,
        "breadcrumb": crumbs((_("標本"), "auditing:samples"), found.name),
    }
    return TemplateResponse(request, "auditing/sample.html", context)


def _tabs(chosen: str, counts: dict[str, int]) -> list[Tab]:
    everything = Tab(_("すべて"), "?", sum(counts.values()), chosen not in LISTED)
    return [
        everything,
        *(
            Tab(
                str(states.ITEM.state(code).label),
                f"?status={code}",
                counts.get(code, 0),
                chosen == code,
            )
            for code in LISTED
        ),
    ]


def wanted_of(found: Sample) -> Wanted:
    """The population that the sample was drawn from."""
    params = found.params
    return Wanted(
        scope=Scope(ward_id=params["ward"], year=params["year"], stage=params["stage"]),
        base=params["base"],
        criterion=params["criterion"],
        least_yen=params["least_yen"],
        most_yen=params["most_yen"],
        query=params["q"],
    )


def _facts(found: Sample) -> list[Row]:
    """How it was drawn: enough to draw it again."""
    rows = [
        Row(_("監査の目的"), found.purpose),
        Row(_("抽出の方法"), found.get_method_display()),
        *conditions(wanted_of(found)),
        Row(
            _("母集団の大きさ"),
            _("%(count)s件、%(yen)s")
            % {"count": f"{found.population:,}", "yen": yen_text(found.population_yen)},
        ),
    ]
    if found.params["q"]:
        rows.append(Row(_("企業名・受付番号"), found.params["q"]))
    if found.params["strata"] in STRATA:
        rows.append(Row(_("層の分け方"), STRATA[found.params["strata"]][0]))
    if found.seed is not None:
        rows.append(Row(_("乱数の種"), found.seed))
    if found.interval_yen:
        rows.append(Row(_("抽出の間隔"), yen_text(found.interval_yen)))
        rows.append(Row(_("抽出の始まり"), yen_text(found.start_yen)))
    drawn = _("%(name)s　%(at)s") % {
        "name": found.drawn_by.name,
        "at": moment_text(found.drawn_at),
    }
    return [*rows, Row(_("抽出した人"), drawn)]


@auditors
@require_safe
def item(request: HttpRequest, public_id: uuid.UUID, position: int) -> HttpResponse:
    """A case of the sample, with the purpose of the sample."""
    return _item_page(request, _item(request, public_id, position), NoteForm())


@auditors
@require_POST
def move(request: HttpRequest, public_id: uuid.UUID, position: int) -> HttpResponse:
    """One step with the case; the button names it."""
    found = _item(request, public_id, position)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            services.item_move(
                actor=request.actor,
                item_id=found.pk,
                action=request.POST.get("action", ""),
                note=form.cleaned_data["note"],
            )
        except ReasonMissing:
            form.add_error("note", _("「所見」を入力してください。"))
        except TransitionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("記録しました。"))
            return redirect("auditing:item", public_id, position)
    return _item_page(request, _item(request, public_id, position), form)


def _item(request: HttpRequest, public_id: uuid.UUID, position: int) -> SampleItem:
    if posted_number(str(position)) is None:
        raise Http404
    return found_or_404(
        policies.get_item, request.actor, sample__public_id=public_id, position=position
    )


def _item_page(request: HttpRequest, found: SampleItem, form: NoteForm) -> HttpResponse:
    sample = found.sample
    case = found_or_404(policies.get_case, request.actor, found.application.receipt_no or "")
    onward = sample.items.filter(position=found.position + 1).exists()
    context = case_context(request, case, purpose_of(sample)) | {
        "item": found,
        "sample": sample,
        "item_state": states.ITEM.state(found.status),
        "moves": states.ITEM.allowed(found.status, request.actor.roles),
        "form": form,
        "onward": found.position + 1 if onward else None,
        "here": reverse("auditing:item", args=[sample.public_id, found.position]),
        "breadcrumb": [
            Crumb(_("標本"), reverse("auditing:samples")),
            Crumb(sample.name, reverse("auditing:sample", args=[sample.public_id])),
            Crumb(case.receipt_no or ""),
        ],
    }
    return form_page(request, "auditing/case.html", context)
