"""`reskontro web`: the web processes alone, on a database that others run."""

import os

import typer

from reskontro.cli.groups import command_group
from reskontro.cli.processes import run_web, web_children
from reskontro.cli.serve import Host, Port, children_environment, ended_by_sigterm, listening, settings_with
from reskontro.cli.session import complaints
from reskontro.cli.start import own_database, refuse_weak_settings
from reskontro.platform.process_group import run_group
from reskontro.platform.telemetry import set_up_logging

app = command_group()


@app.command()
def web(*, host: Host = None, port: Port = None) -> None:
    """Run the web processes, on the database of DATABASE_URL, until SIGTERM. Any number of machines may do so."""
    with complaints(), ended_by_sigterm():
        config = settings_with(host, port)
        set_up_logging(config.log_level)
        refuse_weak_settings(config)
        database = own_database(config)
        with listening(config) as socket_:
            if config.web_workers == 1:
                run_web(socket_)
                return
            environment = children_environment(config, database, embedded=False)
            status = run_group(web_children(config, socket_, _nobody_waits(), environment))
    raise typer.Exit(status)


def _nobody_waits() -> int:
    return os.open(os.devnull, os.O_WRONLY)
