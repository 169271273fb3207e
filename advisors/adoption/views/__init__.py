"""Pages of adoption tracking."""
