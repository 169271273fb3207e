"""取得財産: useful life, the end of the restriction, what a disposal gives back. Pure.

Source: domain.md A3 (財産処分制限: unit price of 50万円 税抜 and more, until the 耐用年数 ends, software
included); 減価償却資産の耐用年数等に関する省令 別表第一・第二・第三 for the years. Which row holds for
an asset is for the official to say; what is guessed from the expense category is marked as a guess.
"""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from math import floor

# (code, name, years) of the rows that a small factory's grants come across.
LIVES = (
    ("software", "ソフトウェア（その他のもの）", 5),
    ("server", "電子計算機（サーバーなど）", 5),
    ("pc", "電子計算機（パーソナルコンピュータ）", 4),
    ("measuring", "測定工具・検査工具", 5),
    ("tester", "試験・測定機器", 5),
    ("network", "電話設備・通信機器（デジタル）", 6),
    ("camera", "光学機器・カメラ", 5),
    ("metal", "金属製品製造業用設備", 10),
    ("machinery", "生産用機械器具製造業用設備", 12),
    ("electronics", "電気機械器具製造業用設備", 7),
    ("plastics", "プラスチック製品製造業用設備", 8),
    ("printing", "印刷業用設備", 10),
    ("food", "食料品製造業用設備", 10),
    ("textile", "繊維工業用設備", 7),
    ("fixture", "その他の器具・備品（主として金属製）", 10),
)
YEARS = {code: years for code, _name, years in LIVES}
# The category of an expense → the row it most likely is [K].
GUESSES = {"software": "software", "development": "software", "cloud": "software"}
OTHERWISE = "metal"


@dataclass(frozen=True, slots=True)
class Return:
    """What a disposal gives back: `book_yen` 残存簿価, `base_yen` the larger of it and the price,
    `return_yen` the subsidy's share of that, never more than the subsidy in the asset. In yen, cut
    off to whole yen at the end alone.
    """

    book_yen: int
    base_yen: int
    return_yen: int
    months_left: int


def guess(category: str) -> str:
    """The row of the table for an expense of that category, to be confirmed."""
    return GUESSES.get(category, OTHERWISE)


def restricted_until(acquired_on: dt.date, years: int) -> dt.date:
    """The last day of the restriction: the day before the useful life has passed."""
    try:
        end = acquired_on.replace(year=acquired_on.year + years)
    except ValueError:  # 29 February
        end = dt.date(acquired_on.year + years, 3, 1)
    return end - dt.timedelta(days=1)


def months_left(acquired_on: dt.date, years: int, disposed_on: dt.date) -> int:
    """Months of the useful life that have not begun on the day of the disposal (月割).

    The month of the acquisition counts as used, as in 減価償却.
    """
    used = (disposed_on.year - acquired_on.year) * 12 + disposed_on.month - acquired_on.month + 1
    return min(max(years * 12 - used, 0), years * 12)


def returned(
    *,
    net_yen: int,
    acquired_on: dt.date,
    years: int,
    disposed_on: dt.date,
    share: Fraction,
    price_yen: int = 0,
) -> Return:
    """補助金相当額 on a disposal within the restriction: straight line (定額法, 残存価額0).

    `net_yen` is the asset's cost (税抜), `share` the part of it that the subsidy paid (確定額 ÷
    補助対象経費), `price_yen` what it was sold for (0: given away, scrapped, put to another use).
    """
    left = months_left(acquired_on, years, disposed_on)
    book = Fraction(net_yen * left, years * 12)
    base = max(book, Fraction(price_yen))
    most = net_yen * share
    return Return(floor(book), floor(base), floor(min(base * share, most)), left)
