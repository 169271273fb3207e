"""Pages of the room: policy staff's, and those that everybody reads."""
