"""Kinds of notices of the advisors' support and of the fees."""

from django.utils.translation import gettext_lazy as _

from portal.notices.topics import Reader, register

ANSWER = register("advisors.answer", _("派遣の依頼への質問と結果"), urgent=True)
VISITS = register("advisors.visits", _("訪問の予定と記録の確認"))
OFFICE = register("advisors.office", _("派遣の依頼と訪問の受理"), reader=Reader.OFFICE)
TEAM = register("advisors.team", _("担当する伴走支援の変わったこと"), reader=Reader.SUPPORT)
TO_MEND = register(
    "advisors.to_mend", _("差し戻された記録・請求"), reader=Reader.SUPPORT, urgent=True
)
FEES = register("advisors.fees", _("謝金の承認と支払い"), reader=Reader.SUPPORT)
OFFICE_FEES = register("advisors.office_fees", _("謝金の請求の確認と決裁"), reader=Reader.OFFICE)
