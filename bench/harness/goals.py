"""Compares results with bench/goals.tsv."""

import csv
import os

from . import figures, servers

FILE = os.path.join(servers.BENCH, "goals.tsv")
# Below this share of its CPU the server was not what limited requests/s.
LIMIT_BUSY = 0.95
NEEDS_LIMIT = ("rps", "p50", "p99", "p999", "enters")


def read():
    with open(FILE, newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        return list(csv.DictReader(lines, delimiter="\t"))


def workloads(goals):
    """The workloads that the goals need, those named behind an @ among them."""
    names = []
    for goal in goals:
        for name in (goal["workload"], goal["against"].removeprefix("@") if goal["against"][0] == "@" else None):
            if name and name != "-" and name not in names:
                names.append(name)
    return names


class Verdict:
    """What became of one goal. `figure` names the metric and what it is compared with; `note` says what to know."""

    def __init__(self, raw, goal):
        self.workload, self.server = goal["workload"], goal["server"]
        self.relation, self.limit = goal["relation"], goal["limit"]
        against = {"-": "", "@": " that of "}.get(goal["against"][0], " to ") + goal["against"].strip("-@")
        self.figure = goal["metric"] + against
        self.value, self.note = _value(raw, goal)
        if self.value is None:
            self.text = "not measured"
        elif self.value <= float(self.limit) if self.relation == "<=" else self.value >= float(self.limit):
            self.text = "reached"
        else:
            self.text = "load-limited" if "was the limit" in self.note else "NOT REACHED"

    @property
    def shown(self):
        return "–" if self.value is None else f"{self.value:.3g}"


def verdicts(raw):
    return [Verdict(raw, goal) for goal in read()]


def check(raw):
    """Prints a line for each goal; returns how many were not reached; a goal without figures is not."""
    found = verdicts(raw)
    for each in found:
        print(f"{each.text:12} {each.workload:10} {each.server:21} {each.figure:26} "
              f"{each.shown:>7} {each.relation} {each.limit:6} {each.note}")
    return sum(each.text != "reached" for each in found)


def _value(raw, goal):
    """The figure, and what a reader must know about it."""
    name, metric, against = goal["server"], goal["metric"], goal["against"]
    if metric == "file_mib":
        return raw.get("file_mib"), ""
    results = raw["workloads"].get(goal["workload"], {})
    result = results.get(name)
    if result is None:
        return None, raw["skipped"].get(goal["workload"], "")
    if result["failure"]:
        return None, result["failure"]
    note = ""
    busy = figures.median(result, "busy")
    if metric in NEEDS_LIMIT and busy is not None and busy < LIMIT_BUSY:
        note = f"the load generator was the limit: the server was {busy:.0%} busy"
    if against == "-":
        return figures.median(result, metric), note
    if against.startswith("@"):
        # Another workload is another set of runs, so that medians are compared and not rounds.
        base = figures.median(raw["workloads"].get(against[1:], {}).get(name, {"rounds": {}}), metric)
        return (figures.median(result, metric) / base if base else None), note
    spread = figures.ratio(results, metric, name, against)
    other = figures.ratio(results, metric, name, against + "-nopush")
    if other:
        note = f"{other[0]:.3g} to {against}-nopush; {note}".rstrip("; ")
    return (spread[0] if spread else None), note
