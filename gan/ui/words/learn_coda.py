"""What stands behind the last step of the lesson: what a small GAN cannot do. Key -> (English, Chinese).

The shares {gan}, {real} and {chance} are those of `gan.ui.learn.coda`.
"""

WORDS: dict[str, tuple[str, str]] = {
    "coda_head": ("And what a small GAN cannot do", "小的 GAN 做不到什么"),
    "coda_lead": (
        "The same game was played with poems: 3,719 quatrains of the Tang, 20 characters each. Each character is a "
        "point, and the forger makes 20 points in a row. This is what it wrote:",
        "同样的博弈也用诗试过：3,719 首唐代绝句，每首 20 个字。每个字是一个点，伪造者一次造出一排 20 个点。它写的是：",
    ),
    "coda_known": (
        "Of two characters that stand side by side, how often do they stand so in some poem that it learnt from?",
        "相邻的两个字，有多少在它学过的某首诗里也这样相邻？",
    ),
    "coda_gan": ("written by the forger", "伪造者写的"),
    "coda_real": ("in real poems that it never saw", "它没见过的真诗里"),
    "coda_chance": ("characters drawn blindly, the common ones more often", "按字的常见程度盲目抽字"),
    "coda_share": ("{share} %", "{share}%"),
    "coda_why": (
        "It is little better than blind drawing. There are 3,602 characters, and 835 of them stand in all the poems "
        "only once: far too many possibilities for so few examples. And a character is right or wrong, so a small step "
        "of the forger's often changes nothing at all. Names of 27 letters go well; poems need other networks and far "
        "more text.",
        "比盲目抽字好不了多少。字有 3,602 种，其中 835 种在所有诗里只出现一次：可能性太多，例子太少；而且字只有对和错，"
        "伪造者走一小步往往什么也没变。只有 27 个字母的名字就行；诗需要别的网络和多得多的文字。",
    ),
}
