"""What comes next, in plain words, for whom a page is."""

import datetime as dt
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lab.consortium import states
from lab.consortium.models import Project

# For whom a project's page is.
FIRM, CHOSEN, ASKED, STAFF, READER = "firm", "chosen", "asked", "staff", "reader"


class Next(NamedTuple):
    """The next step, why, and the day where there is one."""

    what: str | Promise
    text: str | Promise
    until: dt.date | None = None


_DONE = Next(_("いますることはありません"), _("終わりました。記録は残ります。"))


def next_step(row: Project, side: str, *, answers: int, has_answered: bool) -> Next:
    """For one project and one reader."""
    if row.status == states.OFFERED:
        return _offered(row, side, answers, has_answered)
    if side == ASKED:
        return Next(
            _("いますることはありません"),
            _("募集は終わりました。企業は、ほかの機関と話を進めたか、募集をやめました。"),
        )
    if row.status == states.TALKING:
        return _talking(row, side)
    until = row.ends_on
    match row.status, side:
        case states.AGREED, _side:
            return Next(
                _("始まったら、開始を記録する"), _("合意は記録しました。初日を決めてください。")
            )
        case states.RUNNING, _side:
            return Next(
                _("終わったら、結果を報告する"),
                _("何をして何が分かったかを書きます。延びるときは終了予定日を変えてください。"),
                until,
            )
        case states.REPORTED, "firm":
            return Next(
                _("結果をどう使ったかを記録する"),
                _("使わなかったときも、その理由が次の課題を選ぶ手がかりになります。"),
            )
        case states.REPORTED, _side:
            return Next(
                _("企業の記録をお待ちください"), _("結果をどう使ったかを、企業が記録します。")
            )
    return _DONE


def _offered(row: Project, side: str, answers: int, has_answered: bool) -> Next:
    if side == FIRM and answers:
        return Next(
            _("話を進める機関を選ぶ"),
            _("選んだ機関にだけ、企業名と連絡先が伝わります。"),
            row.open_until,
        )
    if side == ASKED and not has_answered:
        return Next(
            _("取り組めるか回答する"),
            _("回答すると、企業が内容を見て、話を進めるかどうかを決めます。"),
            row.open_until,
        )
    if side == ASKED:
        return Next(
            _("企業の返事をお待ちください"),
            _("回答しました。企業が選ぶとお知らせが届きます。"),
            row.open_until,
        )
    return Next(
        _("回答をお待ちください"),
        _("学校と公設試験研究機関に知らせました。回答があるとお知らせが届きます。"),
        row.open_until,
    )


def _talking(row: Project, side: str) -> Next:
    if row.needs_nda and row.nda_on is None:
        if side == CHOSEN:
            return Next(
                _("企業からの連絡をお待ちください"),
                _("秘密保持契約を結ぶと、企業名と詳しい事情が見えます。"),
            )
        return Next(
            _("秘密保持契約を結び、その日を記録する"),
            _("選んだ機関の連絡先に連絡してください。日を記録すると、詳しい事情が相手に見えます。"),
        )
    return Next(
        _("合意書に署名し、合意を記録する"),
        _("目的、期間、費用、成果の扱いを決めて、署名した合意書を添えてください。"),
    )
