"""JSON Schema (2020-12) of a line of the JSON Lines export: every field with type and meaning."""

from __future__ import annotations

from typing import Any, get_args

from storage.exports.release.table_schema import REVISIONS
from storage.models import AuthorKind, BlockKind, Role, State
from storage.version import VERSION

_TEXT = {"type": "string"}
_TEXT_OR_NULL = {"type": ["string", "null"]}
_DAY = r"^\d{4}-\d{2}-\d{2}$"
_OBJECTS: dict[str, dict[str, Any]] = {  # what the flat schema of a table cannot say
    "body": {"kind": {"enum": list(get_args(BlockKind))}, "text": _TEXT,
             "cells": {"type": "array", "items": _TEXT}},
    "authors": {"name": _TEXT, "kind": {"enum": list(get_args(AuthorKind))},
                "roles": {"type": "array", "items": {"enum": list(get_args(Role))}}},
    "captions": {"text": _TEXT, "photographer": _TEXT_OR_NULL},
}  # fmt: skip
_OPTIONAL = {"cells"}
_NEVER_NULL = {"id", "revision", "revisions", "site", "key", "title", "status", "language", "cause"}
_ENUMS = {
    "status": ["live", "suspect", "removed", "moved"],
    "cause": ["site", "reader"],
}


def record_schema() -> dict[str, Any]:
    """Return the schema; it allows no other field."""
    properties = {name: _property(name, *column) for name, column in REVISIONS.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A revision of an article",
        "description": f"A line of the JSON Lines export of tinwatch {VERSION}.",
        **_object(properties),
    }


def _property(name: str, kind: str, description: str) -> dict[str, Any]:
    return {**_type(name, kind), "description": description}


def _type(name: str, kind: str) -> dict[str, Any]:
    if name in _OBJECTS:
        return {"type": "array", "items": _object(_OBJECTS[name])}
    if name == "source":
        return {"oneOf": [{"type": "null"}, _object({"name": _TEXT, "url": _TEXT_OR_NULL})]}
    if name == "fields":
        state = {"state": {"enum": list(get_args(State))}, "rule": _TEXT_OR_NULL}
        return {"type": "object", "additionalProperties": _object(state)}
    if kind == "array":
        return {"type": "array", "items": _TEXT}
    if name in _ENUMS:
        return {"enum": _ENUMS[name]}
    json_type = kind if kind in ("integer", "boolean") else "string"
    found: dict[str, Any] = {"type": json_type if name in _NEVER_NULL else [json_type, "null"]}
    if kind == "datetime":
        found["format"] = "date-time"
    if kind == "date":
        found |= {"format": "date", "pattern": _DAY}
    return found


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in _OPTIONAL],
        "additionalProperties": False,
    }
