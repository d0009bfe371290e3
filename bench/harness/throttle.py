"""A disk of 10 MB/s: a file system on a loop device, whose reads a cgroup limits. Needs root."""

import os
import subprocess

from . import content

BYTES_PER_SECOND = 10_000_000
IMAGE_BYTES = 320 << 20
_BLKIO = "/sys/fs/cgroup/blkio"
UNIFIED = "/sys/fs/cgroup"


def why_not():
    """None if the disk can be made, or the reason why it cannot."""
    if os.geteuid() != 0:
        return "it needs root, for a loop device, a mount and a cgroup"
    if not os.path.exists("/dev/loop-control"):
        return "the kernel has no loop devices"
    if not _is_blkio() and "io" not in unified_controllers():
        return "neither the blkio controller (cgroup v1) nor the io controller (cgroup v2) can be used"
    return None


def unified_controllers():
    """The controllers that groups of cgroup v2 may use; none where there is no such hierarchy."""
    return _read(f"{UNIFIED}/cgroup.subtree_control").split()


def _is_blkio():
    return os.path.exists(f"{_BLKIO}/blkio.throttle.read_bps_device")


def _read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


class Throttle:
    """A context manager; what it made it takes away again, in reverse order."""

    def __init__(self, directory):
        self._image = os.path.join(directory, "disk.img")
        self._mount = os.path.join(directory, "disk")
        self.root = os.path.join(self._mount, "www")
        self.requests_file = content.requests_file(os.path.join(directory, "cold"))
        self.cgroup = os.path.join(_BLKIO if _is_blkio() else UNIFIED, f"chainserve-bench-{os.getpid()}")
        self._undo = []

    def __enter__(self):
        try:
            self._make()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _make(self):
        with open(self._image, "wb") as file:
            file.truncate(IMAGE_BYTES)
        self._undo.append(["rm", self._image])
        subprocess.run(["mkfs.ext4", "-q", "-F", self._image], check=True)
        device = subprocess.run(["losetup", "--find", "--show", self._image], check=True, capture_output=True,
                                text=True).stdout.strip()
        self._undo.append(["losetup", "--detach", device])
        os.mkdir(self._mount)
        subprocess.run(["mount", device, self._mount], check=True)
        self._undo.append(["umount", self._mount])
        os.mkdir(self.root)
        paths = content.make_cold(self.root)
        with open(self.requests_file, "w") as file:
            file.writelines(path + "\n" for path in paths)
        os.mkdir(self.cgroup)
        self._undo.append(["rmdir", self.cgroup])
        number = os.stat(device).st_rdev
        limit = f"{os.major(number)}:{os.minor(number)} "
        if _is_blkio():
            name, limit = "blkio.throttle.read_bps_device", f"{limit}{BYTES_PER_SECOND}"
        else:
            name, limit = "io.max", f"{limit}rbps={BYTES_PER_SECOND}"
        with open(os.path.join(self.cgroup, name), "w") as file:
            file.write(limit)

    def forget(self):
        """Drops the cold files from the page cache; what is hot stays there."""
        folder = os.path.join(self.root, "cold")
        for name in os.listdir(folder):
            file = os.open(os.path.join(folder, name), os.O_RDONLY)
            try:
                os.fsync(file)
                os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(file)

    def __exit__(self, *_):
        for command in reversed(self._undo):
            subprocess.run(command, check=False)
        self._undo.clear()
