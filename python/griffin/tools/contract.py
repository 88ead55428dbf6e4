"""Cuts the OpenAPI document into the schemas that the SDK reads and those that it sends, under names for Python."""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

Schema = dict[str, Any]

# The runtime's side of an attempt is for what runs inside it, by a token of its own.
_NOT_FOR_CLIENTS = {"runtime", "Metrics", "Health"}

# What `griffin.Client` takes beside the body's other fields.
_POSITIONAL = {"SubmitRunDto": "definition"}

# Where leaving the suffixes out would give two schemas one name, or hide which is the page.
_RENAMED = {"RunNewsResponseDto": "RunNewsPage", "RuntimesResponseDto": "RuntimePage"}

# Nothing may show these by printing the answer.
_SECRETS = {"CreatedTokenDto": "token"}

# What only a server has to judge. A client that judged it too would break when the server learns something new.
_CONSTRAINTS = {
    "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems",
    "maxItems", "uniqueItems", "minProperties", "maxProperties", "default", "example",
}  # fmt: skip


def answers(document: Schema) -> Schema:
    """The document with nothing but the schemas of answers: as open as a client has to be."""
    roots = [ref for operation in _operations(document) for ref in _refs(operation["responses"])]
    found = _document(document, roots, _open)
    for name, secret in _SECRETS.items():
        found["components"]["schemas"][python_name(name)]["properties"][secret]["format"] = "password"
    return found


def bodies(document: Schema) -> Schema:
    """The document with nothing but the schemas of bodies."""
    roots = [ref for operation in _operations(document) for ref in _refs(operation.get("requestBody", {}))]
    found = _document(document, roots, _bare)
    for name, positional in _POSITIONAL.items():
        schema = found["components"]["schemas"][python_name(name)]
        del schema["properties"][positional]
        schema["required"].remove(positional)
    return found


def definition(document: Schema) -> Schema:
    """The document with nothing but what a definition and an architecture are created with, as strict as it is.

    Who writes them into a file learns what is wrong before anything is sent.
    """
    return _document(document, ["CreateDefinitionDto", "CreateArchitectureDto"], _named)


def python_name(name: str) -> str:
    """`RunResponseDto` is `Run` here."""
    return _RENAMED.get(name) or re.sub(r"(Response)?Dto$", "", name)


def _operations(document: Schema) -> Iterator[Schema]:
    for methods in document["paths"].values():
        for operation in methods.values():
            if not _NOT_FOR_CLIENTS.intersection(operation["tags"]):
                yield operation


def _document(document: Schema, roots: list[str], change: Any) -> Schema:
    schemas = document["components"]["schemas"]
    reached: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += _refs(schemas[name])
    named = {python_name(name): change(deepcopy(schema)) for name, schema in schemas.items() if name in reached}
    if len(named) != len(reached):
        raise SystemExit("two schemas have one name: see _RENAMED in tools/contract.py")
    about = {"openapi": "3.0.0", "info": document["info"], "paths": {}}
    return {**about, "components": {"schemas": named}}


def _refs(node: Any) -> list[str]:
    if isinstance(node, list):
        return [ref for child in node for ref in _refs(child)]
    if not isinstance(node, dict):
        return []
    here = [node["$ref"].rsplit("/", 1)[1]] if "$ref" in node else []
    return here + [ref for child in node.values() for ref in _refs(child)]


def _open(node: Any) -> Any:
    """A schema that takes what a later server may answer: values of an enumeration that nobody knows yet."""
    node = _bare(node)
    return _each(node, _open_enumeration)


def _bare(node: Any) -> Any:
    return _each(node, _without_constraints)


def _named(node: Any) -> Any:
    return _each(node, _with_python_names)


def _each(node: Any, change: Any) -> Any:
    if isinstance(node, list):
        return [_each(child, change) for child in node]
    if not isinstance(node, dict):
        return node
    return change({key: _each(child, change) for key, child in node.items()})


def _with_python_names(node: Schema) -> Schema:
    if "$ref" in node:
        return {"$ref": re.sub(r"[^/]+$", lambda name: python_name(name[0]), node["$ref"])}
    return node


def _without_constraints(node: Schema) -> Schema:
    if "$ref" in node:
        return _with_python_names(node)
    if not isinstance(node.get("type", ""), str):  # A field that is called `type`.
        return node
    # A field may have the name of a keyword, and then its value is a schema.
    kept = {key: value for key, value in node.items() if key not in _CONSTRAINTS or isinstance(value, dict)}
    if kept.get("format") in ("uuid", "uri"):
        del kept["format"]
    if kept.get("additionalProperties") is False:
        del kept["additionalProperties"]
    if isinstance(kept.get("additionalProperties"), dict) and "properties" in kept:
        del kept["properties"]  # Examples of keys, which are no names in Python.
    return kept


def _open_enumeration(node: Schema) -> Schema:
    if not isinstance(node.get("enum"), list):
        return node
    known = {"type": "string", "enum": [value for value in node["enum"] if value is not None]}
    rest = {key: value for key, value in node.items() if key not in ("enum", "type")}
    return {**rest, "anyOf": [known, {"type": "string"}]}
