"""案件の一式: what belongs to a case, and the ZIP of it."""
