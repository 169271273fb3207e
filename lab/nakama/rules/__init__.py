"""Pure rules: words, taxonomy, conditions, ranking. No ORM, no clock."""
