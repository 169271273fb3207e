"""What a factory makes and how, as the statistics and the METI survey name it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# 日本標準産業分類 (JSIC) 大分類E 製造業, 中分類 09–32.
JSIC = (
    ("09", _("食料品製造業")),
    ("10", _("飲料・たばこ・飼料製造業")),
    ("11", _("繊維工業")),
    ("12", _("木材・木製品製造業（家具を除く）")),
    ("13", _("家具・装備品製造業")),
    ("14", _("パルプ・紙・紙加工品製造業")),
    ("15", _("印刷・同関連業")),
    ("16", _("化学工業")),
    ("17", _("石油製品・石炭製品製造業")),
    ("18", _("プラスチック製品製造業")),
    ("19", _("ゴム製品製造業")),
    ("20", _("なめし革・同製品・毛皮製造業")),
    ("21", _("窯業・土石製品製造業")),
    ("22", _("鉄鋼業")),
    ("23", _("非鉄金属製造業")),
    ("24", _("金属製品製造業")),
    ("25", _("はん用機械器具製造業")),
    ("26", _("生産用機械器具製造業")),
    ("27", _("業務用機械器具製造業")),
    ("28", _("電子部品・デバイス・電子回路製造業")),
    ("29", _("電気機械器具製造業")),
    ("30", _("情報通信機械器具製造業")),
    ("31", _("輸送用機械器具製造業")),
    ("32", _("その他の製造業")),
)


class ProductionType(models.TextChoices):
    """生産形態, the five of METI's survey of small manufacturers (令和2年度, question 1-3)."""

    PLANT = "eto_plant", _("個別受注設計・インフラ・プラント型（ETO）")
    MAKE_TO_ORDER = "mto", _("受注生産（中量産型、MTO）")
    ASSEMBLE_TO_ORDER = "ato", _("受注組立（中量産型、CTO/ATO）")
    MAKE_TO_STOCK = "mts", _("見込生産（量産・パーツ型、MTS）")
    SOLUTION = "eto_solution", _("個別受注設計・ソリューション型（ETO）")


# 規模モデル (rules.size_model) in words; "" is what lies above the survey.
SIZE_LABELS = {
    "A": _("モデルA（100〜300人）"),
    "B": _("モデルB（50〜99人）"),
    "C": _("モデルC（20〜49人）"),
    "D": _("モデルD（19人以下）"),
    "": _("301人以上"),
}
