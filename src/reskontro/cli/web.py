"""`reskontro web`: the web processes alone, on a database that others run."""

import typer

from reskontro.cli.groups import command_group
from reskontro.cli.processes import run_web
from reskontro.cli.serve import Host, Port, listening, settings_with
from reskontro.cli.session import complaints
from reskontro.cli.start import own_database, refuse_weak_settings
from reskontro.platform.telemetry import set_up_logging

app = command_group()


@app.command()
def web(*, host: Host = None, port: Port = None) -> None:
    """Run the web processes, on the database of DATABASE_URL, until SIGTERM. Any number of machines may do so."""
    with complaints():
        config = settings_with(host, port)
        set_up_logging(config.log_level)
        refuse_weak_settings(config)
        own_database(config)
        with listening(config) as socket_:
            status = run_web(socket_)
    raise typer.Exit(status)
