"""Pure rules of the search: one spelling, what is looked up, what is shown of a hit."""
