"""Words of the live tab's figures, each with its definition, and of the doctor; a part of `live.WORDS`."""

FIGURES: dict[str, tuple[str, str]] = {
    "all_figures": ("More figures", "更多数字"),
    "fig_modes": ("modes covered", "覆盖的模式"),
    "fig_modes_help": (
        "Of 2,500 fakes, those within 3 standard deviations of a mode are counted as its own. A mode is covered if it "
        "gets at least a fifth of the share it should have.",
        "取 2,500 个伪造样本，离某模式 3 个标准差以内的归它。得到应有份额的五分之一以上，才算覆盖。",
    ),
    "fig_quality": ("close to a mode", "靠近模式"),
    "fig_quality_help": (
        "The share of 2,500 fakes that lie within 3 standard deviations of the nearest mode; real samples reach about "
        "99 %.",
        "2,500 个伪造样本中，落在最近模式 3 个标准差以内的比例；真实样本约为 99 %。",
    ),
    "fig_kl": ("reverse KL", "反向 KL"),
    "fig_kl_help": (
        "How unevenly the fakes share the modes: the Kullback-Leibler divergence of their shares from even ones. "
        "0: perfectly even.",
        "伪造样本在各模式间分配得多不均匀：其份额相对均匀分布的 KL 散度。0 表示完全均匀。",
    ),
    "fig_distance": ("distance to data", "与数据的距离"),
    "fig_distance_help": (
        "The sliced Wasserstein distance: how far 2,500 fakes must move to become real ones, averaged over directions, "
        "in radii of the data. 0 within noise: a perfect forger.",
        "切片 Wasserstein 距离：2,500 个伪造样本平均要移动多远才成为真实样本，以数据半径计。噪声之内的 0 表示完美。",
    ),
    "fig_frechet": ("Fréchet distance", "Fréchet 距离"),
    "fig_frechet_help": (
        "How far the fakes' features, seen by a trained classifier, are from those of real pictures: the distance of "
        "two Gaussians. 0: the same.",
        "训练好的分类器所见的特征中，伪造与真实图片相差多远：两个高斯分布的距离。0 表示相同。",
    ),
    "fig_classes": ("classes drawn", "画出的类别"),
    "fig_classes_help": (
        "Classes to which a trained classifier assigns at least a fifth of the share they should have.",
        "训练好的分类器判给它应有份额五分之一以上的类别数。",
    ),
    "fig_perplexity": ("perplexity", "困惑度"),
    "fig_perplexity_help": (
        "How many letters each next one seems to be drawn from, to who knows how often the learnt words have every "
        "three letters. Real words that nobody showed the forger: 9.3 of given names; letters by chance: 92.",
        "对只知道真词里每三个连续字母出现次数的人来说，下一个字母像是从多少个字母中抽出的。"
        "没有给伪造者看过的真实人名约为 9.3，随机字母约为 92。",
    ),
    "fig_pronounceable": ("can be said", "读得出来"),
    "fig_pronounceable_help": (
        "Fakes whose own perplexity is at most 14; five real given names in six are below it.",
        "自身困惑度不超过 14 的伪造词所占比例；六个真实人名中有五个低于它。",
    ),
    "fig_novel": ("new words", "新词"),
    "fig_novel_help": (
        "Fakes that are none of the words that the forger learns from.",
        "不在伪造者所学词表中的伪造词所占比例。",
    ),
    "fig_unique": ("different words", "互不相同"),
    "fig_unique_help": (
        "Different words among 500 fakes: few of them mean that the forger repeats itself.",
        "500 个伪造词中互不相同的比例；越低，说明伪造者越在重复自己。",
    ),
    "fig_variety": ("variety of fakes", "伪造样本的多样性"),
    "fig_variety_help": (
        "How widely the fakes are spread, as a share of the real ones' spread. 100 %: as widely.",
        "伪造样本的分散程度与真实样本之比。100 % 表示一样分散。",
    ),
    "fig_passing": ("reals liked less", "不如伪造的真实样本"),
    "fig_passing_help": (
        "The share of real samples that the critic likes less than the middle fake. 50 %: it cannot tell.",
        "鉴别者认为不如中等伪造样本的真实样本比例。50 % 表示难辨真假。",
    ),
    "fig_real": ("critic on real", "对真实的看法"),
    "fig_real_help": (
        "How real the critic finds real samples, on average. 50 %: undecided.",
        "鉴别者平均认为真实样本有多真。50 % 表示难辨。",
    ),
    "fig_fake": ("critic on fakes", "对伪造的看法"),
    "fig_fake_help": (
        "How real the critic finds fakes, on average. 50 %: undecided.",
        "鉴别者平均认为伪造样本有多真。50 % 表示难辨。",
    ),
    "fig_loss_d": ("critic's loss", "鉴别者的损失"),
    "fig_loss_d_help": ("What the critic lowers, penalty apart.", "鉴别者要降低的量，不含惩罚项。"),
    "fig_loss_g": ("forger's loss", "伪造者的损失"),
    "fig_loss_g_help": ("What the forger lowers.", "伪造者要降低的量。"),
    "fig_penalty": ("penalty", "惩罚项"),
    "fig_penalty_help": (
        "What the brake on the critic's slope adds to its loss.",
        "对鉴别者坡度的刹车给它的损失增加的量。",
    ),
    "fig_grad_d": ("critic's gradient", "鉴别者的梯度"),
    "fig_grad_d_help": (
        "The length of the gradient of the critic's last step, over all its weights.",
        "鉴别者最近一步的梯度长度，对所有权重。",
    ),
    "fig_grad_g": ("forger's gradient", "伪造者的梯度"),
    "fig_grad_g_help": (
        "The length of the gradient of the forger's last step, over all its weights. Near 0: it learns nothing.",
        "伪造者最近一步的梯度长度，对所有权重。接近 0：学不到东西。",
    ),
    "better_quality": ("higher is better", "越高越好"),
    "better_distance": ("lower is better", "越低越好"),
    "better_frechet": ("lower is better", "越低越好"),
    "better_perplexity": ("lower is better", "越低越好"),
    # the doctor: a name, why, and what lies behind it; `_modes` where the data's modes are counted
    "why": ("Why?", "为什么？"),
    "doctor_starting": ("Just begun", "刚刚开始"),
    "doctor_starting_why": (
        "Too few steps to say anything: both networks still guess.",
        "步数太少，还说不出什么：两个网络都还在猜。",
    ),
    "doctor_starting_more": (
        "Every 100 steps the doctor looks at where the fakes lie, how they move, and what the critic thinks of them.",
        "每 100 步，医生都会看伪造样本在哪里、怎样移动，以及鉴别者怎么看。",
    ),
    "doctor_learning": ("Learning", "学习中"),
    "doctor_healthy": ("Healthy", "健康"),
    "doctor_healthy_why": (
        "The critic can still tell the two apart a little, and the forger follows: neither has won.",
        "鉴别者还能略微分辨真假，伪造者紧随其后：谁也没有赢。",
    ),
    "doctor_healthy_modes_why": (
        "The forger covers {fair} of {total} modes and the critic still teaches it: neither has won.",
        "伪造者已覆盖 {total} 个模式中的 {fair} 个，鉴别者仍在教它：谁也没有赢。",
    ),
    "doctor_refused_why": (
        "The critic sees through most fakes, but it still shows the forger the way.",
        "鉴别者看穿了大多数伪造样本，但仍在给伪造者指路。",
    ),
    "doctor_healthy_more": (
        "A good game ends where the critic can no longer tell: an opinion of ½ everywhere.",
        "好的博弈终点是鉴别者再也分不出：处处都是 ½。",
    ),
    "doctor_strong-critic": ("The critic is too strong", "鉴别者过强"),
    "doctor_strong-critic_why": (
        "It is sure of every sample, so the forger no longer learns which way to go.",
        "它对每个样本都很确定，伪造者因此学不到该往哪里走。",
    ),
    "doctor_strong-critic_more": (
        "Where the critic's opinion is flat, its gradient is zero. A brake on its slope keeps a path open.",
        "看法平坦之处梯度为零。对坡度的刹车让道路保持畅通。",
    ),
    "doctor_collapsed": ("Mode collapse", "模式崩溃"),
    "doctor_collapsed_why": (
        "The fakes are nearly all alike: the forger found one answer that pleases the critic.",
        "伪造样本几乎都一样：伪造者找到了一个讨好鉴别者的答案。",
    ),
    "doctor_collapsed_modes_why": (
        "The fakes lie near only {fair} of {total} modes: the forger found these enough to please the critic.",
        "伪造样本只靠近 {total} 个模式中的 {fair} 个：伪造者发现这已足以讨好鉴别者。",
    ),
    "doctor_collapsed_more": (
        "The critic looks at one sample at a time and cannot see that all are the same. When it learns to refuse this "
        "one, the forger hops to the next.",
        "鉴别者一次只看一个样本，看不出它们都相同。等它学会拒绝这个，伪造者就跳到下一个。",
    ),
    "doctor_oscillating": ("Oscillating", "来回摆动"),
    "doctor_oscillating_why": (
        "The fakes run from place to place and the critic runs after them: they circle.",
        "伪造样本到处跑，鉴别者在后面追：两者在兜圈子。",
    ),
    "doctor_oscillating_more": (
        "Each network answers the other's last move, so both circle the solution instead of meeting there. A brake "
        "pulls them in; an average over time stands in the middle.",
        "双方都只回应对方的上一步，于是绕着解打转。刹车把它们拉拢；时间上的平均正好在中间。",
    ),
    "doctor_diverged": ("Diverged", "发散"),
    "doctor_diverged_why": (
        "The steps were so large that the weights ran away.",
        "步子太大，权重失控了。",
    ),
    "doctor_diverged_more": (
        "A learning rate above what the loss's curvature allows makes every step overshoot more than the last.",
        "学习率超过损失曲率所允许的，每一步都会越冲越远。",
    ),
    "doctor_one-point": ("A single point", "只有一个点"),
    "doctor_one-point_why": (
        "All real samples lie in one place: there is nothing to spread over.",
        "所有真实样本都在一处：没有什么可铺开的。",
    ),
    "doctor_one-point_more": (
        "The forger should ignore z here; any variety it has is an error.",
        "此时伪造者应忽略 z；任何多样性都是误差。",
    ),
    "cure_brake": ("Add the brake (R1 + R2)", "加上刹车（R1 + R2）"),
    "cure_even": ("Let the critic learn no faster than the forger", "让鉴别者学得不比伪造者快"),
    "cure_pairs": ("Play for pairs with R1 + R2, at their rates", "改为成对比较，加 R1 + R2 及其学习率"),
    "cure_rates": ("Take the rates that suit R1 + R2", "采用适合 R1 + R2 的学习率"),
    "cure_rate": ("Take smaller steps", "减小学习率"),
    "cure_average": ("Average the forger (EMA)", "平均伪造者（EMA）"),
    "cure_critic-steps": ("Let the critic learn more", "让鉴别者多学几步"),
    "cure_average+rate": ("Average the forger (EMA) and take smaller steps", "平均伪造者（EMA），并减小学习率"),
    "cure_settings": ("{label}: {count} settings", "{label}：{count} 项设置"),
    "cure_see": ("See them", "查看"),
    "cure_change": ("{name}: {before} → {after}", "{name}：{before} → {after}"),
    "cure_whose": ("{who}: {label}", "{who}：{label}"),
}
