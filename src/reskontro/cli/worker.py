"""`reskontro worker`: the job worker alone, on a database that others run."""

from reskontro.cli.groups import command_group
from reskontro.cli.processes import run_worker
from reskontro.cli.session import complaints
from reskontro.cli.start import own_database
from reskontro.platform.settings import settings
from reskontro.platform.telemetry import set_up_logging

app = command_group()


@app.command()
def worker() -> None:
    """Run the job worker, on the database of DATABASE_URL, until SIGTERM. Any number of machines may do so."""
    with complaints():
        config = settings()
        set_up_logging(config.log_level)
        own_database(config)
        run_worker()
