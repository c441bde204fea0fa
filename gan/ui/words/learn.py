"""Words of the Learn tab around its steps: key -> (English, Chinese). What each step says is in `learn_steps`."""

# A term in a step's text is written [its word](its key); `term_<key>` is its sentence.
WORDS: dict[str, tuple[str, str]] = {
    "tab": ("Learn", "学一学"),
    "bar": ("Play and go back", "播放与回看"),
    "bar_play": ("▶ Play", "▶ 播放"),
    "bar_stop": ("❚❚ Stop", "❚❚ 停"),
    "scrub": ("Moment of the recording", "录像的时刻"),
    "moment": ("step {steps}", "第 {steps} 步"),
    "moment_stage": ("stage {n} of 10", "阶段 {n} / 10"),
    "course": ("Steps of the lesson", "课程步骤"),
    "step_of": ("{n} of {count}", "{n} / {count}"),
    "step_go": ("Step {n}: {title}", "第 {n} 步：{title}"),
    "step_done": ("predicted", "已预测"),
    "show_me": ("Show me", "看结果"),
    "again": ("Predict again", "重新预测"),
    "right": ("Right.", "对。"),
    "wrong": ("Not so.", "不对。"),
    "way_back": ("← Back", "← 上一步"),
    "way_on": ("Next →", "下一步 →"),
    "no_recording": (
        "The recording of this step could not be loaded; reload the page.",
        "这一步的录像无法加载；请刷新页面。",
    ),
    "why_head": ("What happened, and why", "发生了什么，为什么"),
    "act_head": ("Your turn", "你来动手"),
    "free_head": ("Now you", "自由练习"),
    "free_open": ("Train it for real", "真的训练一次"),
    "free_close": ("Back to the recording", "回到录像"),
    "free_none": (
        "This page has no host behind it, so it shows recordings alone. Where the program runs, you can train for real "
        "here.",
        "此页背后没有主机，只能看录像。在运行本程序的地方，这里可以真的训练。",
    ),
    "free_wait": ("The host is getting a run ready.", "主机正在准备一次训练。"),
    "free_lost": ("The host does not answer; try again.", "主机没有回应；请再试。"),
    "free_ready": ("Untrained. Press Train.", "尚未训练。请按“训练”。"),
    "free_running": ("Training: step {steps}.", "训练中：第 {steps} 步。"),
    "free_paused": ("Standing still at step {steps}.", "停在第 {steps} 步。"),
    "free_queued": ("Waiting for a place: number {place} in the queue.", "正在排队：第 {place} 位。"),
    "free_over": (
        "The time for this run is used up, at step {steps}. Start over for another.",
        "这次训练的时间已用完，停在第 {steps} 步。可重新开始。",
    ),
    "free_diverged": (
        "The numbers have run away at step {steps}. Start over.",
        "数值在第 {steps} 步失控。请重新开始。",
    ),
    "button_play": ("▶ Train", "▶ 训练"),
    "button_pause": ("❚❚ Pause", "❚❚ 暂停"),
    "button_reset": ("Start over", "重新开始"),
    "button_another": ("Another start", "换一个起点"),
    "button_slow": ("Next stage", "下一阶段"),
    "button_critic_10": ("Critic: 10 steps", "鉴别者走 10 步"),
    "button_forger_10": ("Forger: 10 steps", "伪造者走 10 步"),
    "button_explore": ("Open it in Explore", "在“探索”中打开"),
    "choice_data": ("Real points", "真实数据"),
    "choice_z_dim": ("Numbers in z", "z 的数字个数"),
    "choice_objective": ("Rule of the losses", "损失的规则"),
    "choice_penalty": ("The critic’s brake", "鉴别者的刹车"),
    "value_penalty_none": ("off", "关"),
    "value_penalty_r1-r2": ("on", "开"),
    "drawn": ("What is drawn", "显示内容"),
    "disguise_on": ("Hide who made which", "隐藏真假"),
    "disguise_off": ("Show who made which", "显示真假"),
    "latents": ("The sheet of noise: all z", "噪声之页：所有的 z"),
    "latent_help": ("Drag the mark, or move the two bars.", "拖动标记，或移动两根滑杆。"),
    "z_number": ("Number {n} of z", "z 的第 {n} 个数"),
    "stage_next": ("Next stage", "下一阶段"),
    "stage_before": ("Stage before", "上一阶段"),
    "compare_off": ("Brake off", "刹车关"),
    "compare_on": ("Brake on", "刹车开"),
    "modes_seen": ("Modes held: {fair} of {total}.", "守住的模式：{fair} / {total}。"),
    "critic_says": (
        "On average the critic gives real points {real} and fakes {fake}.",
        "鉴别者平均给真实样本 {real}，给伪造样本 {fake}。",
    ),
    "digit_seen": ("Nine of the forger’s digits.", "伪造者画的九个数字。"),
    # what a screen reader hears of the plane
    "plane": ("The plane at step {steps}: {seen}", "第 {steps} 步的平面：{seen}"),
    "plane_spot": ("all fakes sit on one small spot.", "所有伪造样本挤在一个小点上。"),
    "plane_spread": (
        "the fakes are spread {variety} as widely as the real points.",
        "伪造样本的散布是真实样本的 {variety}。",
    ),
    "plane_hidden": (
        "all points look alike; nobody can see which are fakes.",
        "所有点看起来一样，看不出哪些是伪造的。",
    ),
    "plane_pictures": ("nine pictures that the forger has drawn.", "伪造者画的九张图。"),
    # terms, a sentence each
    "term_network": (
        "Network: a function with many adjustable numbers, its weights. To learn is to turn these numbers.",
        "网络：带有许多可调数字（权重）的函数。学习就是调这些数字。",
    ),
    "term_forger": (
        "Forger, or generator G: the network that makes fakes out of noise.",
        "伪造者，即生成器 G：用噪声造出伪造样本的网络。",
    ),
    "term_critic": (
        "Critic, or discriminator D: the network that says how real a sample looks to it.",
        "鉴别者，即判别器 D：说出一个样本在它看来有多真的网络。",
    ),
    "term_z": (
        "z, or latent: the random numbers that a fake is made from. The same z gives the same fake.",
        "z，即潜变量：造出一个伪造样本所用的随机数。同一个 z 得到同一个样本。",
    ),
    "term_step": (
        "Step: one time of learning. In an ordinary step both networks learn once, one after the other.",
        "步：学习一次。普通的一步里，两个网络先后各学一次。",
    ),
    "term_field": (
        "Field: the critic’s answer at every place of the plane, as a colour. The thin line is where it says ½.",
        "场：鉴别者对平面上每个位置的回答，用颜色表示。细线处它说 ½。",
    ),
    "term_arrow": (
        "Arrow, or gradient: the direction in which the critic’s answer rises fastest for this fake.",
        "箭头，即梯度：对这个伪造样本，鉴别者的回答上升最快的方向。",
    ),
    "term_round": (
        "Round, or iteration: the critic learns once, then the forger learns once.",
        "一轮，即一次迭代：鉴别者学一次，然后伪造者学一次。",
    ),
    "term_batch": (
        "Batch: the samples that a network looks at before it changes once; here 128.",
        "批：网络每改变一次之前所看的样本；这里是 128 个。",
    ),
    "term_loss": (
        "Loss: one number that says how wrong a network was of late. To learn is to make it smaller.",
        "损失：表示网络近来错得多少的一个数。学习就是让它变小。",
    ),
    "term_half": (
        "½: the critic’s answer when it cannot tell: as likely real as fake.",
        "½：鉴别者分不出时的回答：真假各半。",
    ),
    "term_mode": (
        "Mode: one kind of thing in the data, such as one blob of points or one digit.",
        "模式：数据中的一类，例如一团点或一个数字。",
    ),
    "term_collapse": (
        "Mode collapse: the forger makes only a few kinds of what there is.",
        "模式崩溃：伪造者只造出现有种类中的少数几类。",
    ),
    "term_brake": (
        "Brake, or gradient penalty (R1 + R2): the critic pays for every steep slope of its field.",
        "刹车，即梯度惩罚（R1 + R2）：鉴别者要为场中每处陡坡付出代价。",
    ),
    "term_dimension": (
        "Dimension: one number of those that a sample is made of. A point of the plane has two, a small picture 64.",
        "维度：组成样本的数字之一。平面上的点有两个，一张小图有 64 个。",
    ),
}
