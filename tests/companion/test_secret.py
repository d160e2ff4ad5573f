"""A secret shows itself to nobody who does not ask for it."""

import copy
import json
import pickle

import pytest
from companion.secret import Secret


def test_a_secret_is_revealed_only_on_demand() -> None:
    secret = Secret("canary")

    shown = f"{secret} {secret!r} {secret!s} {secret:>20} %s" % secret + str([secret])

    assert "canary" not in shown
    assert secret.reveal() == "canary"


def test_a_secret_is_not_written_as_json_nor_pickled() -> None:
    with pytest.raises(TypeError):
        json.dumps({"token": Secret("canary")})
    with pytest.raises(TypeError):
        pickle.dumps(Secret("canary"))
    with pytest.raises(TypeError):
        copy.copy(Secret("canary"))


def test_secrets_are_equal_by_their_text_and_to_nothing_else() -> None:
    assert Secret("ä") == Secret("ä")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"


def test_a_secret_is_true_unless_empty() -> None:
    assert Secret("a")
    assert not Secret("")


def test_a_secret_cannot_be_a_key() -> None:
    with pytest.raises(TypeError):
        hash(Secret("a"))
