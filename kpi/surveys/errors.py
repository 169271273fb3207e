"""Refusals: each carries the sentence that the screen shows."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.kernel.transitions import TransitionRefused


class Refused(TransitionRefused):
    """A service refuses; the message says why and what to do."""


class NoSuchLink(Refused):
    """Nobody was sent this link."""

    message = _("このリンクは使えません。メールのリンクが途中で切れていないか確かめてください。")


class WaveOver(Refused):
    """The wave does not take answers by this link any more."""

    message = _("この調査は締め切りました。伝えたいことは、区の窓口にお知らせください。")


class Stale(Refused):
    """Another browser saved since the page was filled. Nothing of this save was stored."""

    message = _(
        "ほかの画面で保存された内容があります。下の内容でよければ、もう一度保存してください。"
    )


class Unfinished(Refused):
    """Something is missing; `problems` says where."""

    message = _("まだ答えていない設問があります。残りに答えてから、送ってください。")

    def __init__(self, problems: Sequence[Any]) -> None:
        self.problems = problems
        super().__init__()
