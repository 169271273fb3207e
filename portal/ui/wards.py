"""Where the 23 wards lie on the tile map: a grid of 6 rows and 7 columns, roughly as on a map."""

from dataclasses import dataclass

from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class WardTile:
    """A ward's place. `code` is its JIS municipality code; `name` is short, without 区."""

    code: int
    name: str
    row: int
    column: int


WARD_TILES = (
    WardTile(13101, pgettext_lazy("ward", "千代田"), 3, 4),
    WardTile(13102, pgettext_lazy("ward", "中央"), 4, 5),
    WardTile(13103, pgettext_lazy("ward", "港"), 4, 4),
    WardTile(13104, pgettext_lazy("ward", "新宿"), 3, 3),
    WardTile(13105, pgettext_lazy("ward", "文京"), 2, 4),
    WardTile(13106, pgettext_lazy("ward", "台東"), 3, 5),
    WardTile(13107, pgettext_lazy("ward", "墨田"), 3, 6),
    WardTile(13108, pgettext_lazy("ward", "江東"), 4, 6),
    WardTile(13109, pgettext_lazy("ward", "品川"), 5, 4),
    WardTile(13110, pgettext_lazy("ward", "目黒"), 5, 3),
    WardTile(13111, pgettext_lazy("ward", "大田"), 6, 4),
    WardTile(13112, pgettext_lazy("ward", "世田谷"), 4, 2),
    WardTile(13113, pgettext_lazy("ward", "渋谷"), 4, 3),
    WardTile(13114, pgettext_lazy("ward", "中野"), 3, 2),
    WardTile(13115, pgettext_lazy("ward", "杉並"), 3, 1),
    WardTile(13116, pgettext_lazy("ward", "豊島"), 2, 3),
    WardTile(13117, pgettext_lazy("ward", "北"), 1, 4),
    WardTile(13118, pgettext_lazy("ward", "荒川"), 2, 5),
    WardTile(13119, pgettext_lazy("ward", "板橋"), 1, 3),
    WardTile(13120, pgettext_lazy("ward", "練馬"), 2, 2),
    WardTile(13121, pgettext_lazy("ward", "足立"), 1, 5),
    WardTile(13122, pgettext_lazy("ward", "葛飾"), 2, 6),
    WardTile(13123, pgettext_lazy("ward", "江戸川"), 3, 7),
)
