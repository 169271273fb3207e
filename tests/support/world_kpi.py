"""The rooms of the figures in the small world."""

from tests.support import world_effect, world_policy, world_releases, world_series, world_surveys

ROOMS = {
    "series": world_series,
    "surveys": world_surveys,
    "releases": world_releases,
    "effect": world_effect,
    "policy": world_policy,
}


def build(firm, people):
    """By the room's name, what it built."""
    return {name: room.build(firm, people) for name, room in ROOMS.items()}


def arguments(name, world):
    """Arguments of a route of one of the rooms."""
    room, _, short = name.partition(":")
    return ROOMS[room].arguments(short, world[room])
