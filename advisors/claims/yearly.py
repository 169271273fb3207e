"""支払調書 of a calendar year: what each payee was paid, what was withheld, whether it is to be filed. Pure.

報酬、料金、契約金及び賞金の支払調書 (所得税法225条1項3号; 所得税法施行規則84条): whoever pays fees of
204条1項 files one for each payee and year by the 31st of January. For fees of its no. 2 (企業診断員 and others)
one is filed where all that the payee was paid in the year is above 50,000円; also for a company, from which
nothing is withheld (国税庁「給与所得の源泉徴収票等の法定調書の作成と提出の手引」). The yen contain consumption
tax, which decides the safe way: filed rather too often.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from advisors.claims.rules import TAX_WITHIN
from portal.kernel.money import portion

# More than that in the year is filed. 円 with tax.
LIMIT_YEN = 50_000
# Whether it is filed: yes, no, or to be settled because the ward does not treat the fees as those of 204条.
DUE, UNDER, UNSETTLED = "due", "under", "unsettled"


@dataclass(frozen=True, slots=True)
class Payment:
    """A claim that was decided. `payee` is the same for payments to the same person or company.

    `is_paid`: within the year; otherwise decided in the year and not paid in it. `withholds`: whether the
    ward withheld from persons when it was claimed; `on_travel`: whether fares count as part of the fee.
    """

    payee: str
    name: str
    is_company: bool
    fee_yen: int
    travel_yen: int
    withheld_yen: int
    is_paid: bool = True
    withholds: bool = True
    on_travel: bool = True

    @property
    def amount_yen(self) -> int:
        """What counts as the fee, with consumption tax."""
        return self.fee_yen + (self.travel_yen if self.on_travel else 0)


@dataclass(frozen=True, slots=True)
class Statement:
    """One payee's year. `tax_yen` is the consumption tax within `amount_yen`."""

    payee: str
    name: str
    is_company: bool
    payments: int
    amount_yen: int
    withheld_yen: int
    tax_yen: int
    unpaid_yen: int
    verdict: str


def statements(payments: Iterable[Payment]) -> list[Statement]:
    """One for each payee, under the name of the last payment; the order is that of the payments."""
    found: dict[str, list[Payment]] = defaultdict(list)
    for payment in payments:
        found[payment.payee].append(payment)
    return [_statement(payee, rows) for payee, rows in found.items()]


def _statement(payee: str, rows: list[Payment]) -> Statement:
    paid = [row for row in rows if row.is_paid]
    amount = sum(row.amount_yen for row in paid)
    return Statement(
        payee=payee,
        name=rows[-1].name,
        is_company=rows[-1].is_company,
        payments=len(paid),
        amount_yen=amount,
        withheld_yen=sum(row.withheld_yen for row in paid),
        tax_yen=sum(portion(row.amount_yen, TAX_WITHIN) for row in paid),
        unpaid_yen=sum(row.amount_yen for row in rows if not row.is_paid),
        verdict=_verdict(amount, any(row.withholds for row in paid)),
    )


def _verdict(amount_yen: int, withholds: bool) -> str:
    if amount_yen <= LIMIT_YEN:
        return UNDER
    return DUE if withholds else UNSETTLED
