"""Medians, spreads and ratios over the rounds of the raw results."""

import statistics


def values(result, metric):
    """One value a round; what holds for all rounds together is a single value."""
    if metric in result and result[metric] is not None:
        return [result[metric]]
    return [figures[metric] for _, figures in sorted(result["rounds"].items()) if metric in figures]


def spread(numbers):
    """(median, least, greatest), or None."""
    return (statistics.median(numbers), min(numbers), max(numbers)) if numbers else None


def ratio(results, metric, name, against):
    """The spread of the ratios in each round that both took part in: what disturbed one round disturbs one ratio."""
    if name not in results or against not in results:
        return None
    mine, theirs = results[name]["rounds"], results[against]["rounds"]
    return spread([mine[number][metric] / theirs[number][metric] for number in sorted(set(mine) & set(theirs))
                   if metric in mine[number] and theirs[number].get(metric)])


def median(result, metric):
    found = spread(values(result, metric))
    return found[0] if found else None
