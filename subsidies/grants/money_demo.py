"""The demonstration's money: reports, inspections, claims, payments, a revocation and its return.

Each story takes one running grant as far as its name says, by the services.
"""

import datetime as dt
from io import BytesIO
from typing import TYPE_CHECKING, Any

from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import services as files
from portal.kernel.files import storage
from portal.kernel.files.models import StoredFile
from subsidies.demo import papers
from subsidies.grants import services
from subsidies.grants.models import Filing, FilingDocument, Recovery
from subsidies.grants.quoted import quoted_of
from subsidies.grants.rules.inspection import ITEMS, OK
from subsidies.grants.services.filings import PURPOSE
from subsidies.grants.services.recovery import account_of

if TYPE_CHECKING:
    from subsidies.grants.demo import Desk

PAPERS = {
    "quote": "見積書",
    "order": "発注書",
    "delivery": "納品書",
    "invoice": "請求書",
    "payment": "振込控え",
}


def draft(desk: "Desk") -> None:
    """A report that is being written, with an order before the decision."""
    filing = desk.draft("completion", completed_on="", results="設置を終えた。")
    early = desk.grant.decided_on - dt.timedelta(days=1)
    _fill(desk, filing, order_on=early.isoformat())


def reported(desk: "Desk") -> Filing:
    """A report that waits for its inspection."""
    filing = desk.draft(
        "completion",
        completed_on=desk.bought_on.isoformat(),
        results="日報の入力を端末に変え、月末の集計が3日から2時間になった。",
        other_yen="0",
        effect_felt="felt",
        effect_kind="time",
    )
    _fill(desk, filing)
    quoted = quoted_of(desk.grant)
    for line in filing.content["spent"]:
        known = (line["category"], line["description"]) in quoted
        for step, name in PAPERS.items():
            if step == "quote" and known:
                continue
            _attach(desk, filing, step, line["key"], f"{name}.pdf", papers.sample(name))
    _attach(desk, filing, "photos", "", "設置の写真.jpg", papers.photograph())
    with acting(desk.firm):
        return services.filing_submit(actor=desk.firm, filing_id=filing.pk)


def returned(desk: "Desk") -> None:
    """A report that was returned to the firm."""
    desk.give_back(reported(desk), "請求書の宛名が読み取れません。鮮明な写しを付けてください。")


def proposed(desk: "Desk") -> Any:
    """An inspected report whose final amount waits for its approval."""
    filing = reported(desk)
    with acting(desk.reviewer):
        services.inspection_save(
            actor=desk.reviewer,
            filing_id=filing.pk,
            method="papers",
            inspected_on=desk.today,
            verdicts={item.code: {"verdict": OK} for item in ITEMS},
            cuts={},
            findings="書類はそろっている。",
        )
    return desk.propose(filing, "実績が計画に沿っており、証拠書類もそろっている。")


def finalised(desk: "Desk") -> None:
    """A final amount that the firm has not claimed yet."""
    desk.approve(proposed(desk))


def claimed(desk: "Desk") -> None:
    """A claim that waits for its payment."""
    finalised(desk)
    filing = desk.draft("claim", reference="S-0012")
    with acting(desk.firm):
        services.claim_account_save(
            actor=desk.firm,
            filing_id=filing.pk,
            **account_told(desk.grant.firm_id),
        )
        services.filing_submit(actor=desk.firm, filing_id=filing.pk)


def account_told(firm_id: int) -> dict[str, str]:
    """Each firm its own; two with one account are planted by `subsidies.watch.demo`."""
    return {
        "bank_code": "9999",
        "bank_name": "見本銀行",
        "branch_code": "001",
        "branch_name": "両国支店",
        "kind": "1",
        "number": f"{firm_id:07d}",
        "holder": "ミホン",
        "explanation": "デモンストレーションの口座です。",
    }


def paid(desk: "Desk") -> None:
    """A grant that was paid."""
    claimed(desk)
    with acting(desk.reviewer):
        services.payment_record(
            actor=desk.reviewer,
            grant_id=desk.grant.pk,
            paid_on=desk.today,
            # Asked for where the grant is of a year whose books are closed.
            late_reason="デモンストレーションでは、以前の年度の補助金も今日の日付で支払います。",
        )


