"""What the codes of the public site mean in the audit trail; part of actions.py."""

from django.utils.translation import gettext_lazy as _

SITE = {
    "cms.access_changed": _("公開ページの閲覧の制限を変えた"),
    "cms.approval_asked": _("公開ページの承認を依頼した"),
    "cms.approval_cancelled": _("公開ページの承認の依頼を取り消した"),
    "cms.approved": _("公開ページを承認した"),
    "cms.content_loaded": _("最初のページを読み込んだ"),
    "cms.deleted": _("公開ページを削除した"),
    "cms.file_added": _("公開ページの画像や書類を登録した"),
    "cms.file_changed": _("公開ページの画像や書類の名前や場所を変えた"),
    "cms.file_deleted": _("公開ページの画像や書類を削除した"),
    "cms.locked": _("公開ページの編集を止めた"),
    "cms.moved": _("公開ページを移した"),
    "cms.published": _("公開ページを公開した"),
    "cms.refused": _("公開ページを一人で公開しようとして断られた"),
    "cms.renamed": _("公開ページの題名を変えた"),
    "cms.reverted": _("公開ページを前の版に戻した"),
    "cms.scheduled": _("公開ページの公開日時を決めた"),
    "cms.sent_back": _("公開ページを承認せずに返した"),
    "cms.unlocked": _("公開ページの編集を再開した"),
    "cms.unpublished": _("公開ページの公開をやめた"),
    "cms.unscheduled": _("公開ページの公開の予定を取り消した"),
    "mailing.confirmed": _("お知らせメールの受け取りを確かめた"),
    "mailing.stopped": _("お知らせメールを止めた"),
    "search.people_shown": _("検索で人の名前を見た"),
}
