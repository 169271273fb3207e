"""Coded lists of the room. Codes are stored, words are shown."""

from collections.abc import Collection, Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.diagnosis import barriers

Words = Mapping[str, str | Promise]

IT, FLOOR = "it", "floor"
SIDES: Words = {IT: gettext_lazy("IT担当"), FLOOR: gettext_lazy("現場担当")}

QUALIFICATIONS: Words = {
    "it_coordinator": gettext_lazy("ITコーディネータ"),
    "it_strategist": gettext_lazy("ITストラテジスト"),
    "security": gettext_lazy("情報処理安全確保支援士"),
    "sme_consultant": gettext_lazy("中小企業診断士"),
    "engineer": gettext_lazy("技術士"),
    "factory": gettext_lazy("製造現場の実務経験10年以上"),
    "inspector": gettext_lazy("生産管理の技能検定"),
    "tax": gettext_lazy("税理士・会計士"),
}
# 001 支援策① 取組③: IT specialists, and people who know the processes of a factory.
FITTING: Mapping[str, frozenset[str]] = {
    IT: frozenset({"it_coordinator", "it_strategist", "security"}),
    FLOOR: frozenset({"sme_consultant", "engineer", "factory", "inspector"}),
}

FIELDS: Words = {
    "orders": gettext_lazy("見積・受注・納期の管理"),
    "production": gettext_lazy("生産計画・工程の進み具合"),
    "stock": gettext_lazy("材料・在庫・購買"),
    "quality": gettext_lazy("品質・検査の記録"),
    "cost": gettext_lazy("原価・会計・勤怠"),
    "machines": gettext_lazy("設備の稼働・IoT"),
    "design": gettext_lazy("図面・CAD/CAM"),
    "sales": gettext_lazy("販路・ウェブ・顧客"),
    "security": gettext_lazy("情報セキュリティ"),
    "people": gettext_lazy("人材育成・技能の引継ぎ"),
}

LANGUAGES: Words = {
    "ja": gettext_lazy("日本語"),
    "en": gettext_lazy("英語"),
    "zh": gettext_lazy("中国語"),
    "ko": gettext_lazy("韓国語"),
    "vi": gettext_lazy("ベトナム語"),
}

BARRIERS: Words = barriers.NAMES

# 規模モデル A–D of the survey in 004, by employees; "" above it.
SIZES: Words = {
    "D": gettext_lazy("19人以下"),
    "C": gettext_lazy("20〜49人"),
    "B": gettext_lazy("50〜99人"),
    "A": gettext_lazy("100〜300人"),
    "": gettext_lazy("301人以上"),
}


def words(known: Words, codes: Iterable[str]) -> str:
    """The codes in words, in the order of the list; unknown ones are left out."""
    chosen: Collection[str] = set(codes)
    return _("、").join(str(name) for code, name in known.items() if code in chosen)


def choices(known: Words) -> list[tuple[str, str | Promise]]:
    """For a form field."""
    return list(known.items())
