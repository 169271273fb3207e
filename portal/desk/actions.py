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
    "bulk.cancelled": _("一括処理を中止した"),
    "bulk.finished": _("一括処理が終わった"),
    "bulk.item_refused": _("一括処理でできなかった"),
    "bulk.prepared": _("一括処理を準備した"),
    "bulk.started": _("一括処理を始めた"),
    "committee.assigned": _("審査委員を案件に割り当てた"),
    "committee.case_viewed": _("審査資料を見た"),
    "committee.document_released": _("審査委員に書類を見せた"),
    "committee.dossier_renewed": _("審査資料を新しい版にした"),
    "committee.drawn": _("審査委員を割り当てた"),
    "committee.member_added": _("審査委員を加えた"),
    "committee.member_changed": _("審査委員の情報を変えた"),
    "committee.member_removed": _("審査委員を外した"),
    "committee.results_viewed": _("採点の結果を見た"),
    "committee.round_changed": _("審査の条件を変えた"),
    "committee.round_created": _("審査を作った"),
    "committee.sheets_exported": _("採点票を書き出した"),
    "committee.sheets_refused": _("採点票のファイルを受け取らなかった"),
    "committee.scores_imported": _("採点を取り込んだ"),
    "consultations.recorded": _("相談を記録した"),
    "consultations.viewed": _("相談記録を見た"),
    "desk.demo_loaded": _("デモンストレーションのデータを読み込んだ"),
    "export.cancelled": _("書き出しを中止した"),
    "export.failed": _("書き出しに失敗した"),
    "export.made": _("一覧を書き出した"),
    "export.ordered": _("書き出しを申し込んだ"),
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
    "grants.account_viewed": _("振込先の口座を見た"),
    "grants.advance_paid": _("概算払を記録した"),
    "grants.exported": _("補助事業の一覧を書き出した"),
    "grants.filing_viewed": _("届出・申請・報告の内容を見た"),
    "grants.grant_viewed": _("補助事業の内容を見た"),
    "grants.hearing_asked": _("弁明の機会を設けた"),
    "grants.inspected": _("実績報告を検査した"),
    "grants.progress_requested": _("遂行状況の報告を求めた"),
    "grants.recovery_paid": _("返納を記録した"),
    "grants.ruling.propose": _("交付決定後の起案をした"),
    "grants.ruling_denied": _("交付決定後の決裁をしようとして断られた"),
    "grants.visit_planned": _("現地調査を予定した"),
    "grants.visit_viewed": _("現地調査の内容を見た"),
    "obligations.asset_confirmed": _("取得財産の耐用年数と保管場所を確認した"),
    "obligations.asset_viewed": _("取得財産の内容を見た"),
    "obligations.assets_entered": _("取得財産を台帳に載せた"),
    "obligations.created": _("義務と期限を登録した"),
    "obligations.feed_ended": _("カレンダーの配信を終えた"),
    "obligations.feed_made": _("カレンダーの配信先を作った"),
    "obligations.handed_over": _("義務の担当を引き継いだ"),
    "obligations.moved": _("義務の期限を改めた"),
    "obligations.viewed": _("義務の内容を見た"),
    "obligations.person_handed_over": _("担当を引き継いだ（人事異動）"),
    "qualification.granted": _("修了・認定を記録した"),
    "qualification.revoked": _("修了・認定を取り消した"),
    "selection.lifted": _("申請の注意を解いた"),
    "selection.marked": _("申請に注意を付けた"),
    "selection.minutes_kept": _("審査会の議事録を保存した"),
    "selection.package_taken": _("採択の決裁資料を受け取った"),
    "selection.proposed": _("採択を起案した"),
    "selection.promoted": _("補欠を繰り上げた"),
    "selection.quotes_checked": _("採択後の見積を確認した"),
    "selection.ranking_viewed": _("順位と採択の案を見た"),
    "selection.results_exported": _("審査結果一覧を書き出した"),
    "office.call_created": _("公募を作った"),
    "office.call_edited": _("公募を変えた"),
    "office.revision_begun": _("制度の改正案を作り始めた"),
    "office.revision_edited": _("制度の改正案を変えた"),
    "office.trial_run": _("改正案を過去の申請で試した"),
    "ledger.published": _("補助金の交付先を公表した"),
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
