"""Typer in Vietnamese: its help pages, and its errors as one line."""

import re

import typer
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

for _name, _text in {
    "ARGUMENTS_PANEL_TITLE": "Tham số",
    "OPTIONS_PANEL_TITLE": "Tùy chọn",
    "COMMANDS_PANEL_TITLE": "Lệnh",
    "ERRORS_PANEL_TITLE": "Lỗi",
    "DEFAULT_STRING": "[mặc định: {}]",
    "ENVVAR_STRING": "[biến môi trường: {}]",
    "REQUIRED_LONG_STRING": "[bắt buộc]",
    "ABORTED_TEXT": "Đã dừng.",
}.items():
    setattr(rich_utils, _name, _text)


class _Vietnamese:
    def get_usage(self, ctx):
        usage = super().get_usage(ctx).replace("Usage: ", "Cách dùng: ", 1)
        return re.sub(r"\{([^{}]*)\}", r"\1", usage)

    def get_params(self, ctx):
        params = super().get_params(ctx)
        for param in params:
            if getattr(param, "is_flag", False) or param.param_type_name == "argument":
                param.display_type_rich = lambda ctx: None  # «<bool>» and «<path>» tell nobody anything
        return params

    def get_help_option(self, ctx):
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "In hướng dẫn này rồi thoát."
        return option


class Command(_Vietnamese, TyperCommand):
    """A command whose help page is in Vietnamese."""


class Group(_Vietnamese, TyperGroup):
    """A group of commands whose help page is in Vietnamese."""


def is_usage_error(error):
    """Whether the exception is Typer's way of saying that the command line is wrong."""
    return hasattr(error, "format_message") and hasattr(error, "exit_code")


def explain(error):
    """Return one Vietnamese line for a usage error."""
    kind, message = type(error).__name__, error.format_message()
    path = error.ctx.command_path if getattr(error, "ctx", None) else "autograder"
    return f"{_what(error, kind, message)} Xem {path} --help."


def _what(error, kind, message):
    if kind == "NoSuchOption":
        near = f", ý bạn là {sorted(error.possibilities)[0]}?" if error.possibilities else "."
        return f"Không có tùy chọn {error.option_name}{near}"
    if kind == "MissingParameter":
        name = re.search(r"'(.+)'", message)
        return f"Thiếu tham số {name.group(1)}." if name else "Thiếu tham số."
    if kind == "BadOptionUsage":
        return f"Tùy chọn {error.option_name} thiếu hoặc thừa giá trị."
    if kind == "BadParameter":
        return f"Giá trị cho {error.param.opts[0] if error.param else 'một tham số'} không hợp lệ."
    command = re.match(r"No such command '([^']*)'", message)
    if command:
        return f"Không có lệnh «{command.group(1)}»."
    extra = re.match(r"Got unexpected extra arguments? ?\(?s?\)? ?\((.*)\)", message)
    return f"Thừa tham số: {extra.group(1)}." if extra else message


__all__ = ["Command", "Group", "explain", "is_usage_error", "typer"]
