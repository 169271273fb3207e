"""What stands in the letter of a ruling, from what the ruling froze. Data only, no layout.

Letters are always Japanese. The same ruling gives the same data, however much later it is asked.
"""

import datetime as dt
from typing import Any

from portal.kernel import clock
from subsidies.grants.kinds import rulings
from subsidies.grants.models import Ruling

# Where a letter that is only proposed will have its number and its day.
OPEN_NUMBER, OPEN_DAY = "（文書番号は決裁の後）", "（決定の日）"


def ruling_letter(ruling: Ruling) -> dict[str, Any]:
    """承認・不承認の通知書 or 指示書 of a ruling; of one that is only proposed the draft (案).

    Raises KeyError for a kind without one.
    """
    kind, frame = rulings.get(ruling.kind), ruling.terms["letter"]
    number, day = OPEN_NUMBER, OPEN_DAY
    if ruling.ruled_on is not None:
        number, day = ruling.document_no or "", clock.wareki(ruling.ruled_on)
    decided_on = clock.wareki(dt.date.fromisoformat(frame["decided_on"]))
    guideline = frame["guideline"] or f"{frame['scheme']}交付要綱"
    return {
        "title": f"{frame['scheme']} {frame['paper']}{'' if ruling.ruled_on else '（案）'}",
        "form_no": frame["form_no"],
        "document_no": number,
        "date": day,
        "addressee_name": frame["addressee_name"],
        "addressee_person": frame["addressee_person"],
        "issuer_office": frame["issuer_office"],
        "issuer": frame["issuer"],
        "seal": frame.get("seal", {}),
        "keywords": [frame["paper"], ruling.document_no or ""],
        "footer": f"{number}　{frame['receipt_no']}",
        "opening": (
            f"{decided_on}付け{frame['decision_no']}で交付を決定した補助金について、"
            f"{guideline}に基づき、次のとおり通知します。"
        ),
        "matter": kind.opening(ruling),
        "rows": [
            ("受付番号", frame["receipt_no"]),
            ("事業の名前", frame["title"]),
            *kind.rows(ruling),
        ],
        # Proposals from before the letters carried it froze none.
        "appeal": frame.get("appeal_text", ""),
        "contact": frame["contact"],
    }


def file_name(ruling: Ruling) -> str:
    """The letter's name as a file."""
    frame = ruling.terms["letter"]
    return f"{frame['paper']}_{frame['receipt_no']}.pdf"