def asked(desk: "Desk") -> int:
    """A firm that is to be heard before a revocation."""
    with acting(desk.reviewer):
        return services.hearing_ask(
            actor=desk.reviewer,
            grant_id=desk.grant.pk,
            grounds=["purpose"],
            facts="現地調査で、導入した機器が別の会社の工場で使われていた。",
            due_on=desk.soon(14),
        ).pk


def revoked(desk: "Desk") -> None:
    """A revocation after the payment, with a part of the money returned."""
    paid(desk)
    taken_back(desk)


def taken_back(desk: "Desk", *, whole: bool = False) -> None:
    """A paid grant that is revoked; half of the money was returned, or all with its charges."""
    desk.grant.refresh_from_db()
    hearing = asked(desk)
    with acting(desk.firm):
        services.hearing_state(
            actor=desk.firm, hearing_id=hearing, statement="修理の間だけ貸し出したものです。"
        )
    with acting(desk.reviewer):
        ruling = services.revocation_propose(
            actor=desk.reviewer,
            grant_id=desk.grant.pk,
            hearing_id=hearing,
            kept_yen=0,
            reason="貸出しは3か月に及び、他の用途への使用に当たる。",
        )
    desk.approve(ruling)
    desk.grant.refresh_from_db()
    with acting(desk.reviewer):
        order = services.recovery_propose(
            actor=desk.reviewer,
            grant_id=desk.grant.pk,
            principal_yen=desk.grant.paid_yen,
            surcharged=True,
            reason="交付決定の取消による。",
        )
    desk.approve(order)
    recovery = Recovery.objects.select_related("ruling").get(ruling=order)
    left = account_of(recovery, desk.today).left_yen
    with acting(desk.reviewer):
        services.recovery_payment_record(
            actor=desk.reviewer,
            recovery_id=recovery.pk,
            yen=left if whole else desk.grant.paid_yen // 2,
            paid_on=desk.today,
        )


def _fill(desk: "Desk", filing: Filing, **changes: str) -> None:
    """Every line bought as planned, on one day, by the quote of the application where it has one."""
    bought = desk.bought_on.isoformat()
    quote_on = (desk.grant.decided_on - dt.timedelta(days=20)).isoformat()
    quoted = quoted_of(desk.grant)
    for line in filing.content["spent"]:
        known = (line["category"], line["description"]) in quoted
        net = line["planned_yen"]
        tax = net * line["tax_percent"] // 100
        days = {f"{step}_on": bought for step in (*PAPERS, "acceptance") if step != "quote"}
        amounts = {"invoice_yen": net + tax, "paid_yen": net + tax, "net_yen": net, "tax_yen": tax}
        with acting(desk.firm):
            services.completion_line_save(
                actor=desk.firm,
                filing_id=filing.pk,
                key=line["key"],
                typed={
                    **days,
                    **{name: str(yen) for name, yen in amounts.items()},
                    "quote_on": "" if known else quote_on,
                    "place": "本社工場",
                    **changes,
                },
            )


def _attach(
    desk: "Desk", filing: Filing, requirement: str, item: str, name: str, content: bytes
) -> None:
    with acting(desk.firm):
        stored = files.store_generated(
            actor=desk.firm,
            content=content,
            name=name,
            content_type=papers.JPEG if name.endswith("jpg") else papers.PDF,
            purpose=PURPOSE,
            ward_id=None,
            firm_id=desk.firm.firm_id,
        )
        FilingDocument.objects.create(
            filing=filing, requirement=requirement, item=item, stored_file=stored
        )
    if stored.content_type == papers.JPEG:
        _preview(stored, content)


def _preview(stored: StoredFile, content: bytes) -> None:
    """The small image that the inspection of an upload makes; our own photograph is small already."""
    key = storage.new_key(storage.CLEAN)
    storage.write(BytesIO(content), key, limit=len(content))
    with acting(Actor.system("grants.demo")):
        StoredFile.objects.filter(pk=stored.pk).update(preview_key=key)


# One grant each; the first ones are told even where a small load has few grants.
STORIES = (
    (revoked,),
    (claimed,),
    (proposed,),
    (reported,),
    (finalised,),
    (paid,),
    (returned,),
    (asked,),
    (draft,),
)
