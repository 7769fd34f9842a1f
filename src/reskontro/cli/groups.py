"""How every command group is made, so that help and errors look the same everywhere."""

from typing import Annotated

import typer
from typer.core import TyperGroup

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def command_group(cls: type[TyperGroup] | None = None, *, completion: bool = False) -> typer.Typer:
    """An empty group, or the frame of a single command."""
    return typer.Typer(
        cls=cls,
        no_args_is_help=True,
        rich_markup_mode=None,  # plain help appears at once
        add_completion=completion,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
