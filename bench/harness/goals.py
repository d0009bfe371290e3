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


def check(raw):
    """Prints a line for each goal; returns how many were not reached; a goal without figures is not."""
    missed = 0
    for goal in read():
        value, note = _value(raw, goal)
        limit = float(goal["limit"])
        if value is None:
            verdict = "not measured"
        elif value <= limit if goal["relation"] == "<=" else value >= limit:
            verdict = "reached"
        else:
            verdict = "load-limited" if "was the limit" in note else "NOT REACHED"
        missed += verdict != "reached"
        against = {"-": "", "@": " that of "}.get(goal["against"][0], " to ") + goal["against"].strip("-@")
        shown = "–" if value is None else f"{value:.3g}"
        print(f"{verdict:12} {goal['workload']:10} {goal['server']:21} {goal['metric'] + against:26} "
              f"{shown:>7} {goal['relation']} {goal['limit']:6} {note}")
    return missed


def _value(raw, goal):
    """The figure, and what a reader must know about it."""
    name, metric, against = goal["server"], goal["metric"], goal["against"]
    if metric == "file_mib":
        path = servers.CHAINSERVE
        return (os.path.getsize(path) / (1 << 20) if os.path.exists(path) else None), ""
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
