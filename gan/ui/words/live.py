"""Words of the live tab: key -> (English, Chinese). Those that begin with `page_` are filled in by the browser."""

WORDS: dict[str, tuple[str, str]] = {
    "language": ("en", "zh-CN"),  # tells the browser half which words to take
    "tab": ("Live", "实时训练"),
    "start": ("▶ Start", "▶ 开始"),
    "pause": ("❚❚ Pause", "❚❚ 暂停"),
    "step": ("One step", "一步"),
    "reset": ("Reset", "重来"),
    "data": ("Data", "数据"),
    "data_info": ("What is real. Another choice starts over.", "真实样本的来源；更换后重新开始。"),
    "data_ring": ("Ring", "圆环"),
    "data_grid": ("Grid", "网格"),
    "data_digits": ("Digits", "数字"),
    "objective": ("Objective", "目标函数"),
    "objective_info": (
        "What the two networks play for. Another choice starts over, at its own rates.",
        "两个网络争夺的目标；更换后按它的学习率重新开始。",
    ),
    "lr": ("Forger's rate", "伪造者学习率"),
    "lr_info": ("G's learning rate; acts at once.", "G 的步长；立即生效。"),
    "lr_d": ("Critic's rate", "鉴别者学习率"),
    "lr_d_info": ("D's learning rate; acts at once.", "D 的步长；立即生效。"),
    "batch": ("Batch", "批量"),
    "batch_info": ("Samples a step; starts over.", "每步样本数；重新开始。"),
    "seed": ("Seed", "种子"),
    "seed_info": ("Same seed, same run; starts over.", "种子同则过程同；重新开始。"),
    "page_ready": (
        "Untrained: the forger's ▲ are still noise. Start trains it against the critic, {batch} samples a step, "
        "for up to {budget} seconds.",
        "尚未训练：伪造者的 ▲ 还只是噪声。按“开始”让它与鉴别者对抗，每步 {batch} 个样本，最多 {budget} 秒。",
    ),
    "page_ready_pictures": (
        "Untrained: the forger's pictures are still noise. Start trains it against the critic, {batch} pictures a "
        "step, for up to {budget} seconds.",
        "尚未训练：伪造的图片还只是噪声。按“开始”让它与鉴别者对抗，每步 {batch} 张图片，最多 {budget} 秒。",
    ),
    "page_running": (
        "Training: the forger's ▲ gather where the critic believes them.",
        "训练中：伪造者的 ▲ 正聚向鉴别者会相信的地方。",
    ),
    "page_running_pictures": (
        "Training: the forger's noise turns into what the critic believes.",
        "训练中：伪造者的噪声正变成鉴别者会相信的图片。",
    ),
    "page_progress": ("{steps} steps. {found}", "{steps} 步。{found}"),
    "page_paused": (
        "Paused after {steps} steps. {found} Start goes on; One step makes a single one.",
        "已暂停，共 {steps} 步。{found}“开始”继续，“一步”只走一步。",
    ),
    "page_asleep": (
        "Waiting: this page was out of sight. The run goes on by itself.",
        "等待中：页面刚才不可见，训练会自动继续。",
    ),
    "page_over": (
        "Done: the run's {budget} seconds are used up after {steps} steps. {found} Start begins a new one.",
        "结束：{budget} 秒已用完，共 {steps} 步。{found}“开始”会重新训练。",
    ),
    "page_diverged": (
        "⚠ Diverged after {steps} steps: a weight is no longer a finite number. A smaller learning rate usually "
        "helps. Start begins anew.",
        "⚠ 第 {steps} 步后发散：某个权重已不是有限数。调小学习率通常有效。“开始”会重新训练。",
    ),
    "page_failed": (
        "⚠ The run stopped by a fault of this program. Start begins anew.",
        "⚠ 程序出错，训练已停止。“开始”会重新训练。",
    ),
    "page_lost": ("⚠ No answer from the server; trying again.", "⚠ 服务器没有回应，正在重试。"),
    "page_gone": (
        "All places for live runs are taken; please try again in a minute.",
        "实时训练的名额已满，请一分钟后再试。",
    ),
    "page_found": ("The forger covers {fair} of {total} modes.", "伪造者已覆盖 {total} 个模式中的 {fair} 个。"),
    "page_warning": ("⚠ {warning}.", "⚠ 模式坍缩：伪造者只会做少数几种样本。"),
    "page_real": ("real", "真实"),
    "page_fake": ("fake", "伪造"),
    "page_critic": ("critic", "鉴别者"),
    "page_forger": ("forger", "伪造者"),
    "page_field": ("critic's opinion, line: undecided", "鉴别者的看法，线：难辨真假"),
    "page_field_here": ("critic here: {share} % real", "鉴别者看此处：{share} % 真实"),
    "page_beside": ("The right column is real, for comparison.", "最右一列是真实样本，供比较。"),
    "page_losses": ("Losses", "损失"),
    "page_judgement": ("Critic's opinion", "鉴别者的看法"),
    "page_steps": ("steps", "步数"),
    "page_rate": ("steps a second", "步／秒"),
    "page_left": ("seconds left", "剩余秒数"),
    "page_nimg": ("real samples shown", "已看真实样本"),
    "page_modes": ("modes covered", "覆盖的模式"),
    "page_modes_help": (
        "fairly: with a fifth of their share or more; {modes} with one sample or more",
        "公平覆盖：至少占应有份额的五分之一；至少一个样本的有 {modes} 个",
    ),
    "page_quality": ("close to a mode", "靠近模式的样本"),
    "page_quality_help": ("share of fakes within 3 standard deviations", "落在 3 个标准差内的伪造样本比例"),
    "page_passing": ("real ones liked less", "不如伪造的真实样本"),
    "page_passing_help": (
        "share of real pictures that the critic likes less than the middle fake; 50 %: it cannot tell",
        "鉴别者认为不如中等伪造样本的真实图片比例；50 % 表示难辨真假",
    ),
    "page_variety": ("variety of the fakes", "伪造样本的多样性"),
    "page_variety_help": ("100 %: spread as widely as real ones", "100 %：与真实样本一样分散"),
    "page_picture_points": (
        "The plane: {count} real points, 512 fakes, the critic's opinion as colour.",
        "平面：{count} 个真实点，512 个伪造点，颜色为鉴别者的看法。",
    ),
    "page_picture_pictures": (
        "64 fake pictures, and {count} real ones beside them.",
        "64 张伪造图片，旁边是 {count} 张真实图片。",
    ),
}
