"""Reasons as codes with parameters: what is stored, compared and passed on instead of a sentence.

A reason says why a run was held, a page was not read, a query is invalid. Its sentence, in English
or Vietnamese, is made only where it is shown: storage.messages.describe().
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

PluralMessage = tuple[str, str]  # for one and for several, by the parameter "number"


def gettext_noop(message: str) -> str:
    """Marks a message for extraction into the catalogues; describe() looks it up."""
    return message


def ngettext_noop(singular: str, plural: str) -> PluralMessage:
    """Marks a message with a plural. The reason's parameter `number` decides between them."""
    return singular, plural


class ReasonCode(StrEnum):
    """Base of the enums of reason codes: each member is a code and its English message.

        class CrawlReason(ReasonCode):
            HTTP_STATUS = "http_status", gettext_noop("answered {status}")

    A message holds the parameters as {name}, or as {name:format} with one of the formats of
    storage/messages/formats.py. The enums stand in storage/messages/reasons_*.py. Codes are unique
    over all of them and are never reused: they are stored.
    """

    message: str | PluralMessage

    def __new__(cls, code: str, message: str | PluralMessage) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.message = message
        return member


LEGACY_TEXT = "legacy_text"  # free text that an older version stored; parameter: text


@dataclass(frozen=True, slots=True, init=False)
class Reason:
    """A code and its parameters.

    Attributes:
        code: a member of a ReasonCode enum, or its text; both compare as equal
        params: JSON values by name (sequences as tuples), or other Reasons
    """

    code: str
    params: dict[str, Any]

    def __init__(self, code: str, /, **params: Any) -> None:
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "params", {k: _frozen(v) for k, v in params.items()})

    def __hash__(self) -> int:
        return hash(self.to_json())

    def __reduce__(self) -> tuple[Any, ...]:
        return Reason.from_json, (self.to_json(),)

    def to_dict(self) -> dict[str, Any]:
        """As JSON data: {"code": ..., "params": {...}}, nested reasons alike."""
        return {"code": str(self.code), "params": {k: _data(v) for k, v in self.params.items()}}

    def to_json(self) -> str:
        """As JSON text, always the same text for the same reason; so it is stored."""
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Reason:
        """From stored text. Text that is no reason is Reason("legacy_text", text=...)."""
        try:
            data = json.loads(text)
        except ValueError:
            data = None
        if not _is_reason(data):
            return cls(LEGACY_TEXT, text=text)
        return cls.from_dict(data)

    @classmethod
    def of(cls, value: Any) -> Reason:
        """From what the statistics of a run or the journal hold: data, or old free text."""
        return cls.from_dict(value) if _is_reason(value) else cls.from_json(str(value))

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Reason:
        """From JSON data. Raises KeyError for data that is no reason."""
        return cls(data["code"], **{name: _value(v) for name, v in data["params"].items()})


def _is_reason(data: object) -> bool:
    return (
        isinstance(data, dict)
        and data.keys() == {"code", "params"}
        and isinstance(data["code"], str)
        and isinstance(data["params"], dict)
    )


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value


def _data(value: Any) -> Any:
    if isinstance(value, Reason):
        return value.to_dict()
    return [_data(one) for one in value] if isinstance(value, tuple) else value


def _value(data: Any) -> Any:
    if _is_reason(data):
        return Reason.from_dict(data)
    return tuple(map(_value, data)) if isinstance(data, list) else data
