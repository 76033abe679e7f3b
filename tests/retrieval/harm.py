"""What happens to files."""

from pathlib import Path


def damage(folder: Path, content: bytes) -> None:
    """Overwrite every file below a folder but the mark that says it is whole."""
    for file in folder.rglob("*"):
        if file.is_file() and file.name != "seen.json":
            file.write_bytes(content)
