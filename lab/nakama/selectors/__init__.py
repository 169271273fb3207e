"""Reading: the lexicon, the search, profiles and their parts."""
