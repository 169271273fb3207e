"""Pages of the room, by who opens them."""
