"""The tests' databases lie in memory where there is room, and give it back when they stop."""

from pathlib import Path

import pytest

from portal.runtime import memory, services
from portal.runtime.state import read_state


@pytest.fixture
def roomy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the memory file system."""
    monkeypatch.setattr(memory, "MEMORY", tmp_path)
    monkeypatch.setattr(memory, "LEAST_FREE_BYTES", 0)
    return tmp_path


def test_a_home_has_the_same_folder_each_time_and_another_home_another(roomy: Path) -> None:
    first = memory.folder_for(Path("/one"))
    assert first is not None
    assert first.parent == roomy
    assert first.stat().st_mode & 0o777 == 0o755
    assert memory.folder_for(Path("/one")) == first
    assert memory.folder_for(Path("/two")) != first


def test_without_room_or_behind_a_link_there_is_none(
    roomy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = memory.folder_for(Path("/one"))
    assert made is not None
    made.rmdir()
    (roomy / "elsewhere").mkdir()
    made.symlink_to(roomy / "elsewhere")
    assert memory.folder_for(Path("/one")) is None
    monkeypatch.setattr(memory, "LEAST_FREE_BYTES", 2**62)
    assert memory.folder_for(Path("/two")) is None


def test_only_folders_in_memory_are_given_back(roomy: Path, tmp_path_factory) -> None:
    made, other = memory.folder_for(Path("/one")), tmp_path_factory.mktemp("other")
    assert made is not None
    for folder in (made, other):
        (folder / "data").mkdir()
        memory.give_back(folder)
    assert not made.exists()
    assert (other / "data").exists()


def test_a_stopped_server_of_the_tests_starts_afresh(own_var: Path) -> None:
    home = services.tests_pair().postgres_home
    for _ in range(2):
        server, _cache = services.start_tests()
        with server.connect() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert services.stop(services.tests_pair()) == ["Valkey", "PostgreSQL"]
        data = Path(read_state(home / "state.json")["data"])
        assert data.parent.parent != memory.MEMORY or not data.exists()


def test_what_a_removed_folder_left_in_memory_gives_way(own_var: Path) -> None:
    home = services.tests_pair().postgres_home
    services.start_tests()
    (home / "state.json").unlink()
    server, _cache = services.start_tests()
    with server.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
