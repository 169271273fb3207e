"""The prototype dashboard's figures."""

from decimal import Decimal

from portal.ui import charts, figures
from portal.ui.parts import Crumb

MONTHS = tuple(f"{m}月" for m in (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3))
SERIES = (
    charts.Series("前年度", "previous", (10, 25, 44, 66, 88, 107, 125, 143, 160, 176, 191, 205)),
    charts.Series("目標", "target", (17, 36, 55, 75, 94, 115, 136, 155, 174, 193, 212, 230)),
    charts.Series("実績", "actual", (12, 31, 52, 78, 101, 126, 148, *(None,) * 5)),
)
WARDS = {
    13101: 1, 13102: 2, 13103: 2, 13104: 3, 13105: 4, 13106: 6, 13107: 16, 13108: 7, 13109: 8,
    13110: 2, 13111: 24, 13112: 3, 13113: 1, 13114: 1, 13115: 1, 13116: None, 13117: 6, 13118: 8,
    13119: 13, 13120: 4, 13121: 12, 13122: 12, 13123: 10,
}  # fmt: skip


def context() -> dict:
    source = "出典：申請台帳（10月31日時点）"
    return {
        "line": charts.line_chart(
            charts.Caption(
                "c1",
                "申請は10月末で累計148件。目標を12件上回っています",
                "折れ線：今年度の実績、破線：目標、点線：前年度。単位は件（累計）。",
                source,
                (Crumb("CSVを保存", "?csv"), Crumb("指標の定義", "?definition")),
            ),
            MONTHS,
            SERIES,
            head="月",
        ),
        "figure": figures.line_figure(MONTHS, SERIES, unit="件"),
        "tiles": charts.tile_map(
            charts.Caption(
                "c2",
                "申請の52%が大田・墨田・板橋・足立・葛飾の5区に集まっています",
                "区の位置をおおまかに並べたタイル地図。数字は申請件数。区を選ぶと絞り込みます。",
                source,
            ),
            WARDS,
            unit="件",
            url=lambda code: f"?ward={code}",
            limits=(3, 6, 10, 15),
        ),
        "bars": charts.bars(
            charts.Caption(
                "c3", "申請の44%を金属製品と生産用機械が占めます", "件数の多い順。", source
            ),
            [
                ("金属製品", 38),
                ("生産用機械", 27),
                ("電気機械", 19),
                ("印刷", 17),
                ("プラスチック製品", 12),
                ("その他", 12),
            ],
            head="業種",
            unit="件",
            strong=2,
        ),
        "target": charts.bars(
            charts.Caption("c4", "4機器のうち2機器が稼働率の目標60%に届いていません", "", source),
            [
                ("三次元測定機", Decimal(78)),
                ("EMC試験室", Decimal("64.5")),
                ("X線CT", Decimal(52)),
                ("レーザー加工機", Decimal(38)),
            ],
            head="機器",
            unit="%",
            target=Decimal(60),
            target_text="目標60%",
        ),
        "stages": charts.stage_bar(
            charts.Caption("c5", "処理中の48件のうち、半分が書類確認の段階です", "", source),
            [("受付", 8), ("書類確認", 24), ("審査", 10), ("決裁待ち", 6)],
            unit="件",
        ),
        "bullets": [
            ("申請件数（累計）", "148", "件", charts.bullet(148, 136)),
            ("採択件数（累計）", "61", "件", charts.bullet(61, 70)),
        ],
    }
