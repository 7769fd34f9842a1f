"""The application put together: families, their context, the job worker's work."""

import gc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from litestar import Litestar

from reskontro.console.home import Pages
from reskontro.http.access import Authenticator
from reskontro.http.call import Context
from reskontro.http.documentation import documentation_endpoints
from reskontro.http.endpoint import Endpoint
from reskontro.http.family import Family
from reskontro.http.router import Asgi, Router
from reskontro.identity.authenticator import TokenAuthenticator
from reskontro.identity.domain.scopes import CATALOGUE
from reskontro.identity.http import IDENTITY
from reskontro.identity.service import Identity
from reskontro.ledger import parts as ledger_parts
from reskontro.ledger.http.family import ARM_FAMILY
from reskontro.ledger.store.numbers import number_pool
from reskontro.own_family import OWN_FAMILY
from reskontro.platform.business_clock import SharedClock
from reskontro.platform.clock import Clock, OffsetClock
from reskontro.platform.database import Database
from reskontro.platform.due_work import DueRunners
from reskontro.platform.settings import Mode, Settings, settings
from reskontro.platform.telemetry import set_up_logging
from reskontro.sandbox.http import SANDBOX


def families(mode: Mode) -> tuple[Family, ...]:
    """The families that an installation serves."""
    everywhere: tuple[Family, ...] = (ARM_FAMILY, OWN_FAMILY, IDENTITY)
    return (*everywhere, SANDBOX) if mode is Mode.SANDBOX else everywhere


@dataclass
class Application:
    """One web process: its families and, while it runs, its context."""

    settings: Settings
    families: Sequence[Family]
    context: Context | None = None
    authenticator: Authenticator | None = None  # instead of the product's own
    clock: Clock | None = None  # likewise
    closing: list[Callable[[], object]] = field(default_factory=list)

    def current(self) -> Context:
        """The context of the running application."""
        assert self.context is not None, "the application has started"
        return self.context

    @asynccontextmanager
    async def lifespan(self, _: Litestar) -> AsyncIterator[None]:
        """Open what the handlers work with, and close it again."""
        config = self.settings
        assert config.database_url is not None, "a web process is given its database"
        db = await Database.connect(config.database_url, connections=config.database_connections)
        counters = await number_pool(config.database_url)
        clock = self.clock
        shared: SharedClock | None = None
        if clock is None and config.mode is Mode.SANDBOX:
            clock = shared = SharedClock(db, config.database_url)
            await shared.start()
        identity = Identity.from_settings(db, config)
        await identity.start()
        own_authenticator = TokenAuthenticator.of(identity)
        parts = ledger_parts.parts(config, counters)
        self.context = Context(
            db=db,
            clock=clock or OffsetClock(),
            authenticator=self.authenticator or own_authenticator,
            base_url=config.base_url,
            trusted_proxies=frozenset(p.strip() for p in config.trusted_proxies.split(",") if p.strip()),
            parts=parts | {Identity: identity, DueRunners: ledger_parts.due_work(db, parts)},
        )
        gc.collect()
        gc.freeze()
        try:
            yield
        finally:
            if shared is not None:
                await shared.close()
            self.context = None
            await own_authenticator.close()
            identity.close()
            await counters.close()
            await db.close()


def build(application: Application) -> Asgi:
    """The ASGI application of a web process."""
    framework = Litestar(
        route_handlers=[], lifespan=[application.lifespan], openapi_config=None, logging_config=None, debug=False
    )
    return Router(routes(application), application.current, framework)


def routes(application: Application) -> list[tuple[Family, Sequence[Endpoint]]]:
    """Every family with its operations and its documentation; the pages, which answer for all other paths, last."""
    meanings = {scope: meaning.allows for scope, meaning in CATALOGUE.items()}
    documented: list[tuple[Family, Sequence[Endpoint]]] = [
        (family, (*family.endpoints, *documentation_endpoints(family, meanings))) for family in application.families
    ]
    pages = Pages(application.settings.mode, application.settings.data_folder, application.families)
    return [*documented, (pages, pages.endpoints)]


def create_app(config: Settings | None = None) -> Asgi:
    """The application that `reskontro web` serves."""
    config = config or settings()
    set_up_logging(config.log_level)
    return build(Application(config, families(config.mode)))
