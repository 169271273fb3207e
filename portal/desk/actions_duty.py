"""What the codes of the daily work mean in the audit trail; part of actions.py."""

from django.utils.translation import gettext_lazy as _

DUTY = {
    "duty.absence_ended": _("不在と代理を終わりにした"),
    "duty.absence_recorded": _("不在と代理を登録した"),
    "duty.announced": _("区の間のお知らせを載せた"),
    "duty.announcement_withdrawn": _("区の間のお知らせを取り下げた"),
    "duty.exported": _("受信箱を書き出した"),
    "duty.handed_over": _("担当をまとめて引き継いだ"),
}
