"""Refusals: each carries the sentence that the screen shows."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from kpi.series.words import Asked
from portal.kernel.transitions import TransitionRefused


class Refused(TransitionRefused):
    """A service refuses; the message says why and what to do."""


class Stale(Refused):
    """Another tab or person saved since the page was filled."""

    message = _(
        "ほかの画面で保存された数字があります。下の内容でよければ、もう一度保存してください。"
    )


class Misfit(Refused):
    """Figures that cannot be true together; `problems` are (component, sentence)."""

    message = _("数字が合いません。次の点を直してください。")

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__()


class Held(Refused):
    """Figures that look like a slip of the unit and wait for a word; `asked` says which and why."""

    message = _("桁を確かめてほしい数字があります。正しいときは、理由を添えて確認してください。")

    def __init__(self, asked: Sequence[Asked]) -> None:
        self.asked = asked
        super().__init__()
