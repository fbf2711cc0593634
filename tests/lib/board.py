# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
What people see of a demonstration: bars that move on a terminal, plain lines elsewhere, a table at
the end.
"""

import sys
import time

LEVELS = " ▁▂▃▄▅▆▇█"
BLOCK = "█"


class Board:
    """Rows of bars. A row is (label, [share 0..1 of each machine], note)."""

    def __init__(self, rows, out=sys.stdout):
        self.rows, self.out = rows, out
        self.live = out.isatty()
        self.drawn, self.told = 0, {}
        self.started = time.monotonic()

    def draw(self):
        """Show the rows as they are now."""
        rows = self.rows()
        if self.live:
            self._redraw([self._bars(*row) for row in rows])
        else:
            self._tell(rows)

    def _redraw(self, lines):
        """Write over what was drawn before."""
        up = f"\x1b[{self.drawn}A" if self.drawn else ""
        self.out.write(up + "".join(f"\x1b[2K{line}\n" for line in lines))
        self.out.flush()
        self.drawn = len(lines)

    def _bars(self, label, shares, note):
        """A cell for each of many machines, one long bar for a single one."""
        if len(shares) == 1:
            cells = (BLOCK * round(shares[0] * 12)).ljust(12, "·")
        else:
            cells = "".join(LEVELS[min(8, int(share * 8))] for share in shares)
        colour = "32" if min(shares) >= 1 else "36"
        return f"  {label:<20} \x1b[{colour}m{cells:<12}\x1b[0m  {note}"

    def _tell(self, rows):
        """A line for each row whose note changed."""
        for label, _, note in rows:
            if self.told.get(label) != note:
                self.told[label] = note
                print(f"  {time.monotonic() - self.started:6.1f} s  {label:<20} {note}",
                      file=self.out, flush=True)


def table(heads, rows, out=sys.stdout):
    """Columns as wide as their widest word; numbers to the right."""
    text = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in [heads, *text]) for at in range(len(heads))]
    right = [all(row[at].replace(".", "", 1).isdigit() for row in text) and heads[at] != "address"
             for at in range(len(heads))]

    def line(row):
        cells = (cell.rjust(width) if to_right else cell.ljust(width)
                 for cell, width, to_right in zip(row, widths, right))
        return "  " + "  ".join(cells).rstrip()
    print(line(heads), "  " + "  ".join("─" * width for width in widths), *map(line, text),
          sep="\n", file=out)
