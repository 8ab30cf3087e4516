"""Addresses are compiled once for all the applications of a test process.

Werkzeug compiles two functions for each address of each application: most of the tenth of a
second that making one takes. They depend on the address alone.
"""

from functools import cache

from werkzeug.routing import Rule

_compile = Rule._compile_builder


@cache
def remember_routes() -> None:
    """Let every later application use what earlier ones have compiled."""
    compiled: dict[tuple[object, ...], object] = {}

    def once(rule: Rule, append_unknown: bool = True) -> object:
        defaults = tuple(sorted((rule.defaults or {}).items()))
        key = (rule.rule, rule.subdomain, rule.host, defaults, rule.map.host_matching)
        if (*key, append_unknown) not in compiled:
            compiled[(*key, append_unknown)] = _compile(rule, append_unknown)
        return compiled[(*key, append_unknown)]

    Rule._compile_builder = once
