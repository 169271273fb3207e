"""What happened below becomes facts."""

from kpi.handlers import grants, lab, matches, people

__all__ = ["grants", "lab", "matches", "people"]
