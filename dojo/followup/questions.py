"""What graduates of a course are asked: one question, its answers and what remains when it is over, as data.

Sources: founding document 001 for the Dojo (追跡アンケート調査: 1年以内のDX投資) and for what leaders learn
(支援策① 主な取組②); 003 for asking them at 3, 6 and 12 months whether it took hold (一過性型, 担当者孤立型).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from dojo.models import Course


class Choice(TextChoices):
    """Every answer of every question. No code stands in two questions."""

    INVESTED = "invested", _("投資した")
    STARTED = "started", _("申請や契約を始めた")
    CONSIDERING = "considering", _("検討している")
    NONE = "none", _("まだ考えていない")

    USING = "using", _("仕事で使っている")
    SOON = "soon", _("これから使う")
    HALTED = "halted", _("会社の事情で止まっている")
    UNUSED = "unused", _("使っていない")


@dataclass(frozen=True, slots=True)
class Question:
    """The one question of a course. `late` is said to whoever comes after the last day (`day`)."""

    text: Any
    hint: Any
    answers: tuple[Choice, ...]
    late: Any


QUESTIONS: Mapping[str, Question] = {
    Course.Code.DOJO: Question(
        text=_("修了の後、会社でDX（デジタル化）への投資をしましたか"),
        hint="",
        answers=(Choice.INVESTED, Choice.STARTED, Choice.CONSIDERING, Choice.NONE),
        late=_("この調査は%(day)sに締め切りました。投資をしたときは、投資の報告をしてください。"),
    ),
    Course.Code.LEADER: Question(
        text=_("講座で学んだことを、会社の仕事で使っていますか"),
        hint=_(
            "仕事の流れを図にする、課題を見つける、道具を比べて選ぶ、導入を進める、効果を測る。どれか1つでもかまいません。"
        ),
        answers=(Choice.USING, Choice.SOON, Choice.HALTED, Choice.UNUSED),
        late=_("この調査は%(day)sに締め切りました。困っていることは、区の窓口に相談してください。"),
    ),
}
