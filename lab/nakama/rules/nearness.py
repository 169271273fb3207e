"""How near an offered process is to an asked one: 1 the same, 0 nothing to do with it.

Wu–Palmer's idea on a tree of two levels (design 2a, MANU-SQUARE), with a table of neighbours where a trade
knows better: a milling machine's work is done on a machining centre, a zinc bath plates no nickel.
"""

from functools import lru_cache

SAME = 1.0
GROUP = 0.7  # asked is 旋盤, offered 切削 without saying which
SIBLING = 0.35
# From here on a firm is a candidate; below, it does something near (近い加工).
CANDIDATE = 0.5
NEAR = 0.3
# What is read from a product word counts a little less than what the firm says.
IMPLIED = 0.9

# Groups whose members do not stand in for each other.
_APART = frozenset({"surf", "heat", "other", "insp", "design", "asm", "paint", "resin", "mold"})

# asked → offered → nearness, where it is more than siblings (or other groups) would have.
_NEIGHBOURS: dict[str, dict[str, float]] = {
    # What a group's name does not say first: 板金 is bent and cut boxes before it is pipes.
    "cut": {"cut.saw": 0.7, "cut.engrave": 0.8, "cut.thread": 0.85, "cut.emboss": 0.85},
    "grind": {"grind.tool": 0.7, "grind.deburr": 0.75, "grind.barrel": 0.85},
    "press": {"press.coin": 0.85},
    "surf": {
        "surf.blast": 0.65,
        "surf.clean": 0.6,
        "surf.spray": 0.75,
        "surf.fluoro": 0.7,
        "surf.anod": 0.8,
        "surf.hardanod": 0.8,
        "surf.black": 0.8,
        "surf.passive": 0.7,
        "surf.epolish": 0.7,
    },
    "paint": {"paint.silk": 0.65, "paint.mark": 0.55, "paint.plate": 0.55},
    "resin": {"resin.rubber": 0.6, "resin.frp": 0.75, "resin.foam": 0.6, "resin.bond": 0.85},
    "asm": {"asm.pack": 0.7},
    "design": {"design.industrial": 0.75},
    "cut.lathe": {"cut.multi": 0.9, "cut.autolathe": 0.6, "cut.large": 0.4},
    "cut.autolathe": {"cut.lathe": 0.5, "cut.multi": 0.4},
    "cut.multi": {"cut.lathe": 0.45, "cut.5axis": 0.45},
    "cut.mill": {"cut.mc": 0.9, "cut.5axis": 0.6, "cut.large": 0.45},
    "cut.mc": {"cut.5axis": 0.85, "cut.mill": 0.6, "cut.large": 0.45},
    "cut.5axis": {"cut.mc": 0.45},
    "cut.large": {"cut.mc": 0.4, "cut.bore": 0.45},
    "cut.bore": {"cut.mc": 0.6, "cut.large": 0.6},
    "cut.drill": {"cut.mc": 0.8, "cut.mill": 0.6},
    "cut.thread": {"cut.lathe": 0.55, "form.rollthread": 0.5, "cut.mc": 0.5},
    "cut.emboss": {"cut.micro": 0.55},
    "cut.engrave": {"cut.mc": 0.4, "paint.mark": 0.4},
    "grind.centerless": {"grind.cylinder": 0.45},
    "edm.hole": {"edm.sink": 0.4},
    "sheet.laser": {"sheet.turret": 0.45, "sheet.water": 0.4},
    "sheet.turret": {"sheet.laser": 0.6},
    "sheet": {
        "sheet.pipe": 0.75,
        "sheet.roll": 0.85,
        "sheet.shear": 0.8,
        "sheet.plasma": 0.75,
        "sheet.water": 0.8,
        "sheet.etch": 0.65,
        "weld.can": 0.4,
    },
    "press.blank": {"press.prog": 0.55},
    "press.bend": {"press.prog": 0.5, "form.spring": 0.35},
    "form.rollthread": {"forge.cold": 0.4},
    "forge.cold": {"form.rollthread": 0.4},
    "form.spring": {"press.bend": 0.35},
    "weld.can": {"weld": 0.6, "weld.mag": 0.6, "weld.arc": 0.5},
    "weld.mag": {"weld.can": 0.6, "weld.arc": 0.5},
    "weld.arc": {"weld.can": 0.5, "weld.mag": 0.5},
    "weld": {"weld.braze": 0.8, "weld.can": 0.9, "sheet": 0.3},
    "resin.cut": {"cut.mc": 0.4, "cut.lathe": 0.35, "cut.mill": 0.35},
    "resin.vcast": {"am.sla": 0.35},
    "surf.hardanod": {"surf.anod": 0.45},
    "surf.anod": {"surf.hardanod": 0.5},
    "heat.quench": {"heat.vacuum": 0.8, "heat.carb": 0.35},
    "heat.vacuum": {"heat.quench": 0.4},
    "paint.spray": {"paint.powder": 0.35},
    "paint.powder": {"paint.spray": 0.35},
    "mold": {"mold.jig": 0.6, "mold.gauge": 0.55, "mold.tool": 0.55},
    "insp.scan": {"insp.cmm": 0.35, "design.cad": 0.5},
    "design.control": {"asm.panel": 0.4},
    "asm.panel": {"design.control": 0.3},
    "design.mech": {"asm.mech": 0.4},
    "asm.mech": {"design.mech": 0.3},
    "asm.board": {"design.elec": 0.3},
    "paint.plate": {"cut.engrave": 0.4, "paint.silk": 0.35},
    "paint.mark": {"cut.engrave": 0.4},
    "other.jewel": {"cast.lost": 0.4},
}


def group_of(code: str) -> str:
    """cut.lathe → cut, cut → cut."""
    return code.partition(".")[0]


def nearness(asked: str, offered: str) -> float:
    """From 0 to 1."""
    if asked == offered or group_of(offered) == asked:
        return max(_NEIGHBOURS.get(asked, {}).get(offered, SAME), NEAR)
    told = _NEIGHBOURS.get(asked, {}).get(offered, 0.0)
    if group_of(asked) == offered:
        return max(told, GROUP)
    same_group = group_of(asked) == group_of(offered)
    return max(told, SIBLING) if same_group and group_of(asked) not in _APART else told


@lru_cache(maxsize=512)
def offers(asked: frozenset[str], known: tuple[str, ...], floor: float) -> dict[str, float]:
    """offered code → its nearness to the best of the asked ones, from `floor` on. Not to be changed."""
    near = {code: max(nearness(want, code) for want in asked) for code in known}
    return {code: value for code, value in near.items() if value >= floor}
