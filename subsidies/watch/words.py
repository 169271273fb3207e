"""Findings in plain words: what was found, why it is shown, what might be asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.kernel.money import format_yen
from subsidies.watch.models import Finding
from subsidies.watch.rules.limits import STANDARD, Limits

Kind = Finding.Kind


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why findings of a kind are shown, and what an official might ask or look at."""

    why: str
    ask: Sequence[str]


def summary(row: Finding) -> str:
    """One line for lists. Of a case elsewhere nothing but that it is elsewhere."""
    facts = row.evidence
    match row.kind:
        case Kind.VENDOR:
            text = _("「%(vendor)s」：申請した%(of)s社のうち%(firms)s社")
            return text % {"vendor": facts["vendor"], "of": facts["of"], "firms": facts["firms"]}
        case Kind.RING:
            number = len(facts["firms"])
            text = ngettext("%(count)d社の間の発注", "%(count)d社の間の発注", number)
            return text % {"count": number}
        case Kind.PRICE:
            text = _("「%(item)s」%(price)s（中央値 %(median)s）")
            return text % {
                "item": facts["item"],
                "price": format_yen(facts["price_yen"]),
                "median": format_yen(facts["median_yen"]),
            }
        case Kind.SAME_DAY:
            first = facts["lines"][0]
            text = ngettext(
                "「%(line)s」など%(count)d件の経費に、同じ日付の見積り",
                "「%(line)s」など%(count)d件の経費に、同じ日付の見積り",
                len(facts["lines"]),
            )
            return text % {"line": first["line"], "count": len(facts["lines"])}
        case Kind.TOGETHER:
            one, other = facts["vendors"]
            text = _("「%(one)s」と「%(other)s」：%(firms)s社に一緒に見積り")
            return text % {"one": one, "other": other, "firms": facts["firms"]}
        case Kind.UNIT:
            return _("「%(label)s」%(value)s") % {"label": facts["label"], "value": facts["value"]}
    return _of_pair(row)


def _of_pair(row: Finding) -> str:
    other = row.evidence["other"]
    if row.is_elsewhere:
        return _("ほかの区の申請との一致")
    if row.kind == Kind.TEXT:
        text = _("%(firm)s（%(number)s）の文章と%(percent)d％一致")
        return text % {
            "firm": other["firm"],
            "number": other["receipt_no"],
            "percent": row.evidence["percent"],
        }
    text = _("%(firm)s（%(number)s）の申請との一致")
    return text % {"firm": other["firm"], "number": other["receipt_no"]}


def explanation(kind: str, limits: Limits = STANDARD) -> Explanation:
    """In the words of somebody who explains the page to the firm, with the limits it was found by."""
    told = {
        Kind.FILE: _of_file,
        Kind.TEXT: _of_text,
        Kind.VENDOR: _of_vendor,
        Kind.PRICE: _of_price,
        Kind.TOGETHER: _of_together,
    }
    if kind in told:
        return told[Kind(kind)](limits)
    return {
        Kind.FIRM: _of_firm,
        Kind.ACCOUNT: _of_account,
        Kind.RING: _of_ring,
        Kind.UNIT: _of_unit,
        Kind.SAME_DAY: _of_same_day,
    }[Kind(kind)]()


def threshold(kind: str, limits: Limits) -> str:
    """The limit that a finding of that kind was found with, "" where there is none."""
    match kind:
        case Kind.FILE:
            text = _("%(firms)d社以上が持つファイルを除く")
            return text % {"firms": limits.file_firms}
        case Kind.TEXT:
            return _("文章の%(percent)d％以上が一致") % {"percent": limits.text_percent}
        case Kind.VENDOR:
            text = _("%(firms)d社以上、かつ申請者の%(one_in)d社に1社以上")
            return text % {"firms": limits.vendor_firms, "one_in": limits.vendor_one_in}
        case Kind.PRICE:
            text = _(
                "ほかの%(peers)d社以上と比べ、中央値＋%(times)s×1.4826×MADと"
                "中央値の%(percent)d％の、大きいほうを超える"
            )
            return text % {
                "peers": limits.price_peers,
                "times": tenths_text(limits.price_tenths),
                "percent": limits.price_percent,
            }
        case Kind.TOGETHER:
            text = _("%(firms)d社以上、かつよく見積るほうの見積先の%(percent)d％以上")
            return text % {"firms": limits.pair_firms, "percent": limits.pair_percent}
    return ""


def tenths_text(tenths: int) -> str:
    """35 → 3.5."""
    return f"{tenths // 10}.{tenths % 10}"


def version_text(limits: Limits) -> str:
    """Which version of the ward's limits it was."""
    if not limits.number:
        return _("標準の基準")
    return _("区が決めた基準（第%(number)d版）") % {"number": limits.number}


