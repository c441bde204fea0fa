"""What points are called: key -> (English, Chinese)."""

WORDS: dict[str, tuple[str, str]] = {
    "media_points_one": ("point", "点"),
    "media_points_many": ("points", "点"),
    "media_points_unit": ("a", "个"),
}
