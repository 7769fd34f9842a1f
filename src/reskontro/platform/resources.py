"""Files that travel with the package but lie beside it in a clone: migrations and documentation."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def root_of(name: str) -> Path:
    """The folder `name`: in a clone at its root, in an installed package inside it as `_name`."""
    installed = PACKAGE / f"_{name}"
    return installed if installed.is_dir() else PACKAGE.parent.parent / name
