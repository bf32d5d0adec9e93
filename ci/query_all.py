#!/usr/bin/env python3
"""Runs every query of the dashboards and rules against a Prometheus that has scraped a program.

    query_all.py PROMETHEUS_URL DASHBOARD.json... RULES.yml...

Queries of panels, annotations and variables have to return data. A rule has to be evaluated without an error, and
every series that its expression selects has to exist. What may be empty is listed below, with the reason; an entry
whose query returns data after all is an error, so that the list does not grow old.
"""

import json
import math
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

# Place of a query -> why it may return nothing for the program that is scraped.
MAY_BE_EMPTY = {
    "taskscope-overview: Messages C": "the example has no broadcast channel, which alone misses messages",
}

WINDOW = 60
STEP = 1
# As Grafana computes it: four scrape intervals.
VARIABLES = {"__rate_interval": "4s", "__interval": "1s", "__range": f"{WINDOW}s"}


class Prometheus:
    def __init__(self, url):
        self.url = url.rstrip("/")

    def get(self, path, **params):
        url = f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(params, doseq=True)}"
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                body = json.load(answer)
        except urllib.error.HTTPError as error:
            body = json.load(error)
        if body["status"] != "success":
            raise ValueError(body["error"])
        return body["data"]

    def points(self, expr, end):
        """How many samples that are numbers the expression has in the window."""
        data = self.get("query_range", query=expr, start=end - WINDOW, end=end, step=STEP)
        values = (float(v) for series in data["result"] for _, v in series["values"])
        return sum(not math.isnan(v) for v in values)

    def values(self, selector, label, end):
        params = {"match[]": selector, "start": end - WINDOW, "end": end}
        return len(self.get(f"label/{label}/values", **params))


def substitute(expr, variables):
    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda m: variables[m[1] or m[2]], expr)


def checks_of_dashboard(path):
    """Yields (place, how many results) for each query of a dashboard; the second is a function of (server, end)."""
    with open(path, encoding="utf-8") as file:
        dashboard = json.load(file)
    name = dashboard["uid"]
    templating = dashboard["templating"]["list"]
    variables = dict(VARIABLES)
    for variable in templating:
        variables[variable["name"]] = variable.get("allValue") or ".+"

    def range_query(expr):
        expr = substitute(expr, variables)
        return lambda server, end: server.points(expr, end)

    def panels(items):
        for panel in items:
            for target in panel.get("targets", []):
                yield f"{name}: {panel['title']} {target['refId']}", range_query(target["expr"])
            yield from panels(panel.get("panels", []))

    yield from panels(dashboard["panels"])
    for annotation in dashboard["annotations"]["list"]:
        if "expr" in annotation:
            yield f"{name}: annotation {annotation['name']}", range_query(annotation["expr"])
    for variable in templating:
        if variable["type"] == "query":
            selector, label = re.fullmatch(r"label_values\((.*), *(\w+)\)", variable["query"]["query"]).groups()
            selector = substitute(selector, variables)
            yield (
                f"{name}: variable {variable['name']}",
                lambda server, end, s=selector, l=label: server.values(s, l, end),
            )


# A metric (or a recorded series, or `up`), with its matchers.
SELECTOR = re.compile(r"\b(?:up\b|taskscope_\w+|\w+:taskscope_\w+:\w+)(?:\{[^}]*\})?")


def checks_of_rules(server, paths):
    """Yields a check for each rule that the server has loaded and for each selector of its expression."""
    groups = server.get("rules")["groups"]
    names = set()
    for group in groups:
        for rule in group["rules"]:
            names.add(rule["name"])

            def healthy(_server, _end, rule=rule):
                if rule["health"] != "ok":
                    raise ValueError(rule.get("lastError") or f"health is {rule['health']}")
                return 1

            yield f"rule {rule['name']}", healthy
            for selector in sorted(set(SELECTOR.findall(rule["query"]))):
                yield (
                    f"rule {rule['name']}: {selector}",
                    lambda server, end, s=selector: server.points(s, end),
                )
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for name in re.findall(r"- (?:alert|record): (\S+)", file.read()):

                def loaded(_server, _end, name=name):
                    return name in names

                yield f"rule {name} is loaded", loaded


def main():
    url, *paths = sys.argv[1:]
    server = Prometheus(url)
    end = time.time()
    checks = [c for p in paths if p.endswith(".json") for c in checks_of_dashboard(p)]
    checks += checks_of_rules(server, [p for p in paths if p.endswith(".yml")])
    seen, failed = set(), 0
    for place, count in checks:
        seen.add(place)
        reason = MAY_BE_EMPTY.get(place)
        try:
            found = count(server, end)
        except (ValueError, KeyError) as error:
            verdict = f"FAILED  {error}"
        else:
            if found:
                verdict = f"{'FAILED  listed as empty, and returns' if reason else 'ok'}  {int(found)}"
            else:
                verdict = f"empty   {reason}" if reason else "FAILED  returns nothing"
        failed += verdict.startswith("FAILED")
        print(f"{verdict:<14} {place}")
    for place in sorted(MAY_BE_EMPTY.keys() - seen):
        failed += 1
        print(f"FAILED  listed as empty, and is no query: {place}")
    print(f"queries: {len(checks) - failed} passed, {failed} failed")
    return 1 if failed or not checks else 0


if __name__ == "__main__":
    sys.exit(main())
