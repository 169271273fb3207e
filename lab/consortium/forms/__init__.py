"""Forms of the room. `kwargs()` is what the service takes."""
