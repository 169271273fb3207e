"""職員と役割: who works in the ward in which role, invitations, taking a role away."""

from smtplib import SMTPException

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import hats, policies, roles, selectors, services
from portal.accounts.access import hat_required, recent_authentication_required
from portal.accounts.forms import InviteForm, RevokeForm
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Hat

PAGE_SIZE = 50
managers_only = hat_required(Hat.WARD, Hat.ADMIN, roles={Role.WARD_ADMIN, Role.SYSADMIN})


@managers_only
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with a role here, and the invitations that are still open."""
    now = clock.now()
    today = clock.to_date(now)
    role = request.GET.get("role", "")
    found = selectors.people(request.actor, role=role)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "accounts/people.html",
        {
            "page": page,
            "role": role,
            "roles": selectors.roles_present(request.actor),
            "query": request.GET.urlencode(),
            "rows": selectors.rows(page.object_list, today=today),
            "waiting": selectors.to_confirm(request.actor, today).count(),
            "invitations": selectors.open_invitations(request.actor, now=now),
            "place": request.actor.ward_id and hats.ward_name(request.actor.ward_id),
        },
    )


@managers_only
@recent_authentication_required
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody to a role."""
    now = clock.now()
    form = InviteForm(request.POST or None, actor=request.actor, today=clock.to_date(now))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.invitation_create(
                actor=request.actor,
                email=data["email"],
                role=data["role"],
                ward_id=data["ward_id"],
                valid_to=data["valid_to"],
                now=now,
            )
        except services.Refused as refused:
            form.add_error(None, str(refused.message))
        except (OSError, SMTPException):
            form.add_error(
                None,
                _(
                    "招待のメールを送れませんでした。招待はされていません。時間をおいて、もう一度お試しください。"
                ),
            )
        else:
            messages.success(
                request, _("%(email)s に招待を送りました。") % {"email": data["email"]}
            )
            return redirect("people:list")
    return render(request, "accounts/invite.html", {"form": form})


@managers_only
@recent_authentication_required
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Take a role away at once."""
    assignment = get_object_or_404(
        policies.assignments(request.actor).select_related("user"),
        pk=assignment_id,
        revoked_at=None,
    )
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.assignment_revoke(
                actor=request.actor,
                assignment_id=assignment.pk,
                reason=form.cleaned_data["reason"],
                now=clock.now(),
            )
        except services.Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(
                request,
                _("%(name)sさんの役割を取り消しました。") % {"name": assignment.user.name},
            )
            return redirect("people:list")
    context = {
        "form": form,
        "assignment": assignment,
        "role": roles.label(assignment.role),
        "place": hats.ward_name(assignment.ward_id) if assignment.ward_id else _("全区"),
    }
    return render(request, "accounts/revoke.html", context)


@managers_only
@require_POST
def withdraw(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation that was not used yet."""
    try:
        services.invitation_revoke(
            actor=request.actor, invitation_id=invitation_id, now=clock.now()
        )
    except policies.Invitation.DoesNotExist as error:
        raise Http404 from error
    except services.Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("招待を取り消しました。"))
    return redirect("people:list")
