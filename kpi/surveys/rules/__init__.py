"""Pure rules of the ward survey."""
