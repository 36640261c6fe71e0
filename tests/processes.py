"""What runs on this machine, for tests of what is left behind."""

from local.commands import run


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    shown = run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return bool(shown.stdout.strip()) and not shown.stdout.startswith("Z")


def with_descendants(pid: int) -> set[int]:
    """A process, its children, their children and so on."""
    table = run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    parents = {int(child): int(parent) for child, parent in map(str.split, table.stdout.splitlines())}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found
