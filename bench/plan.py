# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What `make bench` measures, in which order, and about how long it takes."""

import measure
import pingpong
from peers import BOOT_SERVERS, DHCP_SERVERS, TFTP_SERVERS

FULL = {
    "storm": {10: 3, 100: 3, 1000: 3, 5000: 2, 20_000: 1},  # machines: rounds
    "untuned": {1000: 1},
    "loss": {(1000, 1): 1, (1000, 5): 1, (5000, 1): 1, (5000, 5): 1},  # machines and percent
    "tftp": {False: [(1468, window) for window in (1, 4, 8)],
             True: [(blksize, window) for blksize in (512, 1432, 1468) for window in (1, 4, 8)]},
    "rounds": {"tftp": 3, "dhcp": 2, "reflector": 9, "pingpong": 7},
    "dhcp_seconds": 4,
}
QUICK = {
    "storm": {10: 1, 100: 1, 1000: 1},
    "untuned": {},
    "loss": {(1000, 1): 1},
    "tftp": {False: [(1468, 1)], True: [(1468, 1), (1468, 8)]},
    "rounds": {"tftp": 1, "dhcp": 1, "reflector": 1, "pingpong": 1},
    "dhcp_seconds": 1,
}
BOUND = {5000: 60, 20_000: 100}  # seconds of a storm; 40 for smaller ones
MOST_AT_LOSS = 120  # a machine's own timers make most of it
GUESSES = {10: 1, 100: 1, 1000: 6, 5000: 45, 20_000: 100}  # seconds that others take
TOO_SLOW = "dnsmasq"  # with its lease file: left out where half its machines do not boot anyway
SLOW_FROM = 20_000
ALONE = {(5000, 5)}  # what xdpxe has to hold, and others take many minutes for


class Step:
    """One measurement that is to be made: call it for its records."""

    def __init__(self, section, number, function, peer, guess, **about):
        self.section, self.round, self.function, self.peer = section, number, function, peer
        self.guess, self.about = guess, about

    def __call__(self):
        records = self.function(self.peer, **self.about)
        return [{"round": self.round, **record} for record in records]

    def title(self):
        """A line for who waits."""
        about = ", ".join(f"{name} {value}" for name, value in self.about.items()
                          if name not in ("cells", "seconds", "bound"))
        return f"{self.section}: {self.peer}, {about}"


def _storm_seconds(peer, clients, loss):
    """A guess."""
    if peer == "xdpxe":
        return 1.5 + clients / 2000 + loss * 2
    return GUESSES[clients] + loss * 20


def storms(section, function, wanted, chosen):
    """All storms without loss: in each round all sizes, and all servers beside each other."""
    for number in range(max(wanted.values(), default=0)):
        for clients, rounds in wanted.items():
            for peer in BOOT_SERVERS if number < rounds else ():
                if chosen(peer, clients) and not (peer == TOO_SLOW and clients >= SLOW_FROM):
                    yield Step(section, number, function, peer,
                               _storm_seconds(peer, clients, 0), clients=clients,
                               bound=BOUND.get(clients, 40))


def losses(wanted, chosen):
    """All storms with loss."""
    for number in range(max(wanted.values(), default=0)):
        for (clients, loss), rounds in wanted.items():
            for peer in BOOT_SERVERS if number < rounds else ():
                if (clients, loss) in ALONE and peer != "xdpxe" or peer == TOO_SLOW:
                    continue
                if chosen(peer, clients):
                    yield Step("loss", number, measure.storm, peer,
                               _storm_seconds(peer, clients, loss), clients=clients, loss=loss,
                               bound=MOST_AT_LOSS)


def transfers(cells, rounds, chosen):
    """Files alone."""
    for number in range(rounds):
        for threads, some in cells.items():
            for peer in TFTP_SERVERS:
                if chosen(peer):
                    yield Step("tftp", number, measure.tftp, peer,
                               2 + len(some) * (1 if peer in ("xdpxe", "dnsmasq") else 4),
                               threads=threads, cells=some)


def exchanges(seconds, rounds, chosen):
    """Addresses alone."""
    for number in range(rounds):
        for threads in (False, True):
            for peer in DHCP_SERVERS:
                if chosen(peer):
                    yield Step("dhcp", number, measure.dhcp, peer, seconds + 3, threads=threads,
                               seconds=seconds)


def reflections(rounds, chosen):
    """Beside the bare reflector."""
    for number in range(rounds):
        for name in (measure.BOOT_STORM, *measure.READ_STORMS):
            for peer in (measure.BARE, "xdpxe"):
                if chosen(peer):
                    yield Step("reflector", number, measure.reflected, peer, 2, storm_name=name)


def pingpongs(rounds, chosen):
    """Packet by packet beside bare programs: all of them in one step, in turns."""
    if chosen(pingpong.OURS):
        yield Step("pingpong", 0, pingpong.pingpong, pingpong.OURS, 6 + 8 * rounds, rounds=rounds)


def steps(plan, sections, peers=(), clients=(), rounds=None):
    """
    All steps of some sections, in their order; `peers`, `clients` and `rounds` leave out what they
    do not name.
    """
    def chosen(peer, number=None):
        return (not peers or peer in peers) and (not clients or number in (None, *clients))

    def fewer(wanted):
        return {key: rounds or count for key, count in wanted.items()}

    times = fewer(plan["rounds"])
    makers = {"storm": lambda: storms("storm", measure.storm, fewer(plan["storm"]), chosen),
              "untuned": lambda: storms("untuned", measure.untuned, fewer(plan["untuned"]), chosen),
              "loss": lambda: losses(fewer(plan["loss"]), chosen),
              "tftp": lambda: transfers(plan["tftp"], times["tftp"], chosen),
              "dhcp": lambda: exchanges(plan["dhcp_seconds"], times["dhcp"], chosen),
              "reflector": lambda: reflections(times["reflector"], chosen),
              "pingpong": lambda: pingpongs(times["pingpong"], chosen)}
    return [step for section in sections for step in makers[section]()]
