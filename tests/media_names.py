"""What the samples of each medium are called, for tests that nobody calls them otherwise."""

# What a sentence that is said of another medium's samples would give away, in English and in Chinese.
GIVEN_AWAY = {
    "pictures": (r"\b(?:pictures?|images?|drawn)\b", "(?<!特征)图(?!层)|(?<!动)画"), "points": (r"\bpoints\b", "个点"),
    "words": (r"\bwords?\b", "词"), "sounds": (r"\bsounds?\b", "声音"), "scores": (r"\bscores?\b", "乐谱"),
    "clips": (r"\bclips?\b", "短片"), "graphs": (r"\bgraphs?\b", "关系图"),
}  # fmt: skip
# Sentences that speak of something else in these words.
OTHERWISE = {
    "explore.png_info": "what is drawn of any sample is a PNG", "media_scores.media_scores_wav": "a score as a sound",
    "media_scores.media_scores_silent": "nothing to be heard", "views.trouble_points": "only of points",
    "views.trouble_own_points": "only of points",
}  # fmt: skip
