"""What the codes of the audit trail mean, in words.

A transition is called by its button's text; everything else is listed here. A code without an
entry is shown as it is, and tests/desk refuses it.
"""

from django.utils.translation import gettext_lazy as _

from portal.desk.actions_duty import DUTY
from portal.desk.actions_kpi import KPI
from portal.desk.actions_lab import LAB
from portal.desk.actions_site import SITE
from portal.desk.actions_subsidies import SUBSIDIES
from portal.desk.actions_support import SUPPORT
from portal.kernel.transitions import TABLES

ACTIONS = {
    **KPI,
    **LAB,
    **SITE,
    **DUTY,
    **SUBSIDIES,
    **SUPPORT,
    "accounts.factor_added": _("二要素認証を追加した"),
    "accounts.factor_removed": _("二要素認証を外した"),
    "accounts.factor_renewed": _("回復用コードを作り直した"),
    "accounts.invitation_accepted": _("招待を受けた"),
    "accounts.invitation_revoked": _("招待を取り消した"),
    "accounts.invited": _("招待した"),
    "accounts.password_changed": _("パスワードを変更した"),
    "accounts.password_reset": _("パスワードを再設定した"),
    "accounts.password_set": _("パスワードを設定した"),
    "accounts.renamed": _("氏名を変更した"),
    "accounts.own_role_denied": _("自分の役割を確認または終了しようとして断られた"),
    "accounts.role_confirmed": _("役割を確認した"),
    "accounts.role_granted": _("役割を付けた"),
    "accounts.role_revoked": _("役割を取り消した"),
    "accounts.sign_in_failed": _("サインインに失敗した"),
    "accounts.signed_in": _("サインインした"),
    "audit.exported": _("監査記録を書き出した"),
    "auditing.bundle_made": _("案件の一式を作った"),
    "auditing.bundle_ordered": _("案件の一式を申し込んだ"),
    "auditing.bundle_taken": _("案件の一式を受け取った"),
    "auditing.case_viewed": _("監査のために案件を見た"),
    "auditing.job_cancelled": _("監査の作業を中止した"),
    "auditing.job_failed": _("監査の作業ができなかった"),
    "auditing.recount_ordered": _("金額の再計算を申し込んだ"),
    "auditing.recounted": _("金額を計算し直した"),
    "auditing.sample_drawn": _("監査の標本を抽出した"),
    "desk.demo_loaded": _("デモンストレーションのデータを読み込んだ"),
    "diagnosis.brought_up": _("診断の答えを新しい設問に移した"),
    "diagnosis.consent_ended": _("診断を見せる同意を取り消した"),
    "diagnosis.consent_given": _("診断を見せることに同意した"),
    "diagnosis.demo_loaded": _("デモンストレーションの診断を読み込んだ"),
    "diagnosis.discarded": _("診断の入力を消した"),
    "diagnosis.finish": _("診断を終えた"),
    "diagnosis.read": _("診断の結果を読んだ"),
    "diagnosis.refused": _("診断の操作を断られた"),
    "diagnosis.reminder_set": _("1年後の診断のお知らせを決めた"),
    "diagnosis.risks_ticked": _("リスクへの備えを記録した"),
    "diagnosis.started": _("診断を始めた"),
    "diagnosis.taken_over": _("試した診断を自社のものとして残した"),
    "diagnosis.version_saved": _("診断の設問の新しい版を保存した"),
    "export.cancelled": _("書き出しを中止した"),
    "export.failed": _("書き出しに失敗した"),
    "export.made": _("一覧を書き出した"),
    "export.ordered": _("書き出しを申し込んだ"),
    "export.refused": _("書き出しを断られた"),
    "export.taken": _("一覧を書き出して受け取った"),
    "file.deleted": _("書類を消去した"),
    "file.downloaded": _("書類を開いた"),
    "file.generated": _("書類を作成した"),
    "file.previewed": _("画像を表示した"),
    "file.quarantined": _("書類を安全性の確認に回した"),
    "file.refused": _("書類を受け取らなかった"),
    "file.stored": _("書類を受け取った"),
    "firm.member_joined": _("企業に加わった"),
    "firm.member_left": _("企業から抜けた"),
    "firm.member_removed": _("企業から外した"),
    "firm.member_role_changed": _("企業での役割を変えた"),
    "firm.merger_recorded": _("企業の合併・統合を記録した"),
    "firm.merger_refused": _("企業の合併・統合の記録が断られた"),
    "firm.merger_taken_back": _("企業の合併・統合の記録を取り消した"),
    "firm.registered": _("企業を登録した"),
    "firm.site_added": _("事業所を加えた"),
    "firm.site_closed": _("事業所を閉じた"),
    "firm.tie_declared": _("資本関係を申告した"),
    "firm.tie_ended": _("資本関係がなくなったことを記録した"),
    "firm.updated": _("企業の情報を変更した"),
    "firm.updated_by_import": _("取込みで企業の情報を変更した"),
    "firm.card_viewed": _("企業カルテを見た"),
    "firm.viewed": _("企業の情報を見た"),
    "firm.contacts_viewed": _("届かない通知の一覧で連絡先を見た"),
    "firm_import.cancelled": _("企業の取込みをやめた"),
    "firm_import.confirmed": _("企業の取込みを確定した"),
    "firm_import.failed": _("企業の取込みに失敗した"),
    "firm_import.finished": _("企業の取込みを終えた"),
    "firm_import.uploaded": _("企業の取込みファイルを送った"),
    "navi.kept": _("支援ナビの結果を残した"),
    "notices.mail_chosen": _("受け取るメールを選んだ"),
    "notices.mail_stopped": _("メールの受け取りを止めた"),
    "notices.address_dead": _("メールが届かないアドレスに印を付けた"),
    "notices.address_retried": _("届かない印を外し、メールを送り直した"),
    "notices.told_otherwise": _("届かなかった通知を電話・郵便などで伝えた"),
    "personal.copy_ordered": _("個人情報の写しを頼んだ"),
    "personal.copy_made": _("個人情報の写しができた"),
    "personal.copy_taken": _("個人情報の写しを受け取った"),
    "personal.deletion_asked": _("個人情報の削除を申し出た"),
    "personal.deletion_withdrawn": _("個人情報の削除の申出を取り下げた"),
    "personal.deletion_viewed": _("個人情報の削除の申出を見た"),
    "qualification.viewed": _("修了・認定を見た"),
    "qualification.granted": _("修了・認定を記録した"),
    "qualification.revoked": _("修了・認定を取り消した"),
    "signin.refused": _("サインインを断った"),
}


def action_label(action: str) -> str:
    """The action in words."""
    if action in ACTIONS:
        return str(ACTIONS[action])
    table_name, _dot, name = action.rpartition(".")
    table = TABLES.get(table_name)
    return str(table.transition(name).label) if table else action


def states_label(action: str, from_state: str, to_state: str) -> str:
    """「審査中 → 決裁待ち」 for a transition, else nothing."""
    table = TABLES.get(action.rpartition(".")[0])
    if table is None or not to_state:
        return ""
    return f"{table.state(from_state).label} → {table.state(to_state).label}"
