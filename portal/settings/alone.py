"""For commands that read nothing but a file and touch no database: no key and no server is needed."""

import os

_NOWHERE = {
    "SECRET_KEY": "of no use here: nothing is signed",
    "DATA_KEYS": "alone:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "VALKEY_URL": "redis://127.0.0.1:1",
}
for _name, _value in _NOWHERE.items():
    os.environ.setdefault(_name, _value)

from portal.settings.base import *  # noqa: E402
