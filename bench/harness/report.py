"""The Markdown of a results file."""

import collections
import re

from . import figures, goals
from .workloads import BY_NAME

# metric: (heading, decimals, factor)
COLUMNS = {
    "rps": ("requests/s", 0, 1), "cpu_us": ("CPU µs/request", 2, 1), "p50": ("p50 µs", 0, 1),
    "p99": ("p99 µs", 0, 1), "p999": ("p99.9 µs", 0, 1), "mb_s": ("MB/s", 0, 1),
    "cpu_s_gb": ("CPU s/GB", 3, 1), "peak_mib": ("peak MiB", 1, 1), "enters": ("enters/1,000", 0, 1),
    "system_calls": ("system calls/1,000", 0, 1), "busy": ("busy %", 0, 100), "others": ("others %", 0, 100),
    "idle_connections": ("idle connections", 0, 1), "idle_kib": ("KiB/idle connection", 2, 1),
    "idle_cpu": ("CPU % idle", 2, 100), "quiet_p99": ("p99 µs quiet", 0, 1),
    "p99_to_quiet": ("p99 to quiet", 2, 1), "quiet_cpu_us": ("CPU µs/request quiet", 2, 1),
    "cpu_us_to_quiet": ("CPU to quiet", 2, 1), "stalled_workers": ("iou-wrk threads", 0, 1),
    "stalled_kib": ("KiB/stalled client", 2, 1), "cold_mb_s": ("cold MB/s", 1, 1), "start_ms": ("ms to response", 1, 1),
    "start_small_ms": ("ms with ten files", 1, 1), "start_ratio": ("a million to ten", 2, 1),
    "start_mib": ("peak MiB", 1, 1), "errors": ("errors", 0, 1),
    "kernel_worker_share": ("iou-wrk % of CPU", 0, 100),
}
ALWAYS = ["peak_mib", "enters", "system_calls", "busy", "others", "kernel_worker_share", "errors"]
BY_KIND = {
    "requests": ["rps", "cpu_us", "p50", "p99", "p999", "mb_s"],
    "large": ["mb_s", "cpu_s_gb", "p50", "p99"],
    "idle": ["rps", "cpu_us", "p50", "p99", "p999", "idle_connections", "idle_kib", "idle_cpu"],
    "stalled": ["rps", "cpu_us", "quiet_cpu_us", "cpu_us_to_quiet", "p99", "quiet_p99", "p99_to_quiet",
                "stalled_workers", "stalled_kib"],
    "cold": ["rps", "cpu_us", "p50", "p99", "p999", "quiet_p99", "p99_to_quiet", "cold_mb_s"],
    "start": ["start_ms", "start_mib"],
    "docroot": ["start_ms", "start_small_ms", "start_ratio", "start_mib"],
}
# What the ratios to nginx compare.
COMPARED = {"requests": "cpu_us", "large": "cpu_s_gb", "idle": "cpu_us", "stalled": "cpu_us", "cold": "p99",
            "start": "start_ms", "docroot": "start_ms"}
SIGNS = {"<=": "≤", ">=": "≥"}
REFERENCES = {"nginx": "vs nginx", "nginx-cache": "vs nginx + cache"}

METHOD = """Each server has {workers} and is pinned to its CPUs; the load generator has the others. For each workload
all servers are started and warmed for {warm:g} s; then come {runs} rounds of {seconds:g} s, in each of which every
server has one run, in the order of the tables. A cell is the median of the runs, with least and greatest. A ratio is
the median of the ratios within each round. CPU is user and system time of all processes and threads of the server, the
kernel workers of io_uring among them. *busy* is how far the server used its CPUs: far below 100 %, the load generator
was the limit, and requests/s and latencies say more about it than about the server. *others* is what ran on the
server's CPUs beside it: soft interrupts that no process is charged with, and other programs. Peak memory and enters
are those of all runs of the workload together, warm-up included."""


def markdown(raw, plots, notes=None):
    """`notes` is what somebody wrote by hand: reasons, and what was tried."""
    workers = "one worker" if raw["workers"] == 1 else f"{raw['workers']} workers"
    parts = ["# Results: " + dict(raw["machine"])["CPU"] + ", " + dict(raw["machine"])["Kernel"],
             f"Measured on {raw['date']} with `{raw['invocation']}`; [how to read this](../README.md).",
             _table(["", ""], [*raw["machine"], *sorted(raw["versions"].items())]),
             METHOD.format(workers=workers, warm=raw["warm_seconds"], runs=raw["runs"], seconds=raw["seconds"])]
    parts += [_picture(plot, text) for plot, text in plots]
    # They are goals of one worker.
    if raw["workers"] == 1:
        parts.append(goals_section(raw))
    if notes:
        parts.append("## Notes\n\n" + notes.strip())
    for name, results in raw["workloads"].items():
        parts.append(section(name, results))
    for name, reason in raw["skipped"].items():
        parts.append(f"## {BY_NAME[name].title} (`{name}`)\n\nNot measured: {reason}.")
    parts.append(commands(raw))
    return "\n\n".join(parts) + "\n"


