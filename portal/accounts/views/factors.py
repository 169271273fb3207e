"""Passkeys: staff cannot remove the last factor they have."""

from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from portal.accounts.adapters import MfaAdapter


class RemovePasskeyView(RemoveWebAuthnView):
    """allauth asks its adapter before an authenticator app is removed, but not for a passkey."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        if MfaAdapter().can_delete_authenticator(self.get_object()):
            return super().form_valid(form)
        messages.error(
            self.request,
            _("職員の方は、2段階認証をなくせません。先に別の方法を登録してください。"),
        )
        return HttpResponseRedirect(self.get_success_url())


remove_passkey = RemovePasskeyView.as_view()
