"""Kinds of notices of the courses, worksheets and the follow-up."""

from django.utils.translation import gettext_lazy as _

from portal.notices.topics import register

SEAT = register("dojo.seat", _("講座の席の案内（返事の期限があるもの）"), urgent=True)
RESULT = register("dojo.result", _("受講の可否・中止・取消し・日時の変更"), urgent=True)
COURSE = register("dojo.course", _("受講する講座の受付・次の回・修了"))
SHEETS = register("worksheets.remarks", _("ワークシートへの講評"))
INVESTMENT = register("followup.investment", _("投資の報告の受理"))
INVESTMENT_BACK = register("followup.returned", _("投資の報告の差戻し"), urgent=True)

_SEAT = frozenset({"offered"})
_RESULT = frozenset({"chosen", "removed", "cancelled", "called_off", "moved", "revoked", "lapsed"})


def of(what: str) -> str:
    """The kind of what a person is told of a place in a cohort (the first word of its key)."""
    word = what.partition(".")[0]
    if word in _SEAT:
        return SEAT
    return RESULT if word in _RESULT else COURSE
