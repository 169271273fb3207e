"""Drawn photos of the demonstration's machines: a room, a bench, and the machine of its kind."""

import io
from collections.abc import Callable
from functools import cache
from typing import Any

from lab.booking.codes import Category
from lab.booking.models import Machine
from lab.booking.services import photos

SIZE = (480, 360)
_WALL, _FLOOR, _BODY, _DARK, _KEY = "#dfe7ef", "#b9c4cf", "#f7f9fb", "#3a4652", "#2f6fed"
_WORDS = {
    Category.PRINTER: "作業台に置いた白い箱形の3Dプリンター。",
    Category.ROBOT: "台に立つ白い腕の形のロボット。",
    Category.IOT: "小さな計測器と画面が並ぶ作業台。",
    Category.MEASURE: "門の形をした白い測定機。",
    Category.CUTTING: "主軸が下を向いた小型の加工機。",
    Category.COMPUTER: "作業台に並ぶ2つの画面。",
    Category.ROOM: "机といすを並べた明るい部屋。",
}


def hang(machine: Machine) -> None:
    """Every machine of a kind has the same picture, drawn once."""
    kind = Category(machine.category)
    photos.keep(machine, _drawn(kind), f"{machine.name}。{_WORDS[kind]}", None)


@cache
def _drawn(kind: Category) -> bytes:
    from PIL import Image, ImageDraw

    image = Image.new("RGB", SIZE, _WALL)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 250, 480, 360), fill=_FLOOR)
    draw.rectangle((60, 230, 420, 250), fill=_DARK)
    _SCENES[kind](draw)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _printer(draw: Any) -> None:
    draw.rectangle((150, 70, 330, 230), fill=_BODY, outline=_DARK, width=4)
    draw.rectangle((170, 95, 310, 200), fill=_DARK)
    draw.rectangle((225, 95, 255, 130), fill=_KEY)
    draw.polygon(((205, 200), (240, 145), (275, 200)), fill="#f0a43a")


def _robot(draw: Any) -> None:
    draw.rectangle((205, 195, 275, 230), fill=_DARK)
    draw.line((240, 195, 190, 120, 290, 70, 345, 110), fill=_BODY, width=30, joint="curve")
    for x, y in ((240, 190), (190, 120), (290, 70)):
        draw.ellipse((x - 20, y - 20, x + 20, y + 20), fill=_KEY)
    draw.line((345, 110, 345, 150), fill=_DARK, width=10)


def _iot(draw: Any) -> None:
    draw.rectangle((110, 120, 250, 215), fill=_DARK)
    draw.line((125, 190, 160, 150, 190, 175, 235, 135), fill="#7fe0a0", width=5)
    for x in (280, 335):
        draw.rectangle((x, 180, x + 40, 230), fill=_BODY, outline=_DARK, width=3)
        draw.ellipse((x + 14, 192, x + 26, 204), fill=_KEY)


def _measure(draw: Any) -> None:
    draw.rectangle((130, 90, 155, 230), fill=_BODY, outline=_DARK, width=3)
    draw.rectangle((325, 90, 350, 230), fill=_BODY, outline=_DARK, width=3)
    draw.rectangle((120, 65, 360, 95), fill=_BODY, outline=_DARK, width=3)
    draw.line((240, 95, 240, 185), fill=_DARK, width=8)
    draw.ellipse((232, 182, 248, 198), fill="#d43b3b")


def _cutting(draw: Any) -> None:
    draw.rectangle((270, 60, 340, 230), fill=_BODY, outline=_DARK, width=4)
    draw.rectangle((180, 70, 290, 120), fill=_KEY)
    draw.polygon(((200, 120), (230, 120), (215, 175)), fill=_DARK)
    draw.rectangle((150, 195, 270, 225), fill="#8b98a5")


def _computer(draw: Any) -> None:
    for x in (100, 250):
        draw.rectangle((x, 90, x + 130, 190), fill=_DARK)
        draw.rectangle((x + 8, 98, x + 122, 182), fill=_KEY)
        draw.rectangle((x + 55, 190, x + 75, 230), fill=_DARK)


def _room(draw: Any) -> None:
    draw.rectangle((60, 230, 420, 250), fill=_WALL)
    draw.rectangle((170, 40, 310, 150), fill=_BODY, outline=_DARK, width=3)
    for x in (80, 190, 300):
        draw.rectangle((x, 265, x + 90, 280), fill=_BODY, outline=_DARK, width=2)
        draw.rectangle((x + 25, 290, x + 65, 330), fill=_KEY)


_SCENES: dict[Category, Callable[[Any], None]] = {
    Category.PRINTER: _printer,
    Category.ROBOT: _robot,
    Category.IOT: _iot,
    Category.MEASURE: _measure,
    Category.CUTTING: _cutting,
    Category.COMPUTER: _computer,
    Category.ROOM: _room,
}
