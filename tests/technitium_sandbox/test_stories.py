"""The recorded stories, told whole to new nodes; `-s` prints how much is answered as recorded."""

import pytest

from tests.technitium_sandbox.exceptions import EXCEPTIONS, LeftOut, Listed
from tests.technitium_sandbox.stories import STORIES, Story, told

LEAST_SHARE = 0.99
IN_STORIES = [one for one in EXCEPTIONS if not isinstance(one, LeftOut)]


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
async def test_story_is_told_as_recorded(story: Story) -> None:
    found = await told(story)

    print(found)  # noqa: T201 - pytest shows it with -s, and when the test fails
    assert found.differing == {}
    assert found.share >= LEAST_SHARE


@pytest.mark.parametrize("exception", IN_STORIES, ids=str)
async def test_no_exception_is_needless(exception: Listed) -> None:
    others = [one for one in EXCEPTIONS if one is not exception]

    found = await told(STORIES[exception.story], others)

    assert exception.reason
    assert found.differing != {}
