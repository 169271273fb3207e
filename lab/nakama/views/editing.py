"""A profile in steps, on a phone: words, processes, machines, certificates, weeks, the hourly band."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lab.nakama import policies, services, states
from lab.nakama.forms import (
    BandForm,
    CertificateForm,
    LimitsForm,
    MachineForm,
    PickForm,
    WeeksForm,
    WordsForm,
)
from lab.nakama.models import CapabilityProfile
from lab.nakama.selectors import profiles as selectors
from lab.nakama.views import common
from portal.kernel import clock
from portal.ui.acts import form_page, trying
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb, Task, TaskState

both = require_http_methods(["GET", "HEAD", "POST"])


@common.firm_only
@both
def mine(request: HttpRequest) -> HttpResponse:
    """自社の加工能力: begins with one button, and is the list of steps afterwards."""
    if request.method == "POST":
        with trying(request):
            row = services.profile_start(actor=request.actor, firm_id=request.actor.firm_id or 0)
            return redirect("nakama:edit", row.public_id)
    if row := selectors.own_profile(request.actor):
        return redirect("nakama:edit", row.public_id)
    return TemplateResponse(request, "nakama/start.html", {})


@common.writers
@require_safe
def edit(request: HttpRequest, public_id: object) -> HttpResponse:
    """The steps, what is done of them, and the confirmation."""
    row = common.writable(request, public_id)
    is_own = policies.is_firm(request.actor)
    tasks = _tasks(row, is_own=is_own)
    context = {
        "row": row,
        "tasks": tasks,
        "is_own": is_own,
        "may_confirm": is_own and row.status == states.PREFILLED and bool(row.description),
        "capabilities": selectors.capabilities(row),
        "breadcrumb": common.crumbs(row, Crumb(_("登録"))),
    }
    return TemplateResponse(request, "nakama/edit.html", context)


def _tasks(row: CapabilityProfile, *, is_own: bool) -> list[Task]:
    def task(label: str, done: bool, name: str, hint: str = "") -> Task:
        state = TaskState.DONE if done else TaskState.TODO
        args = [] if name == "band" else [row.public_id]
        return Task(label, state, reverse(f"nakama:{name}", args=args), hint)

    capabilities = row.capability_set.all()
    said = capabilities.exists() and not capabilities.filter(is_read=True).exists()
    tasks = [
        task(
            _("得意なことと材料"),
            bool(row.description),
            "tell",
            _("ふだんの言葉で書きます。5分ほど。"),
        ),
        task(
            _("工程と公差・ロット"),
            said,
            "processes",
            _("読み取った工程を確かめ、数字を入れます。"),
        ),
        task(_("設備"), row.profilemachine_set.exists(), "machines"),
        task(
            _("認証"),
            row.profilecertificate_set.exists(),
            "certificates",
            _("なければ、とばします。"),
        ),
        task(
            _("これからの空き"),
            row.weekcapacity_set.exists(),
            "weeks",
            _("週ごとに○△×を選ぶだけです。"),
        ),
    ]
    if is_own:
        has_band = policies.HourlyBand.objects.filter(firm_id=row.firm_id).exists()
        tasks.append(
            task(_("時間単価の幅"), has_band, "band", _("ほかの企業にも区にも見えません。"))
        )
    return tasks


@common.writers
@both
def tell(request: HttpRequest, public_id: object) -> HttpResponse:
    """得意なことと材料."""
    row = common.writable(request, public_id)
    form = WordsForm(request.POST) if request.method == "POST" else WordsForm.of(row)
    if request.method == "POST" and form.is_valid():
        done = _("保存しました。読み取った工程を確かめてください。")
        told = {"words": form.words(), "revision": form.cleaned_data["revision"]}
        if common.tried(request, form, services.profile_tell, done, profile_id=row.pk, **told):
            return redirect("nakama:processes", row.public_id)
    return _form(request, row, form, _("得意なことと材料"), _("保存して次へ"))


@common.writers
@require_safe
def processes(request: HttpRequest, public_id: object) -> HttpResponse:
    """工程の一覧: each leads to its limits."""
    row = common.writable(request, public_id)
    context = {
        "row": row,
        "capabilities": selectors.capabilities(row),
        "breadcrumb": _crumbs(row, _("工程と公差・ロット")),
    }
    return TemplateResponse(request, "nakama/processes.html", context)


@common.writers
@both
def process(request: HttpRequest, public_id: object, code: str = "") -> HttpResponse:
    """One process with its limits; without a code a new one."""
    row = common.writable(request, public_id)
    there = next((c for c in selectors.capabilities(row) if c.process_id == code), None)
    if request.method == "POST" and "drop" in request.POST and there:
        done = _("工程を外しました。")
        common.tried(request, None, services.capability_drop, done, profile_id=row.pk, process=code)
        return redirect("nakama:processes", row.public_id)
    form = (
        LimitsForm(request.POST)
        if request.method == "POST"
        else (LimitsForm.of(there) if there else LimitsForm(initial={"process": code}))
    )
    if request.method == "POST" and form.is_valid():
        kept = {"process": form.cleaned_data["process"], "limits": form.limits()}
        if common.tried(
            request,
            form,
            services.capability_keep,
            _("工程を保存しました。"),
            profile_id=row.pk,
            **kept,
        ):
            return redirect("nakama:processes", row.public_id)
    heading = there.process.display_name if there else _("工程を加える")
    crumbs = [Crumb(_("工程と公差・ロット"), reverse("nakama:processes", args=[row.public_id]))]
    return _form(
        request, row, form, heading, _("この工程を保存する"), more=crumbs, drop=there is not None
    )


@common.writers
@both
def machines(request: HttpRequest, public_id: object) -> HttpResponse:
    """設備: those there are, and one more."""
    row = common.writable(request, public_id)
    if gone := posted_number(request.POST.get("drop", "")):
        act = services.machine_drop
        common.tried(
            request, None, act, _("設備を消しました。"), profile_id=row.pk, machine_id=gone
        )
        return redirect("nakama:machines", row.public_id)
    form = MachineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        kept = {"profile_id": row.pk, "values": form.cleaned_data}
        if common.tried(request, form, services.machine_keep, _("設備を加えました。"), **kept):
            return redirect("nakama:machines", row.public_id)
    there = row.profilemachine_set.select_related("process").order_by("process__order", "pk")
    lines = [(m.pk, " ".join((m.name, f"× {m.count}", m.envelope)).strip()) for m in there]
    return _form(request, row, form, _("設備"), _("設備を加える"), lines=lines)


@common.writers
@both
def certificates(request: HttpRequest, public_id: object) -> HttpResponse:
    """認証: those there are, and one more."""
    row = common.writable(request, public_id)
    if gone := posted_number(request.POST.get("drop", "")):
        common.tried(
            request,
            None,
            services.certificate_drop,
            _("認証を消しました。"),
            profile_id=row.pk,
            certificate_id=gone,
        )
        return redirect("nakama:certificates", row.public_id)
    form = CertificateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        kept = {"profile_id": row.pk, **form.cleaned_data}
        if common.tried(request, form, services.certificate_keep, _("認証を加えました。"), **kept):
            return redirect("nakama:certificates", row.public_id)
    lines = [(c.pk, c.name) for c in row.profilecertificate_set.all()]
    return _form(request, row, form, _("認証"), _("認証を加える"), lines=lines)


@common.writers
@both
def weeks(request: HttpRequest, public_id: object) -> HttpResponse:
    """これからの空き."""
    row = common.writable(request, public_id)
    form = WeeksForm(selectors.weeks_ahead(row, clock.today()), request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = {"profile_id": row.pk, "marks": form.marks()}
        if common.tried(request, form, services.weeks_tell, _("空きを保存しました。"), **told):
            return redirect("nakama:edit", row.public_id)
    return _form(request, row, form, _("これからの空き"), _("空きを保存する"))


@common.firm_only
@both
def band(request: HttpRequest) -> HttpResponse:
    """時間単価の幅: the firm's own business."""
    row = selectors.own_profile(request.actor)
    if row is None:
        return redirect("nakama:mine")
    there = policies.visible_bands(request.actor).first()
    initial = {"low_yen": there.low_yen, "high_yen": there.high_yen} if there else {}
    form = BandForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        done = _("時間単価の幅を保存しました。")
        if common.tried(request, form, services.band_tell, done, **form.cleaned_data):
            return redirect("nakama:edit", row.public_id)
    lead = _("組み合わせの計算にだけ使います。ほかの企業、区、ラボの職員には見えません。")
    return _form(request, row, form, _("時間単価の幅"), _("保存する"), lead=lead)


