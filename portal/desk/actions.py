"""What the codes of the audit trail mean, in words.

A transition is called by its button's text; everything else is listed here. A code without an
entry is shown as it is, and tests/desk refuses it.
"""

from django.utils.translation import gettext_lazy as _

from portal.kernel.transitions import TABLES

ACTIONS = {
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
    "desk.demo_loaded": _("デモンストレーションのデータを読み込んだ"),
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
    "firm.registered": _("企業を登録した"),
    "firm.site_added": _("事業所を加えた"),
    "firm.site_closed": _("事業所を閉じた"),
    "firm.updated": _("企業の情報を変更した"),
    "firm.updated_by_import": _("取込みで企業の情報を変更した"),
    "firm.viewed": _("企業の情報を見た"),
    "firm_import.cancelled": _("企業の取込みをやめた"),
    "firm_import.confirmed": _("企業の取込みを確定した"),
    "firm_import.failed": _("企業の取込みに失敗した"),
    "firm_import.finished": _("企業の取込みを終えた"),
    "firm_import.uploaded": _("企業の取込みファイルを送った"),
    "signin.refused": _("サインインを断った"),
    "subsidies.application_viewed": _("申請の内容を見た"),
    "subsidies.assigned": _("担当を割り当てた"),
    "subsidies.budget_changed": _("公募の予算を変えた"),
    "subsidies.calls_copied": _("公募を写した"),
    "subsidies.deadline_moved": _("公募の期限を変えた"),
    "subsidies.decision_denied": _("決裁しようとして断られた"),
    "subsidies.document_checked": _("書類を点検した"),
    "subsidies.draft_deleted": _("下書きを削除した"),
    "subsidies.exported": _("申請の一覧を書き出した"),
    "subsidies.history_loaded": _("過去の申請を読み込んだ"),
    "subsidies.schemes_loaded": _("制度を読み込んだ"),
}


def action_label(action: str) -> str:
    """The action in words."""
    table_name, _dot, name = action.rpartition(".")
    table = TABLES.get(table_name)
    if table is not None:
        return str(table.transition(name).label)
    return str(ACTIONS.get(action, action))


def states_label(action: str, from_state: str, to_state: str) -> str:
    """「審査中 → 決裁待ち」 for a transition, else nothing."""
    table = TABLES.get(action.rpartition(".")[0])
    if table is None or not to_state:
        return ""
    return f"{table.state(from_state).label} → {table.state(to_state).label}"
