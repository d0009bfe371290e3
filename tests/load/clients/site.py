"""The files of a soak: each name has one or two versions, whose bytes every process makes again by itself."""

import gzip
import os
import random
import time

CODINGS = {"br": ".br", "zstd": ".zst", "gzip": ".gz"}
LISTED = [f"{number:02}.txt" for number in range(30)]

# Lengths of the first version, and of the second where there is one: below and above what is copied, what fits into a
# buffer, and what is spliced.
LENGTHS = {
    "empty.bin": (0,), "one.bin": (1,), "small.bin": (1_024,), "medium.bin": (30_000,), "full.bin": (65_536,),
    "spliced.bin": (65_537,), "copied.bin": (200_000,), "large.bin": (4 << 20,), "huge.bin": (24 << 20,),
    "app.js": (40_000,), "long.txt": (300_000,),
    "change-small.bin": (3_000, 4_100), "change-same.bin": (2_000, 2_000), "change-full.bin": (65_536, 60_000),
    "change-large.bin": (300_000, 412_345), "change.html": (9_000, 7_500),
}
CHANGING = [name for name, lengths in LENGTHS.items() if len(lengths) == 2]
CODED = ["app.js", "long.txt", "change.html"]


def _bytes(name, version):
    source = random.Random(f"{name} {version}")
    length = LENGTHS[name][version]
    if name in CODED:
        words = [bytes(source.choices(b"abcdefgh", k=7)) + b"\n" for _ in range(100)]
        return b"".join(source.choices(words, k=length // 8 + 1))[:length]
    return source.randbytes(length)


def versions():
    """All that each name may lead to: its versions."""
    return {name: [_bytes(name, version) for version in range(len(LENGTHS[name]))] for name in LENGTHS}


def coded(content, coding):
    """A sibling's bytes. Only gzip is one in truth: nobody here can decode the others, and the server does not."""
    if coding == "gzip":
        return gzip.compress(content, 6, mtime=0)
    return coding.encode() + content[: len(content) // 3]


def write(path, content):
    """Puts a file in its place, by rename."""
    with open(f"{path}.new", "wb") as file:
        file.write(content)
    os.replace(f"{path}.new", path)


def make(root):
    """Makes the files, none of which is young."""
    os.makedirs(f"{root}/list")
    content = versions()
    for name, known in content.items():
        write(f"{root}/{name}", known[0])
    for name in CODED:
        for coding, extension in CODINGS.items():
            write(f"{root}/{name}{extension}", coded(content[name][0], coding))
    for name in LISTED:
        write(f"{root}/list/{name}", name.encode())
    past = time.time() - 3600
    for folder, _, names in os.walk(root):
        for name in names:
            os.utime(f"{folder}/{name}", (past, past))


def change(root, content, source):
    """Replaces one file that changes, and then its siblings, by either version."""
    name = source.choice(CHANGING)
    new = source.choice(content[name])
    write(f"{root}/{name}", new)
    if name in CODED:
        for coding, extension in CODINGS.items():
            write(f"{root}/{name}{extension}", coded(new, coding))
