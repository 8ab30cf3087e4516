"""A programme file's keys and values as YAML text that people like to read and edit."""

import io
from typing import Any

import yaml

_HEAD = """\
# Programme file, written by `programme dump`. docs/programme-file.md explains every key.
# Keep calendar_entries as they are when you edit; leave them out of a copy for another year.
"""
_BLOCKS = ("forum", "forums", "sessions")


class _Dumper(yaml.SafeDumper):
    """Writes YAML without line breaks inside a line, and lists indented under their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002 - PyYAML's signature
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, _data: object) -> bool:
        """Write equal values twice, never an alias."""
        return True


def to_text(plain: dict[str, Any]) -> str:
    """Return the YAML text: a section's parts one a line, in the order given."""
    node = _Dumper(io.StringIO(), sort_keys=False).represent_data(plain)
    _shape(node, depth=0)
    return _HEAD + yaml.serialize(node, Dumper=_Dumper, allow_unicode=True, width=10**9)


def _shape(node: yaml.Node, *, depth: int, is_block: bool = True) -> None:
    """Let sections stand in blocks, and each of their parts on one line."""
    if isinstance(node, yaml.MappingNode):
        node.flow_style = not is_block
        for name, value in node.value:
            is_open = depth == 0 and name.value != "meta"
            _shape(value, depth=depth + 1, is_block=is_open or name.value in _BLOCKS)
    elif isinstance(node, yaml.SequenceNode):
        node.flow_style = not is_block
        for value in node.value:
            _shape(value, depth=depth + 1, is_block=False)
