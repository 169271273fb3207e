"""Universities, banks and vendors around the workshops."""
