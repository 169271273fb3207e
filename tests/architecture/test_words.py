"""Views are the top of a room: what others show of it they take from its words, never from its views."""

import ast
import re

from tests.architecture.source import APPS, modules

OF_VIEWS = re.compile(rf"({'|'.join(APPS)})\.(.+\.)?views(\.|$)")
# What stands below the views inside a room.
BELOW = re.compile(
    r"/(selectors|services|rules|models|policies|states|words|items|tasks|handlers)(/|\.py)"
)


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and OF_VIEWS.match(node.module):
            yield node.module


def test_nothing_below_the_views_takes_from_them_and_no_room_from_those_of_another():
    taken = [(path, name) for path, tree in modules().items() for name in imported(tree)]
    assert len(taken) > 100
    faults = []
    for path, name in taken:
        room = name[: name.index(".views")].replace(".", "/")
        below = BELOW.search(path) and "/views/" not in path
        if below or (path.startswith("portal/") and not path.startswith(room)):
            faults.append(f"{path} takes from {name}")
    assert faults == []
