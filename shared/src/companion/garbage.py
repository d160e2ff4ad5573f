"""When Python looks for garbage in a service: less often than it does by itself.

Most of what a request makes goes as soon as it is over, without the collector. It is for circles
alone, and by default it begins to look at every 700 new objects, of which one answer of a node
can have thousands.
"""

import gc
from typing import Final

# Young objects, then rounds of the young and of the middle generation.
_THRESHOLDS: Final = (10_000, 20, 20)


def look_seldom() -> None:
    """Called once, when everything that lives as long as the process has been made.

    What there is now, mostly the code of libraries, is never looked at again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
