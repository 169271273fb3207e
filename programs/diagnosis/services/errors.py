"""Refusals: each carries the sentence that the screen shows."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.kernel.transitions import TransitionRefused


class Refused(TransitionRefused):
    """A service refuses; the message says why and what to do."""


class Stale(Refused):
    """Another tab or person saved since the page was filled. Nothing of this save was stored."""

    message = _(
        "ほかの画面で保存された内容があります。下の内容でよければ、もう一度保存してください。"
    )


class Unfinished(Refused):
    """Something is missing; `problems` says where."""

    message = _("まだ答えていない設問があります。残りに答えてから、結果を見てください。")

    def __init__(self, problems: Sequence[Any]) -> None:
        self.problems = problems
        super().__init__()


class NotSaved(Refused):
    """The questions do not hold together; `problems` are sentences for their author."""

    message = _("この設問は保存できません。次の点を直してください。")

    def __init__(self, problems: Sequence[Any]) -> None:
        self.problems = problems
        super().__init__()
