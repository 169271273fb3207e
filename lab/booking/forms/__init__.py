"""Forms of the bookings: of firms, and of the lab's staff."""
