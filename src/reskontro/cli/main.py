"""The command `reskontro`.

A command group is imported when it is asked for, so that help and the start of a server do not wait for the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from reskontro import __version__
from reskontro.cli.groups import command_group


@dataclass(frozen=True, slots=True)
class LazyCommand:
    """Where a command is: a module with an `app`, and the line that help says of it."""

    module: str
    help: str
    is_group: bool = True


COMMANDS: Mapping[str, LazyCommand] = {
    "serve": LazyCommand(
        "reskontro.cli.serve", "Run everything, on the embedded database or a given one.", is_group=False
    ),
    "web": LazyCommand("reskontro.cli.web", "Run the web processes alone.", is_group=False),
    "worker": LazyCommand("reskontro.cli.worker", "Run the job worker alone.", is_group=False),
    "tenant": LazyCommand("reskontro.cli.tenant", "Make and change tenants: the firms whose receivables are kept."),
    "credential": LazyCommand("reskontro.cli.credential", "Make and end the credentials that call the interfaces."),
    "ledger": LazyCommand("reskontro.cli.ledger", "Prove that the books are in order."),
    "rates": LazyCommand("reskontro.cli.rates", "Bring in exchange rates, and look at them."),
    "payments": LazyCommand("reskontro.cli.payments", "Book bank files, look into them, list what waits for a person."),
    "einvoice": LazyCommand("reskontro.cli.einvoice", "Judge e-invoices by the rules in force, show them, write them."),
    "papers": LazyCommand("reskontro.cli.papers", "Say how a client's papers look, and see it on made-up ones."),
    "sandbox": LazyCommand("reskontro.cli.sandbox", "Look at the sandbox and move its clock."),
    "db": LazyCommand("reskontro.cli.db", "Bring the schema up to date, print its SQL."),
}


class LazyGroup(TyperGroup):
    """A group that knows its commands' names and help, and imports a command to run it."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - as inherited
        """The names, in the order of the table."""
        return [*COMMANDS]

    def get_command(
        self,
        ctx: Any,  # noqa: ARG002 - as inherited
        cmd_name: str,
    ) -> Any:
        """What help and completion need to know of a command."""
        lazy = COMMANDS.get(cmd_name)
        return TyperCommand(name=cmd_name, help=lazy.help) if lazy else None

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command itself."""
        for name in COMMANDS:
            self.commands.setdefault(name, self.get_command(ctx, name))  # the names that a typing error may have meant
        found, command, rest = super().resolve_command(ctx, args)
        return found, load(found) if found else command, rest


def load(name: str) -> Any:
    """The command of that name, imported."""
    lazy = COMMANDS[name]
    app = import_module(lazy.module).app
    command = get_group(app) if lazy.is_group else get_command(app)
    command.name = name
    command.help = command.help or lazy.help
    return command


app = command_group(cls=LazyGroup, completion=True)


def _print_version(asked: bool) -> None:
    if asked:
        print(f"reskontro {__version__}")
        raise typer.Exit


@app.callback()
def reskontro(
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Accounts receivable: sent, booked, paid, matched, reminded, collected, settled."""


def main() -> None:
    """The console script."""
    app(prog_name="reskontro")
