"""Where the API is, and the token for it: from arguments, else the environment, else a configuration file.

The file is an INI file with a section for each profile:

    [default]
    api_url = https://griffin.example.com
    token = ...
"""

import configparser
import os
import stat
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from griffin.errors import ConfigurationError

DEFAULT_PROFILE = "default"


@dataclass(frozen=True)
class Config:
    """The API's address, without a trailing slash, and the token. Printing it shows no token."""

    api_url: str
    token: str = field(repr=False)

    @classmethod
    def resolve(
        cls,
        api_url: str | None = None,
        token: str | None = None,
        profile: str | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> "Config":
        """Raises ConfigurationError, which says what is missing and where it may be said.

        `variables` are the environment's when None: GRIFFIN_API_URL, GRIFFIN_TOKEN, GRIFFIN_PROFILE, and
        GRIFFIN_CONFIG_FILE for another file than ~/.config/griffin/config.ini.
        """
        variables = os.environ if variables is None else variables
        profile = profile or variables.get("GRIFFIN_PROFILE")
        file = config_file(variables)
        # Who says both needs no file: it may be about to be written.
        stored = {} if api_url and token else _read(file, profile)
        url = api_url or variables.get("GRIFFIN_API_URL") or stored.get("api_url")
        if not url:
            raise ConfigurationError(
                f"No address of the API: pass api_url, set GRIFFIN_API_URL, or write it to {file} with `griffin login`."
            )
        url = _checked(url)
        # A token in the file is for the address beside it, and is shown to no other.
        is_its_address = stored.get("api_url", "").rstrip("/") == url
        found = token or variables.get("GRIFFIN_TOKEN") or (stored.get("token") if is_its_address else None)
        if not found:
            raise ConfigurationError(
                f"No token for {url}: pass token, set GRIFFIN_TOKEN, or write it to {file} with `griffin login`."
            )
        return cls(url, _checked_token(found.strip()))


def config_file(variables: Mapping[str, str] | None = None) -> Path:
    """The file that `Config.resolve` reads, whether it exists or not."""
    variables = os.environ if variables is None else variables
    named = variables.get("GRIFFIN_CONFIG_FILE")
    if named:
        return Path(named).expanduser()
    base = variables.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "griffin" / "config.ini"


def save(config: Config, profile: str = DEFAULT_PROFILE, file: Path | None = None) -> Path:
    """Writes a profile, beside those that are there, and returns the file. Nobody but its owner can read it."""
    file = file or config_file()
    parser = _parse(file)
    parser[profile] = {"api_url": config.api_url, "token": config.token}
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # Made with mode 0600.
    try:
        with os.fdopen(descriptor, "w") as stream:
            parser.write(stream)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return file


def _read(file: Path, profile: str | None) -> Mapping[str, str]:
    parser = _parse(file)
    name = profile or DEFAULT_PROFILE
    if parser.has_section(name):
        _warn_if_others_can_read(file)
        return parser[name]
    if profile is None:
        return {}
    there = ", ".join(parser.sections()) or "none"
    raise ConfigurationError(f"{file} has no profile {profile}; it has: {there}.")


def _parse(file: Path) -> configparser.ConfigParser:
    # A token may hold a percent sign, and no section is there for all others.
    parser = configparser.ConfigParser(interpolation=None, default_section="")
    try:
        parser.read_string(file.read_text())
    except FileNotFoundError:
        return parser
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} cannot be read: {error}") from error
    except configparser.Error as error:
        # The error itself would show the line, and a token may be in it.
        where = f" (line {error.lineno})" if isinstance(error, configparser.MissingSectionHeaderError) else ""
        raise ConfigurationError(f"{file} is no INI file{where}; `griffin login` writes one.") from None
    return parser


def _warn_if_others_can_read(file: Path) -> None:
    if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
        warnings.warn(f"{file} holds a token and can be read by others: chmod 600 {file}", stacklevel=4)


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ConfigurationError(f"The address of the API begins with http:// or https://, unlike {url!r}.")
    if "@" in parts.netloc:
        raise ConfigurationError("The address of the API holds no password: the token is given by itself.")
    return url.rstrip("/")


def _checked_token(token: str) -> str:
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ConfigurationError("The token holds characters that no header can carry: was it copied whole?")
    return token
