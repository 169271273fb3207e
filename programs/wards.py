"""The 23 special wards of Tokyo (特別区) as reference data.

`code` is the JIS municipality code (JIS X 0402, 全国地方公共団体コード without its check digit).
The office, the mayor's title and the document mark are sensible defaults that each ward changes
in its own settings: they appear on letters.
"""

from typing import NamedTuple


class WardData(NamedTuple):
    """One ward as it is inserted by the migration."""

    code: int
    name: str
    name_en: str
    kana: str
    document_mark: str
    office: str = "産業振興課"

    @property
    def mayor_title(self) -> str:
        """区長名の肩書: 墨田区長."""
        return f"{self.name}長"


WARDS = (
    WardData(13101, "千代田区", "Chiyoda", "チヨダク", "千産"),
    WardData(13102, "中央区", "Chuo", "チュウオウク", "中央産"),
    WardData(13103, "港区", "Minato", "ミナトク", "港産"),
    WardData(13104, "新宿区", "Shinjuku", "シンジュクク", "新産"),
    WardData(13105, "文京区", "Bunkyo", "ブンキョウク", "文産"),
    WardData(13106, "台東区", "Taito", "タイトウク", "台産"),
    WardData(13107, "墨田区", "Sumida", "スミダク", "墨産"),
    WardData(13108, "江東区", "Koto", "コウトウク", "江東産"),
    WardData(13109, "品川区", "Shinagawa", "シナガワク", "品産"),
    WardData(13110, "目黒区", "Meguro", "メグロク", "目産"),
    WardData(13111, "大田区", "Ota", "オオタク", "大産"),
    WardData(13112, "世田谷区", "Setagaya", "セタガヤク", "世産"),
    WardData(13113, "渋谷区", "Shibuya", "シブヤク", "渋産"),
    WardData(13114, "中野区", "Nakano", "ナカノク", "中野産"),
    WardData(13115, "杉並区", "Suginami", "スギナミク", "杉産"),
    WardData(13116, "豊島区", "Toshima", "トシマク", "豊産"),
    WardData(13117, "北区", "Kita", "キタク", "北産"),
    WardData(13118, "荒川区", "Arakawa", "アラカワク", "荒産"),
    WardData(13119, "板橋区", "Itabashi", "イタバシク", "板産"),
    WardData(13120, "練馬区", "Nerima", "ネリマク", "練産"),
    WardData(13121, "足立区", "Adachi", "アダチク", "足産"),
    WardData(13122, "葛飾区", "Katsushika", "カツシカク", "葛産"),
    WardData(13123, "江戸川区", "Edogawa", "エドガワク", "江戸産"),
)

WARD_CODES = frozenset(ward.code for ward in WARDS)
