"""The page behind an invitation's link."""

from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal.accounts import hats, roles, services
from portal.accounts.forms import AcceptForm
from portal.accounts.models import Invitation, User
from portal.kernel import clock

BACKEND = "django.contrib.auth.backends.ModelBackend"


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Take the role one was invited to, as a new person or with an existing account.

    Every link that does not work gives the same answer; who already has an account is told only to
    the holder of the link, which went to that very address.
    """
    invitation = services.invitation_find(token=token, now=clock.now())
    if invitation is None:
        return render(request, "accounts/invitation_gone.html", status=404)
    if request.user.is_authenticated:
        return _accept_signed_in(request, invitation, token)
    if User.objects.filter(email=invitation.email).exists():
        if request.method == "POST":
            return redirect_to_login(request.path, reverse("account_login"))
        return _page(request, invitation, known=True)
    return _accept_new(request, invitation, token)


def _accept_signed_in(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    if request.user.email != invitation.email:
        return _page(request, invitation, other=True)
    if request.method != "POST":
        return _page(request, invitation)
    try:
        services.invitation_accept(actor=request.actor, token=token, now=clock.now())
    except services.Refused as refused:
        messages.error(request, str(refused.message))
        return _page(request, invitation)
    messages.success(request, _("役割を受け取りました。"))
    return redirect("accounts:landing")


def _accept_new(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    form = AcceptForm(request.POST or None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.invitation_sign_up(
                token=token,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
                language=get_language() or "ja",
                now=clock.now(),
            )
        except services.Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            record_authentication(request, user, method="password", email=user.email)
            login(request, user, backend=BACKEND)
            UserSession.objects.create_from_request(request)
            return redirect("accounts:landing")
    return _page(request, invitation, form=form)


def _page(request: HttpRequest, invitation: Invitation, **context: object) -> HttpResponse:
    return render(
        request,
        "accounts/invitation.html",
        {
            "invitation": invitation,
            "role": roles.label(invitation.role),
            "place": hats.ward_name(invitation.ward_id) if invitation.ward_id else "",
            **context,
        },
    )
