"""The screens of the search."""
