"""Pages of the ward survey."""
