"""Reading releases, what lies between them, targets."""
