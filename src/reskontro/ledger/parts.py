"""What the ledger's handlers and jobs work with in one process."""

from typing import Any

from reskontro.ledger.service.files import Importers
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.database import Database
from reskontro.platform.files import FileStore
from reskontro.platform.secrets import FieldCipher
from reskontro.platform.settings import Settings


def parts(config: Settings, counters: Database) -> dict[type, Any]:
    """The parts by their type. `counters` is a pool of its own, so that taking numbers never waits for a posting."""
    return {
        Numbers: Numbers(counters),
        FieldCipher: FieldCipher.from_settings(config),
        FileStore: FileStore.open(config.data_folder, config.files_url),
        Importers: Importers(),
    }
