"""The two commands at the root, and what guards the main branch."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHELLS = [shell for shell in ("/bin/sh", "/usr/bin/dash", "/bin/bash", "/usr/bin/busybox") if Path(shell).exists()]


@pytest.mark.parametrize("script", ["serve", "check", "scripts/setup.sh"])
@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_can_read_the_commands(shell: str, script: str):
    command = [shell, *(["sh"] if "busybox" in shell else []), "-n", str(ROOT / script)]
    assert subprocess.run(command, check=False, capture_output=True, text=True).stderr == ""


@pytest.mark.skipif(not Path("/bin/bash").exists(), reason="there is no bash")
def test_bash_can_read_the_guard_of_the_main_branch():
    assert subprocess.run(["/bin/bash", "-n", str(ROOT / ".ci/run")], check=False, capture_output=True).stderr == b""


@pytest.mark.parametrize("script", ["serve", "check", ".ci/run"])
def test_the_commands_can_be_started(script: str):
    assert os.access(ROOT / script, os.X_OK)


def test_the_project_is_installed_with_nothing_that_is_not_locked():
    locked = {line.split("==")[0] for line in (ROOT / "requirements.lock").read_text().splitlines() if "==" in line}
    assert {"hatchling", "editables"} <= locked
    assert "\nuv==" in (ROOT / "scripts" / "uv.txt").read_text()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The commands in a folder with a space in its name, with a stand-in for Reskontro and for what is installed."""
    root = tmp_path / "my clone"
    root.mkdir()
    for name in ("serve", "check", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "scripts", root / "scripts")
    binaries = root / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "python").symlink_to(sys.executable)
    for name in ("reskontro", "ruff", "mypy", "lint-imports", "pytest"):
        stand_in(binaries / name, f'echo "{name}|$*|$RESKONTRO_DATA|$PWD"')
    return root


def stand_in(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def mark_done(clone: Path) -> None:
    """What a finished set-up leaves."""
    functions = (clone / "scripts" / "setup.sh").read_text().rpartition("is_set_up || set_up")[0]
    subprocess.run(
        ["/bin/sh", "-c", functions + '\nwanted_state >"$venv/.done"'],
        check=True,
        env={**os.environ, "root": str(clone)},
    )


def run(*command: object, **options: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(part) for part in command],
        check=False,
        capture_output=True,
        text=True,
        **options,
    )


def test_serve_starts_at_once_when_all_is_set_up(clone: Path):
    mark_done(clone)
    environment = {name: value for name, value in os.environ.items() if name != "RESKONTRO_DATA"}
    done = run(clone / "serve", "--port", "8 0", cwd="/", env=environment)
    assert (done.stdout, done.stderr) == (f"reskontro|serve --port 8 0|{clone}/var|/\n", "")


def test_serve_keeps_the_data_where_it_is_told(clone: Path):
    mark_done(clone)
    done = run(clone / "serve", cwd="/", env={**os.environ, "RESKONTRO_DATA": "/elsewhere"})
    assert done.stdout == "reskontro|serve|/elsewhere|/\n"


def test_check_runs_every_step_in_its_order(clone: Path):
    mark_done(clone)
    done = run(clone / "check", "-k", "kid", cwd="/", env={**os.environ, "RESKONTRO_DATA": ""})
    assert [line.split("|")[0] for line in done.stdout.splitlines() if "|" in line] == [
        "ruff",
        "ruff",
        "mypy",
        "lint-imports",
        "pytest",
    ]
    assert done.stdout.splitlines()[-1] == f"pytest|-n auto --dist worksteal -k kid||{clone}"
    assert done.returncode == 0


def test_check_stops_at_the_first_step_that_fails(clone: Path):
    mark_done(clone)
    stand_in(clone / ".venv" / "bin" / "mypy", "exit 7")
    done = run(clone / "check")
    assert done.returncode == 7
    assert done.stdout.splitlines()[-1] == "== mypy"


@pytest.mark.parametrize("what", ["requirements.lock", "pyproject.toml", "scripts/uv.txt"])
def test_what_changed_is_set_up_again(clone: Path, what: str):
    mark_done(clone)
    with (clone / what).open("a") as file:
        file.write("# changed\n")
    done = run(clone / "serve", env={**os.environ, "PATH": no_python(clone)})
    assert "there is no python3" in done.stderr
    assert done.returncode == 1


def test_a_set_up_that_was_cut_short_is_not_trusted(clone: Path):
    mark_done(clone)
    (clone / ".venv" / ".busy").touch()
    assert run(clone / "serve", env={**os.environ, "PATH": no_python(clone)}).returncode == 1


def test_a_python_that_is_too_old_is_named(clone: Path):
    path = no_python(clone)
    stand_in(Path(path) / "python3", 'case "$1" in --version) echo "Python 3.9.2";; *) exit 1;; esac')
    done = run(clone / "serve", env={**os.environ, "PATH": path})
    assert "Python 3.11 or newer is needed; this is Python 3.9.2" in done.stderr
    assert done.returncode == 1


def test_a_python_without_venv_is_told_what_to_install(clone: Path):
    path = no_python(clone)
    stand_in(Path(path) / "python3", f'case "$2" in *ensurepip*) exit 1;; *) exec "{sys.executable}" "$@";; esac')
    (clone / ".venv" / ".busy").touch()
    done = run(clone / "serve", env={**os.environ, "PATH": path})
    assert "apt-get install python3-venv" in done.stderr
    assert done.returncode == 1


def no_python(clone: Path) -> str:
    """A PATH with what the commands need of the system, and no Python."""
    folder = clone / "path"
    folder.mkdir()
    for name in ("dirname", "cat", "cksum", "rm", "mkdir"):
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    return str(folder)