@common.firm_only
@require_POST
def move(request: HttpRequest, public_id: object, action: str) -> HttpResponse:
    """確認する, 掲載をやめる, もう一度掲載する."""
    row = common.writable(request, public_id)
    done = {
        "confirm": _("確認しました。「企業が確認済み」と表示されます。"),
        "hide": _("掲載をやめました。いつでも戻せます。"),
        "show": _("もう一度掲載しました。"),
    }
    if action in done:
        common.tried(
            request, None, services.profile_move, done[action], profile_id=row.pk, action=action
        )
    return redirect("nakama:edit", row.public_id)


@common.prefillers
@both
def prefill(request: HttpRequest) -> HttpResponse:
    """A profile entered for a firm, which then confirms it."""
    if firm_id := posted_number(request.POST.get("firm", "")):
        with trying(request):
            row = services.profile_start(actor=request.actor, firm_id=firm_id)
            messages.success(
                request, _("下書きを作りました。企業が確認するまで「未確認」と表示されます。")
            )
            return redirect("nakama:edit", row.public_id)
    form = PickForm(request.GET if "q" in request.GET else None)
    is_asked = form.is_bound and form.is_valid()
    text = form.cleaned_data["q"] if is_asked else ""
    context = {
        "form": form,
        "is_asked": is_asked,
        "firms": selectors.prefill_candidates(request.actor, text),
        "breadcrumb": [
            Crumb(_("加工先を探す"), reverse("nakama:search")),
            Crumb(_("企業の代わりに登録する")),
        ],
    }
    return form_page(request, "nakama/prefill.html", context)


def _crumbs(row: CapabilityProfile, *labels: str) -> list[Crumb]:
    edit_url = reverse("nakama:edit", args=[row.public_id])
    return common.crumbs(row, Crumb(_("登録"), edit_url), *(Crumb(label) for label in labels))


def _form(
    request: HttpRequest,
    row: CapabilityProfile,
    form: Any,
    heading: str,
    button: str,
    *,
    more: list[Crumb] | None = None,
    **extra: Any,
) -> HttpResponse:
    base = common.crumbs(row, Crumb(_("登録"), reverse("nakama:edit", args=[row.public_id])))
    context = {
        "row": row,
        "form": form,
        "heading": heading,
        "button": button,
        "breadcrumb": [*base, *(more or []), Crumb(heading)],
        **extra,
    }
    return form_page(request, "nakama/form.html", context)
