"""定着の記録: whether what was introduced is used, week by week (docs/adr/0036-adoption.md)."""
