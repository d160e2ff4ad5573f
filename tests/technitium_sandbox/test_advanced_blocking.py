"""What the app Advanced Blocking takes as its configuration, and how it refuses the rest."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from technitium_sandbox.apps import advanced_blocking
from technitium_sandbox.apps.table import ADVANCED_BLOCKING, KINDS
from technitium_sandbox.calls import dotnet_json
from technitium_sandbox.calls.errors import ApiError

NO_KEY = "The given key was not present in the dictionary."
NOT_VALID = "Operation is not valid due to the current state of the object."
GROUP: dict[str, Any] = {
    "name": "kids",
    **{
        key: []
        for key in (
            "allowed",
            "blocked",
            "allowListUrls",
            "blockListUrls",
            "allowedRegex",
            "blockedRegex",
            "regexAllowListUrls",
            "regexBlockListUrls",
            "adblockListUrls",
        )
    },
}
CONFIG: dict[str, Any] = {"networkGroupMap": {}, "groups": [GROUP]}


def refusal(config: object) -> str | None:
    """What the app says; None when it takes the configuration."""
    try:
        advanced_blocking.check(config if isinstance(config, str) else json.dumps(config))
    except ApiError as error:
        return error.message
    return None


def with_group(**members: object) -> dict[str, Any]:
    return {**CONFIG, "groups": [{**GROUP, **members}]}


def test_the_least_and_the_default_configuration_are_taken() -> None:
    assert refusal(CONFIG) is None
    assert refusal(KINDS[ADVANCED_BLOCKING].config) is None
    assert refusal("// a comment\n" + json.dumps(CONFIG) + "/* another */") is None
    older = advanced_blocking.without_minutes(KINDS[ADVANCED_BLOCKING].config)
    assert refusal(older) is None
    assert "blockingAnswerTtl" not in older


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"enableBlocking": "maybe"}, "requires an element of type 'Boolean'"),
        ({"groups": []}, NO_KEY),
        ({"networkGroupMap": {}}, NO_KEY),
        ([], "requires an element of type 'Object', but the target element has type 'Array'"),
        ({**CONFIG, "blockingAnswerTtl": 1.5}, "One of the identified items was in an invalid"),
        ({**CONFIG, "blockingAnswerTtl": -1}, "One of the identified items was in an invalid"),
        ({**CONFIG, "groups": "none"}, NOT_VALID),
        (
            {**CONFIG, "networkGroupMap": {"10.0.0.0/33": "kids"}},
            "Network group map contains an invalid network address: 10.0.0.0/33",
        ),
        (
            {**CONFIG, "networkGroupMap": {"10.0.0.1/8": "a", "10.9.9.9/8": "b"}},
            "An item with the same key has already been added. Key: 10.0.0.0/8",
        ),
        (
            {**CONFIG, "localEndPointGroupMap": {"a b:53": "kids"}},
            "Local end point group map contains an invalid end point: a b:53",
        ),
        (
            {**CONFIG, "groups": [GROUP, GROUP]},
            "An item with the same key has already been added. Key: kids",
        ),
        ({**CONFIG, "groups": [{"name": "kids"}]}, NO_KEY),
        (with_group(name=None), "Value cannot be null. (Parameter 'key')"),
        (with_group(blockListUrls=["nowhere"]), "The format of the URI could not be determined."),
        (with_group(blockListUrls=[7]), "Unexpected URL format: Number"),
        (with_group(allowListUrls=None), "Object reference not set to an instance of an object."),
        (
            with_group(adblockListUrls=["https://a.example/l", {"url": "https://a.example/l"}]),
            "An item with the same key has already been added. Key: https://a.example/l",
        ),
        (with_group(blockedRegex=["(a"]), "Invalid pattern '(a' at offset 2. Not enough )'s."),
        (with_group(blockedRegex=["*a"]), "Invalid pattern '*a' at offset 1. Quantifier '*'"),
    ],
)
def test_a_wrong_configuration_is_refused_in_the_words_of_net(config: object, message: str) -> None:
    assert message in str(refusal(config))


@pytest.mark.parametrize(
    ("text", "message", "byte"),
    [
        ("{not json", "'n' is an invalid start of a property name. Expected a '\"'.", 1),
        ("", "The input does not contain any JSON tokens.", 0),
        ("{", "Expected depth to be zero at the end of the JSON payload.", 1),
        ('{"a":1,}', "The JSON object contains a trailing comma at the end", 7),
        ("[1 2]", "'2' is invalid after a value. Expected either ',', '}', or ']'.", 3),
        ('"a', "Expected end of string, but instead reached end of data.", 2),
        ("tru", "'t' is an invalid JSON literal. Expected the literal 'true'.", 0),
        ("[" * 100, "The maximum configured depth of 64 has been exceeded.", 64),
        ("1 2", "'2' is invalid after a single JSON value. Expected end of data.", 2),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(text: str, message: str, byte: int) -> None:
    with pytest.raises(ApiError) as refused:
        dotnet_json.parse(text)

    assert refused.value.message.startswith(message)
    assert refused.value.message.endswith(f"LineNumber: 0 | BytePositionInLine: {byte}.")


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(_json)
def test_json_is_read_as_it_was_written(value: object) -> None:
    assert dotnet_json.parse(json.dumps(value)) == value
    assert dotnet_json.parse(json.dumps(value, ensure_ascii=False, indent=1)) == value


@given(st.text() | _json.map(json.dumps))
def test_any_text_is_read_or_refused(text: str) -> None:
    refusal(text)


@given(st.sampled_from(sorted(GROUP)), _json)
def test_any_member_is_taken_or_refused(key: str, value: object) -> None:
    refusal(with_group(**{key: value}))
    refusal({**CONFIG, "networkGroupMap": {str(key): value}, "localEndPointGroupMap": value})
