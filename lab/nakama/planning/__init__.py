"""Planning of teams for an order: pure rules, no database, no clock.

`terms` holds what goes in and comes out, `propose` in `planner` answers for one order and
`plan_batch` for many. Money is 円 (税抜, whole), work is minutes, time is the half-week's index.
"""
