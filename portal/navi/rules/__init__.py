"""Pure rules of 支援ナビ: the questions as data, what the answers say, what fits and what is missing."""
