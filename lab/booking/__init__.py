"""Equipment and its bookings."""
