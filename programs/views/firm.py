"""What a firm's people see and change of their own firm."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import hats
from portal.accounts import policies as account_policies
from portal.accounts import services as account_services
from portal.accounts.access import hat_required
from portal.accounts.models import Invitation
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.ui.parts import Crumb
from programs import postal, selectors
from programs.forms import InviteForm, ProfileForm, RegisterForm, RemoveForm, SiteForm, UpdateForm
from programs.models import Firm, FirmMembership
from programs.policies import Action, may, visible_firms
from programs.profiles import PROFILE_FIELDS, FirmProfile
from programs.services import firms, people
from programs.services.errors import AlreadyRegistered, Refused
from programs.views.rows import facts_with_state, firm_rows

LOOKUP = "lookup"  # name of the button 「郵便番号から住所を入力」


@hat_required(Hat.PUBLIC, Hat.FIRM)
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """A signed-in person registers a firm and becomes its first owner."""
    if LOOKUP in request.POST:
        form, note = _looked_up(RegisterForm, request)
        return _form_page(request, "programs/firm_register.html", form, lookup_note=note)
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            firm = firms.firm_register(
                actor=request.actor,
                corporate_number=form.cleaned_data["corporate_number"],
                profile=FirmProfile.pick(form.cleaned_data),
                today=clock.today(),
            )
        except AlreadyRegistered as refusal:
            form.add_error("corporate_number", str(refusal.message))
        else:
            hats.wear(request, f"{Hat.FIRM}:{firm.pk}")
            messages.success(request, _("企業を登録しました。"))
            return redirect(_where_from(request) or reverse("programs:firm_home"))
    return _form_page(request, "programs/firm_register.html", form)


def _where_from(request: HttpRequest) -> str:
    """The page of this site that sent the person here to register first ("": none)."""
    target = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else ""


@hat_required(Hat.FIRM)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The firm's own page: data, sites, people."""
    firm = _own_firm(request)
    return TemplateResponse(
        request,
        "programs/firm_home.html",
        {
            "firm": firm,
            "rows": firm_rows(firm),
            "sites": selectors.open_sites(firm),
            "facts": facts_with_state(selectors.facts_of(request.actor, firm)),
            "ties": selectors.ties_of(request.actor, firm),
            "mergers": selectors.mergers_of(request.actor, firm),
            "members": selectors.members(firm),
            "invitations": _open_invitations(request),
            "may_manage": may(request.actor, Action.MANAGE_PEOPLE, firm),
        },
    )


