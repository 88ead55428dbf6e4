"""What control groups say of a container's memory."""

from pathlib import Path

from griffin_runtimes.memory import ContainerMemory, container_memory

MIB = 1024**2


def test_version_2(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text(f"{1280 * MIB}\n")
    (tmp_path / "memory.events").write_text("low 0\nhigh 0\nmax 31\noom 2\noom_kill 1\noom_group_kill 0\n")
    assert container_memory(tmp_path) == ContainerMemory(1280 * MIB, 1)


def test_version_1(tmp_path: Path) -> None:
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory/memory.limit_in_bytes").write_text(f"{1280 * MIB}\n")
    (tmp_path / "memory/memory.oom_control").write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 3\n")
    assert container_memory(tmp_path) == ContainerMemory(1280 * MIB, 3)


def test_no_limit(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("max\n")
    assert container_memory(tmp_path) == ContainerMemory(None, 0)
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory/memory.limit_in_bytes").write_text("9223372036854771712\n")
    assert container_memory(tmp_path) == ContainerMemory(None, 0)


def test_what_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    assert container_memory(tmp_path / "nothing") == ContainerMemory(None, 0)
