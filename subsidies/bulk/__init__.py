"""One act on many applications: prepared, confirmed, carried out by a worker, item by item.

A run freezes all matches of a filter when it is prepared: what will be done, and what is left out
and why. Each item is one transaction with the act itself, so that a worker that is killed costs
time only: nothing is lost and nothing is done twice.
"""
