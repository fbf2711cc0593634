# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A web server on the laboratory's server, for machines that boot by HTTP."""

from lib.wait import until

PYTHON = "/usr/bin/python3"


class Web:
    """Serves the files of the TFTP root on port 80 of every address."""

    def __init__(self, lab):
        lab.offload(False, lab.server, "srv0")
        self.process = lab.start(lab.server, PYTHON, "-u", "-m", "http.server", "80", "-d",
                                 lab.root)
        until(lambda: ":80 " in lab.server.run("ss", "-tln").stdout, 20, "a web server to listen")

    def gave(self, name):
        """Has somebody fetched this file?"""
        return any(f"GET /{name} " in line and " 200 " in line
                   for line in list(self.process.stderr))