@hat_required(Hat.FIRM)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Change the firm's own data."""
    firm = _own_firm(request)
    initial = {name: getattr(firm, name) for name in PROFILE_FIELDS}
    if LOOKUP in request.POST:
        form, note = _looked_up(UpdateForm, request)
        return _form_page(request, "programs/firm_edit.html", form, firm=firm, lookup_note=note)
    form = UpdateForm(request.POST or None, initial=initial | {"revision": firm.revision})
    if request.method == "POST" and form.is_valid():
        try:
            firms.firm_update(
                actor=request.actor,
                firm_id=firm.pk,
                revision=form.cleaned_data["revision"],
                profile=FirmProfile.pick(form.cleaned_data),
                today=clock.today(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("企業情報を変更しました。"))
            return redirect("programs:firm_home")
    return _form_page(request, "programs/firm_edit.html", form, firm=firm)


@hat_required(Hat.FIRM)
@require_http_methods(["GET", "POST"])
def site_add(request: HttpRequest) -> HttpResponse:
    """Add a place of work."""
    if LOOKUP in request.POST:
        form, note = _looked_up(SiteForm, request)
        return _form_page(request, "programs/site_add.html", form, lookup_note=note)
    form = SiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            firms.site_add(
                actor=request.actor,
                firm_id=request.actor.firm_id,
                today=clock.today(),
                **form.cleaned_data,
            )
        except Refused as refusal:
            form.add_error("postal_code", str(refusal.message))
        else:
            messages.success(request, _("事業所を追加しました。"))
            return redirect("programs:firm_home")
    return _form_page(request, "programs/site_add.html", form)


@hat_required(Hat.FIRM)
@require_http_methods(["GET", "POST"])
def site_close(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask, then close a place of work."""
    firm = _own_firm(request)
    site = selectors.open_sites(firm).filter(public_id=public_id).first()
    if site is None:
        raise Http404
    if request.method == "POST":
        try:
            firms.site_close(
                actor=request.actor, firm_id=firm.pk, site_id=site.pk, today=clock.today()
            )
            messages.success(request, _("事業所を閉鎖しました。"))
        except Refused as refusal:
            messages.error(request, refusal.message)
        return redirect("programs:firm_home")
    return _confirm(
        request,
        heading=_("「%(name)s」を閉鎖しますか") % {"name": site.name},
        text=_(
            "閉鎖した事業所は、新しい申請で選べなくなります。これまでの申請はそのまま残ります。"
        ),
        action_label=_("閉鎖する"),
        tone="danger",
    )


@hat_required(Hat.FIRM, roles={Role.FIRM_OWNER})
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody into the firm by e-mail."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            people.member_invite(
                actor=request.actor,
                firm_id=request.actor.firm_id,
                now=clock.now(),
                **form.cleaned_data,
            )
        except account_services.Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(
                request,
                _("%(email)s に招待を送りました。72時間以内に受け取ってもらってください。")
                % form.cleaned_data,
            )
            return redirect("programs:firm_home")
    return _form_page(request, "programs/firm_invite.html", form)


@hat_required(Hat.FIRM, roles={Role.FIRM_OWNER})
@require_POST
def invitation_revoke(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation that nobody has accepted yet."""
    try:
        account_services.invitation_revoke(
            actor=request.actor, invitation_id=invitation_id, now=clock.now()
        )
        messages.success(request, _("招待を取り消しました。"))
    except Invitation.DoesNotExist as missing:
        raise Http404 from missing
    except account_services.Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("programs:firm_home")


@hat_required(Hat.FIRM, roles={Role.FIRM_OWNER})
@require_POST
def change_role(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Make a member an owner, or an owner a member."""
    role = request.POST.get("role", "")
    if role not in FirmMembership.Role.values:
        raise Http404
    try:
        people.member_change_role(
            actor=request.actor,
            firm_id=request.actor.firm_id,
            membership_id=membership_id,
            role=role,
        )
        messages.success(request, _("役割を変更しました。"))
    except FirmMembership.DoesNotExist as missing:
        raise Http404 from missing
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("programs:firm_home")


@hat_required(Hat.FIRM)
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Take somebody out of the firm with a reason, or leave it oneself."""
    firm = _own_firm(request)
    membership = selectors.members(firm).filter(pk=membership_id).first()
    leaving = membership is not None and membership.user_id == request.actor.user_id
    if membership is None or not (leaving or may(request.actor, Action.MANAGE_PEOPLE, firm)):
        raise Http404
    form = None if leaving else RemoveForm(request.POST or None)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            people.member_remove(
                actor=request.actor,
                firm_id=firm.pk,
                membership_id=membership.pk,
                reason=form.cleaned_data["reason"] if form else "",
                today=clock.today(),
            )
        except Refused as refusal:
            messages.error(request, refusal.message)
            return redirect("programs:firm_home")
        if leaving:
            messages.success(request, _("企業から抜けました。"))
            return redirect("/")
        messages.success(request, _("企業から外しました。"))
        return redirect("programs:firm_home")
    return _confirm(
        request,
        heading=_("この企業から抜けますか")
        if leaving
        else _("%(name)sさんを企業から外しますか") % {"name": membership.user.name},
        text=_("以後、この企業の申請や予約を見ることができなくなります。"),
        action_label=_("抜ける") if leaving else _("外す"),
        tone="danger",
        form=form,
    )


def _own_firm(request: HttpRequest) -> Firm:
    return get_object_or_404(visible_firms(request.actor))


def _open_invitations(request: HttpRequest) -> list[Invitation]:
    now = clock.now()
    waiting = account_policies.invitations(request.actor).filter(
        accepted_at=None, revoked_at=None, expires_at__gt=now
    )
    return list(waiting.order_by("expires_at"))


def _looked_up(
    form_class: type[ProfileForm | SiteForm], request: HttpRequest
) -> tuple[ProfileForm | SiteForm, dict[str, str]]:
    """The form with all that was typed and the address of the postal code; no errors yet."""
    typed = request.POST.dict()
    place = postal.lookup(typed.get("postal_code", ""))
    if place is None:
        note = {
            "tone": "error",
            "text": _("この郵便番号の住所は見つかりませんでした。番号を確かめてください。"),
        }
        return form_class(initial=typed), note
    note = {
        "tone": "success",
        "text": _("住所を入力しました。続けて、番地と建物名を入力してください。"),
    }
    return form_class(initial=typed | {"address": place.address}), note


def _form_page(
    request: HttpRequest, template: str, form: object, **context: object
) -> HttpResponse:
    crumbs = [Crumb(_("企業情報"), _home_url())] if request.actor.hat == Hat.FIRM else []
    return TemplateResponse(request, template, {"form": form, "breadcrumb": crumbs, **context})


def _home_url() -> str:
    return reverse("programs:firm_home")


def _confirm(request: HttpRequest, **context: object) -> HttpResponse:
    return TemplateResponse(request, "ui/confirm.html", {"cancel_url": _home_url(), **context})
