"""Forms of the events."""
