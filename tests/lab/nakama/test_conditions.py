"""Which conditions of a case concern a step, for every group of processes."""

import pytest

from lab.nakama.rules.ranking import CONDITIONS
from lab.nakama.taxonomy.conditions import asked_of, listed
from lab.nakama.taxonomy.definitions import processes

WORKED = ("material", "size", "lot", "certificate")
GROUPS = {
    **dict.fromkeys(
        ("cut", "grind", "edm", "sheet", "press", "form", "powder", "resin", "am"), CONDITIONS
    ),
    **dict.fromkeys(("weld", "cast", "forge", "heat", "surf", "paint", "other"), WORKED),
    "mold": ("size", "tolerance", "certificate"),
    "asm": ("size", "lot", "certificate"),
    "insp": ("size", "tolerance", "lot", "certificate"),
    "design": ("certificate",),
}


def test_every_group_says_what_it_is_asked_for():
    entries = processes()
    groups = {entry.code for entry in entries if entry.parent is None}
    assert {code: asked_of(code) for code in groups} == GROUPS
    assert set(listed()) <= {entry.code for entry in entries}


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("cut.lathe", CONDITIONS),
        ("cut.saw", WORKED),
        ("grind.deburr", WORKED),
        ("asm.pack", GROUPS["asm"]),
        ("insp.cmm", GROUPS["insp"]),
        ("insp.visual", GROUPS["asm"]),
        ("other.ceramic", CONDITIONS),
        ("other.sew", WORKED),
        ("unheard.of", CONDITIONS),
    ],
)
def test_a_process_is_asked_as_its_group_unless_it_has_a_line(code, asked):
    assert asked_of(code) == asked
