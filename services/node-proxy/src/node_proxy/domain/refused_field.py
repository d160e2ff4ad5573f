"""What a request is refused with that asks for something that does not exist."""


class FieldRefused(ValueError):  # noqa: N818 - it states an outcome, not a fault
    """A parameter has a value that means nothing; the message is a sentence for people.

    Attributes:
        field: The parameter that is wrong.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
