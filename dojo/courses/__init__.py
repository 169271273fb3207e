"""The shipped courses; `definitions` reads and checks them."""
