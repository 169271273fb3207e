"""At work: one inbox across modules, absence and delegation, hand-over, announcements."""
