"""Values as .NET reads them, and its complaints."""

import pytest
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.parameters import (
    Parameters,
    as_bool,
    as_choice,
    as_integer,
    as_items,
    from_urlencoded,
)


@pytest.mark.parametrize(
    ("read", "text", "complaint"),
    [
        (as_bool, "yes", "String 'yes' was not recognized as a valid Boolean."),
        (as_integer, "a1", "The input string 'a1' was not in a correct format."),
        (as_integer, "2147483648", "Value was either too large or too small for an Int32."),
        (lambda text: as_choice(text, ("One", "Two")), "3", "Requested value '3' was not found."),
    ],
)
def test_what_cannot_be_read_is_said_in_the_words_of_dotnet(
    read: object, text: str, complaint: str
) -> None:
    assert callable(read)

    with pytest.raises(ApiError) as raised:
        read(text)

    assert raised.value.message == complaint


def test_booleans_and_names_come_in_any_case() -> None:
    assert as_bool(" TRUE ")
    assert as_choice("two", ("One", "Two")) == as_choice("2", ("One", "Two")) == "Two"


def test_a_list_is_trimmed_and_false_empties_it() -> None:
    assert as_items(" a, ,b ") == ["a", "b"]
    assert as_items("false") == as_items("") == []


def test_names_fold_and_repeated_ones_are_joined() -> None:
    parameters = Parameters(from_urlencoded(b"A=1&a=2&b="), {"b": "form", "c": "form"})

    assert parameters.present("a") == "1,2"
    assert parameters.optional("B") is None
    assert parameters.required("C") == "form"
