"""What a process used, as the kernel tells."""

import os
import resource
from pathlib import Path


def worked(process: int) -> float:
    """Seconds of processor that a process has used (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def most_memory(process: int) -> float:
    """Megabytes that a process held at most. Where there is no /proc only this one's are known. Linux hands the figure
    of `getrusage` down from the process that started this one, so that there the kernel's own status is read."""
    status = Path(f"/proc/{process}/status")
    if status.exists():
        line = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
