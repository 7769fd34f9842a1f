"""The documentation says what there is."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from reskontro.cli.main import COMMANDS, load
from reskontro.platform.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
COMMANDS_PAGE = (DOCS / "guide" / "commands.md").read_text(encoding="utf-8")
SETTINGS_PAGE = (DOCS / "guide" / "settings.md").read_text(encoding="utf-8")
# Where the default is worked out, the page says so in words.
DEFAULTS_IN_WORDS = {"web_workers", "public_base_url", "trusted_proxies"}
OF_EVERY_COMMAND = {"--help", "-h"}


def commands(path: str, command) -> Iterator[tuple[str, set[str]]]:
    """Every command below one, with its options."""
    below = getattr(command, "commands", None)
    if below is None:
        options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        yield path, {option for option in options if option.startswith("-")} - OF_EVERY_COMMAND
        return
    for name, each in below.items():
        yield from commands(f"{path} {name}", each)


def section(title: str) -> str:
    found = re.search(rf"^### {re.escape(title)}\n(.*?)(?=^##|\Z)", COMMANDS_PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"docs/guide/commands.md has no section `### {title}`"
    return found[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name):
    for path, options in commands(f"reskontro {name}", load(name)):
        text = section(path)
        documented = set(re.findall(r"`(--[a-z-]+)`", text))
        assert options - documented == set(), path
        assert documented - options == set(), f"{path} has no such option"


def test_no_command_is_documented_that_does_not_exist():
    existing = {path for name in COMMANDS for path, _ in commands(f"reskontro {name}", load(name))}
    assert set(re.findall(r"^### (reskontro .+)$", COMMANDS_PAGE, re.MULTILINE)) - existing == set()


def variable(name: str) -> str:
    alias = Settings.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else f"RESKONTRO_{name.upper()}"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented_with_its_default(name):
    row = re.search(rf"^\| `{variable(name)}` \| (.+?) \| (.+) \|$", SETTINGS_PAGE, re.MULTILINE)
    assert row, f"docs/guide/settings.md has no row for {variable(name)}"
    default = Settings.model_fields[name].default
    if name not in DEFAULTS_IN_WORDS:
        shown = "./var" if name == "data" else str(default)
        assert row[1] == ("unset" if default is None else f"`{shown}`")


def test_no_setting_is_documented_that_does_not_exist():
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", SETTINGS_PAGE, re.MULTILINE))
    assert documented == {variable(name) for name in Settings.model_fields}


@pytest.mark.parametrize("file", sorted(DOCS.rglob("*.md")), ids=lambda file: str(file.relative_to(DOCS)))
def test_links_lead_to_files_that_exist(file):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", file.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (file.parent / target).exists(), target
