"""Where the policy's own numbers do not fit together: said openly, beside the figures concerned.

Source: kpi_matching.md, "Inconsistencies in 001 to surface in the product".
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpi.indicators import BY_CODE

GRANTED, SUBMITTED = ("2-OP1", "2-OP2", "2-OP3"), "2-KSI"


@dataclass(frozen=True, slots=True)
class Note:
    """A contradiction: what the policy says, what follows, and how this portal deals with it."""

    code: str
    title: str | Promise
    says: str | Promise
    follows: str | Promise
    here: str | Promise
    indicators: tuple[str, ...]


def implied_acceptance() -> int:
    """In %: the grants aimed at by the applications aimed at (210 of 300)."""
    return round(100 * sum(BY_CODE[code].target for code in GRANTED) / BY_CODE[SUBMITTED].target)


NOTES: tuple[Note, ...] = (
    Note(
        "acceptance",
        _("申請300件に対し、交付210件"),
        _("目標は、申請が年300件、交付が150件・50件・10件を合わせて年210件です。"),
        _(
            "両方をちょうど達成すると、申請の70%を交付することになります。申請が増えても交付を増やさなければ"
            "採択率は下がり、予算に余りがあっても申請が少なければ交付に届きません。"
        ),
        _(
            "2つの目標を別々に判定し、今年度の申請と交付の比をこのページに示します。採択率そのものは"
            "目標として扱いません。"
        ),
        (SUBMITTED, *GRANTED),
    ),
    Note(
        "people-and-firms",
        _("修了者は人、投資率は企業"),
        _("道場の修了者（年100人）は人を、修了後1年以内の投資率（70%）は企業を数えます。"),
        _(
            "1社から2人が修了すると、修了者は2人、投資率の分母は1社です。修了者数に70%を掛けても、投資した"
            "企業の数にはなりません。"
        ),
        _("人と企業を別々に数え、投資率では、企業ではじめての修了から1年を数えます。"),
        ("1-OP1", "1-OC"),
    ),
    Note(
        "prices",
        _("付加価値の価格の基準と期間"),
        _(
            "労働生産性の向上率（15%）と付加価値額の増加率の差（5ポイント）には、名目か実質かが書かれていません。"
            "差には、いつまでに比べるかも書かれていません。"
        ),
        _("物価が上がる年には、名目の値は生産が増えなくても伸びます。"),
        _(
            "名目の値を公式とし、計算式の記号（A・B・C）を必ず付けます。労働生産性には、デフレーターのある年に"
            "限り、実質の値を基準年とともに横に示します。差は、交付決定の前に閉じた年度と、"
            "事業を終えた後の最初の1年間とを比べます。"
        ),
        ("1-KGI", "2-KGI"),
    ),
    Note(
        "orders-and-matches",
        _("共同受注・共同開発は年10件、マッチングは年100件"),
        _("共同受注・共同開発は5年で50件（年に平均10件）、ビジネスマッチングは年100件が目標です。"),
        _(
            "どちらも企業どうしの契約で、定義が違わなければ両方を満たせません。同じ契約が両方に入ることも"
            "あります。"
        ),
        _(
            "共同受注・共同開発は独立した2社以上が共に引き受けた契約、マッチングはポータルかラボがきっかけの"
            "2社の取引と決めて、別々に数えます。2つを足し合わせません。"
        ),
        ("3-KGI", "3-OC"),
    ),
    Note(
        "national",
        _("42.0%は全国の値"),
        _("DXに取り組む・検討する割合を、42.0%から60%以上へ引き上げることが目標です。"),
        _(
            "42.0%は中小機構の全国調査の値で、23区の値ではありません。出発点が違えば、伸びの意味も変わります。"
        ),
        _("42.0%は比べる値としてだけ示し、区の最初の調査の値を本当の基準とします。"),
        ("1-KSI",),
    ),
)


def notes_of(code: str) -> tuple[Note, ...]:
    """The contradictions that concern an indicator."""
    return tuple(note for note in NOTES if code in note.indicators)
