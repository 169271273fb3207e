"""Refusals: each carries the sentence that the screen shows."""

from django.utils.translation import gettext_lazy as _

from lab.booking.services.errors import Refused

__all__ = ["Full", "Refused"]


class Full(Refused):
    """No seat is left."""

    message = _(
        "満席です。キャンセル待ちの方が先になります。定員を増やすか、席が空くのを待ってください。"
    )
