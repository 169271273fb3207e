"""Why a booking is refused, as sentences that say how to mend it."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lab.booking.rules import asks
from lab.booking.rules.asks import Problem

_SENTENCES: dict[str, str | Promise] = {
    asks.PAST: _("過ぎた時間は予約できません。これからの時間を選んでください。"),
    asks.LEAD: _("「%(machine)s」は、開始の%(value)s時間前までに予約してください。"),
    asks.AHEAD: _("「%(machine)s」は、%(value)s日先まで予約できます。近い日を選んでください。"),
    asks.SLOT: _("「%(machine)s」は、%(value)s分の単位で選んでください。"),
    asks.LONGEST: _("「%(machine)s」の予約は1回%(value)s分までです。短い時間を選んでください。"),
    asks.CLOSED: _(
        "開館時間の中で選んでください。閉館をまたぐ時間、休館日、祝日は予約できません。"
    ),
    asks.MAINTENANCE: _(
        "「%(machine)s」は、この時間に保守か催しがあります。別の時間を選んでください。"
    ),
    asks.STOPPED: _("「%(machine)s」は休止中です。ほかの設備を選んでください。"),
    asks.PURPOSE: _("「%(machine)s」は、この目的では使えません。目的か設備を選び直してください。"),
    asks.CERTIFICATE: _(
        "「%(machine)s」を使う日に有効な講習の修了がありません。先に「操作の講習」を予約してください。"
    ),
    asks.ACCESSORY: _("付属品だけは予約できません。一緒に使う設備も選んでください。"),
}


def sentence(problem: Problem) -> str:
    """One reason in words."""
    text = str(_SENTENCES[problem.code])
    return text % {"machine": problem.machine, "value": problem.value}


def sentences(problems: Iterable[Problem]) -> str:
    """All of them, each once."""
    return "\n".join(dict.fromkeys(sentence(problem) for problem in problems))
