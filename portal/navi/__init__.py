"""支援ナビ: a few plain questions, and the measures of the ward that fit now."""
