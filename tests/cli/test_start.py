import pytest

from reskontro.cli.serve import children_environment, documented_paths, where_everything_is
from reskontro.cli.session import CommandFailed
from reskontro.cli.start import is_behind, own_database, refuse_strong_role, refuse_weak_settings
from reskontro.platform import migrations
from reskontro.platform.settings import Mode, Settings


def test_the_applications_role_is_fit(app_dsn):
    refuse_strong_role(app_dsn)


def test_the_owner_of_the_tables_is_refused(owner_dsn):
    with pytest.raises(CommandFailed, match="role reskontro_test_owner of DATABASE_URL owns tables"):
        refuse_strong_role(owner_dsn)


def test_a_superuser_is_refused(superuser_dsn):
    with pytest.raises(CommandFailed, match="is a superuser"):
        refuse_strong_role(superuser_dsn)


def test_a_schema_of_this_version_or_a_newer_one_is_not_behind(owner_dsn, monkeypatch):
    assert not is_behind(owner_dsn)
    monkeypatch.setattr(migrations, "HEAD", "0001")
    assert not is_behind(owner_dsn)
    monkeypatch.setattr(migrations, "HEAD", "9999")
    assert is_behind(owner_dsn)


def test_web_and_worker_need_a_server_and_a_schema_of_this_version(app_dsn, owner_dsn, monkeypatch):
    with pytest.raises(CommandFailed, match="DATABASE_URL is not set"):
        own_database(Settings())
    config = Settings(DATABASE_URL=app_dsn, owner_database_url=owner_dsn)
    assert own_database(config) == app_dsn
    monkeypatch.setattr(migrations, "HEAD", "9999")
    with pytest.raises(CommandFailed, match="run `reskontro db migrate`"):
        own_database(config)


@pytest.mark.parametrize("url", [None, "http://api.example.no"])
def test_production_refuses_an_unencrypted_base_url(url):
    with pytest.raises(CommandFailed, match="set RESKONTRO_PUBLIC_BASE_URL"):
        refuse_weak_settings(Settings(mode=Mode.PRODUCTION, public_base_url=url))


def test_production_takes_an_encrypted_base_url_and_the_sandbox_any():
    refuse_weak_settings(Settings(mode=Mode.PRODUCTION, public_base_url="https://api.example.no/"))
    refuse_weak_settings(Settings())


def test_children_get_the_applications_address_and_not_the_owners(tmp_path, monkeypatch):
    monkeypatch.setenv("RESKONTRO_OWNER_DATABASE_URL", "postgresql://owner:secret@/reskontro")
    config = Settings(data=tmp_path, web_workers=10)
    environment = children_environment(config, "postgresql://app@/reskontro", embedded=True)
    assert environment["DATABASE_URL"] == "postgresql://app@/reskontro"
    assert "RESKONTRO_OWNER_DATABASE_URL" not in environment
    assert environment["RESKONTRO_DATA"] == str(tmp_path)


@pytest.mark.parametrize("web_workers", [1, 2, 4, 16])
def test_the_pools_together_fit_the_embedded_servers_connections(tmp_path, web_workers: int):
    config = Settings(data=tmp_path, web_workers=web_workers)
    pool = int(children_environment(config, "postgresql://", embedded=True)["RESKONTRO_DATABASE_CONNECTIONS"])
    assert 2 <= pool <= config.database_connections
    assert (web_workers + 1) * (pool + 3) <= 100


@pytest.mark.parametrize("mode", list(Mode))
def test_every_family_that_is_served_is_named_at_the_start(mode: Mode):
    from reskontro.app import families

    assert set(documented_paths(mode)) == {family.docs_path for family in families(mode)}


def test_the_last_lines_of_a_start_say_where_everything_is(tmp_path):
    (tmp_path / "sandbox.json").write_text("{}")
    text = where_everything_is(Settings(data=tmp_path, port=8123))
    for expected in ("http://127.0.0.1:8123/", "/arm/v1/docs", "/sandbox/docs", str(tmp_path / "sandbox.json")):
        assert expected in text
