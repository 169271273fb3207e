"""The rooms of the lab in the small world, each built after those it stands on."""

from tests.support import (
    world_booking,
    world_cases,
    world_consortium,
    world_events,
    world_exchange,
    world_nakama,
)

ROOMS = {
    "booking": world_booking,
    "events": world_events,
    "nakama": world_nakama,
    "cases": world_cases,
    "exchange": world_exchange,
    "consortium": world_consortium,
}


def build(firm, people):
    """By the room's name, what it built."""
    return {name: room.build(firm, people) for name, room in ROOMS.items()}


def arguments(name, world):
    """Arguments of a route of one of the rooms."""
    room, _, short = name.partition(":")
    return ROOMS[room].arguments(short, world[room])
