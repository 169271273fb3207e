"""修了後のフォロー: surveys at 3, 6 and 12 months and reports of investments (docs/adr/0035-followup.md)."""
