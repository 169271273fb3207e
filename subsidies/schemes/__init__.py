"""The wards' schemes as JSON: the policy's three stages and the variants that wards really have.

A file names what it `extends` and states only what differs. A word in a list of rules refers to an
entry of the extended scheme or of common.json. `{ward}` becomes the ward's name.
"""
