"""Pages of the diagnosis."""
