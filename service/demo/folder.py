"""The demo's own folder, which each demo makes anew."""

import shutil
from pathlib import Path

from service.demo.error import DemoError

MAIL_FROM = "surveys@demo-homes.example"
_OURS = f"MAIL_FROM={MAIL_FROM}"


def renew_folder(directory: Path) -> None:
    """Make `directory` an empty folder; what an earlier demo left in it is deleted.

    Raises:
        DemoError: it is not a demo's, and so not deleted, or it cannot be made.
    """
    try:
        if directory.is_symlink() or (directory.exists() and not _is_ours(directory)):
            raise DemoError(
                f"“{directory}” is here already and not a demo's: rename it, or run the demo in another folder"
            )
        if directory.exists():
            shutil.rmtree(directory)
        directory.mkdir(parents=True)
    except OSError as fault:
        raise DemoError(
            f"the folder “{directory}” cannot be made here ({fault.strerror}): run the demo where you may write"
        ) from None


def _is_ours(directory: Path) -> bool:
    """Whether a folder is empty, or holds a demo's database beside the settings that only a demo writes."""
    if not directory.is_dir():
        return False
    settings = directory / ".env"
    if settings.is_file() and (directory / "sowhat.db").is_file():
        return _OURS in settings.read_text(encoding="utf-8", errors="replace").splitlines()
    return not any(directory.iterdir())
