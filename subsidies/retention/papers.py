"""廃棄記録 as bytes: which cases went, when, on whose proposal and whose decision; what was left.

Japanese whatever the official reads: it is the ward's document. It names cases by their number and
days alone, so that it can be kept for ever. With the same rows it is the same byte for byte.
"""

import csv
import io
from collections.abc import Iterable
from itertools import chain

from portal.kernel import clock
from portal.kernel.documents import render_pdf
from portal.ui.exports import neutral
from programs.models import Ward
from subsidies.retention.models import ENDINGS, Disposal, DisposalItem

_ERASED = (
    "次の案件について、氏名、連絡先、回答、書類の内容及びファイルを消去しました。"
    "受付番号、文書番号、金額、日付、ファイルの照合値及び監査証跡は残しています。"
)
HEAD = ["受付番号", "制度", "終わり方", "終わった日", "区分", "満了日", "結果", "ファイル", "理由"]


def file_name(disposal: Disposal, kind: str) -> str:
    """Under which the record is saved."""
    return f"廃棄記録_{disposal.pk}.{kind}"


def record_csv(disposal: Disposal) -> bytes:
    """UTF-8 with BOM, formulas neutralised."""
    stream = io.StringIO(newline="")
    sheet = csv.writer(stream)
    sheet.writerow(HEAD)
    for item in _items(disposal):
        sheet.writerow([neutral(cell) for cell in _cells(item, iso=True)])
    return "\ufeff".encode() + stream.getvalue().encode()


def record_pdf(disposal: Disposal) -> bytes:
    """A tagged PDF, dated by the disposal's last step."""
    items = list(_items(disposal))
    done = [item for item in items if item.outcome == DisposalItem.Outcome.DONE]
    left = [item for item in items if item.outcome != DisposalItem.Outcome.DONE]
    ward = Ward.objects.get(pk=disposal.ward_id)
    moment = disposal.finished_at or disposal.approved_at or disposal.prepared_at
    data = {
        "title": "廃棄記録",
        "subtitle": f"{ward.name}　{clock.wareki(disposal.ended_by)}までに保存期間が満了した案件",
        "author": ward.name,
        "keywords": [f"retention:{disposal.pk}"],
        "footer": f"廃棄記録　第{disposal.pk}号",
        "landscape": True,
        "facts": _facts(disposal, len(done), len(left)),
        "paragraphs": [_ERASED],
        "parts": [
            {
                "caption": caption,
                "widths": ["38mm", "1fr", "18mm", "30mm", "18mm", "30mm", "20mm", "16mm", "44mm"],
                "head": HEAD,
                "rows": [_cells(item, iso=False) for item in rows],
            }
            for caption, rows in (("廃棄した案件", done), ("廃棄しなかった案件と理由", left))
        ],
    }
    return render_pdf("selection", data, made_at=moment)


def _facts(disposal: Disposal, done: int, left: int) -> list[list[str]]:
    approved = disposal.approved_at
    finished = disposal.finished_at
    return [
        ["起案", f"{disposal.prepared_by.name}　{_day(disposal.prepared_at)}"],
        ["起案の理由", disposal.reason],
        [
            "決裁",
            f"{disposal.approved_by.name}　{_day(approved)}"
            if disposal.approved_by and approved
            else "決裁前",
        ],
        ["廃棄を終えた日", _day(finished) if finished else "—"],
        ["廃棄した案件", f"{done}件"],
        ["廃棄しなかった案件", f"{left}件"],
    ]


def _day(moment: object) -> str:
    return clock.wareki(clock.to_date(moment))


def _items(disposal: Disposal) -> Iterable[DisposalItem]:
    return disposal.items.select_related("kept__application").order_by("position")


def _cells(item: DisposalItem, *, iso: bool) -> list[str]:
    kept, case = item.kept, item.kept.application
    days = [kept.ended_on, kept.ends_on]
    ended, ends = [day.isoformat() if iso else clock.wareki(day) for day in days]
    return list(
        chain(
            [case.receipt_no or "", case.scheme_name, _japanese(kept.ending), ended],
            [kept.retention_class, ends, _outcome(item), str(item.files), item.reason or "—"],
        )
    )


def _japanese(ending: str) -> str:
    return str(ENDINGS[ending])


def _outcome(item: DisposalItem) -> str:
    return str(item.get_outcome_display())