def _of_firm() -> Explanation:
    return Explanation(
        _(
            "同じ法人番号の企業が、ほかの申請でも同じ品目の経費を挙げているため表示しています。"
            "同じ経費に2つの補助を受けることはできませんが、別の品目や台数のこともあります。"
        ),
        (
            _("2つの申請の品目は同じものか、別のものか"),
            _("どちらの申請で補助を受ける予定か。もう一方は取り下げるか"),
        ),
    )


def _of_account() -> Explanation:
    return Explanation(
        _(
            "別の企業の請求が、同じ金融機関・支店・口座番号を挙げているため表示しています。"
            "照合は暗号化した番号で行い、番号そのものは読んでいません。"
        ),
        (
            _("口座の名義人は誰か。企業名と違う場合の理由"),
            _("2つの企業の代表者や経理の担当者は同じか"),
        ),
    )


def _of_file(limits: Limits) -> Explanation:
    return Explanation(
        _(
            "別の企業の申請に、1バイトも違わない同じファイルが添付されているため表示しています。"
            "%(firms)d社以上が持つファイルは、様式やパンフレットとみなして表示しません。"
        )
        % {"firms": limits.file_firms},
        (
            _("ファイルの宛名・日付は、この申請者のものか"),
            _("見積書を誰から受け取ったか"),
        ),
    )


def _of_text(limits: Limits) -> Explanation:
    return Explanation(
        _(
            "計画の文章を5文字ずつに区切って比べ、別の企業の文章と%(percent)d％以上が一致したため"
            "表示しています。同じ支援者の助言や公表された記入例を写しただけのこともあります。"
        )
        % {"percent": limits.text_percent},
        (
            _("計画は誰が書いたか。販売する事業者が書いていないか"),
            _("自社の数字（時間・件数）はどうやって調べたか"),
        ),
    )


def _of_vendor(limits: Limits) -> Explanation:
    return Explanation(
        _(
            "同じ公募に申請した企業の%(one_in)d社に1社以上、かつ%(firms)d社以上が、"
            "同じ発注予定先を挙げているため表示しています。"
            "地域で選ばれている事業者であるだけのこともあります。"
        )
        % {"one_in": limits.vendor_one_in, "firms": limits.vendor_firms},
        (
            _("発注先をどうやって選んだか。ほかの見積りは誰が取ったか"),
            _("補助金の一部を戻す、紹介料を払うなどの約束を持ちかけられていないか"),
        ),
    )


def _of_ring() -> Explanation:
    return Explanation(
        _(
            "申請した企業どうしが、互いに（又は順番に）発注先になっているため表示しています。"
            "仲間で得意な仕事を分け合うことはありますが、代金が一周すると実質の負担がなくなります。"
        ),
        (
            _("それぞれの発注の内容と、市価での金額"),
            _("代表者・役員・株主に同じ人がいないか"),
        ),
    )


def _of_price(limits: Limits) -> Explanation:
    return Explanation(
        _(
            "同じ経費区分・同じ品目の単価を、ほかの%(peers)d社以上の申請と比べ、"
            "中央値から大きく離れているため表示しています。仕様や数量の違いで高くなることもあります。"
        )
        % {"peers": limits.price_peers},
        (
            _("仕様のどこがほかと違うか。見積りの内訳"),
            _("ほかの事業者の見積りを取ったか"),
        ),
    )


def _of_unit() -> Explanation:
    return Explanation(
        _(
            "前の数字と8倍以上違うなど、単位の取り違えに見える数字を、申請者が「正しい」と確認したため"
            "表示しています。"
        ),
        (
            _("決算書や見積書の数字と同じ桁か"),
            _("前の数字のほうが間違っていないか"),
        ),
    )


def _of_same_day() -> Explanation:
    return Explanation(
        _(
            "1つの経費に出された別の会社の見積書が、同じ日付になっているため表示しています。"
            "同じ日にまとめて頼み、同じ日に届くこともあります。"
        ),
        (
            _("見積りをいつ、誰に、どうやって頼んだか。依頼の控え"),
            _("2つの見積書の書式・誤字・印影が似ていないか"),
        ),
    )


def _of_together(limits: Limits) -> Explanation:
    return Explanation(
        _(
            "同じ年度に%(firms)d社以上の申請で、同じ2つの会社が一緒に見積りを出していて、その数が、"
            "よく見積りを出すほうの会社の見積先の%(percent)d％以上になるため表示しています。"
            "扱う会社の少ない製品では、同じ顔ぶれになることもあります。"
        )
        % {"firms": limits.pair_firms, "percent": limits.pair_percent},
        (
            _("2社目の見積りは誰が頼んだか。申請者か、1社目か"),
            _("2社の役員・所在地・電話番号に同じものがないか"),
        ),
    )
