"""What is compiled once for all the applications of a test process: addresses and templates.

Werkzeug compiles two functions for each address of each application, Jinja a module for each
template: most of the time that a test of one page would take. They depend on the address and on
the template's text alone.
"""

from collections.abc import Callable
from functools import cache
from types import CodeType

from flask.templating import Environment
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class Templates(BytecodeCache):
    """Templates by their name and text, kept in memory."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._kept[bucket.key, bucket.checksum] = bucket.code


@cache
def compile_once() -> None:
    """Let every later application use what earlier ones have compiled."""
    Rule._compile_builder = _remembering(Rule._compile_builder)
    make, templates = Environment.__init__, Templates()

    def with_templates(environment: Environment, app, **options) -> None:
        make(environment, app, **{"bytecode_cache": templates, **options})

    Environment.__init__ = with_templates


def _remembering(compile_builder: Callable) -> Callable:
    compiled: dict[tuple[object, ...], object] = {}

    def once(rule: Rule, append_unknown: bool = True) -> object:
        defaults = tuple(sorted((rule.defaults or {}).items()))
        address = (rule.rule, rule.subdomain, rule.host, defaults, rule.map.host_matching)
        key = (*address, append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    return once
