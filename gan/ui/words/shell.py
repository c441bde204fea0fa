"""Words of the page around the tabs: key -> (English, Chinese)."""

# The terms of the glossary, in the order they are read; each has a name and a sentence below.
TERMS = (
    "forger", "critic", "z", "seed", "psi", "direction", "mode", "collapse", "objective", "penalty", "ema", "slerp",
)  # fmt: skip

WORDS: dict[str, tuple[str, str]] = {
    "title": ("GAN Atelier", "GAN 画室"),
    "lead": (
        "Two networks at work: a forger draws, a critic judges. Explore what forgers learnt, morph between "
        "what they make, train one live.",
        "两个网络在工作：伪造者作画，鉴别者评判。探索伪造者学到了什么，在它做出的东西之间渐变，或当场训练一个。",
    ),
    "lead_site": (
        "Two networks at work: a forger draws, a critic judges. Explore what forgers learnt and morph between what "
        "they make; everything is computed in this page.",
        "两个网络在工作：伪造者作画，鉴别者评判。探索伪造者学到了什么，在它做出的东西之间渐变；一切都在本页中计算。",
    ),
    "language": ("中文", "English"),
    "theme": ("Light / dark", "浅色 / 深色"),
    "what": ("What is this?", "这是什么？"),
    "how": (
        "A GAN is two networks that learn from each other. The forger turns random numbers into pictures, words or "
        "sounds; the critic looks at real ones and at the forger’s and says which is which. As each gets better, so "
        "must the other.",
        "GAN 是两个互相学习的网络。伪造者把随机数变成图、词或声音；鉴别者看真的和伪造的，"
        "并判断真假。一方进步，另一方也必须进步。",
    ),
    "forger": ("Forger (generator, G)", "伪造者（生成器 G）"),
    "forger_is": (
        "The network that turns a latent z into a sample: a picture, a word, a sound.",
        "把潜变量 z 变成样本（图、词、声音）的网络。",
    ),
    "critic": ("Critic (discriminator, D)", "鉴别者（判别器 D）"),
    "critic_is": ("The network that tells real samples from fakes.", "分辨真假样本的网络。"),
    "z": ("z (latent)", "z（潜变量）"),
    "z_is": ("The list of random numbers a sample is made from.", "生成一个样本所用的一串随机数。"),
    "seed": ("Seed", "种子"),
    "seed_is": (
        "The whole number that z is drawn from: the same seed, the same sample.",
        "抽取 z 的整数：同一种子，同一个样本。",
    ),
    "psi": ("psi (truncation)", "psi（截断）"),
    "psi_is": (
        "How far a sample may be from the average one: less is safer, more is more varied.",
        "样本可以离平均样本多远：小则稳妥，大则多样。",
    ),
    "direction": ("Principal direction", "主方向"),
    "direction_is": ("A change of the latent that changes samples most.", "潜空间中让样本变化最大的方向。"),
    "mode": ("Mode", "模式"),
    "mode_is": (
        "One kind of thing in the data, such as one digit or one cluster.",
        "数据中的一类，例如一个数字或一个簇。",
    ),
    "collapse": ("Mode collapse", "模式崩溃"),
    "collapse_is": ("The forger draws only a few kinds and leaves the rest out.", "伪造者只画少数几类，漏掉其余。"),
    "objective": ("Objective", "目标函数"),
    "objective_is": (
        "The pair of losses that says what each network tries to do.",
        "规定两个网络各自要做什么的一对损失。",
    ),
    "penalty": ("Penalty", "惩罚项"),
    "penalty_is": (
        "A brake that keeps the critic smooth, so that the forger can learn from it.",
        "让鉴别者保持平滑的刹车，使伪造者能从中学习。",
    ),
    "ema": ("EMA", "EMA（滑动平均）"),
    "ema_is": (
        "The running average of the forger’s weights: steadier than the forger of the moment.",
        "伪造者权重的滑动平均：比当前的伪造者更稳。",
    ),
    "slerp": ("Slerp and lerp", "球面与线性插值"),
    "slerp_is": (
        "Two ways from one z to another: along the arc, where the forger was trained, or straight.",
        "从一个 z 到另一个的两条路：沿弧线（伪造者训练过的地方），或走直线。",
    ),
    "program": ("Use by program", "用程序调用"),
    "program_is": (
        "Other programs may ask this host for samples, films, a link’s picture and the log of a training. In Python, "
        "with the address of this page:",
        "其他程序可以向本主机请求样本、影片、链接所示的图，以及训练记录。填入本页的地址即可：",
    ),
    "program_info": ("Everything that can be asked for, as JSON", "可以请求的全部内容（JSON）"),
    "unfilled": (
        "This tab cannot be shown here. The browser may be older than Safari 16.4, Firefox 115 or Chrome 111, or "
        "something keeps it from loading the page’s files: reload the page to try again.",
        "此页无法显示。浏览器可能早于 Safari 16.4、Firefox 115 或 Chrome 111，"
        "或者有什么阻止它加载本页的文件：请重新加载页面再试。",
    ),
    "copied": ("Link copied", "链接已复制"),
    "copy": ("Copy this link:", "复制此链接："),
}
