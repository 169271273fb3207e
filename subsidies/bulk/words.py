"""What the pages say of each kind of run: what will happen, and the button that begins it."""

import datetime as dt

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.ui.markup import era_date
from subsidies.bulk.models import BulkRun

Kind = BulkRun.Kind

EXPLANATIONS = {
    Kind.ASSIGN: _("担当者を変更します。処理の終わった申請と、すでにその担当の申請は除かれます。"),
    Kind.FINISH_CHECK: _(
        "書類点検表のすべての項目が「適」か「対象外」の申請を、審査に進めます。"
        "準備のあとで補正された申請は進めずに理由を残します。"
    ),
    Kind.PROPOSE: _(
        "届いた順に1件ずつ起案し、決裁に回します。採択を経た申請は採択の結果のとおりに、"
        "ほかの申請は規則どおりに計算した額で起案します。準備のあとで内容が変わった申請は、"
        "起案せずに理由を残します。"
    ),
    Kind.APPROVE: _(
        "届いた順に1件ずつ決定し、文書番号をつけ、申請者に通知します。決定は元に戻せません。"
        "準備のあとで起案が変わった申請は、決定せずに理由を残します。"
    ),
    Kind.PRINT: _(
        "通知書を1つのPDFにまとめ、原本のZIPも作ります。両面で印刷しても、"
        "1通ごとに新しい紙から始まります。"
    ),
    Kind.PAY: _(
        "請求の古い順に、支払った日と額を記録し、申請者に通知します。元に戻せません。"
        "準備のあとで請求が変わったものは、記録せずに理由を残します。"
    ),
    Kind.LETTERS: _(
        "通知書を1つのPDFにまとめ、原本のZIPも作ります。両面で印刷しても、"
        "1通ごとに新しい紙から始まります。"
    ),
}


def instruction(run: BulkRun) -> tuple[str, str] | None:
    """(label, value) of what was chosen for all alike; None where nothing is asked."""
    given = run.instructions
    match run.kind:
        case Kind.ASSIGN:
            return gettext("担当者"), given["assignee"] or gettext("未割当に戻す")
        case Kind.PROPOSE:
            return gettext("起案の理由"), given["reason"]
        case Kind.PAY:
            return gettext("支払日"), era_date(dt.date.fromisoformat(given["paid_on"]))
    return None


def button(kind: str, count: int) -> str:
    """The text of the button that starts the run over `count` cases."""
    match kind:
        case Kind.ASSIGN:
            text = ngettext("%(count)d件の担当者を変更する", "%(count)d件の担当者を変更する", count)
        case Kind.FINISH_CHECK:
            text = ngettext(
                "%(count)d件の書類確認を完了する", "%(count)d件の書類確認を完了する", count
            )
        case Kind.PAY:
            text = ngettext("%(count)d件の支払を記録する", "%(count)d件の支払を記録する", count)
        case Kind.PROPOSE:
            text = ngettext("%(count)d件を起案する", "%(count)d件を起案する", count)
        case Kind.APPROVE:
            text = ngettext("%(count)d件を決裁する", "%(count)d件を決裁する", count)
        case _other:
            text = ngettext("%(count)d件の通知書をまとめる", "%(count)d件の通知書をまとめる", count)
    return text % {"count": count}
