"""Why a service refuses, each with a sentence for the person who asked.

All are `TransitionRefused`, so that a view can show any of them by its message.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from portal.kernel.money import format_yen
from portal.kernel.texts import filled
from portal.kernel.transitions import TransitionRefused
from portal.ui.markup import moment_text
from subsidies.models import Application
from subsidies.rules.problem import Problem


class Refused(TransitionRefused):
    """The act does not happen; the message says why."""


class NotEditable(Refused):
    """The application is no draft, or the field is not part of the correction."""

    message = _("この申請はいま編集できません。")


class StaleDraft(Refused):
    """Another tab or person changed the same fields since this page was filled.

    `theirs` maps the field's anchor (`answers.problem`, `expenses`) to the stored value,
    `revision` is the current one. Nothing of this save was stored.
    """

    message = _(
        "ほかの画面で同じ項目が書き換えられています。どちらの内容にするか確かめて、"
        "もう一度保存してください。"
    )

    def __init__(self, theirs: Mapping[str, Any], revision: int) -> None:
        super().__init__()
        self.theirs = dict(theirs)
        self.revision = revision


class AlreadyApplied(Refused):
    """The firm has an application to this call that is under way or granted."""

    message = _("この公募にはすでに申請しています。")

    def __init__(self, application: Application) -> None:
        super().__init__()
        self.application = application


class NewerVersion(Refused):
    """The firm has submitted a version that the official has not seen yet."""

    def __init__(self, number: int) -> None:
        super().__init__(
            filled(
                _(
                    "画面を開いたあとに、申請者が第%(number)s版を提出しました。"
                    "変わったところを確かめて、もう一度判断してください。"
                    "入力した文章は画面に残してあります。"
                ),
                number=str(number),
            )
        )


class EntryAccount(Refused):
    """GビズIDエントリー may draft, but not submit what leads to money (domain.md B)."""

    message = _(
        "GビズIDエントリーでは申請できません。GビズIDプライムかメンバーでサインインし直してください。"
        "入力した内容は下書きとして残っています。"
    )


class DeadlinePassed(Refused):
    """The submission arrived at or after the closing time."""

    def __init__(self, closed_at: dt.datetime) -> None:
        self.closed_at = closed_at
        super().__init__(
            filled(
                _("受付は%(moment)sに終了しました。入力した内容は下書きとして残っています。"),
                moment=_moment(closed_at),
            )
        )


class NotOpenYet(Refused):
    """The call opens later."""

    def __init__(self, opens_at: dt.datetime) -> None:
        self.opens_at = opens_at
        super().__init__(
            filled(
                _("受付は%(moment)sに始まります。それまでは下書きとして保存できます。"),
                moment=_moment(opens_at),
            )
        )


class Incomplete(Refused):
    """Something is missing; `problems` says what, where and how to mend it."""

    message = _("入力が終わっていない項目があります。")

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


class IdempotencyConflict(Refused):
    """The key was used for another submission or other content."""

    message = _("この画面からはすでに提出されています。画面を開き直してください。")


class BudgetExceeded(Refused):
    """The grant would exceed the call's budget by then; `left_yen` is what remains.

    `in_turn`: there would be money, but it is held for applications that arrived earlier, or for
    graduates.
    """

    def __init__(self, left_yen: int, *, in_turn: bool = False) -> None:
        self.left_yen = left_yen
        self.in_turn = in_turn
        text = (
            _(
                "予算の残りは%(left)sですが、先に届いた申請の分と修了者の枠を除くと足りません。"
                "先に届いた申請から決定してください。"
            )
            if in_turn
            else _("予算の残りは%(left)sです。この額では交付を決定できません。")
        )
        super().__init__(filled(text, left=_yen(left_yen)))


class AmountTooHigh(Refused):
    """More than the rules allow for this application (円)."""

    def __init__(self, most_yen: int) -> None:
        self.most_yen = most_yen
        super().__init__(
            filled(_("交付額は計算した額（%(most)s）を超えられません。"), most=_yen(most_yen))
        )


class NotAssignable(Refused):
    """The person holds no fitting role in the ward."""

    message = _("この人は、この区の担当ではありません。")


# Written out when the sentence is shown, in the language of whoever reads it.
_moment = lazy(moment_text, str)
_yen = lazy(format_yen, str)
