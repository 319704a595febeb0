"""Help and usage errors of a command as plain text in the user's language.

Typer's own are English, and drawn in boxes whose columns are too narrow for a terminal of 80.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from tinwatch.terminal.messages import gettext


class PlainCommand(TyperCommand):
    """A command with plain help."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        write_usage(self, ctx, formatter)
        self.format_help_text(ctx, formatter)
        _write_parameters(self, ctx, formatter)


class PlainGroup(TyperGroup):
    """A group of commands with plain help."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        write_usage(self, ctx, formatter, gettext("COMMAND ..."))
        self.format_help_text(ctx, formatter)
        rows = [
            (name, (self.commands[name].help or "").partition("\n")[0])
            for name in self.list_commands(ctx)
        ]
        with formatter.section(gettext("Commands")):
            formatter.write_dl(rows)
        _write_parameters(self, ctx, formatter)


def write_usage(command: Any, ctx: Any, formatter: Any, *more: str) -> None:
    """Write the line "Usage: tinwatch COMMAND [OPTIONS] ARGUMENT"."""
    pieces = [gettext("[OPTIONS]"), *map(_argument_usage, _parameters(command, ctx, "argument"))]
    formatter.write_usage(ctx.command_path, " ".join([*pieces, *more]), gettext("Usage:") + " ")


def _write_parameters(command: Any, ctx: Any, formatter: Any) -> None:
    titles = (("argument", gettext("Arguments")), ("option", gettext("Options")))
    for kind, title in titles:
        rows = [(_names(p), _description(p)) for p in _parameters(command, ctx, kind)]
        if rows:
            with formatter.section(title):
                formatter.write_dl(rows)


def _parameters(command: Any, ctx: Any, kind: str) -> list[Any]:
    """Return the arguments or the options of a command, without those that help does not list."""
    return [
        parameter
        for parameter in command.get_params(ctx)
        if parameter.param_type_name == kind and not getattr(parameter, "hidden", False)
    ]


def _names(parameter: Any) -> str:
    """Return an option with the name of its value, as --site SITE; of an argument the name."""
    value = _value_name(parameter)
    if parameter.param_type_name == "argument":
        return value
    names = ", ".join(sorted(parameter.opts + parameter.secondary_opts, key=len))
    return names if parameter.is_flag else f"{names} {value}"


def _value_name(parameter: Any) -> str:
    """Return what the value of a parameter is called: its choices, or the last word of its name."""
    if choices := _choices(parameter):
        return "|".join(choices)
    return str(parameter.metavar or parameter.opts[-1].rpartition("-")[2].upper())


def _choices(parameter: Any) -> list[str]:
    """Return the values of an option that takes one of a few."""
    return [choice.value for choice in parameter.type_descriptor.choices or ()]


def _argument_usage(argument: Any) -> str:
    name = _value_name(argument) + ("..." if argument.nargs != 1 else "")
    return name if argument.required else f"[{name}]"


def _description(parameter: Any) -> str:
    """Return the help of a parameter, with its environment variable and its default."""
    texts = [getattr(parameter, "help", None) or ""]
    if "--help" in parameter.opts:
        texts = [gettext("Show this help.")]
    default = parameter.default
    if parameter.envvar:
        texts.append(gettext("[variable {name}]", name=parameter.envvar))
    if parameter.required and parameter.param_type_name == "option":
        texts.append(gettext("[required]"))
    elif default and not callable(default) and not isinstance(default, (bool, list, tuple)):
        shown = default.value if isinstance(default, Enum) else default
        texts.append(gettext("[default {value}]", value=shown))
    return " ".join(filter(None, texts))


def usage_error_text(error: typer.TyperException) -> str:
    """Return what is wrong with a call, and below it which help describes the command."""
    context = getattr(error, "ctx", None)
    text = _problem(error)
    if context is None:
        return text
    return text + "\n" + gettext("Help: {command} --help", command=context.command_path)


def _problem(error: Any) -> str:
    """Return the problem. Typer exports only BadParameter, so others are known by attributes."""
    if hasattr(error, "param_type"):
        if error.param.param_type_name == "argument":
            return gettext("missing argument {name}", name=_value_name(error.param))
        return gettext("missing option {name}", name=max(error.param.opts, key=len))
    if isinstance(error, typer.BadParameter) and error.param is not None:
        parameter = error.param
        is_option = parameter.param_type_name == "option"
        name = parameter.opts[0] if is_option else _value_name(parameter)
        return gettext("{name}: {problem}", name=name, problem=_wrong_value(error))
    if hasattr(error, "possibilities"):
        names = ", ".join(error.possibilities or ())
        text = gettext("no such option {name}", name=error.option_name)
        return text + ". " + gettext("Did you mean {names}?", names=names) if names else text
    return str(error.format_message())


def _wrong_value(error: Any) -> str:
    """Return what is wrong with a value, by the code of Pydantic, with which Typer checks it."""
    errors: list[dict[str, Any]] = getattr(error.__cause__, "errors", list)()
    first = errors[0] if errors else {}
    code, params, value = first.get("type"), first.get("ctx", {}), repr(first.get("input"))
    if code == "int_parsing":
        return gettext("{value} is not a whole number", value=value)
    if code == "float_parsing":
        return gettext("{value} is not a number", value=value)
    if code == "greater_than_equal":
        return gettext("{value} is less than {least}", value=value, least=params["ge"])
    if code == "less_than_equal":
        return gettext("{value} is more than {most}", value=value, most=params["le"])
    if choices := _choices(error.param):
        return gettext("{value} is not one of {names}", value=value, names=", ".join(choices))
    return str(error.message)
