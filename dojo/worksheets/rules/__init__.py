"""Pure rules of the worksheets: what a sheet asks, what was typed, what follows from it."""
