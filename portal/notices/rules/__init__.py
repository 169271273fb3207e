"""What is decided without looking anything up. Pure."""
