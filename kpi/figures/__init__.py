"""What the dashboard draws and says: cards, the finding in a sentence, the line, the tile map."""

from kpi.figures.cards import Card, card, cards, lights, outcome_card, ratio_card
from kpi.figures.findings import Danger, dangers, headline
from kpi.figures.trends import tiles, trend

__all__ = [
    "Card",
    "Danger",
    "card",
    "cards",
    "dangers",
    "headline",
    "lights",
    "outcome_card",
    "ratio_card",
    "tiles",
    "trend",
]
