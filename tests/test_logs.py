"""One line for an event, in the form that its reader wants, and nothing below the level asked for."""

import json

import pytest

from portal import logs


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


def test_json_has_the_event_its_values_the_time_and_the_request(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start_logging(level="INFO", as_json=True)
    logs.begin_request("abcdefgh")
    logs.get_logger().info("imported", files=3)

    (line,) = map(json.loads, lines(capsys))

    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "imported", "files": 3, "level": "info", "request_id": "abcdefgh"}


def test_without_a_terminal_there_are_keys_and_values(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start_logging(level="INFO", as_json=False)
    logs.begin_request("abcdefgh")
    logs.get_logger().info("imported", files=3)

    (line,) = lines(capsys)

    assert line.startswith("timestamp=20")
    assert line.endswith("level=info event=imported files=3 request_id=abcdefgh")


def test_less_important_events_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start_logging(level="WARNING", as_json=False)
    logs.get_logger().info("imported")
    logs.get_logger().warning("refused")

    assert ["refused" in line for line in lines(capsys)] == [True]


@pytest.mark.parametrize("as_json", [True, False])
def test_a_traceback_is_written_without_the_values_of_variables(
    capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    logs.start_logging(level="INFO", as_json=as_json)
    password = "correct horse"
    try:
        len(password) / 0
    except ZeroDivisionError as error:
        logs.get_logger().error("failed", exc_info=error)

    text = capsys.readouterr().err

    assert "ZeroDivisionError: division by zero" in text
    assert password not in text


@pytest.mark.parametrize("offered", [None, "", "short", "has spaces in it", "x" * 65, "line\nbreak-in-it"])
def test_an_id_that_is_not_well_formed_is_replaced(offered: str | None) -> None:
    assert logs.REQUEST_ID.fullmatch(logs.begin_request(offered))
    assert logs.begin_request(offered) != offered


def test_a_proxy_may_name_the_request() -> None:
    assert logs.begin_request("a1b2c3d4e5") == "a1b2c3d4e5"
