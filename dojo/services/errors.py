"""Refusals: each carries the sentence that the screen shows."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.transitions import TransitionRefused


class Refused(TransitionRefused):
    """A service refuses; the message says why and what to do."""


class Full(Refused):
    """No seat is left."""

    message = _("定員に達しています。補欠として登録するか、ほかの期を選んでください。")
