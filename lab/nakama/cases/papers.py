"""注文書 with the fields of 取適法4条; data only, the layout is templates/documents/nakama_order.typ."""

from typing import Any

from lab.nakama.cases.models import Order
from portal.kernel import clock

NOTES = (
    (
        "代金は、上の支払期日に、上の方法で全額を支払う。手形・一括決済方式・電子記録債権は使わない"
        "（取適法第5条）。"
    ),
    (
        "受領を拒むこと、後から減額すること、理由なく返品することはしない。"
        "原材料・労務費・エネルギーの価格が変わったときは、求めに応じて価格を協議し、記録を残す。"
    ),
    (
        "図面と型は、この注文に含まれるものだけを渡す。図面の写しは、仕事が終わったら消す"
        "（知的財産取引に関するガイドライン）。"
    ),
)


def order_data(order: Order) -> dict[str, Any]:
    """What stands in the 注文書."""
    tax = order.tax_yen
    title = "注文書"
    return {
        "title": title,
        "document_no": order.number,
        "date": clock.wareki(order.ordered_on),
        "to": f"{order.contractor_name}　御中",
        "from": order.orderer_name,
        "issuer_office": order.orderer_name,
        "keywords": [title, order.number],
        "footer": f"{title}　{order.number}",
        "lead": "次のとおり注文します（製造委託等に係る中小受託事業者に対する代金の支払の遅延等の"
        "防止に関する法律（取適法）第4条による明示）。",
        "facts": [
            ("委託事業者", order.orderer_name),
            ("中小受託事業者", order.contractor_name),
            ("委託した日", clock.wareki(order.ordered_on)),
            ("給付の内容", order.goods),
            ("数量", f"{order.quantity:,}個"),
            ("代金の額（税抜）", f"{order.price_yen:,}円"),
            (f"消費税（{order.tax_percent}％）", f"{tax:,}円"),
            ("代金の額（税込）", f"{order.price_yen + tax:,}円"),
            ("給付を受領する期日", clock.wareki(order.deliver_on)),
            ("給付を受領する場所", order.deliver_to),
            ("検査を終える期日", clock.wareki(order.inspect_by)),
            ("支払期日", clock.wareki(order.pay_on)),
            ("支払の方法", order.get_method_display()),
            *_supply(order),
            ("取り決め", order.terms or "なし"),
        ],
        "notes": list(NOTES),
    }


def _supply(order: Order) -> list[tuple[str, str]]:
    """有償支給材: 品名, 数量, 対価, 引渡しの期日, 決済の期日と方法."""
    if order.supply_yen is None or order.supply_on is None or order.supply_settle_on is None:
        return [("有償で支給する材料", "なし")]
    return [
        ("有償支給材の品名・数量", f"{order.supply_goods}　{order.supply_quantity}"),
        ("有償支給材の対価（税抜）", f"{order.supply_yen:,}円"),
        ("有償支給材を引き渡す期日", clock.wareki(order.supply_on)),
        ("有償支給材の決済の期日", clock.wareki(order.supply_settle_on)),
        ("有償支給材の決済の方法", order.get_supply_method_display()),
    ]
