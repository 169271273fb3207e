"""From inputs to impact: the logic model, the wards' evaluation sheets (事務事業評価シート), what-if (試算)."""
