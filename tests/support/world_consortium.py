"""コンソーシアム in the small world."""


def build(firm, people):
    """What the room's pages show."""
    return {}


def arguments(short, world):
    """Arguments of the room's routes."""
    return []
