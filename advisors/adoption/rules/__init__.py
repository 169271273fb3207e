"""Pure rules of the room: weeks and lights, patterns of failure, a pasted table, figures of wards."""
