"""Pure rules of the watch: same words, same names, prices far from their peers.

What looks like a slip of the unit is `subsidies.rules.figures`, because the form asks about it.
"""
