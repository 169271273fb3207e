"""A product's material says how it is made: a box of steel is bent, one of acrylic is glued."""

from collections.abc import Mapping

# Groups that work metal.
_METAL = frozenset({"cut", "sheet", "press", "form", "weld", "cast", "forge", "powder"})
# Material family → where a metal process was implied or named: what is meant instead, and what the
# material alone asks for.
_WORK: dict[str, tuple[Mapping[str, str], str]] = {
    "resin": ({"cut": "resin.cut", "sheet": "resin.bond", "weld": "resin.bond"}, "resin"),
    "rubber": ({}, "resin.rubber"),
    "cfrp": ({}, "resin.frp"),
    "wood": ({}, "other.wood"),
    "paper": ({}, "other.paper"),
    "cloth": ({}, "other.sew"),
    "glass": ({}, "other.glass"),
    "ceramic": ({}, "other.ceramic"),
    "carbon": ({}, "other.ceramic"),
    "silicon": ({}, "other.ceramic"),
    "stone": ({}, "other.ceramic"),
    "magnet": ({}, "other.magnet"),
}
# Words that are no metal's: ステンレスの棚 is no carpenter's work.
_INSTEAD_OF = {"other.wood": "sheet", "other.leather": "sheet", "other.paper": "sheet"}


def suited(
    terms: Mapping[frozenset[str], bool], materials: frozenset[str]
) -> dict[frozenset[str], bool]:
    """Terms (codes → is_implied) as the materials of the text suit them."""
    families = {code.partition(".")[0] for code in materials}
    if not families:
        return dict(terms)
    if families.isdisjoint(_WORK):
        return _of_metal(terms)
    if not families <= _WORK.keys() or len(families) > 1:
        return dict(terms)
    instead, alone = _WORK[families.pop()]
    told: dict[frozenset[str], bool] = {}
    for codes, implied in terms.items():
        metal = {code for code in codes if code.partition(".")[0] in _METAL}
        meant = {instead.get(code.partition(".")[0], alone) for code in metal}
        new = (codes - metal if implied else codes) | meant
        told[frozenset(new)] = told.get(frozenset(new), True) and implied
    return told or {frozenset({alone}): True}


def _of_metal(terms: Mapping[frozenset[str], bool]) -> dict[frozenset[str], bool]:
    told: dict[frozenset[str], bool] = {}
    for codes, implied in terms.items():
        new = frozenset(_INSTEAD_OF.get(code, code) for code in codes) if implied else codes
        told[new] = told.get(new, True) and implied
    return told
