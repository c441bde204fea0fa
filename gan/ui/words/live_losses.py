"""Words on what a loss is, and where those of each objective end; a part of `live.WORDS`."""

DISTANCE = (
    "Wasserstein: the critic's loss is minus the distance that it measures between real and fake, and ends at 0. The "
    "forger's has no end of its own: only differences of the critic's values mean something.",
    "Wasserstein：鉴别者的损失是它量出的真假距离取负，终点是 0。伪造者的损失没有固定终点：只有鉴别者的值之差才有意义。",
)

LOSSES: dict[str, tuple[str, str]] = {
    "losses_help": (
        "How wrong each network was of late, the brake apart. The two play against each other: what one gains the "
        "other pays. So neither loss falls to zero as in other training, and neither says how good the fakes are. A "
        "critic's loss near 0 means that it sees through every fake. In a perfect game the losses end on the dotted "
        "lines.",
        "各网络近来错得多少，不含刹车。双方对抗：一方所得即另一方所失，所以都不会像别的训练那样降到零，"
        "也都不说明伪造得多好。鉴别者的损失接近 0，表示它看穿了每个伪造样本。完美的博弈终止于点线处。",
    ),
    "losses_end_minimax": (
        "Minimax: a critic that cannot tell gives every sample ½. That costs it ln 2 ≈ 0.69 for a real sample and "
        "0.69 for a fake, 1.39 together. The forger's loss is then ln ½ ≈ −0.69.",
        "极小极大：分不出真假的鉴别者对每个样本都给 ½，真假各付 ln 2 ≈ 0.69，共 1.39。"
        "此时伪造者的损失是 ln ½ ≈ −0.69。",
    ),
    "losses_end_non-saturating": (
        "Non-saturating: a critic that cannot tell gives every sample ½. That costs it ln 2 ≈ 0.69 for a real sample "
        "and 0.69 for a fake, 1.39 together. The forger pays 0.69 for each fake.",
        "非饱和：分不出真假的鉴别者对每个样本都给 ½，真假各付 ln 2 ≈ 0.69，共 1.39。伪造者每个伪造样本付 0.69。",
    ),
    "losses_end_least-squares": (
        "Least squares: a critic that cannot tell says ½ where it should say 1 or 0. Half of both squared misses is "
        "0.25; the forger's is 0.125.",
        "最小二乘：分不出真假的鉴别者该说 1 或 0 时都说 ½。两个误差平方之和的一半是 0.25，伪造者为 0.125。",
    ),
    "losses_end_hinge": (
        "Hinge: a critic that cannot tell misses its margin of 1 on both sides, 2 together. The forger's loss is minus "
        "the critic's value of the fakes, which may then be anything.",
        "铰链：分不出真假的鉴别者在两边共差 2 个间隔。伪造者的损失是鉴别者给伪造样本的值取负，此时可为任意数。",
    ),
    "losses_end_wasserstein": DISTANCE,
    "losses_end_wasserstein-gp": DISTANCE,
    "losses_end_relativistic": (
        "Relativistic: the critic says which of two samples is the real one. Where it cannot tell it guesses, and a "
        "guess costs ln 2 ≈ 0.69, the critic and the forger alike.",
        "相对式：鉴别者要说出两个样本中哪个是真的。分不出时只能猜，而一次猜测的代价是 ln 2 ≈ 0.69，双方相同。",
    ),
}
