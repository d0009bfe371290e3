"""Makes the files that are served: the same bytes, names and times on every machine."""

import bisect
import gzip
import itertools
import math
import os
import random

SEED = 20260101
# Well in the past: a file younger than its time stamp's resolution has no strong ETag yet.
MODIFIED = 1_700_000_000

SIZES = {"1k.bin": 1 << 10, "10k.bin": 10 << 10, "100k.bin": 100 << 10, "1m.bin": 1 << 20, "100m.bin": 100 << 20}
SITE, ENCODED = "site", "encoded"
SITE_FILES = 1000
SITE_BYTES = (512, 300 * 1024)
SITE_EXTENSIONS = ("html", "css", "js", "json", "svg", "png", "jpg", "woff2")
# What compresses.
TEXT_EXTENSIONS = ("html", "css", "js", "json", "svg")
SITE_REQUESTS = 16384
COLD_FILES = 200
COLD_BYTES = 1 << 20
# Directories, and files in each.
MANY_FILES = (1000, 1000)
FEW_FILES = (1, 10)


def make(root):
    """The document root, and beside it the lists of requests for the mixed sites."""
    generator = random.Random(SEED)
    for name, size in SIZES.items():
        _write(os.path.join(root, name), size, generator)
    for site in (SITE, ENCODED):
        paths = make_site(root, site, generator)
        with open(requests_file(root, site), "w") as file:
            file.writelines(path + "\n" for path in zipf(paths, SITE_REQUESTS, generator))
    _write_encoded(os.path.join(root, ENCODED, "page.html"), 1 << 10, generator)


def requests_file(root, site):
    return f"{root.rstrip('/')}-{site}-requests.txt"


def make_site(root, site, generator):
    """Sizes are log-uniform: as many files of 1–2 KiB as of 100–200 KiB. In the encoded site they are what is sent:
    a file is twice as long as its `.gz`."""
    low, high = map(math.log, SITE_BYTES)
    extensions = TEXT_EXTENSIONS if site == ENCODED else SITE_EXTENSIONS
    paths = []
    for index in range(SITE_FILES):
        folder = f"{site}/{index % 20:02}"
        os.makedirs(os.path.join(root, folder), exist_ok=True)
        path = f"{folder}/page-{index:04}.{extensions[index % len(extensions)]}"
        write = _write_encoded if site == ENCODED else _write
        write(os.path.join(root, path), int(math.exp(generator.uniform(low, high))), generator)
        paths.append("/" + path)
    generator.shuffle(paths)
    return paths


def make_cold(root):
    """The files that are read from a slow disk, and one small file beside them that stays in memory."""
    generator = random.Random(SEED)
    os.makedirs(os.path.join(root, "cold"))
    _write(os.path.join(root, "1k.bin"), 1 << 10, generator)
    paths = [f"/cold/{index:03}.bin" for index in range(COLD_FILES)]
    for path in paths:
        _write(root + path, COLD_BYTES, generator)
    generator.shuffle(paths)
    return paths


def make_docroot(root, shape):
    """Empty files only, since it is their number that matters, and one that can be asked for."""
    directories, files = shape
    os.mkdir(root)
    for directory in range(directories):
        path = os.path.join(root, f"{directory:04}")
        os.mkdir(path)
        parent = os.open(path, os.O_RDONLY)
        try:
            for file in range(files):
                os.close(os.open(f"{file:04}.html", os.O_CREAT | os.O_WRONLY, 0o644, dir_fd=parent))
        finally:
            os.close(parent)
    _write(os.path.join(root, "1k.bin"), 1 << 10, random.Random(SEED))


def why_no_docroot(directory, shape):
    """None if the file system has room for so many files, or the reason why not."""
    wanted = shape[0] * (shape[1] + 1)
    free = os.statvfs(directory)
    # Some file systems have no table of inodes, and say 0 of 0.
    if free.f_files and free.f_favail < wanted:
        return f"the file system of the content has room for {free.f_favail:,} more files, not for {wanted:,}"
    return None


def zipf(paths, count, generator):
    """The n-th most popular path is asked for 1/n as often as the first."""
    weights = list(itertools.accumulate(1 / rank for rank in range(1, len(paths) + 1)))
    return [paths[bisect.bisect(weights, generator.random() * weights[-1])] for _ in range(count)]


def _write_encoded(path, size, generator):
    """A file of hexadecimal digits, of which gzip leaves about half: `size`."""
    text = generator.randbytes(size).hex().encode()
    for name, data in ((path, text), (path + ".gz", gzip.compress(text, mtime=0))):
        with open(name, "wb") as file:
            file.write(data)
        os.utime(name, (MODIFIED, MODIFIED))


def _write(path, size, generator):
    with open(path, "wb") as file:
        while size > 0:
            size -= file.write(generator.randbytes(min(size, 1 << 20)))
    os.utime(path, (MODIFIED, MODIFIED))
