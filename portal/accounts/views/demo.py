"""One-click sign-in of the demonstration mode."""

from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from portal.accounts import demo, hats
from portal.accounts.models import User
from portal.accounts.views.invitations import BACKEND


@login_not_required
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Become one of the demonstration's people, second factor included. 404 anywhere else."""
    person = demo.BY_KEY.get(request.POST.get("person", ""))
    if not demo.is_open(request) or person is None:
        raise Http404
    user = get_object_or_404(User, email=person.email, is_active=True)
    logout(request)
    record_authentication(request, user, method="password", demo=True)
    record_authentication(request, user, method="mfa", type="totp", demo=True)
    login(request, user, backend=BACKEND)
    UserSession.objects.create_from_request(request)
    if person.hat_key:
        request.session[hats.SESSION_KEY] = person.hat_key
    return redirect("accounts:landing")
