"""Pages of the advisor and of the office."""
