"""Whether a role may be the application's.

What keeps tenants apart in the database holds only for a role that cannot get round it.
"""

from typing import Any

import asyncpg

_FAULTS = """
    select case
        when exists (select from pg_roles r where r.rolsuper and pg_has_role(current_user, r.oid, 'member'))
            then 'is a superuser, or may become one'
        when exists (select from pg_roles r where r.rolbypassrls and pg_has_role(current_user, r.oid, 'member'))
            then 'bypasses row-level security, or may become a role that does'
        when exists (
            select from pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                and pg_has_role(current_user, c.relowner, 'member')
        ) then 'owns tables'
    end
    """


async def role_fault(dsn: str) -> str | None:
    """Why the role of a DSN must not be the application's, None if it may."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(dsn)
    try:
        fault: str | None = await connection.fetchval(_FAULTS)
        return fault
    finally:
        await connection.close()
