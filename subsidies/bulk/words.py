"""What the pages say of each kind of run: what will happen, and the button that begins it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from subsidies.bulk.models import BulkRun

Kind = BulkRun.Kind

EXPLANATIONS = {
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
    Kind.LETTERS: _(
        "通知書を1つのPDFにまとめ、原本のZIPも作ります。両面で印刷しても、"
        "1通ごとに新しい紙から始まります。"
    ),
}


def button(kind: str, count: int) -> str:
    """The text of the button that starts the run over `count` cases."""
    match kind:
        case Kind.PROPOSE:
            text = ngettext("%(count)d件を起案する", "%(count)d件を起案する", count)
        case Kind.APPROVE:
            text = ngettext("%(count)d件を決裁する", "%(count)d件を決裁する", count)
        case _other:
            text = ngettext("%(count)d件の通知書をまとめる", "%(count)d件の通知書をまとめる", count)
    return text % {"count": count}
