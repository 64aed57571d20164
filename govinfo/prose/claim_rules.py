"""The rules of claims.toml, their patterns compiled."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from govinfo.prose.lexicon import pattern

_RESULTS = ("upheld", "corrected", "other", "pending")


def rules_for(kind: str, about: str) -> list[dict]:
    """The rules for figures of a kind (count or money) where this is spoken of, in order."""
    return [r for r in rules()["rule"] if kind == r.get("unit", "count") and about in r.get("about", [about])]


@cache
def rules() -> dict:
    """The rules of claims.toml with their patterns compiled."""
    data = tomllib.loads((resources.files("govinfo.prose") / "claims.toml").read_text(encoding="utf-8"))
    sets = data["sets"]

    def row(item: dict) -> dict:
        return item | {key: pattern(item[key], sets) for key in ("at", "not", "before", "unless_before") if key in item}

    spelled_out = []
    for item in data["rule"]:
        for name, group in item.get("rows", {"": ""}).items():
            if name:
                filled = {key: item[key].replace("{this_row}", name) for key in ("at", "not")}
                spelled_out.append(item | filled | {"claim": f"{group}.{name}"})
            else:
                spelled_out.append(item)
    found = {"rule": [row(item) for item in spelled_out]}
    found |= {key: [row(item) for item in data[key]] for key in ("percent", "all", "none")}
    found["subjects"] = {kind: name for name, kinds in data["subjects"].items() for kind in kinds}
    found["free"] = frozenset(sets["free"].split("|"))
    found["content"] = frozenset(found["subjects"]) | {"receive", "apply"}
    found["listable"] = frozenset(
        [
            "review",
            "litigation",
            "granted",
            "partial",
            "denied",
            "unable",
            "not_processed",
            "otherwise",
            "make",
            "repeal",
            "carry",
            "normative",
        ]
    )
    found["results"] = frozenset(["upheld", "corrected", "pending", "other_result"])
    found["verbs"] = frozenset(
        ["receive", "new", "handle", "disclose", "open", "publish", "make", "repeal", "collect", "bring", "neg"]
    )
    found["guards"] = {key: frozenset(kinds) for key, kinds in data["guards"].items()}
    found["never"] = frozenset(data["units"]["never"])
    stated = {item["claim"] for item in spelled_out if "{" not in item.get("claim", "{")}
    found["growable"] = stated - set(data["units"]["inner"]) - {"lapse"}
    results = {f"{case}.{result}" for case in ("review", "litigation") for result in _RESULTS}
    found["vocabulary"] = found["growable"] | results | {"share", "growth"}
    return found
