"""The rooms above all modules in the small world."""

from tests.support import (
    world_auditing,
    world_cms,
    world_duty,
    world_manuals,
    world_navi,
    world_personal,
    world_search,
)

ROOMS = {
    "cms": world_cms,
    "search": world_search,
    "navi": world_navi,
    "personal": world_personal,
    "auditing": world_auditing,
    "manuals": world_manuals,
    "duty": world_duty,
}


# Routes of the site under other names than the room's.
OF_SITE = ("site", "mailing", "wagtail_serve", "wagtaildocs_serve")


def build(firm, people):
    """By the room's name, what it built."""
    return {name: room.build(firm, people) for name, room in ROOMS.items()}


def arguments(name, world):
    """Arguments of a route of one of the rooms."""
    room, _, short = name.partition(":")
    if room in OF_SITE:
        return world_cms.arguments(name, world["cms"])
    return ROOMS[room].arguments(short, world[room])
