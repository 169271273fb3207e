"""What the pages read."""
