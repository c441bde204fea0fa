"""What is said of words beside their pictures: key -> (English, Chinese)."""

WORDS: dict[str, tuple[str, str]] = {
    "media_words_one": ("word", "词"),
    "media_words_many": ("words", "词"),
    "media_words_unit": ("a", "个"),
    "media_words_txt": ("Text", "文本"),
    "media_words_way": ("The way here, the newest first", "到此为止的路径，最新的在前"),
    "media_words_way_empty": ("Each word on the way will stand here.", "路上的每个词都会列在这里。"),
    "media_words_near": (
        "Nearest real word: {word} (letters to change: {distance})",
        "最接近的真词：{word}（需要改动的字母数：{distance}）",
    ),
    "media_words_learnt": (
        "{word} is a real word, letter for letter: the forger was shown it.",
        "{word} 与一个真词完全相同：伪造者见过它。",
    ),
    "media_words_type": ("A word of your own", "您自己的词"),
    "media_words_find": ("Find it", "寻找"),
    "media_words_looking": ("Looking among latents: {share}", "正在潜变量中寻找：{share}"),
    "media_words_found": (
        "You typed {typed}; the nearest that was found is {word} (letters to change: {distance}). Go on from there.",
        "您输入了 {typed}；找到的最接近的词是 {word}（需要改动的字母数：{distance}）。可以从那里继续。",
    ),
    "media_words_exact": (
        "The forger can write {word}: this is its latent. Go on from there.",
        "伪造者会写 {word}：这就是它的潜变量。可以从那里继续。",
    ),
    "media_words_strange": (
        "This forger writes words of 1 to {most} letters out of {letters}.",
        "这个伪造者只写由 {letters} 中的字母组成的、1 到 {most} 个字母的词。",
    ),
    "media_words_far": ("{distance} off", "差 {distance}"),
    "media_words_rank": (
        "The critic likes it more than {share} of real words.",
        "鉴别者喜欢它胜过 {share} 的真词。",
    ),
}
