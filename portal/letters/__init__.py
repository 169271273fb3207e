"""Official letters: each is kept with all that made it, so that it can be made again and compared.

An app freezes the letter's data and calls `services.letter_issue` in the transaction of what the
letter tells of. `manage.py letters_verify` makes every letter anew from the frozen data and the
frozen template and compares the bytes.
"""