def goals_section(raw):
    """What goals.tsv asks for, all of it: nobody should have to look for what was not reached."""
    verdicts = goals.verdicts(raw)
    counts = collections.Counter(verdict.text for verdict in verdicts)
    rows = [[f"`{each.workload}`" if each.workload != "-" else "", f"`{each.server}`", each.figure, each.shown,
             f"{SIGNS[each.relation]} {each.limit}",
             "**not reached**" if each.text == "NOT REACHED" else each.text, each.note] for each in verdicts]
    summary = ", ".join(f"{count} {text.lower()}" for text, count in counts.items())
    return "\n\n".join([
        "## Goals", f"Of {len(verdicts)}: {summary}.",
        _table(["workload", "server", "figure", "measured", "limit", "verdict", ""], rows)])


def section(name, results):
    workload = BY_NAME[name]
    lines = [f"## {workload.title} (`{name}`)"]
    metrics = [metric for metric in BY_KIND[workload.kind] + ALWAYS
               if any(figures.values(result, metric) for result in results.values())]
    # A column of noughts says nothing; one error is worth a column.
    for rare in ("errors", "kernel_worker_share"):
        if not any(any(figures.values(result, rare)) for result in results.values()):
            metrics = [metric for metric in metrics if metric != rare]
    compared = COMPARED[workload.kind]
    references = [reference for reference in REFERENCES if reference in results]
    what = "time" if compared == "start_ms" else COLUMNS[compared][0].split("/")[0].split(" ")[0]
    heading = ["", *(COLUMNS[metric][0] for metric in metrics), *(f"{what} {REFERENCES[name]}" for name in references)]
    rows = []
    for server, result in results.items():
        if result["failure"] is None:
            ratios = [_cell(figures.ratio(results, compared, server, reference), 2, 1) for reference in references]
            rows.append([result["title"], *(_cell(figures.spread(figures.values(result, metric)), *COLUMNS[metric][1:])
                                            for metric in metrics), *ratios])
    lines.append(_table(heading, rows))
    lines += [f"{result['title']} failed: {result['failure']}" for result in results.values() if result["failure"]]
    profiles = ["\n".join([result["title"], *result["profile"]]) for result in results.values() if "profile" in result]
    if profiles:
        lines.append("<details><summary>Where the CPU time goes</summary>\n\n```text\n" + "\n\n".join(profiles)
                     + "\n```\n\n</details>")
    return "\n\n".join(lines)


def commands(raw):
    """The commands as they were run, each server's once, and each workload's load once. $W is the work directory."""
    servers, loads = {}, []
    for name, results in raw["workloads"].items():
        for server, result in results.items():
            if result.get("command"):
                servers.setdefault(server, result["command"])
        load = next((result["load"] for result in results.values() if result.get("load")), "")
        loads.append(f"# {name}\n{load}")
    text = "\n".join(servers.values()) + "\n\n" + "\n".join(loads)
    for path, short in raw["paths"].items():
        text = text.replace(path, short)
    text = re.sub(r"\$W/[\w-]+/([\w-]+)(?=[ /\n])(?!/cold)", r"$W/\1", text)
    files = "\n\n".join(f"# {server}\n{configuration}" for server, configuration in raw["configurations"].items())
    return f"## Commands\n\n```sh\n{text}\n```\n\n## Configuration files\n\n```\n{files}\n```"


def _cell(found, decimals, factor):
    if found is None:
        return "–"
    middle, least, greatest = (f"{number * factor:,.{decimals}f}" for number in found)
    return middle if least == greatest else f"{middle} ({least}–{greatest})"


def _table(heading, rows):
    lines = ["| " + " | ".join(heading) + " |", "|---" + "|---:" * (len(heading) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def _picture(plot, text):
    return (f'<picture><source media="(prefers-color-scheme: dark)" srcset="{plot}-dark.svg">'
            f'<img alt="{text}" src="{plot}-light.svg"></picture>')
