"""Refusals: each carries the sentence that the screen shows."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.transitions import TransitionRefused


class Refused(TransitionRefused):
    """A service refuses; the message says why and what to do."""


class Stale(Refused):
    """Somebody else saved since the page was filled. Nothing of this save was stored."""

    message = _(
        "ほかの画面で保存された内容があります。下の内容でよければ、もう一度保存してください。"
    )
