"""What the search reads."""
