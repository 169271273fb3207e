"""What happened below becomes facts."""

from kpi.handlers import firms, grants, lab, matches, people

__all__ = ["firms", "grants", "lab", "matches", "people"]
