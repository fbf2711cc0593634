# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Files that change in all the ways files change, and what each ever said."""

import os
import random
import time

HALF_DONE = 0.1  # seconds: a state that lasts longer may be taken for a version
FOLDERS = ("", "one/", "two/")


class Churn:
    """
    Changes files of a root at random. versions[name] has all that a file ever was, its latest
    version last; None stands for a file that is not there.
    """

    def __init__(self, root, seed, each=4, most=30_000):
        self.root, self.most = root, most
        self.luck = random.Random(seed)
        self.names = [f"{folder}file-{at}" for folder in FOLDERS for at in range(each)]
        self.versions = {name: [] for name in self.names}
        self.count = 0
        for name in self.names:
            self._write(name, os.O_CREAT)

    def change(self):
        """One change of one file, or of a folder."""
        self.count += 1
        act = self.luck.choice((self.replace, self.rewrite, self.cut, self.recreate,
                                self.swap_folder))
        act(self.luck.choice(self.names))

    def _fresh(self):
        """Bytes that no version had."""
        return self.luck.randbytes(self.luck.randrange(1000, self.most))

    def _note(self, name, data):
        """To be called before the change."""
        self.versions[name].append(data)

    def _write(self, name, flags):
        """Write a file, emptied or made first, where it stands."""
        path, data = self.root / name, self._fresh()
        path.parent.mkdir(exist_ok=True)
        self._note(name, data)
        begun = time.monotonic()
        file = os.open(path, os.O_WRONLY | flags, 0o644)
        os.write(file, data)
        os.close(file)
        if time.monotonic() - begun > HALF_DONE:
            self.versions[name][-1:] = [b"", data]

    def replace(self, name):
        """A new file is renamed over the old one."""
        data = self._fresh()
        fresh = self.root.parent / "churn"
        fresh.write_bytes(data)
        self._note(name, data)
        fresh.rename(self.root / name)

    def rewrite(self, name):
        """The same inode is emptied and written."""
        self._write(name, os.O_TRUNC)

    def cut(self, name):
        """The end is cut off."""
        size = self.luck.randrange(0, (self.root / name).stat().st_size)
        self._note(name, (self.root / name).read_bytes()[:size])
        os.truncate(self.root / name, size)

    def recreate(self, name):
        """The file is removed, and made anew."""
        self._note(name, None)
        (self.root / name).unlink()
        self._write(name, os.O_CREAT | os.O_EXCL)

    def swap_folder(self, name):
        """A folder with new files takes the place of an old one, which leaves the root."""
        folder = name.rpartition("/")[0]
        if not folder:
            return
        fresh, away = self.root.parent / "fresh-folder", self.root.parent / f"old-{self.count}"
        fresh.mkdir()
        for one in self.names:
            if one.startswith(folder + "/"):
                data = self._fresh()
                (fresh / one.rpartition("/")[2]).write_bytes(data)
                self.versions[one] += [None, data]
        (self.root / folder).rename(away)
        fresh.rename(self.root / folder)
