from pathlib import Path

import pytest
from companion.address import Listen
from companion.env import Env, SettingsRefused, declared, refuse
from companion.secret import Secret


@pytest.mark.parametrize("word", ["true", "TRUE", "True", "yes", "Yes", "on", "1", " true "])
def test_a_flag_is_true_in_any_spelling(word: str) -> None:
    assert Env({"X": word}).flag("X", default=False) is True


@pytest.mark.parametrize("word", ["false", "FALSE", "no", "Off", "0"])
def test_a_flag_is_false_in_any_spelling(word: str) -> None:
    assert Env({"X": word}).flag("X", default=True) is False


@pytest.mark.parametrize("word", ["truee", "2", "maybe", "null"])
def test_any_other_word_is_a_problem_and_never_a_boolean(word: str) -> None:
    env = Env({"X": word})

    env.flag("X")

    assert env.problems == ["X must be true or false."]


def test_empty_is_unset() -> None:
    env = Env({"A": "", "B": "  "})

    assert env.flag("A", default=True) is True
    assert env.text("B", default="b") == "b"
    assert env.secret("A") is None
    assert env.names() == ()


def test_all_problems_are_told_at_once_by_name_and_expected_form() -> None:
    env = Env({"PORT": "http", "HOURS": "-1", "COLOUR": "pink", "NETS": "10.0.0.1/8"})
    env.integer("PORT", default=1, minimum=1, maximum=65_535)
    env.hours("HOURS", default=8)
    env.choice("COLOUR", ("red", "blue"), default="red")
    env.cidrs("NETS")
    env.text("NAME", required=True)

    with pytest.raises(SettingsRefused) as refused:
        env.finish()

    assert refused.value.problems == [
        "PORT must be a whole number from 1 to 65535.",
        "HOURS must be a number of hours above 0, such as 8 or 0.5.",
        "COLOUR must be one of red, blue.",
        (
            "NETS must be addresses or networks such as 10.0.0.0/8 or fd00::/8, separated by "
            "commas (10.0.0.1/8 has host bits set)."
        ),
        "NAME is not set.",
    ]


def test_a_refusal_prints_one_line_for_each_problem(capsys: pytest.CaptureFixture[str]) -> None:
    code = refuse(SettingsRefused(["A is wrong.", "B is missing."], ["C is odd."]))

    assert code == 2
    assert capsys.readouterr().err.splitlines() == [
        "Cannot start: A is wrong.",
        "Cannot start: B is missing.",
        "Note: C is odd.",
    ]


@pytest.mark.parametrize(
    ("minimum", "maximum", "expected"),
    [
        (None, None, "a whole number"),
        (5, None, "a whole number of at least 5"),
        (None, 2, "a whole number of at most 2"),
        (5, 9, "a whole number from 5 to 9"),
    ],
)
def test_a_whole_number_outside_its_bounds_tells_them(
    minimum: int | None, maximum: int | None, expected: str
) -> None:
    env = Env({"A": "3" if expected[-1].isdigit() else "3.0", "B": "7"})

    env.integer("A", default=6, minimum=minimum, maximum=maximum)

    assert env.problems == [f"A must be {expected}."]
    assert env.integer("B", default=6, minimum=5, maximum=9) == 7


def test_hours_become_seconds() -> None:
    env = Env({"A": "0.5"})

    assert env.hours("A", default=8) == 1800
    assert env.hours("B", default=8) == 28_800


def test_lists_are_trimmed_and_hold_no_empty_parts() -> None:
    assert Env({"A": " ns1 , ns2,, "}).csv("A") == ("ns1", "ns2")


@pytest.mark.parametrize("text", ["nan", "inf", "1e999", "x"])
def test_what_is_no_finite_number_is_a_problem(text: str) -> None:
    env = Env({"A": text})

    env.number("A", default=1.0, above=0)

    assert env.problems == ["A must be a number above 0."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://ns1.example.org:53443/", "https://ns1.example.org:53443"),
        ("http://[fd00::1]:5380", "http://[fd00::1]:5380"),
    ],
)
def test_a_url_has_no_slash_at_its_end(text: str, expected: str) -> None:
    assert Env({"A": text}).url("A") == expected


@pytest.mark.parametrize(
    "text",
    [
        "ns1.example.org",
        "ftp://ns1",
        "http://",
        "http://user:pass@ns1",
        "http://ns1:99999",
        "http://ns1/?a=b",
        "http://ns1/#a",
        "http://n s1",
    ],
)
def test_a_url_of_another_form_is_a_problem(text: str) -> None:
    env = Env({"A": text})

    env.url("A")

    assert len(env.problems) == 1


