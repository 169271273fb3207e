"""What the pages of the events read."""
