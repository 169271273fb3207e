"""Help in context, and a manual for each role."""
