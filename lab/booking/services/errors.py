"""Refusals: each carries the sentence that the screen shows."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from lab.booking.rules.asks import Problem
from portal.kernel.transitions import TransitionRefused


class Refused(TransitionRefused):
    """A service refuses; the message says why and what to do. `problems` are the rules' reasons."""

    def __init__(self, message: Any = None, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class NotMet(Refused):
    """A walk-in does not meet these conditions (codes); `may_override` where staff may set all aside."""

    def __init__(self, message: Any, codes: frozenset[str], *, may_override: bool) -> None:
        super().__init__(message)
        self.codes = codes
        self.may_override = may_override


class Taken(Refused):
    """Somebody else has the machine then."""

    message = _(
        "この時間は、ほかの方の予約が先に入りました。近い空き時間を選ぶか、空き待ちに入ってください。"
    )


class NotAgreed(Refused):
    """The firm has not accepted this year's rules of use."""

    message = _(
        "この年度の利用規約にまだ同意していません。規約を読んで同意してから予約してください。"
    )
