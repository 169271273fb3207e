"""Tests of the desk; what past_grants.py asserts is told as well as in the file that collects it."""

import pytest

pytest.register_assert_rewrite("tests.desk.past_grants")
