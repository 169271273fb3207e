"""阻害要因 A-1 … D-1: what holds a firm back (after 004; our own wording), and what helps against each."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.diagnosis.rules.steps import ADVICE, COURSE, MONEY, TRY

NAMES: Mapping[str, str | Promise] = {
    "A-1": _("A-1 自社は特別で既製品は合わない"),
    "A-2": _("A-2 統合システムは自社には早い"),
    "B-1": _("B-1 効果が分からない"),
    "B-2": _("B-2 現場改善の積み上げで足りる"),
    "B-3": _("B-3 付き合いのある業者が個別の仕組みを勧める"),
    "B-4": _("B-4 いままで回ってきたので変える理由がない"),
    "C-1": _("C-1 費用を負担する余裕がない"),
    "C-2": _("C-2 担当者を置く余裕がない"),
    "D-1": _("D-1 保守・運用の技能がない"),
}
GROUPS: Mapping[str, str | Promise] = {
    "A": _("A 思い込み"),
    "B": _("B 情報の不足"),
    "C": _("C 費用"),
    "D": _("D 人と技能"),
}


@dataclass(frozen=True, slots=True)
class Help:
    """What is said of a barrier, and the kinds of help, the best first."""

    text: str | Promise
    needs: tuple[str, ...]


HELPS: Mapping[str, Help] = {
    "A-1": Help(
        _("競い合う仕事と、どこでも同じ仕事を分けましょう。同じ仕事には既製品が使えます。"),
        (ADVICE, TRY),
    ),
    "A-2": Help(_("規模の小さい会社の例を、先に入れた経営者から聞きましょう。"), (COURSE, ADVICE)),
    "B-1": Help(_("簡易業務診断で、自社の時間と金額の目安を出しましょう。"), (ADVICE, TRY)),
    "B-2": Help(_("現場だけでなく、受注から入金までの流れを見ましょう。"), (COURSE, ADVICE)),
    "B-3": Help(_("業者と関係のない相談員に、つながり方を見てもらいましょう。"), (ADVICE, COURSE)),
    "B-4": Help(_("同じ規模の会社と比べ、自社の位置を確かめましょう。"), (COURSE, ADVICE)),
    "C-1": Help(_("補助金と、試せる設備を調べましょう。"), (MONEY, TRY)),
    "C-2": Help(
        _("1人に任せず、週に数時間を担当の仕事にしましょう。相談員が支えます。"),
        (ADVICE, COURSE),
    ),
    "D-1": Help(_("社内の1人を講座に出し、運用を業者と分けましょう。"), (COURSE, ADVICE)),
}


def name(code: str) -> str:
    """In words; an unknown code as it is."""
    return str(NAMES.get(code, code))
