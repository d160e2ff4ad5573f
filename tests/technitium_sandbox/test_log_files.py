"""The log files of a node, and what is asked of them."""

import pytest
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.logs.log_files import LogFiles

from tests.support.sandbox import Sandbox
from tests.technitium_sandbox.caller import Caller

DAY_S = 86_400


def test_each_day_has_its_file_and_the_newest_comes_first() -> None:
    files = LogFiles(0.0)
    files.write(DAY_S + 60.0, "DNS Settings were updated.", client="192.0.2.1:5", user="admin")

    assert [row["fileName"] for row in files.rows()] == ["1970-01-02", "1970-01-01"]
    assert files.read("1970-01-02", 0).decode().splitlines() == [
        "[1970-01-02 00:01:00 UTC] Logging started.",
        "[1970-01-02 00:01:00 UTC] [192.0.2.1:5] [admin] DNS Settings were updated.",
    ]


def test_a_large_file_is_measured_in_megabytes_and_cut_where_asked() -> None:
    files = LogFiles(0.0)
    files.write(0.0, "x" * 1_500_000)

    assert files.rows()[0]["size"] == "1.43 MB"
    assert files.read("1970-01-01", 1).endswith(b"\r\n####___TRUNCATED___####")
    assert len(files.read("1970-01-01", 1)) == 1_048_576 + 25
    assert files.read("1970-01-01", 2_048) == files.read("1970-01-01", 0)


def test_what_is_deleted_is_gone_and_may_be_deleted_again() -> None:
    files = LogFiles(0.0)

    files.delete("1970-01-01")
    files.delete("1970-01-01")

    with pytest.raises(ApiError, match="Could not find file"):
        files.read("1970-01-01", 0)


async def test_a_file_of_the_demonstration_is_downloaded(caller: Caller, lab: Sandbox) -> None:
    token = await caller.token("ns1")
    listed = await caller.call("ns1", "/api/logs/list", token=token)
    name = listed["response"]["logFiles"][0]["fileName"]

    answer = await caller.post("ns1", "/api/logs/download", {"fileName": name}, token=token)

    assert len(listed["response"]["logFiles"]) == 7
    assert answer.headers["content-disposition"] == f"attachment;filename={name}.log"
    assert answer.content == lab.nodes["ns1"].node.log_files.read(name, 0)
