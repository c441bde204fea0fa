"""What a figure was to reach, and whether it does, in a sentence."""


def judged(what: str, value: float, bar: float, form: str, least: bool = False) -> str:
    """Such as "`grid-best`: reverse KL 0.006; the bar, at most 0.010, is met."

    Args:
        form: how both are written, such as ".3f".
        least: whether the bar is a floor; else it is a ceiling.
    """
    met = value >= bar if least else value <= bar
    kind = "least" if least else "most"
    return f"{what} {value:{form}}; the bar, at {kind} {bar:{form}}, is {'met' if met else 'missed'}."