def test_a_secret_is_read_from_its_variable() -> None:
    assert Env({"KEY": " abc \n"}).secret("KEY") == Secret("abc")


def test_a_secret_is_read_from_its_file_without_the_newline(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("  abc\n")

    assert Env({"KEY_FILE": str(tmp_path / "key")}).secret("KEY") == Secret("abc")


def test_an_empty_variable_does_not_hide_the_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("abc")
    env = Env({"KEY": "", "KEY_FILE": str(tmp_path / "key")})

    assert env.secret("KEY") == Secret("abc")
    assert env.problems == []


def test_a_secret_in_both_places_is_a_problem_that_does_not_show_it(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("canary-two")
    env = Env({"KEY": "canary-one", "KEY_FILE": str(tmp_path / "key")})

    env.secret("KEY")

    assert env.problems == ["KEY and KEY_FILE are both set: keep one of them."]


def test_a_missing_and_an_empty_file_are_problems(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    env = Env({"A_FILE": str(tmp_path / "none"), "B_FILE": str(tmp_path / "empty")})

    env.secret("A", required=True)
    env.secret("B")

    assert len(env.problems) == 2
    assert env.problems[0].startswith("A_FILE must name a file that can be read")
    assert env.problems[1].startswith("B_FILE names an empty file")


def test_a_required_secret_that_is_missing_names_both_ways() -> None:
    env = Env({})

    secret = env.secret("KEY", required=True)

    assert not secret
    assert env.problems == ["KEY (or KEY_FILE) is not set."]


def test_a_file_that_must_be_readable_is_tried(tmp_path: Path) -> None:
    env = Env({"A": str(tmp_path / "none"), "B": str(tmp_path / "none")})

    env.path("A", must_read=True)

    assert env.path("B") == tmp_path / "none"
    assert env.problems == [
        f"A must be a file that can be read (No such file or directory: {tmp_path}/none)."
    ]


def test_an_unknown_variable_is_a_warning_with_the_nearest_known_name() -> None:
    env = Env({"AUTH_SESION_ENABLED": "true", "TECHNITIUM_ZZZ": "1", "OTHER": "1", "AUTH_X": ""})
    env.flag("AUTH_SESSION_ENABLED")

    env.unknown(("TECHNITIUM_", "AUTH_"))

    assert env.warnings == [
        "AUTH_SESION_ENABLED is set but nothing reads it. Did you mean AUTH_SESSION_ENABLED?",
        "TECHNITIUM_ZZZ is set but nothing reads it.",
    ]
    assert env.problems == []


def test_what_another_service_reads_is_no_unknown_variable() -> None:
    env = Env({"TECHNITIUM_BACKGROUND_TOKEN": "x", "AUTH_SESSION_IDLE_HOURS": "1"})

    env.unknown(("TECHNITIUM_", "AUTH_"))

    assert env.warnings == []


def test_what_a_reader_asks_for_can_be_listed_without_any_variable() -> None:
    def read(env: Env) -> None:
        env.text("NAME", required=True, help="Who.")
        env.flag("ON", default=True)
        env.hours("AGE", default=8)
        env.csv("LIST", default=("a", "b"))
        env.secret("KEY", help="Opens.")
        env.listen("AT", default="127.0.0.1:80")
        env.finish()

    found = {each.name: each for each in declared(read)}

    assert [*found] == ["NAME", "ON", "AGE", "LIST", "KEY", "KEY_FILE", "AT"]
    assert found["NAME"].help == "Who."
    assert found["NAME"].default is None
    assert found["ON"].default == "true"
    assert found["AGE"].default == "8"
    assert found["LIST"].default == "a,b"
    assert found["AT"].default == "127.0.0.1:80"
    assert found["KEY"].secret
    assert not found["KEY_FILE"].secret


def test_an_address_is_read_with_its_variable_for_later_complaints() -> None:
    env = Env({"AT": "0.0.0.0:9000", "BAD": "nowhere:1"})

    assert env.listen("AT", default="1") == Listen(host="0.0.0.0", port=9000)
    assert env.listen("AT", default="1").variable == "AT"
    assert env.listen("BAD", default="9461") == Listen(port=9461)
    assert env.problems == ["BAD must be an IP address before the port, not 'nowhere'."]
