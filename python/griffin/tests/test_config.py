"""Where address and token come from."""

import stat
from pathlib import Path

import pytest

from griffin.config import Config, config_file, save
from griffin.errors import ConfigurationError


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    file = tmp_path / "griffin" / "config.ini"
    save(Config("https://file.example", "of-file%"), file=file)
    save(Config("https://staging.example", "of-staging"), profile="staging", file=file)
    return {"GRIFFIN_CONFIG_FILE": str(file)}


def test_arguments_come_before_the_environment_and_that_before_the_file(variables: dict[str, str]) -> None:
    assert Config.resolve(variables=variables) == Config("https://file.example", "of-file%")
    variables |= {"GRIFFIN_API_URL": "https://env.example/", "GRIFFIN_TOKEN": "of-env"}
    assert Config.resolve(variables=variables) == Config("https://env.example", "of-env")
    assert Config.resolve("http://arg.example", variables=variables) == Config("http://arg.example", "of-env")
    assert Config.resolve(token="of-arg", variables=variables) == Config("https://env.example", "of-arg")


def test_a_profile_is_a_section_of_the_file(variables: dict[str, str]) -> None:
    assert Config.resolve(profile="staging", variables=variables).token == "of-staging"
    assert Config.resolve(variables={**variables, "GRIFFIN_PROFILE": "staging"}).token == "of-staging"
    with pytest.raises(ConfigurationError, match=r"no profile nowhere; it has: default, staging"):
        Config.resolve(profile="nowhere", variables=variables)


def test_a_profile_that_is_yet_to_be_written_is_not_asked_for() -> None:
    new = {"GRIFFIN_PROFILE": "new", "GRIFFIN_CONFIG_FILE": "/nowhere/config.ini"}
    assert Config.resolve("http://arg.example", "of-arg", variables=new) == Config("http://arg.example", "of-arg")


def test_a_stored_token_is_for_its_own_address(variables: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="No token"):
        Config.resolve("https://elsewhere.example", variables=variables)
    assert Config.resolve("https://file.example/", variables=variables).token == "of-file%"


def test_what_is_missing_is_said_with_where_to_say_it(tmp_path: Path) -> None:
    nothing = {"XDG_CONFIG_HOME": str(tmp_path)}
    with pytest.raises(ConfigurationError, match=r"api_url.*GRIFFIN_API_URL.*griffin login"):
        Config.resolve(variables=nothing)
    with pytest.raises(ConfigurationError, match=r"pass token.*GRIFFIN_TOKEN"):
        Config.resolve("http://x", variables=nothing)


@pytest.mark.parametrize("url", ["griffin.example", "ftp://griffin.example", "https://"])
def test_an_address_is_a_url(url: str) -> None:
    with pytest.raises(ConfigurationError, match="http:// or https://"):
        Config.resolve(url, "t", variables={})


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Config.resolve("https://me:hunter2@griffin.example", "t", variables={})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("token", ["a b", "tok\nen", "tökén"])
def test_a_token_that_no_header_can_carry_is_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Config.resolve("http://x", token, variables={})
    assert token not in str(caught.value)


def test_a_token_read_from_a_file_may_end_its_line() -> None:
    assert Config.resolve("http://x", "token\n", variables={}).token == "token"


def test_nobody_else_can_read_the_file(variables: dict[str, str]) -> None:
    file = config_file(variables)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [left.name for left in file.parent.iterdir()] == [file.name]
    file.chmod(0o644)
    with pytest.warns(UserWarning, match="chmod 600"):
        Config.resolve(variables=variables)
    save(Config("https://new.example", "new"), file=file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_is_none_is_refused_without_what_it_holds(tmp_path: Path) -> None:
    file = tmp_path / "broken"
    file.write_text("token = secret-in-there\n")
    with pytest.raises(ConfigurationError, match="no INI file") as caught:
        Config.resolve(variables={"GRIFFIN_CONFIG_FILE": str(file)})
    assert "secret-in-there" not in f"{caught.value} {caught.value.__cause__}"
    assert caught.value.__suppress_context__
